// A table of any bytes is read, fitted and encoded, or refused with an Error; and it can be encoded again as itself.
#include <cstdint>
#include <string>
#include <vector>

#include "ramp/base/error.h"
#include "ramp/data/table_survey.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    const ramp::Table table = ramp::Table::Parse("fuzz.csv", std::string(reinterpret_cast<const char*>(data), size));
    ramp::TableSurvey survey = ramp::SurveyToTrain(table, {});
    // Every second row trains, so that some values are unknown and some are missing later only.
    std::vector<uint32_t> training;
    for (uint32_t row = 0; row < survey.rows.size(); row += 2) training.push_back(row);
    const ramp::Encoding fitted = ramp::FitTable(survey, {}, training);
    const std::string json = fitted.ToJson();
    const ramp::Encoding encoding = ramp::Encoding::FromJson(json);
    if (encoding.ToJson() != json) __builtin_trap();
    const ramp::Dataset trained = ramp::EncodeTable(survey, fitted, ramp::Use::kTraining);
    ramp::TableSurvey test = ramp::SurveyForModel(table, encoding, true);
    const ramp::Dataset tested = ramp::EncodeTable(test, encoding, ramp::Use::kTest);
    if (trained.inputs != tested.inputs || trained.labels != tested.labels) __builtin_trap();
    ramp::TableSurvey raw = ramp::SurveyForModel(table, encoding, false);
    ramp::EncodeTable(raw, encoding, ramp::Use::kPrediction);
  } catch (const ramp::Error&) {
  }
  return 0;
}
