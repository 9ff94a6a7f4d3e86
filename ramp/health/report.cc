#include "ramp/health/report.h"

#include <fmt/format.h>

#include <array>

namespace ramp {

std::string NameOf(const LayerHealth& layer) { return fmt::format("layer {} ({})", layer.number, layer.text); }

std::string_view Name(Severity severity) {
  constexpr std::array<std::string_view, 3> kNames = {"note", "warning", "error"};
  return kNames[static_cast<size_t>(severity)];
}

}  // namespace ramp
