#include "ramp/web/play_network.h"

#include <fmt/format.h>

#include <algorithm>

#include "ramp/activation/activation.h"
#include "ramp/base/error.h"
#include "ramp/health/probe.h"
#include "ramp/network/network_text.h"
#include "ramp/web/state.h"

namespace ramp::web {
namespace {

// In floating point, so that no product wraps around.
double CountOf(const Shape& shape) {
  double count = 1;
  for (const size_t size : shape.sizes()) count *= static_cast<double>(size);
  return count;
}

void CheckSize(const std::vector<GraphNode>& graph, const Shape& input) {
  if (graph.size() > kMostNodes) {
    throw UsageError(
        fmt::format("network: has {} layers, and the explorer takes at most {}", graph.size(), kMostNodes));
  }
  double parameters = 0;
  std::vector<Shape> shapes;
  for (const GraphNode& node : graph) {
    Shapes inputs;
    for (const size_t i : node.inputs) inputs.push_back(i == kNetworkInput ? input : shapes[i]);
    shapes.push_back(node.layer->OutputShape(inputs));
    for (const ParameterBlock& block : node.layer->Parameters(inputs)) parameters += CountOf(block.shape);
    if (parameters > kMostParameters || CountOf(shapes.back()) > kMostParameters) {
      throw UsageError(fmt::format(
          "network: '{}' brings it over the {} weights that the explorer takes: use fewer units, or ramp train",
          node.layer->Text(), kMostParameters));
    }
  }
}

}  // namespace

Network MakeSmallNetwork(const std::string& text, const Shape& input, size_t outputs) {
  std::vector<GraphNode> graph = ParseNetwork(text, outputs);
  CheckSize(graph, input);
  Network network(std::move(graph), input);
  if (network.output_shape().count() != outputs) {
    throw UsageError(fmt::format("network: ends in {} units, but the data needs {}: end it in a layer without a number",
                                 network.output_shape().count(), outputs));
  }
  return network;
}

std::vector<PlayLayer> PlayLayersOf(const Network& network) {
  std::vector<PlayLayer> layers;
  for (const size_t node : LayerNodes(network)) {
    layers.push_back(
        {.number = network.LayerNumber(node), .node = node, .units = network.nodes()[node].output_shape.units()});
  }
  for (size_t node = 0; node < network.nodes().size(); ++node) {
    if (network.nodes()[node].layer->activation() == nullptr) continue;
    const std::optional<size_t> layer = LayerOfActivation(network, node);
    if (!layer || layers[*layer].activation) continue;
    layers[*layer].activation = node;
    layers[*layer].units = network.nodes()[node].output_shape.units();
  }
  return layers;
}

Json ShapeJson(const Network& network) {
  Json layers = Json::array();
  for (const PlayLayer& layer : PlayLayersOf(network)) {
    const Activation* activation = layer.activation ? network.nodes()[*layer.activation].layer->activation() : nullptr;
    layers.push_back({{"layer", layer.number},
                      {"text", network.LayerText(layer.number)},
                      {"units", layer.units},
                      {"activation", activation == nullptr ? Json(nullptr) : Json(activation->name)}});
  }
  return {{"text", network.Text()}, {"parameters", network.parameter_count()}, {"layers", layers}};
}

const PlacedBlock* FindBlock(const Network& network, size_t node, ParameterBlock::Kind kind) {
  const Node& at = network.nodes()[node];
  for (size_t i = 0; i < at.block_count; ++i) {
    const PlacedBlock& block = network.blocks()[at.first_block + i];
    if (block.block.kind == kind) return &block;
  }
  return nullptr;
}

}  // namespace ramp::web
