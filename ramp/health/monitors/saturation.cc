#include <fmt/format.h>

#include "ramp/health/monitors.h"

namespace ramp {
namespace {

constexpr double kShare = 0.5;

void Judge(const HealthReport& report, std::vector<Finding>& findings) {
  for (const LayerHealth& layer : report.layers) {
    if (layer.saturated_share.value_or(0) <= kShare) continue;
    findings.push_back({SaturationMonitor().name, layer.number,
                        fmt::format("{}: {:.0f} % of its values are saturated, where the slope is nearly 0",
                                    NameOf(layer), 100 * *layer.saturated_share),
                        std::string(SaturationMonitor().remedy)});
  }
}

}  // namespace

const Monitor& SaturationMonitor() {
  static const Monitor monitor{
      .name = "saturation",
      .sees = "values within 1 % of the ends of the activation's range: fires above half",
      .why = "at the ends of its range an activation passes nearly no gradient",
      .remedy = "smaller initial weights, scaled inputs, or a rectifier, which does not saturate",
      .judge = Judge};
  return monitor;
}

}  // namespace ramp
