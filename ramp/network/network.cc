#include "ramp/network/network.h"

#include <fmt/format.h>

#include <algorithm>

#include "ramp/base/error.h"
#include "ramp/network/layers/layers.h"
#include "ramp/network/network_text.h"

namespace ramp {
namespace {

// Each block begins on a cache line.
constexpr size_t kBlockAlignment = kAlignment / sizeof(float);

size_t PaddedEnd(const PlacedBlock& placed) {
  return placed.offset + (placed.block.shape.count() + kBlockAlignment - 1) / kBlockAlignment * kBlockAlignment;
}

}  // namespace

std::span<const LayerDefinition> Layers() {
  static const std::vector<LayerDefinition> definitions = [] {
    std::vector<LayerDefinition> list = {
        DenseDefinition(),          ConvolutionDefinition(),   SequenceConvolutionDefinition(),
        EmbeddingDefinition(),      MaxPoolingDefinition(),    AveragePoolingDefinition(),
        GlobalMaxDefinition(),      GlobalAverageDefinition(), FlattenDefinition(),
        BatchNormDefinition(),      LayerNormDefinition(),     DropoutDefinition(),
        SpatialDropoutDefinition(), MaxoutDefinition(),        ResidualDefinition(),
        AverageDefinition(),        VoteDefinition(),          ConcatenationDefinition(),
        CreluDefinition(),          ProductDefinition(),       AffineDefinition(),
        SoftmaxDefinition(),        LogSoftmaxDefinition(),    ReshapeDefinition(),
        TransposeDefinition(),      SliceDefinition(),         PaddingDefinition(),
        HingesDefinition()};
    for (const LayerDefinition& gated : GatedDefinitions()) list.push_back(gated);
    return list;
  }();
  return definitions;
}

Network::Network(std::string_view text, const Shape& input, size_t outputs, size_t tokens, size_t most_weights)
    : input_shape_(input) {
  Build(ParseNetwork(text, outputs, tokens), most_weights);
}

Network::Network(std::vector<GraphNode> graph, const Shape& input) : input_shape_(input) {
  Build(std::move(graph), kMostWeights);
}

void Network::Build(std::vector<GraphNode> graph, size_t most_weights) {
  size_t layers_with_weights = 0;
  for (GraphNode& part : graph) {
    Node node{.layer = std::move(part.layer), .inputs = std::move(part.inputs)};
    for (const size_t input : node.inputs) {
      node.input_shapes.push_back(input == kNetworkInput ? input_shape_ : nodes_[input].output_shape);
      if (input != kNetworkInput) nodes_[input].readers.push_back(nodes_.size());
    }
    node.output_shape = node.layer->OutputShape(node.input_shapes);
    Place(node.layer->Parameters(node.input_shapes), node, most_weights);
    if (IsTrained(node) && node.layer->activation() == nullptr) ++layers_with_weights;
    node.layer_number = std::max<size_t>(layers_with_weights, 1);
    nodes_.push_back(std::move(node));
  }
  for (size_t i = 0; i + 1 < nodes_.size(); ++i) {
    if (nodes_[i].readers.empty()) {
      throw UsageError(fmt::format("network: nothing reads the output of '{}': remove it", nodes_[i].layer->Text()));
    }
  }
  const size_t size = blocks_.empty() ? 0 : PaddedEnd(blocks_.back());
  parameters_ = Floats(size);
  gradients_ = Floats(size);
}

bool Network::IsTrained(const Node& node) const {
  const auto blocks = this->blocks().subspan(node.first_block, node.block_count);
  return std::ranges::any_of(
      blocks, [](const PlacedBlock& placed) { return placed.block.kind != ParameterBlock::Kind::kStatistic; });
}

void Network::Place(const std::vector<ParameterBlock>& blocks, Node& node, size_t most_weights) {
  node.first_block = blocks_.size();
  node.block_count = blocks.size();
  for (const ParameterBlock& block : blocks) {
    blocks_.push_back({block, nodes_.size(), blocks_.empty() ? 0 : PaddedEnd(blocks_.back())});
    if (PaddedEnd(blocks_.back()) > most_weights) {
      throw UsageError(fmt::format("network: '{}' brings it above {} parameters: make it smaller", node.layer->Text(),
                                   most_weights));
    }
  }
}

std::string Network::Text() const { return WriteNetworkText(nodes_); }

std::string Network::LayerText(size_t number) const {
  std::string text;
  for (size_t node = 0; node < nodes_.size(); ++node) {
    if (nodes_[node].layer_number == number) text += (text.empty() ? "" : ", ") + nodes_[node].layer->Text();
  }
  return text;
}

Network WithoutSoftmax(Network network) {
  const Node& last = network.nodes().back();
  if (!last.layer->InLoss() || network.nodes().size() == 1 || last.inputs[0] + 2 != network.nodes().size())
    return network;
  std::vector<GraphNode> graph;
  for (const Node& node : network.nodes().first(network.nodes().size() - 1)) graph.push_back({node.layer, node.inputs});
  Network shorter(std::move(graph), network.input_shape());
  std::ranges::copy(network.parameters(), shorter.parameters().begin());
  return shorter;
}

std::string Network::LayerName(size_t number) const { return fmt::format("layer {} ({})", number, LayerText(number)); }

size_t Network::parameter_count() const {
  size_t count = 0;
  for (const PlacedBlock& block : blocks_) {
    if (block.block.kind != ParameterBlock::Kind::kStatistic) count += block.block.shape.count();
  }
  return count;
}

}  // namespace ramp
