#include <algorithm>

#include "ramp/health/probe.h"
#include "ramp/health/treatments/layer_walk.h"
#include "ramp/health/treatments/list.h"

namespace ramp {
namespace {

// Of units that are all alike no scale makes different ones.
bool IsSymmetric(const Network& network) {
  return std::ranges::any_of(DescribeLayers(network), [](const LayerHealth& layer) {
    return layer.units > 1 && layer.weights > layer.units && layer.distinct_units == 1;
  });
}

std::optional<std::string> Apply(Course& course, const TreatmentContext& context) {
  if (!MayRestart(course) || UnitLayers(course.network).empty()) return std::nullopt;
  const bool fresh = IsFresh(course);
  if (!fresh || IsSymmetric(course.network)) Restart(course);
  StandardiseLayers(course.network, context.data.examples, context.rows, {});
  return std::string(fresh ? "" : "begun anew; ") +
         "the first weights of each unit are scaled and centred by what it gives on the data";
}

}  // namespace

Treatment RescaleStartTreatment() {
  return {.name = kRescaleStart,
          .does =
              "scales the first weights, from layer to layer, until every unit gives mean 0 and deviation 1 on the "
              "data (Mishkin and Matas, 2016); begins anew where steps were made",
          .apply = Apply};
}

}  // namespace ramp
