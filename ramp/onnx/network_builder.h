// A network in the making: nodes are added as they are found, and what nothing reads in the end is left out.
#ifndef RAMP_ONNX_NETWORK_BUILDER_H_
#define RAMP_ONNX_NETWORK_BUILDER_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "ramp/network/network.h"

namespace ramp {

class NetworkBuilder {
 public:
  // No more than `most_parameters` are added.
  NetworkBuilder(Shape input, size_t most_parameters) : input_(std::move(input)), most_parameters_(most_parameters) {}

  // Nodes are their indices here, or kNetworkInput.
  const Shape& shape(size_t node) const { return node == kNetworkInput ? input_ : nodes_[node].shape; }
  size_t most_parameters() const { return most_parameters_ - parameter_count_; }

  // `parameters` has an array for each block of the layer; one of a single value stands for all of a block. Throws
  // Error when one has another size or is not finite, or when there are too many.
  size_t Add(LayerPointer layer, std::vector<size_t> inputs, std::vector<std::vector<float>> parameters = {});
  // The node whose values are those of `node` in that shape: perhaps one that is there.
  size_t Reshape(size_t node, const Shape& shape);
  // The last axis in front of the others, or back again.
  size_t MoveChannelsToFront(size_t node);
  size_t MoveChannelsToBack(size_t node);
  // For a dense layer, which reads the values whatever their shape: the node before those that only reshape and move
  // channels, for which the rows of `weight` are put in its order.
  size_t BeforeReshapes(size_t node, std::vector<float>& weight) const;

  // The nodes that `output` depends on.
  Network Build(size_t output) &&;
  // Where they all read the input with its channels moved to the back, the network is to have them there.
  bool TakeInputWithChannelsBehind(size_t output);

 private:
  enum class Kind { kLayer, kReshape, kChannelsToFront };
  std::vector<bool> Needed(size_t output) const;
  struct Node {
    LayerPointer layer;
    std::vector<size_t> inputs;
    Shape shape;
    std::vector<std::vector<float>> parameters;
    Kind kind = Kind::kLayer;
  };
  void CheckParameters(const Layer& layer, const Shapes& shapes, std::vector<std::vector<float>>& parameters);

  Shape input_;
  size_t most_parameters_, parameter_count_ = 0;
  std::vector<Node> nodes_;
  std::optional<size_t> moved_input_;  // the node that is the input with its channels moved to the back
};

}  // namespace ramp

#endif  // RAMP_ONNX_NETWORK_BUILDER_H_
