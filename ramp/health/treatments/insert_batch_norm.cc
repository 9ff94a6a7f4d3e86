#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ramp/health/treatments/layer_walk.h"
#include "ramp/health/treatments/list.h"
#include "ramp/network/layers/layers.h"
#include "ramp/network/normalization.h"

namespace ramp {
namespace {

// Layers of which an activation reads the sums as they are.
std::vector<size_t> PlacesFor(const Network& network) {
  std::vector<size_t> places;
  for (const UnitLayer& layer : UnitLayers(network)) {
    if (ActivationBehind(network, layer.node)) places.push_back(layer.node);
  }
  return places;
}

// The norms' running statistics are those of the data, and their scale and shift undo them where the function is to
// stay.
void Fit(Network& network, const std::vector<size_t>& norms, const TreatmentContext& context, bool undo) {
  LayerWalk walk(network, context.data.examples, context.rows);
  for (size_t node = 0; node < network.nodes().size(); ++node) {
    if (std::ranges::count(norms, node) > 0) {
      const Node& norm = network.nodes()[node];
      const UnitMoments moments = MomentsOfUnits(walk.Compute(norm.inputs[0]), norm.output_shape.units());
      const auto block = [&](size_t index) { return network.parameters(network.blocks()[norm.first_block + index]); };
      for (size_t unit = 0; unit < moments.means.size(); ++unit) {
        const double variance = moments.deviations[unit] * moments.deviations[unit];
        if (!std::isfinite(variance)) continue;
        if (undo) {
          block(0)[unit] = static_cast<float>(std::sqrt(variance + static_cast<double>(kNormalizationEpsilon)));
          block(1)[unit] = static_cast<float>(moments.means[unit]);
        }
        block(2)[unit] = static_cast<float>(moments.means[unit]);
        block(3)[unit] = static_cast<float>(variance);
      }
    }
    walk.Compute(node);
  }
}

std::optional<std::string> Apply(Course& course, const TreatmentContext& context) {
  const std::vector<size_t> places = PlacesFor(course.network);
  if (places.empty()) return std::nullopt;
  const bool fresh = IsFresh(course);
  NetworkChange change;
  for (const size_t node : places) change.behind[node] = LayerFromText(BatchNormDefinition().name);
  const ChangedPlaces changed = Change(course, change);
  std::vector<size_t> norms;
  for (const size_t node : places) norms.push_back(changed.behind.at(node));
  Fit(course.network, norms, context, !fresh);
  // The best weights so far get norms that fit them.
  Network best = CopyOf(course.network);
  std::ranges::copy(course.state.best_parameters, best.parameters().begin());
  Fit(best, norms, context, true);
  course.state.best_parameters.assign(best.parameters().begin(), best.parameters().end());
  return fmt::format("a '{}' stands behind each of {} layers{}", BatchNormDefinition().name, places.size(),
                     fresh ? "" : ", which gives what the layer gave");
}

}  // namespace

Treatment InsertBatchNormTreatment() {
  return {.name = kInsertBatchNorm,
          .does =
              "inserts a batch norm between each layer and its activation; in a running training with the "
              "deviation as its scale and the mean as its shift, so that the function stays as it is",
          .apply = Apply};
}

}  // namespace ramp
