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

}  // namespace

std::string WriteChannelsFirst(OnnxWriter& writer, const std::string& input, const Shape& shape,
                               const std::function<std::string(const std::string&)>& node) {
  if (shape.rank() < 2) return node(input);
  const std::string first = writer.Node("Transpose", {input}, {{"perm", ChannelsToFront(shape.rank())}});
  return writer.Node("Transpose", {node(first)}, {{"perm", ChannelsToBack(shape.rank())}});
}

}  // namespace ramp
