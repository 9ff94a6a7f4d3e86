#include "ramp/network/initialize.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "ramp/activation/activation.h"
#include "ramp/base/error.h"
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

// Semi-orthogonal: the shorter side of the matrix has vectors of norm 1, so a weight's mean square is 1 / the longer
// one.
double Orthogonal(const ParameterBlock& weight, double gain) {
  const size_t units = std::max<size_t>(weight.shape.units(), 1);
  return gain / static_cast<double>(std::max<size_t>({weight.shape.count() / units, units, 1}));
}
// The paper's 0.6007^2, for which the length of the signal stays the same through layers of relu.
double Asymmetric(const ParameterBlock& weight, double /*gain*/) { return 0.36084 / FanIn(weight); }

void DrawUniform(const WeightDraw& draw) {
  const double limit = std::sqrt(3 * draw.variance);
  for (float& weight : draw.weights) weight = static_cast<float>(draw.random.Uniform(-limit, limit));
}

void DrawNormal(const WeightDraw& draw) {
  const double deviation = std::sqrt(draw.variance);
  for (float& weight : draw.weights) weight = static_cast<float>(deviation * draw.random.Normal());
}

// value += factor x other for vectors of one length, and their product.
void AddTo(std::span<double> value, double factor, std::span<const double> other) {
#pragma omp simd
  for (size_t i = 0; i < value.size(); ++i) value[i] += factor * other[i];
}
double Dot(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
#pragma omp simd reduction(+ : sum)
  for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

// Gram and Schmidt on normal vectors, which gives every orthogonal matrix the same chance. What a vector has in common
// with those before it is taken away twice: once leaves the rounding of a difference of large numbers.
void DrawOrthogonal(const WeightDraw& draw) {
  const size_t inputs = draw.inputs(), units = draw.units;
  const size_t length = std::max(inputs, units), count = std::min(inputs, units);
  std::vector<double> values(length * count);
  const auto vector = [&](size_t i) { return std::span(values).subspan(i * length, length); };
  for (size_t i = 0; i < count; ++i) {
    for (double& value : vector(i)) value = draw.random.Normal();
    for (int pass = 0; pass < 2; ++pass) {
      for (size_t before = 0; before < i; ++before) AddTo(vector(i), -Dot(vector(i), vector(before)), vector(before));
    }
    const double norm = std::sqrt(Dot(vector(i), vector(i)));
    for (double& value : vector(i)) value /= norm;
  }
  const double scale = std::sqrt(draw.variance * static_cast<double>(length));
  for (size_t i = 0; i < inputs; ++i) {
    for (size_t u = 0; u < units; ++u) {
      const double value = inputs >= units ? vector(u)[i] : vector(i)[u];
      draw.weights[i * units + u] = static_cast<float>(scale * value);
    }
  }
}

// Each unit has one number among its weights and its bias that is positive for certain, from the distribution Beta(2,
// 1); so it is less likely to be born dead.
void DrawAsymmetric(const WeightDraw& draw) {
  const double deviation = std::sqrt(draw.variance);
  DrawNormal(draw);
  for (float& bias : draw.bias) bias = static_cast<float>(deviation * draw.random.Normal());
  for (size_t u = 0; u < draw.units; ++u) {
    const size_t place = draw.random.Below(draw.inputs() + (draw.bias.empty() ? 0 : 1));
    const float positive = static_cast<float>(std::sqrt(draw.random.Uniform()));
    (place < draw.inputs() ? draw.weights[place * draw.units + u] : draw.bias[u]) = positive;
  }
}

constexpr Initialization kInitializations[] = {
    {"auto", "the gain of the activation that follows, over fan_in: keeps the second moment", "He et al., 2015",
     ByActivation, DrawUniform},
    {"he", "2 / fan_in, normal: keeps the second moment through rectifiers", "He et al., 2015", He, DrawNormal},
    {"he_uniform", "2 / fan_in, uniform", "He et al., 2015", He, DrawUniform},
    {"xavier", "2 / (fan_in + fan_out), uniform: for tanh and sigmoid", "Glorot and Bengio, 2010", Xavier, DrawUniform},
    {"xavier_normal", "2 / (fan_in + fan_out), normal", "Glorot and Bengio, 2010", Xavier, DrawNormal},
    {"lecun", "1 / fan_in, normal: keeps the variance through linear units and selu", "LeCun et al., 1998", LeCun,
     DrawNormal},
    {"orthogonal", "orthogonal vectors with the gain of the activation that follows: for deep plain networks",
     "Saxe, McClelland and Ganguli, 2014", Orthogonal, DrawOrthogonal},
    {"asymmetric", "one weight or bias of each unit is positive for certain: against units that are born dead",
     "Lu, Shin, Su and Karniadakis, 2019", Asymmetric, DrawAsymmetric},
    {"fixup", "like auto, normal, and scaled by the number of residual branches, which start at 0: without norms",
     "Zhang, Dauphin and Ma, 2019", ByActivation, DrawNormal, true},
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

// A sum of branches, which a concatenation is not: its output has more units.
bool IsSum(const Node& node) {
  return node.inputs.size() > 1 &&
         std::ranges::all_of(node.input_shapes, [&](const Shape& shape) { return shape == node.output_shape; });
}

// The nodes with weights on the way from a branch's end back to where it begins, or to a join within it.
std::vector<size_t> BranchLayers(const Network& network, size_t node) {
  std::vector<size_t> layers;
  while (node != kNetworkInput && network.nodes()[node].readers.size() == 1) {
    const Node& here = network.nodes()[node];
    if (here.inputs.size() != 1) break;
    if (HasWeights(network, here)) layers.push_back(node);
    node = here.inputs[0];
  }
  return layers;
}

// The factor on the first weights of each node, see Initialization::scales_branches. The last input of a sum is the
// shortcut, which stays as it is.
std::vector<double> BranchFactors(const Network& network) {
  std::vector<std::vector<size_t>> branches;
  for (const Node& node : network.nodes()) {
    if (!IsSum(node)) continue;
    for (size_t input = 0; input + 1 < node.inputs.size(); ++input) {
      branches.push_back(BranchLayers(network, node.inputs[input]));
      if (branches.back().empty()) branches.pop_back();
    }
  }
  std::vector<double> factors(network.nodes().size(), 1);
  for (const std::vector<size_t>& layers : branches) {
    const double others = static_cast<double>(layers.size() - 1);
    for (const size_t layer : layers) {
      const bool last = layer == layers.front();
      factors[layer] = last ? 0 : std::pow(static_cast<double>(branches.size()), -0.5 / others);
    }
  }
  return factors;
}

// Of the layer whose weights these are; empty where it has none.
std::span<float> BiasOf(Network& network, const PlacedBlock& weights, size_t units) {
  for (const PlacedBlock& placed : network.blocks()) {
    if (placed.layer != weights.layer || placed.block.kind != ParameterBlock::Kind::kBias) continue;
    if (placed.block.shape.count() == units) return network.parameters(placed);
  }
  return {};
}

}  // namespace

std::span<const Initialization> Initializations() { return kInitializations; }

const Initialization& FindInitialization(std::string_view name) {
  return FindRow(Initializations(), "an initialisation", name);
}

void Initialize(Network& network, std::string_view name, uint64_t seed, double factor) {
  const Initialization& row = FindInitialization(name.empty() ? kInitializations[0].name : name);
  if (!(factor >= 0 && std::isfinite(factor))) {
    throw UsageError(fmt::format("the gain of the first weights is a number from 0, not {}", factor));
  }
  for (const PlacedBlock& placed : network.blocks()) {
    const std::span<float> values = network.parameters(placed);
    std::fill(values.begin(), values.end(), placed.block.initial);
  }
  const std::vector<double> branches = BranchFactors(network);
  for (size_t b = 0; b < network.blocks().size(); ++b) {
    const PlacedBlock& placed = network.blocks()[b];
    if (placed.block.kind != ParameterBlock::Kind::kWeight) continue;
    // A stream for each block, so that a change of one layer leaves the others' start alone.
    Random random(seed, b);
    const std::span<float> weights = network.parameters(placed);
    const size_t units = std::max<size_t>(placed.block.shape.units(), 1);
    const double scale = row.scales_branches ? factor * branches[placed.layer] : factor;
    row.draw({.random = random,
              .variance = row.variance(placed.block, GainBehind(network, placed.layer)),
              .units = units,
              .weights = weights,
              .bias = BiasOf(network, placed, units)});
    for (float& weight : weights) weight = static_cast<float>(scale * static_cast<double>(weight));
  }
}

namespace {

bool ReadsInput(const Node& node) { return node.inputs.size() == 1 && node.inputs[0] == kNetworkInput; }

}  // namespace

bool FitsInputs(const Network& network) {
  return std::ranges::any_of(network.nodes(),
                             [](const Node& node) { return ReadsInput(node) && node.layer->FitsInputs(); });
}

void FitInputs(Network& network, std::span<const float> inputs) {
  for (const Node& node : network.nodes()) {
    if (!ReadsInput(node) || !node.layer->FitsInputs()) continue;
    std::vector<std::span<float>> parameters;
    for (const PlacedBlock& placed : network.blocks().subspan(node.first_block, node.block_count)) {
      parameters.push_back(network.parameters(placed));
    }
    node.layer->FitInputs(node.input_shapes, inputs, parameters);
  }
}

}  // namespace ramp
