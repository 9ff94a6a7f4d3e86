#include <fmt/format.h>

#include "ramp/health/monitors.h"

namespace ramp {
namespace {

constexpr double kVanishing = 1e-3;
constexpr double kExploding = 1;

void Judge(const HealthReport& report, std::vector<Finding>& findings) {
  if (report.layers.empty()) return;
  const LayerHealth& last = report.layers.back();
  for (const LayerHealth& layer : report.layers) {
    if (layer.gradient_norm >= kVanishing * last.gradient_norm) continue;
    findings.push_back({GradientProfileMonitor().name, layer.number,
                        fmt::format("{}: its gradient has vanished, norm {:.2g} where the last layer has {:.2g}",
                                    NameOf(layer), layer.gradient_norm, last.gradient_norm),
                        "fewer layers, or a rectifier with its own initialisation"});
    // The layers before it get no more.
    break;
  }
  for (const LayerHealth& layer : report.layers) {
    if (layer.gradient_ratio() <= kExploding) continue;
    findings.push_back({GradientProfileMonitor().name, layer.number,
                        fmt::format("{}: its gradient is larger than its weights, norm {:.2g} against {:.2g}",
                                    NameOf(layer), layer.gradient_norm, layer.weight_norm),
                        "a smaller learning rate, and scaled inputs"});
  }
}

}  // namespace

const Monitor& GradientProfileMonitor() {
  static const Monitor monitor{
      .name = "gradient-profile",
      .sees = "each layer's gradient norm against the last layer's (fires below 1/1000) and its weights' (above 1)",
      .why = "a layer without gradient does not learn; a gradient as large as the weights throws them away",
      .remedy = "initialisation that suits the activation, scaled inputs, a smaller learning rate",
      .judge = Judge};
  return monitor;
}

}  // namespace ramp
