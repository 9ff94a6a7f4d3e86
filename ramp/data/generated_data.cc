// The generated sets as a kind of data; generated.h has their table.
#include <fmt/format.h>

#include "ramp/base/error.h"
#include "ramp/data/data_kinds.h"
#include "ramp/data/scale.h"
#include "ramp/data/targets.h"

namespace ramp {
namespace {

// A model meets other examples of a set than its training met, as a rule.
constexpr uint64_t kOtherSeed = 0x6f74686572;  // "other"

struct GeneratedSurvey : Survey {
  std::string name;
  Generated made;
  std::unique_ptr<Survey> text;  // where the set is a text; `made` is empty then
};

void KeepTestRows(GeneratedSurvey& survey) {
  std::vector<Part>& parts = survey.to_split.parts;
  parts.assign(survey.to_split.rows, Part::kAny);
  for (const uint32_t row : survey.made.test) parts[row] = Part::kTest;
}

std::unique_ptr<Survey> SurveySet(Place& place, const Purpose& purpose) {
  const bool trains = purpose.model == nullptr;
  if (purpose.request.next_character) throw UsageError("--task next-character takes a text file: leave it out");
  auto survey = std::make_unique<GeneratedSurvey>();
  survey->name = trains ? place.name() : place.path();
  survey->made = Generate(*place.set(), place.path(), trains ? purpose.request.seed : kOtherSeed);
  survey->to_split = {.name = survey->name, .rows = survey->made.examples.rows};
  if (!survey->made.text.empty()) {
    survey->text = SurveyLongText(survey->name, std::move(survey->made.text));
    survey->to_split = survey->text->to_split;
  } else if (!survey->made.test.empty() && purpose.request.test.empty()) {
    KeepTestRows(*survey);
  }
  return survey;
}

std::vector<double> NumbersOf(const Dataset& examples) { return {examples.values.begin(), examples.values.end()}; }

Encoding Fit(Survey& any, const DataRequest& request, std::span<const uint32_t> training) {
  auto& survey = static_cast<GeneratedSurvey&>(any);
  if (survey.text != nullptr) return kLongTextData.fit(*survey.text, request, training);
  const Dataset& examples = survey.made.examples;
  Encoding encoding = examples.encoding;
  FitInputs(examples.inputs, survey.made.pairs, training, encoding);
  if (encoding.task == Task::kRegression) FitTarget(survey.name, NumbersOf(examples), training, encoding);
  return encoding;
}

bool IsLike(const Encoding& raw, const Encoding& encoding) {
  return encoding.scale() != nullptr && raw.shape == encoding.shape && raw.task == encoding.task &&
         raw.labels == encoding.labels;
}

Dataset Encode(Survey& any, const Encoding& encoding, Use) {
  auto& survey = static_cast<GeneratedSurvey&>(any);
  if (survey.text != nullptr && encoding.text() != nullptr && encoding.text()->next) {
    return kLongTextData.encode(*survey.text, encoding, Use::kTest);
  }
  Dataset& examples = survey.made.examples;
  if (survey.text != nullptr || !IsLike(examples.encoding, encoding)) {
    throw Error(fmt::format("{}: is another kind of data than the model was trained on, which is {}: give such data",
                            survey.name, encoding.Wanted()));
  }
  examples.encoding = encoding;
  Standardise(survey.name, examples.inputs, encoding);
  if (!examples.values.empty()) {
    examples.values = StandardisedTarget(survey.name, NumbersOf(examples), encoding);
  }
  return std::move(examples);
}

}  // namespace

constinit const DataKind kGeneratedData = {
    .name = "generated sets",
    .options = "--length",
    .looks_like = [](Place& place, const Purpose&) { return place.set() != nullptr; },
    .survey = SurveySet,
    .fit = Fit,
    .encode = Encode,
};

}  // namespace ramp
