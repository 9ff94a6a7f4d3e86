#include <fmt/format.h>

#include "ramp/activation/activation.h"
#include "ramp/health/monitors.h"

namespace ramp {
namespace {

constexpr double kShare = 0.5;

void Judge(const HealthReport& report, std::vector<Finding>& findings) {
  for (const LayerHealth& layer : report.layers) {
    if (layer.activation == nullptr || layer.activation->saves != Saves::kGate) continue;
    if (static_cast<double>(layer.always_open) <= kShare * static_cast<double>(layer.units)) continue;
    findings.push_back({AlwaysOpenMonitor().name, layer.number,
                        fmt::format("{}: {} of {} units are always open, so the layer is nearly linear", NameOf(layer),
                                    layer.always_open, layer.units),
                        std::string(AlwaysOpenMonitor().remedy)});
  }
}

}  // namespace

const Monitor& AlwaysOpenMonitor() {
  static const Monitor monitor{.name = "always-open",
                               .sees = "units whose gate no example closes: fires above half of a layer",
                               .why = "a rectifier that is always open is the identity: the layer adds no nonlinearity",
                               .remedy = "centre the inputs, and check that the biases do not start large",
                               .judge = Judge};
  return monitor;
}

}  // namespace ramp
