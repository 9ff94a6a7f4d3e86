#include <fmt/format.h>

#include <algorithm>

#include "ramp/activation/activation.h"
#include "ramp/health/treatments/list.h"
#include "ramp/health/treatments/network_change.h"

namespace ramp {
namespace {

// The first of the table that is the identity where it is open, and passes a fixed share of the gradient elsewhere.
const Activation* FirstThatLeaks() {
  for (const Activation& activation : Activations()) {
    const ActivationParameters initial = activation.initial_parameters();
    const std::vector<double> parameters(initial.begin(), initial.end());
    const bool identity = activation.slope(10, parameters) == 1;
    const double leak = activation.slope(-10, parameters);
    if (identity && leak > 0 && leak < 1 && !activation.learned()) return &activation;
  }
  return nullptr;
}

std::optional<std::string> Apply(Course& course, const TreatmentContext& /*context*/) {
  const Activation* leaking = FirstThatLeaks();
  if (!MayRestart(course) || leaking == nullptr) return std::nullopt;
  NetworkChange change;
  for (size_t node = 0; node < course.network.nodes().size(); ++node) {
    const Node& here = course.network.nodes()[node];
    const Activation* activation = here.layer->activation();
    if (activation == nullptr || here.block_count > 0 || !CanDie(*activation)) continue;
    change.instead[node] = LayerFromText(leaking->name);
  }
  if (change.instead.empty()) return std::nullopt;
  Change(course, change);
  Restart(course);
  return fmt::format("begun anew with '{}' as the activation of {} layers", leaking->name, change.instead.size());
}

}  // namespace

Treatment LeakAndRestartTreatment() {
  return {.name = kLeakAndRestart,
          .does =
              "takes a rectifier that leaks for activations whose units can die, and begins anew; in a running "
              "network it would change every value",
          .apply = Apply};
}

}  // namespace ramp
