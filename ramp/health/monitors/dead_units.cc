#include <fmt/format.h>

#include "ramp/activation/activation.h"
#include "ramp/health/monitors.h"

namespace ramp {
namespace {

constexpr double kShare = 0.25;

// Where a closed gate still lets a gradient through, the unit can come back.
bool CanDie(const Activation& activation) {
  const ActivationParameters initial = activation.initial_parameters();
  const std::vector<double> parameters(initial.begin(), initial.end());
  constexpr double kFarLeft = -10;
  return activation.slope(kFarLeft, parameters) == 0;
}

// Deep healthy networks have dead units and as many that are always open: there the inputs have become alike and
// nothing has died. So dead units alarm only where they outnumber the others.
bool IsAbnormal(const LayerHealth& layer) {
  const double dead = static_cast<double>(layer.dead);
  return dead > kShare * static_cast<double>(layer.units) && layer.dead > 2 * layer.always_open;
}

// The first of the family whose closed gate leaks.
std::string_view LeakingActivation() {
  for (const Activation& activation : Activations()) {
    if (activation.saves == Saves::kGate && !CanDie(activation)) return activation.name;
  }
  return "an activation that leaks";
}

void Judge(const HealthReport& report, std::vector<Finding>& findings) {
  for (const LayerHealth& layer : report.layers) {
    if (layer.activation == nullptr || !CanDie(*layer.activation) || !IsAbnormal(layer)) continue;
    findings.push_back({DeadUnitsMonitor().name, layer.number,
                        fmt::format("{}: {} of {} units are dead: no example opens them, so they learn nothing more",
                                    NameOf(layer), layer.dead, layer.units),
                        fmt::format("a smaller learning rate, or {}", LeakingActivation())});
  }
}

}  // namespace

const Monitor& DeadUnitsMonitor() {
  static const Monitor monitor{
      .name = "dead-units",
      .sees =
          "units whose gate no example opens: fires above a quarter of a layer, if they outnumber the always open two "
          "to "
          "one",
      .why = "a rectifier that is never open has gradient 0, gives 0, and does not come back by itself",
      .remedy = "a smaller learning rate, or an activation that leaks",
      .judge = Judge};
  return monitor;
}

}  // namespace ramp
