// A network: a graph of layers in topological order, with all parameters in one flat array and all gradients in
// another.
#ifndef RAMP_NETWORK_NETWORK_H_
#define RAMP_NETWORK_NETWORK_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ramp/base/memory.h"
#include "ramp/base/shape.h"
#include "ramp/network/layer.h"
#include "ramp/network/precision.h"

namespace ramp {

// A parameter block and its place in the flat arrays.
struct PlacedBlock {
  ParameterBlock block;
  size_t layer = 0;   // index into Network::nodes()
  size_t offset = 0;  // in floats, a multiple of 16
};

// 2^31 floats are 8 GB, more than a network of these layers can use. Whoever takes networks from strangers asks for
// less.
inline constexpr size_t kMostWeights = size_t{1} << 31;

// Stands for the network's input among the inputs of a node.
inline constexpr size_t kNetworkInput = static_cast<size_t>(-1);

// A layer and the nodes whose outputs it reads, which stand before it.
struct GraphNode {
  LayerPointer layer = nullptr;
  std::vector<size_t> inputs = {};
};

struct Node {
  LayerPointer layer = nullptr;
  std::vector<size_t> inputs = {};   // indices into Network::nodes(), or kNetworkInput
  std::vector<size_t> readers = {};  // the nodes that read its output
  Shapes input_shapes = {};
  Shape output_shape = {};
  size_t first_block = 0, block_count = 0;  // into Network::blocks()
  size_t layer_number = 0;                  // see Network::LayerNumber
};

class Network {
 public:
  // From a text such as "dense 256, residual(relu, dense 256), relu, dense" (see network_text.h): a last dense without
  // a number gets `outputs` units, an embedding without a number of tokens has `tokens`. Throws UsageError with the
  // position in the text, also where it would have more than `most_weights` parameters, before it takes their memory.
  // All parameters are zero until Initialize or a file sets them.
  Network(std::string_view text, const Shape& input, size_t outputs, size_t tokens = 0,
          size_t most_weights = kMostWeights);
  Network(std::vector<GraphNode> graph, const Shape& input);
  Network(Network&&) = default;
  Network& operator=(Network&&) = default;

  // The text that makes this network again.
  std::string Text() const;
  const Shape& input_shape() const { return input_shape_; }
  const Shape& output_shape() const { return nodes_.empty() ? input_shape_ : nodes_.back().output_shape; }
  std::span<const Node> nodes() const { return nodes_; }
  std::span<const PlacedBlock> blocks() const { return blocks_; }
  // Layers as people count them, from 1: one with weights, and what follows it up to the next such (what stands before
  // the first belongs to it).
  size_t LayerNumber(size_t node) const { return nodes_[node].layer_number; }
  // "dense 64, relu"
  std::string LayerText(size_t number) const;
  // "layer 2 (dense 64, relu)"
  std::string LayerName(size_t number) const;
  // The layer has parameters, and not statistics alone.
  bool IsTrained(const Node& node) const;
  // The number of parameters that are trained (the flat arrays have some padding, which stays zero, and statistics).
  size_t parameter_count() const;

  // In what its plans compute, if they are made from now on. Throws nothing: FindPrecision says what can be had.
  Precision precision() const { return precision_; }
  void set_precision(Precision precision) { precision_ = precision; }

  std::span<float> parameters() { return parameters_.span(); }
  std::span<const float> parameters() const { return parameters_.span(); }
  std::span<float> gradients() { return gradients_.span(); }
  std::span<const float> gradients() const { return gradients_.span(); }
  std::span<float> parameters(const PlacedBlock& block) {
    return parameters_.span().subspan(block.offset, block.block.shape.count());
  }
  std::span<const float> parameters(const PlacedBlock& block) const {
    return parameters_.span().subspan(block.offset, block.block.shape.count());
  }
  std::span<const float> gradients(const PlacedBlock& block) const {
    return gradients_.span().subspan(block.offset, block.block.shape.count());
  }

 private:
  void Build(std::vector<GraphNode> graph, size_t most_weights);
  void Place(const std::vector<ParameterBlock>& blocks, Node& node, size_t most_weights);

  Shape input_shape_;
  std::vector<Node> nodes_;
  std::vector<PlacedBlock> blocks_;
  Precision precision_ = Precision::kFloat32;
  Floats parameters_, gradients_;
};

// The same network, with its parameters, without a last layer that the loss contains (softmax): it ends in the logits.
Network WithoutSoftmax(Network network);

}  // namespace ramp

#endif  // RAMP_NETWORK_NETWORK_H_
