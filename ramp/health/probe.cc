#include "ramp/health/probe.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <set>

#include "ramp/activation/activation.h"
#include "ramp/kernel/update.h"
#include "ramp/network/plan.h"
#include "ramp/training/loss.h"

namespace ramp {
namespace {

constexpr size_t kExaminedBatch = 256;
// A value counts as saturated within this share of its activation's range from either end.
constexpr double kSaturationMargin = 0.01;

// The bits of the words as one row of gates.
size_t CountBits(std::span<uint64_t> words) {
  return Gates(words.data(), 1, words.size() * Gates::kBitsPerWord).CountOpen();
}

// The ends of an activation with its parameters, where it has both: what it gives far out on either side.
struct Ends {
  float low, high;
};
std::optional<Ends> EndsOf(const Layer& layer) {
  const Activation& activation = *layer.activation();
  if (!activation.saturates()) return std::nullopt;
  const auto fixed = layer.activation_parameters();
  const std::vector<double> parameters(fixed.begin(), fixed.end());
  constexpr double kFar = 1e30;
  const double low = activation.value(-kFar, parameters), high = activation.value(kFar, parameters);
  const double margin = kSaturationMargin * (high - low);
  // What a rectifier cuts off at 0 is sparsity, which is wanted, and counted by the gates.
  const bool is_rectifier = low == 0 && activation.saves == Saves::kGate;
  return Ends{static_cast<float>(is_rectifier ? low - margin : low + margin), static_cast<float>(high - margin)};
}

// Sums over the values behind one layer.
class ValueSums {
 public:
  ValueSums(size_t units, std::optional<Ends> ends) : ends_(ends), sums_(units), squares_(units) {}

  // values [examples x rows of an example, units]; `example` is how many values one example has.
  void Add(std::span<const float> values, size_t example) {
    const size_t units = sums_.size();
    for (size_t begin = 0; begin + units <= values.size(); begin += units) {
      for (size_t unit = 0; unit < units; ++unit) {
        const float value = values[begin + unit];
        const auto wide = static_cast<double>(value);
        sums_[unit] += wide;
        squares_[unit] += wide * wide;
        if (ends_ && (value < ends_->low || value > ends_->high)) ++saturated_;
      }
    }
    count_ += values.size();
    for (size_t begin = 0; begin + 2 * example <= values.size(); begin += example) {
      AddCosine(values.subspan(begin, example), values.subspan(begin + example, example));
    }
  }

  void Describe(LayerHealth& layer) const {
    const auto count = static_cast<double>(std::max<size_t>(count_, 1));
    const double rows = count / static_cast<double>(sums_.size());
    double sum = 0, square = 0, variance = 0;
    for (size_t unit = 0; unit < sums_.size(); ++unit) {
      sum += sums_[unit];
      square += squares_[unit];
      const double mean = sums_[unit] / rows, mean_square = squares_[unit] / rows;
      // What is left of equal numbers is rounding.
      const double difference = mean_square - mean * mean;
      if (difference > 1e-12 * mean_square) variance += difference;
    }
    layer.mean = sum / count;
    layer.deviation = std::sqrt(std::max(0.0, square / count - layer.mean * layer.mean));
    layer.variation = std::sqrt(variance / static_cast<double>(sums_.size()));
    if (pairs_ > 0) layer.cosine = cosines_ / static_cast<double>(pairs_);
    if (ends_) layer.saturated_share = static_cast<double>(saturated_) / count;
  }

 private:
  void AddCosine(std::span<const float> a, std::span<const float> b) {
    double product = 0, a_square = 0, b_square = 0;
    for (size_t i = 0; i < a.size(); ++i) {
      const auto x = static_cast<double>(a[i]), y = static_cast<double>(b[i]);
      product += x * y;
      a_square += x * x;
      b_square += y * y;
    }
    const double norms = std::sqrt(a_square * b_square);
    // Two examples of which nothing is left are alike.
    cosines_ += norms > 0 ? product / norms : a_square == b_square ? 1 : 0;
    ++pairs_;
  }

  std::optional<Ends> ends_;
  std::vector<double> sums_, squares_;
  double cosines_ = 0;
  size_t saturated_ = 0, count_ = 0, pairs_ = 0;
};

// The last axis counts the units; a unit's weights are a column. Units whose first weights are the same to the bit
// count once.
size_t DistinctColumns(std::span<const float> weights, size_t units) {
  constexpr size_t kCompared = 64;
  std::vector<uint64_t> marks(units);
  for (size_t begin = 0; begin + units <= std::min(weights.size(), kCompared * units); begin += units) {
    for (size_t unit = 0; unit < units; ++unit) {
      marks[unit] = (marks[unit] ^ std::bit_cast<uint32_t>(weights[begin + unit])) * 0x9e3779b97f4a7c15;
      marks[unit] ^= marks[unit] >> 32;
    }
  }
  return std::set<uint64_t>(marks.begin(), marks.end()).size();
}

double GainBehind(const Network& network, size_t node) {
  for (const size_t reader : network.nodes()[node].readers) {
    if (const Activation* activation = network.nodes()[reader].layer->activation()) return activation->gain;
  }
  return 1;
}

// Few weights say little about the variance that they were drawn with.
constexpr size_t kEnoughWeights = 64;

void DescribeWeights(const Network& network, size_t node, LayerHealth& layer) {
  const PlacedBlock& block = network.blocks()[network.nodes()[node].first_block];
  const std::span<const float> weights = network.parameters(block);
  const double square = GetSumOfSquaresKernel()(weights.data(), weights.size());
  layer.weights = weights.size();
  layer.weight_norm = std::sqrt(square);
  layer.distinct_units = layer.units;
  if (block.block.kind != ParameterBlock::Kind::kWeight || block.block.fan_in == 0) return;
  const Shape& shape = block.block.shape;
  if (shape.units() == layer.units) layer.distinct_units = DistinctColumns(weights, layer.units);
  if (weights.size() < kEnoughWeights) return;
  layer.weight_scale = square / static_cast<double>(weights.size()) * static_cast<double>(block.block.fan_in) /
                       GainBehind(network, node);
}

}  // namespace

GateHistory::GateHistory(size_t units)
    : units_(units), ever_(Gates::WordsPerRow(units)), always_(Gates::WordsPerRow(units), ~uint64_t{0}) {}

void GateHistory::Add(const Gates& gates, size_t rows) {
  gates.Accumulate(rows, ever_, always_);
  open_ += gates.CountOpen(rows);
  seen_ += rows * units_;
}

size_t GateHistory::dead() const {
  std::vector<uint64_t> ever = ever_;
  return seen_ == 0 ? 0 : units_ - CountBits(ever);
}

// Spare bits are never open, so they do not survive in `always_` once a row was seen.
size_t GateHistory::always_open() const {
  std::vector<uint64_t> always = always_;
  return seen_ == 0 ? 0 : CountBits(always);
}

std::vector<size_t> LayerNodes(const Network& network) {
  std::vector<size_t> nodes;
  for (size_t i = 0; i < network.nodes().size(); ++i) {
    const Node& node = network.nodes()[i];
    if (network.IsTrained(node) && node.layer->activation() == nullptr) nodes.push_back(i);
  }
  return nodes;
}

std::vector<LayerHealth> DescribeLayers(const Network& network) {
  std::vector<LayerHealth> layers;
  for (const size_t node : LayerNodes(network)) {
    LayerHealth layer;
    layer.number = network.LayerNumber(node);
    layer.text = network.LayerText(layer.number);
    layer.units = network.nodes()[node].output_shape.units();
    DescribeWeights(network, node, layer);
    layers.push_back(std::move(layer));
  }
  return layers;
}

std::optional<size_t> LayerOfActivation(const Network& network, size_t node) {
  const size_t before = network.nodes()[node].inputs[0];
  if (before == kNetworkInput || network.nodes()[before].layer->activation() != nullptr) return std::nullopt;
  const std::vector<size_t> nodes = LayerNodes(network);
  const size_t number = network.LayerNumber(node);
  for (size_t i = 0; i < nodes.size(); ++i) {
    if (network.LayerNumber(nodes[i]) == number) return i;
  }
  return std::nullopt;
}

ProbeResult Probe(const Network& network, const Dataset& data, std::span<const uint32_t> rows) {
  ProbeResult result{.layers = DescribeLayers(network)};
  if (rows.empty()) return result;
  const size_t batch = BatchForExamining(network, std::min(kExaminedBatch, rows.size()));
  Plan plan(network, batch, PlanMode::kExamine);
  const std::vector<size_t> nodes = LayerNodes(network);

  struct Watched {
    size_t layer, node;
    std::optional<size_t> gates;  // of the plan
    GateHistory history;
    ValueSums sums;
  };
  std::vector<Watched> all;
  std::vector<bool> spoken_for(nodes.size());
  for (size_t i = 0; i < plan.gates().size(); ++i) {
    const size_t node = plan.gates()[i].node, units = plan.gates()[i].gates.units();
    const std::optional<size_t> layer = LayerOfActivation(network, node);
    if (!layer || spoken_for[*layer]) continue;
    spoken_for[*layer] = true;
    all.push_back({*layer, node, i, GateHistory(units), ValueSums(units, EndsOf(*network.nodes()[node].layer))});
    result.layers[*layer].activation = network.nodes()[node].layer->activation();
    result.layers[*layer].units = units;
  }
  for (size_t i = 0; i < nodes.size(); ++i) {
    if (spoken_for[i] || plan.value(nodes[i]).empty()) continue;
    const size_t units = network.nodes()[nodes[i]].output_shape.units();
    all.push_back({i, nodes[i], std::nullopt, GateHistory(units), ValueSums(units, std::nullopt)});
  }

  Loss loss(data, {}, batch);
  LossSums losses;
  for (size_t begin = 0; begin < rows.size(); begin += batch) {
    const auto some = rows.subspan(begin, std::min(batch, rows.size() - begin));
    data.Gather(some, plan.input().data());
    plan.Forward();
    if (data.has_targets()) losses.Add(loss.Compute(plan.output(), some, {}));
    for (Watched& watched : all) {
      const size_t example = network.nodes()[watched.node].output_shape.count();
      watched.sums.Add(plan.value(watched.node).first(some.size() * example), example);
      if (!watched.gates) continue;
      const WatchedGates& gates = plan.gates()[*watched.gates];
      watched.history.Add(gates.gates, some.size() * gates.rows_per_example);
    }
  }
  result.loss = losses.mean_loss();
  for (const Watched& watched : all) {
    LayerHealth& layer = result.layers[watched.layer];
    watched.sums.Describe(layer);
    if (!watched.gates) continue;
    layer.open_share = watched.history.open_share();
    layer.dead = watched.history.dead();
    layer.always_open = watched.history.always_open();
  }
  return result;
}

}  // namespace ramp
