#include "ramp/data/plain_encoding.h"

#include <fmt/format.h>

#include <cstdint>
#include <variant>
#include <vector>

namespace ramp {

Encoding PlainEncoding(const Shape& input, size_t outputs) {
  Encoding encoding;
  encoding.shape = input;
  encoding.task = outputs == 1 ? Task::kRegression : Task::kClassification;
  for (size_t i = 0; i < outputs && outputs > 1; ++i) encoding.labels.push_back(fmt::format("{}", i));
  if (input.rank() == 1) {
    for (size_t i = 0; i < input.count(); ++i) encoding.columns.push_back({.name = fmt::format("{}", i + 1)});
    encoding.target_index = encoding.columns.size();
  }
  encoding.mean = {0};
  encoding.deviation = {1};
  return encoding;
}

void FinishPlain(Dataset& data, const std::string& model) {
  if (std::holds_alternative<std::vector<uint8_t>>(data.inputs)) data.encoding.deviation = {255};
  data.notes.push_back(
      fmt::format("{} does not say how its data is encoded: numbers are taken as they are, bytes divided by 255, "
                  "classes counted from 0",
                  model));
}

}  // namespace ramp
