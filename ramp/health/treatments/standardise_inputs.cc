#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ramp/health/treatments/layer_walk.h"
#include "ramp/health/treatments/list.h"
#include "ramp/network/layers/layers.h"

namespace ramp {
namespace {

// The first layers scale the inputs already.
bool HasStandardised(const Network& network) {
  const Node& first = network.nodes()[0];
  return first.block_count > 0 && !network.IsTrained(first);
}

std::optional<std::string> Apply(Course& course, const TreatmentContext& context) {
  const Encoding& encoding = context.data.examples.encoding;
  if (encoding.vocabulary() > 0 || context.rows.empty() || HasStandardised(course.network)) return std::nullopt;
  std::vector<float> inputs(context.rows.size() * encoding.shape.count());
  context.data.examples.Gather(context.rows, inputs.data());
  const size_t units = encoding.shape.units();
  const UnitMoments moments = MomentsOfUnits(inputs, units);

  const ChangedPlaces places =
      Change(course, {.behind = {{kNetworkInput, LayerFromText(fmt::format("{} fixed", AffineDefinition().name))}}});
  const Node& node = course.network.nodes()[places.behind.at(kNetworkInput)];
  const PlacedBlock* blocks = &course.network.blocks()[node.first_block];
  const std::span<float> scales = course.network.parameters(blocks[0]), offsets = course.network.parameters(blocks[1]);
  for (size_t unit = 0; unit < units; ++unit) {
    const double deviation = moments.deviations[unit];
    const double scale = deviation > 1e-6 * std::abs(moments.means[unit]) && deviation > 0 ? 1 / deviation : 1;
    scales[unit] = static_cast<float>(scale);
    offsets[unit] = static_cast<float>(-scale * moments.means[unit]);
  }
  // For the best weights of an epoch the layer is the identity, which its usual start is; first weights are no better
  // without it.
  if (course.state.position.best_epoch == 0) {
    std::ranges::copy(scales, BlockIn(course.state.best_parameters, blocks[0]).begin());
    std::ranges::copy(offsets, BlockIn(course.state.best_parameters, blocks[1]).begin());
  }
  return fmt::format("the inputs are brought to mean 0 and deviation 1 by a first layer '{}'", node.layer->Text());
}

}  // namespace

Treatment StandardiseInputsTreatment() {
  return {.name = kStandardiseInputs,
          .does =
              "puts a layer before the first that brings each column (of pictures: each channel) to mean 0 and "
              "deviation 1, with numbers that stay as they are; all weights and what is remembered of them are kept",
          .apply = Apply};
}

}  // namespace ramp
