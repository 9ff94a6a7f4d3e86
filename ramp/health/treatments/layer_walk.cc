#include "ramp/health/treatments/layer_walk.h"

#include <algorithm>
#include <cmath>

#include "ramp/network/plan.h"

namespace ramp {
namespace {

// A deviation below this share of the size of the values is rounding.
constexpr double kRounding = 1e-5;

// A layer that reads several values is a sum, a product or a row of them, for which its definition is quick enough.
std::vector<float> FromDefinition(const Network& network, size_t node, size_t rows,
                                  const std::vector<std::span<const float>>& inputs) {
  const Node& here = network.nodes()[node];
  ReferenceContext context{.batch = rows, .input_shapes = here.input_shapes, .output_shape = here.output_shape};
  for (const std::span<const float> input : inputs) context.inputs.emplace_back(input.begin(), input.end());
  std::vector<std::vector<double>> parameters;
  for (const PlacedBlock& placed : network.blocks().subspan(here.first_block, here.block_count)) {
    const std::span<const float> values = network.parameters(placed);
    parameters.emplace_back(values.begin(), values.end());
  }
  context.parameters.assign(parameters.begin(), parameters.end());
  const std::vector<double> output = here.layer->Reference(context);
  return {output.begin(), output.end()};
}

// The layer as a network of its own.
std::vector<float> FromPlan(const Network& network, size_t node, size_t rows, std::span<const float> input) {
  const Node& here = network.nodes()[node];
  if (here.layer->OnlyInTraining()) return {input.begin(), input.end()};
  Network alone(std::vector<GraphNode>{{here.layer, {kNetworkInput}}}, here.input_shapes[0]);
  for (size_t b = 0; b < here.block_count; ++b) {
    const PlacedBlock& placed = network.blocks()[here.first_block + b];
    std::ranges::copy(network.parameters(placed), alone.parameters(alone.blocks()[b]).begin());
  }
  Plan plan(std::as_const(alone), rows, PlanMode::kInference);
  std::ranges::copy(input, plan.input().begin());
  plan.Forward();
  return {plan.output().begin(), plan.output().end()};
}

}  // namespace

LayerWalk::LayerWalk(const Network& network, const Dataset& data, std::span<const uint32_t> rows)
    : network_(network),
      rows_(rows.size()),
      inputs_(rows.size() * network.input_shape().count()),
      values_(network.nodes().size()) {
  data.Gather(rows, inputs_.data());
}

std::span<const float> LayerWalk::Compute(size_t node) {
  std::vector<std::span<const float>> inputs;
  for (const size_t input : network_.nodes()[node].inputs) {
    inputs.push_back(input == kNetworkInput ? std::span<const float>(inputs_) : values_[input]);
  }
  values_[node] =
      inputs.size() == 1 ? FromPlan(network_, node, rows_, inputs[0]) : FromDefinition(network_, node, rows_, inputs);
  return values_[node];
}

UnitMoments MomentsOfUnits(std::span<const float> values, size_t units) {
  UnitMoments moments{std::vector<double>(units), std::vector<double>(units)};
  const double rows = static_cast<double>(values.size() / units);
  for (size_t i = 0; i < values.size(); ++i) moments.means[i % units] += static_cast<double>(values[i]) / rows;
  for (size_t i = 0; i < values.size(); ++i) {
    moments.deviations[i % units] += std::pow(static_cast<double>(values[i]) - moments.means[i % units], 2) / rows;
  }
  for (double& deviation : moments.deviations) deviation = std::sqrt(deviation);
  return moments;
}

void Standardise(Network& network, const UnitLayer& layer, const UnitMoments& moments, const std::vector<bool>& units) {
  const std::span<float> weights = network.parameters(*layer.weight), biases = network.parameters(*layer.bias);
  const size_t count = units.size();
  for (size_t unit = 0; unit < count; ++unit) {
    const double mean = moments.means[unit], deviation = moments.deviations[unit];
    if (!units[unit] || !std::isfinite(mean) || !std::isfinite(deviation)) continue;
    const double scale = deviation > kRounding * std::abs(mean) && deviation > 0 ? 1 / deviation : 1;
    for (size_t i = unit; i < weights.size(); i += count) {
      weights[i] = static_cast<float>(static_cast<double>(weights[i]) * scale);
    }
    biases[unit] = static_cast<float>((static_cast<double>(biases[unit]) - mean) * scale);
  }
}

bool StandardiseLayers(Network& network, const Dataset& data, std::span<const uint32_t> rows,
                       std::span<const size_t> only) {
  const std::vector<UnitLayer> layers = UnitLayers(network);
  LayerWalk walk(network, data, rows);
  bool found = false;
  for (size_t node = 0; node < network.nodes().size(); ++node) {
    const std::span<const float> values = walk.Compute(node);
    const auto layer = std::ranges::find(layers, node, &UnitLayer::node);
    if (layer == layers.end()) continue;
    if (!only.empty() && std::ranges::count(only, network.LayerNumber(node)) == 0) continue;
    UnitMoments moments = MomentsOfUnits(values, layer->units());
    if (network.nodes()[node].readers.empty()) {
      // The outputs' means are for training to find; too large ones only have to be brought down.
      std::ranges::fill(moments.means, 0.0);
      const double largest = std::ranges::max(moments.deviations);
      std::ranges::fill(moments.deviations, std::max(1.0, largest));
    }
    Standardise(network, *layer, moments, std::vector<bool>(layer->units(), true));
    walk.Compute(node);
    found = true;
  }
  return found;
}

}  // namespace ramp
