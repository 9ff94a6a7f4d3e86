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
  ForeignEncoding data{.scale = {.mean = {0}, .deviation = {1}}};
  if (input.rank() == 1) {
    std::vector<TableColumn>& columns = data.table.columns;
    for (size_t i = 0; i < input.count(); ++i) columns.push_back({.name = fmt::format("{}", i + 1)});
    data.table.target_index = columns.size();
  }
  encoding.data = std::move(data);
  return encoding;
}

void FinishPlain(Dataset& data, const std::string& model) {
  if (std::holds_alternative<std::vector<uint8_t>>(data.inputs)) {
    std::get<ForeignEncoding>(data.encoding.data).scale.deviation = {255};
  }
  data.notes.push_back(
      fmt::format("{} does not say how its data is encoded: numbers are taken as they are, bytes divided by 255, "
                  "classes counted from 0",
                  model));
}

}  // namespace ramp
