#include "ramp/health/treatments/network_change.h"

#include <algorithm>

#include "ramp/activation/activation.h"
#include "ramp/network/initialize.h"
#include "ramp/network/layers/layers.h"
#include "ramp/network/network_text.h"

namespace ramp {
namespace {

// Makes the graph of the changed network, node by node.
class Rebuilder {
 public:
  Rebuilder(const Network& network, const NetworkChange& change) : network_(network), change_(change) {
    Append(kNetworkInput, change.behind, kNetworkInput);
  }

  void Add(size_t node) {
    const Node& old = network_.nodes()[node];
    if (change_.without.contains(node)) {
      now_[node] = now_.at(old.inputs[0]);
      return;
    }
    GraphNode part{.layer = old.layer};
    for (const size_t input : old.inputs) part.inputs.push_back(now_.at(input));
    if (const auto other = change_.instead.find(node); other != change_.instead.end()) part.layer = other->second;
    graph_.push_back(std::move(part));
    places_.kept[node] = graph_.size() - 1;
    size_t output = graph_.size() - 1;
    if (const auto shortcut = change_.shortcuts.find(node); shortcut != change_.shortcuts.end()) {
      graph_.push_back({MakeResidual(), {output, now_.at(shortcut->second)}});
      output = graph_.size() - 1;
    }
    Append(node, change_.behind, output);
  }

  std::vector<GraphNode>& graph() { return graph_; }
  ChangedPlaces& places() { return places_; }

 private:
  void Append(size_t node, const std::map<size_t, LayerPointer>& behind, size_t output) {
    now_[node] = output;
    const auto inserted = behind.find(node);
    if (inserted == behind.end()) return;
    graph_.push_back({inserted->second, {output}});
    now_[node] = places_.behind[node] = graph_.size() - 1;
  }

  const Network& network_;
  const NetworkChange& change_;
  std::vector<GraphNode> graph_;
  ChangedPlaces places_;
  std::map<size_t, size_t> now_;  // old node: the new one that gives its output
};

// Numbers of the old network's parameters, at the places that these have in the new one.
std::vector<float> Moved(std::span<const float> old_values, const Network& old_network, const Network& network,
                         const ChangedPlaces& places, bool fill_with_start) {
  std::vector<float> values(old_values.empty() ? 0 : network.parameters().size());
  if (values.empty()) return values;
  if (fill_with_start) {
    for (const PlacedBlock& placed : network.blocks()) {
      std::ranges::fill(BlockIn(values, placed), placed.block.initial);
    }
  }
  for (const auto& [from, to] : places.kept) {
    const Node &old_node = old_network.nodes()[from], &node = network.nodes()[to];
    for (size_t b = 0; b < old_node.block_count; ++b) {
      const PlacedBlock& source = old_network.blocks()[old_node.first_block + b];
      const PlacedBlock& target = network.blocks()[node.first_block + b];
      std::ranges::copy(old_values.subspan(source.offset, source.block.shape.count()), BlockIn(values, target).begin());
    }
  }
  return values;
}

}  // namespace

Network CopyOf(const Network& network) {
  std::vector<GraphNode> graph;
  for (const Node& node : network.nodes()) graph.push_back({node.layer, node.inputs});
  Network copy(std::move(graph), network.input_shape());
  std::ranges::copy(network.parameters(), copy.parameters().begin());
  return copy;
}

LayerPointer LayerFromText(std::string_view text) { return ParseNetwork(text, 0)[0].layer; }

std::span<float> BlockIn(std::span<float> all, const PlacedBlock& block) {
  return all.subspan(block.offset, block.block.shape.count());
}

ChangedPlaces Change(Course& course, const NetworkChange& change) {
  const Network old = CopyOf(course.network);
  Rebuilder rebuilder(old, change);
  for (size_t node = 0; node < old.nodes().size(); ++node) rebuilder.Add(node);
  const ChangedPlaces places = std::move(rebuilder.places());
  course.network = Network(std::move(rebuilder.graph()), old.input_shape());
  const auto moved = [&](std::span<const float> values, bool fill) {
    return Moved(values, old, course.network, places, fill);
  };
  std::ranges::copy(moved(old.parameters(), true), course.network.parameters().begin());
  TrainingState& state = course.state;
  state.best_parameters = moved(state.best_parameters, true);
  state.optimizer.first = moved(state.optimizer.first, false);
  state.optimizer.second = moved(state.optimizer.second, false);
  state.gradient_sum.sum = moved(state.gradient_sum.sum, false);
  return places;
}

std::vector<UnitLayer> UnitLayers(const Network& network) {
  std::vector<UnitLayer> layers;
  for (size_t node = 0; node < network.nodes().size(); ++node) {
    UnitLayer layer{.node = node};
    const Node& here = network.nodes()[node];
    for (const PlacedBlock& placed : network.blocks().subspan(here.first_block, here.block_count)) {
      if (placed.block.kind == ParameterBlock::Kind::kWeight) layer.weight = &placed;
      if (placed.block.kind == ParameterBlock::Kind::kBias) layer.bias = &placed;
    }
    if (layer.weight == nullptr || layer.bias == nullptr) continue;
    const size_t units = here.output_shape.units();
    if (layer.weight->block.shape.units() == units && layer.units() == units) layers.push_back(layer);
  }
  return layers;
}

std::optional<size_t> ActivationBehind(const Network& network, size_t node) {
  const std::vector<size_t>& readers = network.nodes()[node].readers;
  if (readers.size() != 1 || network.nodes()[readers[0]].layer->activation() == nullptr) return std::nullopt;
  return readers[0];
}

bool CanDie(const Activation& activation) {
  const ActivationParameters initial = activation.initial_parameters();
  const std::vector<double> parameters(initial.begin(), initial.end());
  constexpr double kFarLeft = -10;
  return activation.slope(kFarLeft, parameters) == 0;
}

void Restart(Course& course) {
  course.options.initialization.clear();
  course.options.initial_gain = 1;
  Initialize(course.network, course.options.initialization, course.options.seed);
  const std::span<const float> first = course.network.parameters();
  course.state = {.parameters = {first.begin(), first.end()},
                  .best_parameters = {first.begin(), first.end()},
                  .optimizer = {.steps = 0,
                                .first = std::vector<float>(course.state.optimizer.first.size()),
                                .second = std::vector<float>(course.state.optimizer.second.size())}};
}

bool MayRestart(const Course& course) { return !course.options.keep_weights; }

bool IsFresh(const Course& course) { return course.state.position.epoch == 1 && course.state.position.batch == 0; }

void ForgetMoments(Course& course, size_t offset, size_t stride, size_t count) {
  for (std::vector<float>* moments : {&course.state.optimizer.first, &course.state.optimizer.second}) {
    if (moments->empty()) continue;
    for (size_t i = 0; i < count; ++i) (*moments)[offset + i * stride] = 0;
  }
}

}  // namespace ramp
