#include "ramp/network/channels_first.h"

namespace ramp {
namespace {

using Axes = std::vector<int64_t>;

// Of the axes [batch, ..., channels].
Axes ChannelsToFront(size_t rank) {
  Axes axes = {0, static_cast<int64_t>(rank)};
  for (size_t axis = 1; axis < rank; ++axis) axes.push_back(static_cast<int64_t>(axis));
  return axes;
}

Axes ChannelsToBack(size_t rank) {
  Axes axes = {0};
  for (size_t axis = 2; axis <= rank; ++axis) axes.push_back(static_cast<int64_t>(axis));
  axes.push_back(1);
  return axes;
}

// The node that alone reads the value, if it moves the axes like that.
const OnnxNode* Transposing(const OnnxGraph& graph, const std::string& value, const Axes& axes) {
  const OnnxNode* node = graph.OnlyReader(value);
  if (node == nullptr || node->op != "Transpose") return nullptr;
  const auto found = node->attributes.find("perm");
  if (found == node->attributes.end()) return nullptr;
  const Axes* given = std::get_if<Axes>(&found->second);
  return given != nullptr && *given == axes ? node : nullptr;
}

}  // namespace

std::string WriteChannelsFirst(OnnxWriter& writer, const std::string& input, const Shape& shape,
                               const std::function<std::string(const std::string&)>& node) {
  if (shape.rank() < 2) return node(input);
  const std::string first = writer.Node("Transpose", {input}, {{"perm", ChannelsToFront(shape.rank())}});
  return writer.Node("Transpose", {node(first)}, {{"perm", ChannelsToBack(shape.rank())}});
}

std::optional<ChannelsFirstNode> ReadChannelsFirst(const OnnxGraph& graph, const std::string& value, const Shape& shape,
                                                   std::string_view op) {
  const bool moves = shape.rank() >= 2;
  const OnnxNode* front = moves ? Transposing(graph, value, ChannelsToFront(shape.rank())) : nullptr;
  if (moves && front == nullptr) return std::nullopt;
  const std::string& input = moves ? front->outputs[0] : value;
  const OnnxNode* node = graph.OnlyReader(input);
  if (node == nullptr || node->op != op || node->inputs[0] != input || node->outputs.size() != 1) return std::nullopt;
  if (!moves) return ChannelsFirstNode{node, node->outputs[0], 1};
  const OnnxNode* back = Transposing(graph, node->outputs[0], ChannelsToBack(shape.rank()));
  if (back == nullptr || graph.output == node->outputs[0]) return std::nullopt;
  return ChannelsFirstNode{node, back->outputs[0], 3};
}

}  // namespace ramp
