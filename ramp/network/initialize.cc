#include "ramp/network/initialize.h"

#include <algorithm>
#include <cmath>

#include "ramp/activation/activation.h"
#include "ramp/base/find_row.h"
#include "ramp/base/random.h"

namespace ramp {
namespace {

double FanIn(const ParameterBlock& weight) { return static_cast<double>(std::max<size_t>(weight.fan_in, 1)); }
double Fans(const ParameterBlock& weight) { return FanIn(weight) + static_cast<double>(weight.fan_out); }

double He(const ParameterBlock& weight, double /*gain*/) { return 2 / FanIn(weight); }
double Xavier(const ParameterBlock& weight, double /*gain*/) { return 2 / Fans(weight); }
double LeCun(const ParameterBlock& weight, double /*gain*/) { return 1 / FanIn(weight); }
double ByActivation(const ParameterBlock& weight, double gain) { return gain / FanIn(weight); }

constexpr Initialization kInitializations[] = {
    {"auto", "the gain of the activation that follows, over fan_in: keeps the second moment", "He et al., 2015", true,
     ByActivation},
    {"he", "2 / fan_in, normal: keeps the second moment through rectifiers", "He et al., 2015", false, He},
    {"he_uniform", "2 / fan_in, uniform", "He et al., 2015", true, He},
    {"xavier", "2 / (fan_in + fan_out), uniform: for tanh and sigmoid", "Glorot and Bengio, 2010", true, Xavier},
    {"xavier_normal", "2 / (fan_in + fan_out), normal", "Glorot and Bengio, 2010", false, Xavier},
    {"lecun", "1 / fan_in, normal: keeps the variance through linear units and selu", "LeCun et al., 1998", false,
     LeCun},
};

bool HasWeights(const Network& network, const Node& node) {
  const auto blocks = network.blocks().subspan(node.first_block, node.block_count);
  return std::ranges::any_of(
      blocks, [](const PlacedBlock& placed) { return placed.block.kind == ParameterBlock::Kind::kWeight; });
}

// Of the activation that the layer's output goes to, straight or through layers that keep its scale; 1 where it goes to
// none.
double GainBehind(const Network& network, size_t layer) {
  const std::vector<size_t>* readers = &network.nodes()[layer].readers;
  while (readers->size() == 1) {
    const Node& next = network.nodes()[readers->front()];
    if (const Activation* activation = next.layer->activation()) return activation->gain;
    if (HasWeights(network, next)) break;
    readers = &next.readers;
  }
  return 1;
}

}  // namespace

std::span<const Initialization> Initializations() { return kInitializations; }

const Initialization& FindInitialization(std::string_view name) {
  return FindRow(Initializations(), "an initialisation", name);
}

void Initialize(Network& network, std::string_view name, uint64_t seed) {
  const Initialization& row = FindInitialization(name.empty() ? kInitializations[0].name : name);
  for (size_t b = 0; b < network.blocks().size(); ++b) {
    const PlacedBlock& placed = network.blocks()[b];
    const std::span<float> values = network.parameters(placed);
    if (placed.block.kind != ParameterBlock::Kind::kWeight) {
      std::fill(values.begin(), values.end(), placed.block.initial);
      continue;
    }
    // A stream for each block, so that a change of one layer leaves the others' start alone.
    Random random(seed, b);
    const double deviation = std::sqrt(row.variance(placed.block, GainBehind(network, placed.layer)));
    const double limit = std::sqrt(3.0) * deviation;
    for (float& value : values) {
      value = static_cast<float>(row.uniform ? random.Uniform(-limit, limit) : deviation * random.Normal());
    }
  }
}

}  // namespace ramp
