#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ramp/activation/activation.h"
#include "ramp/base/random.h"
#include "ramp/health/treatments/layer_walk.h"
#include "ramp/health/treatments/list.h"

namespace ramp {
namespace {

constexpr uint64_t kStream = 1u << 21;

// The layer that alone reads what the units of an activation give, straight or through layers without parameters that
// leave the units where they are.
std::optional<UnitLayer> ReaderOf(const Network& network, size_t node, size_t units) {
  const std::vector<UnitLayer> layers = UnitLayers(network);
  while (network.nodes()[node].readers.size() == 1) {
    node = network.nodes()[node].readers[0];
    const Node& here = network.nodes()[node];
    if (const auto found = std::ranges::find(layers, node, &UnitLayer::node); found != layers.end()) {
      // The inputs of a unit are counted with the units before it innermost; groups read only some of them.
      const size_t inputs = found->weight->block.shape.count() / found->units();
      return inputs % units == 0 ? std::optional(*found) : std::nullopt;
    }
    if (here.block_count > 0 || here.inputs.size() != 1 || here.layer->activation() != nullptr) return std::nullopt;
    if (here.output_shape.units() != units && here.output_shape.count() != here.input_shapes[0].count()) {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

// Units that no row opens: what their activation gives is the same for all rows.
std::vector<bool> DeadUnits(std::span<const float> sums, size_t units) {
  std::vector<bool> dead(units, true);
  for (size_t i = 0; i < sums.size(); ++i) {
    if (!(sums[i] <= 0)) dead[i % units] = false;
  }
  return dead;
}

// New weights into the dead units, none out of them.
void Recycle(Course& course, const UnitLayer& layer, const UnitLayer& reader, const std::vector<bool>& dead,
             LayerWalk& walk) {
  Network& network = course.network;
  const size_t units = layer.units(), weights = layer.weight->block.shape.count();
  const std::span<float> into = network.parameters(*layer.weight), biases = network.parameters(*layer.bias);
  const std::span<float> out_of = network.parameters(*reader.weight);
  const size_t behind = reader.units(), inputs_behind = out_of.size() / behind;
  Random random(course.options.seed, kStream + layer.node);
  const double deviation = 1 / std::sqrt(static_cast<double>(weights / units));
  for (size_t unit = 0; unit < units; ++unit) {
    if (!dead[unit]) continue;
    for (size_t i = unit; i < weights; i += units) into[i] = static_cast<float>(deviation * random.Normal());
    biases[unit] = 0;
    ForgetMoments(course, layer.weight->offset + unit, units, weights / units);
    ForgetMoments(course, layer.bias->offset + unit, 1, 1);
    for (size_t input = unit; input < inputs_behind; input += units) {
      std::ranges::fill(out_of.subspan(input * behind, behind), 0.0f);
      ForgetMoments(course, reader.weight->offset + input * behind, 1, behind);
    }
  }
  Standardise(network, layer, MomentsOfUnits(walk.Compute(layer.node), units), dead);
}

std::optional<std::string> Apply(Course& course, const TreatmentContext& context) {
  Network& network = course.network;
  const std::vector<UnitLayer> layers = UnitLayers(network);
  LayerWalk walk(network, context.data.examples, context.rows);
  size_t recycled = 0, touched = 0;
  for (size_t node = 0; node < network.nodes().size(); ++node) {
    const std::span<const float> sums = walk.Compute(node);
    const auto layer = std::ranges::find(layers, node, &UnitLayer::node);
    if (layer == layers.end()) continue;
    const std::optional<size_t> activation = ActivationBehind(network, node);
    if (!activation || !CanDie(*network.nodes()[*activation].layer->activation())) continue;
    const std::vector<bool> dead = DeadUnits(sums, layer->units());
    const auto count = static_cast<size_t>(std::ranges::count(dead, true));
    const std::optional<UnitLayer> reader = ReaderOf(network, *activation, layer->units());
    if (count == 0 || !reader) continue;
    Recycle(course, *layer, *reader, dead, walk);
    recycled += count;
    ++touched;
  }
  if (recycled == 0) return std::nullopt;
  return fmt::format("{} dead units in {} layers have new weights before them and none behind them", recycled, touched);
}

}  // namespace

Treatment RecycleUnitsTreatment() {
  return {.name = kRecycleUnits,
          .does =
              "redraws the weights into units that no row opens, scaled and centred on the data, with weights 0 out "
              "of them, so that the function stays as it is (Sokar et al., 2023); what the optimizer remembers of "
              "them is forgotten",
          .apply = Apply};
}

}  // namespace ramp
