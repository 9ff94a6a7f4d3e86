#include "ramp/onnx/network_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ramp/base/error.h"
#include "ramp/network/layers/layers.h"

namespace ramp {
namespace {

// More than the values of any example that a network of known kind computes.
constexpr size_t kMostValues = size_t{1} << 26;

Shape WithChannelsInFront(const Shape& shape) {
  std::vector<size_t> sizes = shape.sizes();
  std::rotate(sizes.begin(), sizes.end() - 1, sizes.end());
  return Shape(std::move(sizes));
}
Shape WithChannelsBehind(const Shape& shape) {
  std::vector<size_t> sizes = shape.sizes();
  std::rotate(sizes.begin(), sizes.begin() + 1, sizes.end());
  return Shape(std::move(sizes));
}

}  // namespace

size_t NetworkBuilder::Add(LayerPointer layer, std::vector<size_t> inputs, std::vector<std::vector<float>> parameters) {
  Shapes shapes;
  for (const size_t input : inputs) shapes.push_back(shape(input));
  Shape output = layer->OutputShape(shapes);
  if (output.count() > kMostValues) {
    throw Error(fmt::format("'{}' makes an example of shape {}, which is more than {} values", layer->Text(),
                            output.text(), kMostValues));
  }
  CheckParameters(*layer, shapes, parameters);
  nodes_.push_back({std::move(layer), std::move(inputs), std::move(output), std::move(parameters)});
  return nodes_.size() - 1;
}

void NetworkBuilder::CheckParameters(const Layer& layer, const Shapes& shapes,
                                     std::vector<std::vector<float>>& parameters) {
  const std::vector<ParameterBlock> blocks = layer.Parameters(shapes);
  const std::string title = fmt::format("layer {} ({})", nodes_.size() + 1, layer.Text());
  for (size_t i = 0; i < blocks.size(); ++i) {
    std::vector<float>& values = parameters.at(i);
    const size_t count = blocks[i].shape.count();
    if (values.size() != 1 && values.size() != count) {
      throw Error(fmt::format("{}: its {} has {} values where its input of shape {} needs {}", title, blocks[i].name,
                              values.size(), shapes[0].text(), count));
    }
    if (count > most_parameters()) {
      throw Error(
          fmt::format("{}: with its {} the network has more parameters than the file holds", title, blocks[i].name));
    }
    if (!std::ranges::all_of(values, [](float value) { return std::isfinite(value); })) {
      throw Error(fmt::format("{}: its {} has a value that is not finite", title, blocks[i].name));
    }
    if (values.size() == 1) values.resize(count, values[0]);
    parameter_count_ += count;
  }
}

size_t NetworkBuilder::Reshape(size_t node, const Shape& wanted) {
  while (node != kNetworkInput && nodes_[node].kind == Kind::kReshape) node = nodes_[node].inputs[0];
  if (shape(node) == wanted) return node;
  node = Add(MakeReshape(wanted), {node});
  nodes_[node].kind = Kind::kReshape;
  return node;
}

// Where all values lie along one of the two parts that change places, their order does not change.
size_t NetworkBuilder::MoveChannelsToFront(size_t node) {
  const Shape& from = shape(node);
  if (from.rank() < 2) return node;
  if (from.units() == 1 || from.units() == from.count()) return Reshape(node, WithChannelsInFront(from));
  std::vector<size_t> axes = {from.rank() - 1};
  for (size_t axis = 0; axis + 1 < from.rank(); ++axis) axes.push_back(axis);
  node = Add(MakeTranspose(std::move(axes)), {node});
  nodes_[node].kind = Kind::kChannelsToFront;
  return node;
}

size_t NetworkBuilder::MoveChannelsToBack(size_t node) {
  const Shape& from = shape(node);
  if (from.rank() < 2) return node;
  const bool is_input = node == kNetworkInput;
  if (from[0] == 1 || from[0] == from.count()) {
    node = Reshape(node, WithChannelsBehind(from));
  } else {
    std::vector<size_t> axes;
    for (size_t axis = 1; axis < from.rank(); ++axis) axes.push_back(axis);
    axes.push_back(0);
    node = Add(MakeTranspose(std::move(axes)), {node});
  }
  if (is_input && node != kNetworkInput) moved_input_ = node;
  return node;
}

size_t NetworkBuilder::BeforeReshapes(size_t node, std::vector<float>& weight) const {
  while (node != kNetworkInput && nodes_[node].kind != Kind::kLayer) {
    const Shape& shape = nodes_[node].shape;
    if (nodes_[node].kind == Kind::kChannelsToFront) {
      const size_t channels = shape[0], places = shape.count() / channels, units = weight.size() / shape.count();
      std::vector<float> ordered(weight.size());
      for (size_t row = 0; row < shape.count(); ++row) {
        const auto from = weight.begin() + static_cast<ptrdiff_t>(row * units);
        std::copy_n(from, units,
                    ordered.begin() + static_cast<ptrdiff_t>((row % places * channels + row / places) * units));
      }
      weight = std::move(ordered);
    }
    node = nodes_[node].inputs[0];
  }
  return node;
}

std::vector<bool> NetworkBuilder::Needed(size_t output) const {
  std::vector<bool> needed(nodes_.size(), false);
  if (output != kNetworkInput) needed[output] = true;
  for (size_t node = nodes_.size(); node-- > 0;) {
    for (const size_t input : nodes_[node].inputs) {
      if (needed[node] && input != kNetworkInput) needed[input] = true;
    }
  }
  return needed;
}

bool NetworkBuilder::TakeInputWithChannelsBehind(size_t output) {
  const std::vector<bool> needed = Needed(output);
  if (!moved_input_ || output == *moved_input_ || !needed[*moved_input_]) return false;
  for (size_t node = 0; node < nodes_.size(); ++node) {
    if (needed[node] && node != *moved_input_ && std::ranges::count(nodes_[node].inputs, kNetworkInput) > 0)
      return false;
  }
  input_ = nodes_[*moved_input_].shape;
  for (Node& node : nodes_) std::ranges::replace(node.inputs, *moved_input_, kNetworkInput);
  return true;
}

Network NetworkBuilder::Build(size_t output) && {
  const std::vector<bool> needed = Needed(output);
  std::vector<size_t> places(nodes_.size());
  std::vector<GraphNode> graph;
  std::vector<const std::vector<float>*> parameters;
  for (size_t node = 0; node < nodes_.size(); ++node) {
    if (!needed[node]) continue;
    places[node] = graph.size();
    GraphNode part{.layer = nodes_[node].layer};
    for (const size_t input : nodes_[node].inputs) {
      part.inputs.push_back(input == kNetworkInput ? kNetworkInput : places[input]);
    }
    graph.push_back(std::move(part));
    for (const std::vector<float>& block : nodes_[node].parameters) parameters.push_back(&block);
  }
  Network network(std::move(graph), input_);
  for (size_t block = 0; block < parameters.size(); ++block) {
    std::ranges::copy(*parameters[block], network.parameters(network.blocks()[block]).begin());
  }
  return network;
}

}  // namespace ramp
