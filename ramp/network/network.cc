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
// 2^31 floats are 8 GB, more than a network of these layers can use.
constexpr size_t kParameterLimit = size_t{1} << 31;

}  // namespace

std::span<const LayerDefinition> Layers() {
  static const LayerDefinition definitions[] = {DenseDefinition(), DropoutDefinition()};
  return definitions;
}

Network::Network(std::string_view text, const Shape& input, size_t outputs) : input_shape_(input) {
  Build(ParseNetwork(text, outputs));
}

Network::Network(std::vector<LayerPointer> layers, const Shape& input) : input_shape_(input) {
  Build(std::move(layers));
}

void Network::Build(std::vector<LayerPointer> layers) {
  size_t size = 0;
  size_t layers_with_weights = 0;
  Shape shape = input_shape_;
  for (LayerPointer& layer : layers) {
    const std::vector<ParameterBlock> blocks = layer->Parameters(shape);
    Node node{.input_shape = shape,
              .output_shape = layer->OutputShape(shape),
              .first_block = blocks_.size(),
              .block_count = blocks.size()};
    for (const ParameterBlock& block : blocks) {
      blocks_.push_back({block, nodes_.size(), size});
      size += (block.shape.count() + kBlockAlignment - 1) / kBlockAlignment * kBlockAlignment;
      if (size > kParameterLimit) {
        throw UsageError(fmt::format("network: '{}' brings it above {} parameters: make it smaller", layer->Text(),
                                     kParameterLimit));
      }
    }
    if (node.block_count > 0 && layer->activation() == nullptr) ++layers_with_weights;
    node.layer_number = std::max<size_t>(layers_with_weights, 1);
    shape = node.output_shape;
    node.layer = std::move(layer);
    nodes_.push_back(std::move(node));
  }
  parameters_ = Floats(size);
  gradients_ = Floats(size);
}

std::string Network::Text() const {
  std::string text;
  for (const Node& node : nodes_) text += (text.empty() ? "" : ", ") + node.layer->Text();
  return text;
}

std::string Network::LayerText(size_t number) const {
  std::string text;
  for (size_t node = 0; node < nodes_.size(); ++node) {
    if (nodes_[node].layer_number == number) text += (text.empty() ? "" : ", ") + nodes_[node].layer->Text();
  }
  return text;
}

std::string Network::LayerName(size_t number) const { return fmt::format("layer {} ({})", number, LayerText(number)); }

size_t Network::parameter_count() const {
  size_t count = 0;
  for (const PlacedBlock& block : blocks_) count += block.block.shape.count();
  return count;
}

}  // namespace ramp
