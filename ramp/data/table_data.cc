#include "ramp/data/table_data.h"

#include <fmt/format.h>

#include "ramp/base/error.h"
#include "ramp/data/table_encode.h"
#include "ramp/data/table_fit.h"
#include "ramp/data/table_survey.h"

namespace ramp {
namespace {

constexpr size_t kMostTableBytes = size_t{1} << 31;

TableRequest WishesOf(const DataRequest& request) {
  TableRequest wishes{.target = request.target, .task = request.task, .hold_out = {}};
  if (request.hold_out.empty()) return wishes;
  wishes.hold_out = ParseHoldOut(request.hold_out);
  if (wishes.hold_out->field.empty()) {
    throw UsageError(fmt::format("--hold-out is '{}': a table needs the column as well, such as city={}",
                                 request.hold_out, request.hold_out));
  }
  return wishes;
}

std::unique_ptr<Survey> SurveyPlace(Place& place, const Purpose& purpose) {
  return SurveyTable(Table::Parse(place.path(), place.source().ReadAll(kMostTableBytes)), purpose);
}

std::string AdviceForText(const Place& place) {
  if (!place.path().ends_with(".txt")) return "";
  return "\n  It was read as a table. To learn which character comes next in a text: --task next-character. To tell "
         "texts apart: give a folder with a file for each class";
}

}  // namespace

std::unique_ptr<Survey> SurveyTable(Table table, const Purpose& purpose) {
  return std::make_unique<TableSurvey>(purpose.model != nullptr
                                           ? SurveyForModel(std::move(table), *purpose.model, purpose.use == Use::kTest)
                                           : SurveyToTrain(std::move(table), WishesOf(purpose.request)));
}

constinit const DataKind kTableData = {
    .name = "tables (CSV), which have columns",
    .options = "--target --task --hold-out",
    .looks_like = [](Place& place, const Purpose&) { return !place.is_folder(); },
    .survey = SurveyPlace,
    .fit = [](Survey& survey, const DataRequest&,
              std::span<const uint32_t> training) { return FitTable(static_cast<TableSurvey&>(survey), training); },
    .encode = [](Survey& survey, const Encoding& encoding,
                 Use) { return EncodeTable(static_cast<TableSurvey&>(survey), encoding); },
    .advice = AdviceForText,
};

}  // namespace ramp
