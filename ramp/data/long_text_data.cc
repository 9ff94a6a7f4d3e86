// One long text: each example is the window of characters before a character, which is the target. The first windows
// begin with filling. Windows overlap and are made when they are gathered. The parts are split by position.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "ramp/base/error.h"
#include "ramp/data/data_kinds.h"
#include "ramp/data/targets.h"
#include "ramp/data/text.h"

namespace ramp {
namespace {

constexpr size_t kMostBytes = size_t{1} << 31;
constexpr size_t kUsualWindow = 64;
constexpr size_t kMostCharacters = 10000;

struct LongTextSurvey : Survey {
  std::string name, text;
  std::vector<std::string> characters;  // training: all that are different
};

bool LooksLikeLongText(Place& place, const Purpose& purpose) {
  if (purpose.model == nullptr) return purpose.request.next_character;
  return purpose.model->text() != nullptr && purpose.model->text()->next && !place.is_folder() && !place.arrays() &&
         !place.examples();
}

void SurveyCharacters(LongTextSurvey& survey) {
  std::set<std::string> different;
  survey.to_split = {.name = survey.name, .by_position = true};
  TokenReader reader(survey.text, true);
  for (; const auto token = reader.Next(); ++survey.to_split.rows) different.emplace(*token);
  if (different.size() < 2) {
    throw Error(fmt::format("{}: has {} different character{}, so there is nothing to learn: give another text",
                            survey.name, different.size(), different.size() == 1 ? "" : "s"));
  }
  if (different.size() > kMostCharacters) {
    throw Error(fmt::format("{}: has {} different characters, more than the {} that can be classes: give another text",
                            survey.name, different.size(), kMostCharacters));
  }
  survey.characters.assign(different.begin(), different.end());
}

std::unique_ptr<Survey> SurveyPlace(Place& place, const Purpose& purpose) {
  if (place.is_folder()) {
    throw UsageError(fmt::format("{}: is a folder: --task next-character takes one text file", place.path()));
  }
  auto survey = std::make_unique<LongTextSurvey>();
  survey->name = place.path();
  survey->text = CleanText(place.path(), place.source().ReadAll(kMostBytes), survey->notes);
  if (purpose.model == nullptr) SurveyCharacters(*survey);
  return survey;
}

Encoding Fit(Survey& any, const DataRequest& request, std::span<const uint32_t>) {
  auto& survey = static_cast<LongTextSurvey&>(any);
  Encoding encoding;
  encoding.labels = survey.characters;
  encoding.shape = {request.length > 0 ? request.length : kUsualWindow};
  encoding.data = TextEncoding{.characters = true, .next = true, .tokens = encoding.labels};
  return encoding;
}

// The windows lie in one array: as many filling tokens as a window has, and all characters but the last.
void SetWindows(const std::vector<uint16_t>& tokens, Dataset& dataset) {
  const size_t window = dataset.encoding.shape[0];
  std::vector<uint16_t> inputs(window, kFillingToken);
  inputs.insert(inputs.end(), tokens.begin(), tokens.end());
  dataset.inputs = std::move(inputs);
  dataset.row_step = 1;
  dataset.rows = tokens.size();
}

Dataset Encode(Survey& any, const Encoding& encoding, Use use) {
  auto& survey = static_cast<LongTextSurvey&>(any);
  Dataset dataset;
  dataset.encoding = encoding;
  dataset.notes = survey.notes;
  const std::vector<uint16_t> tokens = Vocabulary(*encoding.text()).TokensOf(survey.text);
  if (tokens.empty()) throw Error(fmt::format("{}: is empty: there is nothing to read", survey.name));
  CheckRowCount(survey.name, tokens.size());
  SetWindows(tokens, dataset);
  const auto unknown = std::ranges::find(tokens, kUnknownToken);
  if (unknown != tokens.end()) {
    const std::string problem = fmt::format("{}: its character {} is one that the training text does not have",
                                            survey.name, unknown - tokens.begin() + 1);
    if (use != Use::kPrediction) throw Error(problem + ": remove it");
    dataset.notes.push_back(problem + ": the predictions are not compared with the text");
    return dataset;
  }
  for (const uint16_t token : tokens) dataset.labels.push_back(token - kFirstToken);
  return dataset;
}

}  // namespace

std::unique_ptr<Survey> SurveyLongText(const std::string& name, std::string text) {
  auto survey = std::make_unique<LongTextSurvey>();
  survey->name = name;
  survey->text = std::move(text);
  SurveyCharacters(*survey);
  return survey;
}

constinit const DataKind kLongTextData = {
    .name = "a text with --task next-character",
    .options = "--tokens --length",
    .looks_like = LooksLikeLongText,
    .survey = SurveyPlace,
    .fit = Fit,
    .encode = Encode,
};

}  // namespace ramp
