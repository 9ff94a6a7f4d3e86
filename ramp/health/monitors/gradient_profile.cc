#include <fmt/format.h>

#include "ramp/health/monitors.h"

namespace ramp {
namespace {

constexpr double kVanishing = 1e-3;
constexpr double kExploding = 1;

void Judge(const HealthReport& report, std::vector<Finding>& findings) {
  if (report.layers.empty()) return;
  const LayerHealth& first = report.layers.front();
  const LayerHealth& last = report.layers.back();
  if (last.gradient_norm > 0 && first.gradient_norm < kVanishing * last.gradient_norm) {
    findings.push_back({GradientProfileMonitor().name, first.number,
                        fmt::format("{}: its gradient has vanished, norm {:.2g} where the last layer has {:.2g}",
                                    NameOf(first), first.gradient_norm, last.gradient_norm),
                        "fewer layers, a rectifier with its own initialisation, or residual connections"});
  }
  for (const LayerHealth& layer : report.layers) {
    if (layer.gradient_ratio() <= kExploding) continue;
    findings.push_back({GradientProfileMonitor().name, layer.number,
                        fmt::format("{}: its gradient is larger than its weights, norm {:.2g} against {:.2g}",
                                    NameOf(layer), layer.gradient_norm, layer.weight_norm),
                        "clip the gradient (--clip-norm 5), and a smaller learning rate"});
  }
}

}  // namespace

const Monitor& GradientProfileMonitor() {
  static const Monitor monitor{
      .name = "gradient-profile",
      .sees = "each layer's gradient norm against the last layer's (fires below 1/1000) and its weights' (above 1)",
      .why = "a layer without gradient does not learn; a gradient as large as the weights throws them away",
      .remedy = "initialisation that suits the activation, clipping, a smaller learning rate",
      .judge = Judge};
  return monitor;
}

}  // namespace ramp
