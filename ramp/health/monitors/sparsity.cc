#include <fmt/format.h>

#include "ramp/activation/activation.h"
#include "ramp/health/monitors.h"

namespace ramp {
namespace {

constexpr double kLeastOpen = 0.02;

void Judge(const HealthReport& report, std::vector<Finding>& findings) {
  for (const LayerHealth& layer : report.layers) {
    if (layer.activation == nullptr || layer.activation->saves != Saves::kGate) continue;
    // A layer whose units are all dead is named for that.
    if (layer.open_share >= kLeastOpen || layer.dead == layer.units) continue;
    findings.push_back({SparsityMonitor().name, layer.number,
                        fmt::format("{}: only {:.2g} % of its gates are open, hardly anything passes", NameOf(layer),
                                    100 * layer.open_share),
                        std::string(SparsityMonitor().remedy)});
  }
}

}  // namespace

const Monitor& SparsityMonitor() {
  static const Monitor monitor{.name = "too-sparse",
                               .sees = "the share of open gates of a layer: fires below 2 %",
                               .why = "what does not pass a gate is neither used nor learned from",
                               .remedy = "a smaller learning rate or less weight decay, and biases that start at 0",
                               .judge = Judge};
  return monitor;
}

}  // namespace ramp
