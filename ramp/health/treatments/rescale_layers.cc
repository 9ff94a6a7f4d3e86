#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "ramp/health/treatments/layer_walk.h"
#include "ramp/health/treatments/list.h"

namespace ramp {
namespace {

std::optional<std::string> Apply(Course& course, const TreatmentContext& context) {
  if (context.layers.empty()) return std::nullopt;
  if (!StandardiseLayers(course.network, context.data.examples, context.rows, context.layers)) return std::nullopt;
  for (const UnitLayer& layer : UnitLayers(course.network)) {
    if (std::ranges::count(context.layers, course.network.LayerNumber(layer.node)) == 0) continue;
    ForgetMoments(course, layer.weight->offset, 1, layer.weight->block.shape.count());
    ForgetMoments(course, layer.bias->offset, 1, layer.units());
  }
  return fmt::format("the units of layer {} give mean 0 and deviation 1 again", fmt::join(context.layers, ", "));
}

}  // namespace

Treatment RescaleLayersTreatment() {
  return {.name = kRescaleLayers,
          .does =
              "scales and centres the units of the layers concerned, so that they leave the ends of their "
              "activation; what is remembered of their steps is forgotten, the other layers are kept",
          .apply = Apply};
}

}  // namespace ramp
