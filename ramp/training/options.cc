#include "ramp/training/options.h"

#include <fmt/format.h>

#include "ramp/base/error.h"

namespace ramp {
namespace {

std::string LimitsText(const OptionRow& row) {
  return std::isinf(row.high) ? fmt::format("from {} on", row.low) : fmt::format("from {} to {}", row.low, row.high);
}

}  // namespace

void CheckLimits(const TrainingOptions& options) {
  ForEachOption(options, [](const OptionRow& row, const auto& value) {
    using Value = std::remove_cvref_t<decltype(value)>;
    if constexpr (std::same_as<Value, double> || std::same_as<Value, size_t>) {
      const double number = static_cast<double>(value);
      if (number >= row.low && number <= row.high) return;
      throw UsageError(fmt::format("{} ({}) is a number {}, not {}", row.name, row.help, LimitsText(row), value));
    }
  });
}

}  // namespace ramp
