#include "ramp/health/update_watch.h"

#include <algorithm>
#include <cmath>

#include "ramp/health/probe.h"

namespace ramp {
namespace {

constexpr size_t kWeights = 1024;  // of a layer, about
constexpr size_t kLine = 16;       // weights side by side, which come from memory together
constexpr size_t kOften = 8;       // the first samples are from consecutive steps, then from each eighth
constexpr size_t kConsecutive = 4;

// Of the i-th weight that is remembered, among those of its layer.
size_t PlaceOf(size_t i, size_t stride) { return i / kLine * stride + i % kLine; }

}  // namespace

UpdateWatch::UpdateWatch(const Network& network, size_t accumulate) : accumulate_(std::max<size_t>(accumulate, 1)) {
  for (const size_t node : LayerNodes(network)) {
    const size_t block = network.nodes()[node].first_block;
    const size_t count = network.parameters(network.blocks()[block]).size();
    // An odd number of lines does not stay within the units of a matrix of 2^n of them.
    const size_t stride = count <= kWeights ? kLine : ((count / kWeights) | 1) * kLine;
    const size_t taken = count <= kWeights ? count : count / stride * kLine;
    layers_.push_back({.block = block, .stride = stride, .weights = std::vector<float>(taken)});
  }
  sums_.assign(layers_.size(), 0);
}

void UpdateWatch::OnStep(const StepView& view) {
  if (pending_ > 0 && --pending_ == 0) Compare(view.network);
  const bool due = samples_ < kConsecutive || since_ + 1 >= kOften;
  ++since_;
  const bool first_of_sum = (view.step - 1) % accumulate_ == 0;
  if (pending_ > 0 || view.skipped || !due || !first_of_sum) return;
  Remember(view.network);
  since_ = 0;
  pending_ = accumulate_;
}

void UpdateWatch::Clear() {
  samples_ = 0;
  std::fill(sums_.begin(), sums_.end(), 0.0);
}

void UpdateWatch::Remember(const Network& network) {
  for (Sample& layer : layers_) {
    const std::span<const float> weights = network.parameters(network.blocks()[layer.block]);
    for (size_t i = 0; i < layer.weights.size(); ++i) layer.weights[i] = weights[PlaceOf(i, layer.stride)];
  }
}

void UpdateWatch::Compare(const Network& network) {
  for (size_t index = 0; index < layers_.size(); ++index) {
    const Sample& layer = layers_[index];
    const std::span<const float> weights = network.parameters(network.blocks()[layer.block]);
    double change = 0, size = 0;
    for (size_t i = 0; i < layer.weights.size(); ++i) {
      const auto before = static_cast<double>(layer.weights[i]);
      const double difference = static_cast<double>(weights[PlaceOf(i, layer.stride)]) - before;
      change += difference * difference;
      size += before * before;
    }
    sums_[index] += size > 0 ? std::sqrt(change / size) : 0;
  }
  ++samples_;
}

}  // namespace ramp
