#include "ramp/health/monitors.h"

#include <fmt/format.h>

namespace ramp {

std::string NameOf(const LayerHealth& layer) { return fmt::format("layer {} ({})", layer.number, layer.text); }

std::span<const Monitor> Monitors() {
  static const Monitor monitors[] = {TrivialPredictorMonitor(), DeadUnitsMonitor(),  AlwaysOpenMonitor(),
                                     SparsityMonitor(),         SaturationMonitor(), CentringMonitor(),
                                     GradientProfileMonitor(),  OverfittingMonitor()};
  return monitors;
}

}  // namespace ramp
