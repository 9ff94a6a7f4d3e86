// Tables (CSV); table_survey.h describes their passes.
#include "ramp/data/data_kinds.h"
#include "ramp/data/table_survey.h"

namespace ramp {
namespace {

constexpr size_t kMostTableBytes = size_t{1} << 31;

std::unique_ptr<Survey> SurveyTable(Place& place, const Purpose& purpose) {
  Table table = Table::Parse(place.path(), place.source().ReadAll(kMostTableBytes));
  return std::make_unique<TableSurvey>(purpose.model != nullptr
                                           ? SurveyForModel(std::move(table), *purpose.model, purpose.use == Use::kTest)
                                           : SurveyToTrain(std::move(table), purpose.request));
}

std::string AdviceForText(const Place& place) {
  if (!place.path().ends_with(".txt")) return "";
  return "\n  It was read as a table. To learn which character comes next in a text: --task next-character. To tell "
         "texts apart: give a folder with a file for each class";
}

}  // namespace

constinit const DataKind kTableData = {
    .name = "tables (CSV), which have columns",
    .options = "--target --task --hold-out",
    .looks_like = [](Place& place, const Purpose&) { return !place.is_folder(); },
    .survey = SurveyTable,
    .fit = FitTable,
    .encode = EncodeTable,
    .advice = AdviceForText,
};

}  // namespace ramp
