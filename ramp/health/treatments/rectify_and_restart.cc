#include <fmt/format.h>

#include "ramp/activation/activation.h"
#include "ramp/health/treatments/list.h"
#include "ramp/health/treatments/network_change.h"

namespace ramp {
namespace {

std::optional<std::string> Apply(Course& course, const TreatmentContext& /*context*/) {
  if (!MayRestart(course)) return std::nullopt;
  const std::string_view rectifier = Activations()[0].name;
  NetworkChange change;
  for (size_t node = 0; node < course.network.nodes().size(); ++node) {
    const Node& here = course.network.nodes()[node];
    const Activation* activation = here.layer->activation();
    if (activation == nullptr || here.block_count > 0 || !activation->saturates()) continue;
    change.instead[node] = LayerFromText(rectifier);
  }
  if (change.instead.empty()) return std::nullopt;
  Change(course, change);
  Restart(course);
  return fmt::format("begun anew with '{}' as the activation of {} layers", rectifier, change.instead.size());
}

}  // namespace

Treatment RectifyAndRestartTreatment() {
  return {.name = kRectifyAndRestart,
          .does = "takes a rectifier for activations that saturate, and begins anew; nothing is kept",
          .apply = Apply};
}

}  // namespace ramp
