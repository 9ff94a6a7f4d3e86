#include <fmt/format.h>

#include <cmath>

#include "ramp/health/monitors.h"

namespace ramp {
namespace {

constexpr double kDeviations = 3;

void Judge(const HealthReport& report, std::vector<Finding>& findings) {
  for (const LayerHealth& layer : report.layers) {
    if (layer.activation == nullptr || layer.deviation == 0) continue;
    if (std::abs(layer.mean) <= kDeviations * layer.deviation) continue;
    findings.push_back({CentringMonitor().name, layer.number,
                        fmt::format("{}: its values are far from zero-centred, mean {:.3g} with deviation {:.3g}",
                                    NameOf(layer), layer.mean, layer.deviation),
                        std::string(CentringMonitor().remedy)});
  }
}

}  // namespace

const Monitor& CentringMonitor() {
  static const Monitor monitor{
      .name = "not-centred",
      .sees = "the mean of a layer's values against their deviation: fires above 3 deviations",
      .why = "values of one sign push all weights of the next layer's units one way",
      .remedy = "centre the inputs, a smaller learning rate, or an activation with negative values",
      .judge = Judge};
  return monitor;
}

}  // namespace ramp
