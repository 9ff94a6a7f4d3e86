// Any bytes are text, whose words and characters become numbers of the vocabulary, or refused with an Error.
#include <string>

#include "ramp/base/error.h"
#include "ramp/data/text.h"
#include "ramp/data/text_dataset.h"

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
    const ramp::Dataset next = ramp::FitNextCharacter("fuzz.txt", text, 5);
    CheckTokens(next);
    if (next.labels.size() != next.rows) __builtin_trap();
  } catch (const ramp::Error&) {
  }
  // Each line is a text, whose first byte is its class.
  ramp::Texts texts{.name = "fuzz.txt", .origins = {}, .texts = {}, .notes = {}};
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    texts.origins.push_back({"fuzz.txt", text[begin] % 2 == 0 ? "even" : "odd", ramp::Part::kAny});
    texts.texts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  for (const bool characters : {false, true}) {
    try {
      ramp::Split split;
      const auto draw = [](std::span<const ramp::ExampleOrigin> examples, std::span<const int32_t>) {
        ramp::Split all;
        for (uint32_t row = 0; row < examples.size(); ++row) all.training.push_back(row);
        return all;
      };
      CheckTokens(ramp::FitTexts(texts, {.characters = characters}, draw, split));
    } catch (const ramp::Error&) {
    }
  }
  return 0;
}
