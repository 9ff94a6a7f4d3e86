// Any bytes are text, whose words and characters become numbers of the vocabulary, or refused with an Error.
#include <string>
#include <vector>

#include "ramp/base/error.h"
#include "ramp/data/text.h"
#include "ramp/data/text_data.h"

namespace {

void CheckTokens(const ramp::Dataset& data) {
  for (const uint16_t token : std::get<std::vector<uint16_t>>(data.inputs)) {
    if (token >= data.encoding.vocabulary()) __builtin_trap();
  }
  const std::string json = data.encoding.ToJson();
  if (ramp::Encoding::FromJson(json).ToJson() != json) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  ramp::Notes notes;
  std::string text;
  try {
    text = ramp::CleanText("fuzz.txt", std::string(reinterpret_cast<const char*>(data), size), notes);
    const auto survey = ramp::SurveyLongText("fuzz.txt", text);
    const ramp::Encoding encoding = ramp::kLongTextData.fit(*survey, {.length = 5}, {});
    const ramp::Dataset next = ramp::kLongTextData.encode(*survey, encoding, ramp::Use::kTraining);
    CheckTokens(next);
    if (next.labels.size() != next.rows) __builtin_trap();
  } catch (const ramp::Error&) {
  }
  // Each line is a text, whose first byte is its class.
  ramp::TextSurvey lines;
  lines.name = "fuzz.txt";
  std::vector<uint32_t> training;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    training.push_back(static_cast<uint32_t>(lines.files.size()));
    lines.files.push_back({"fuzz.txt", text[begin] % 2 == 0 ? "even" : "odd", ramp::Part::kAny});
    lines.texts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  for (const bool characters : {false, true}) {
    try {
      ramp::SurveyClasses(lines);
      const ramp::Encoding encoding = ramp::kTextData.fit(lines, {.characters = characters}, training);
      CheckTokens(ramp::kTextData.encode(lines, encoding, ramp::Use::kTraining));
    } catch (const ramp::Error&) {
    }
  }
  return 0;
}
