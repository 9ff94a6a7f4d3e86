// The windows of a layer as they are written in a network text and in ONNX: "3x3 stride 2 pad 1 dilation 2".
#ifndef RAMP_NETWORK_WINDOW_OPTIONS_H_
#define RAMP_NETWORK_WINDOW_OPTIONS_H_

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ramp/base/shape.h"
#include "ramp/network/network_text.h"
#include "ramp/network/onnx_form.h"
#include "ramp/network/window.h"

namespace ramp {

struct WindowOptions {
  using Pair = std::array<size_t, 2>;  // along the height and the width, or along the length and 1

  size_t axes = 2;  // 1: a sequence [length, channels], 2: a picture [height, width, channels]
  Pair window = {1, 1}, stride = {1, 1}, dilation = {1, 1};
  bool same = false;  // padded so that there is a window for each `stride` elements
  Pair pad_before = {0, 0}, pad_after = {0, 0};

  // "3x3", "3x5", "3" for one axis or for both.
  std::string SizeText(const Pair& pair) const;
  // " stride 2 pad 1 dilation 2", without what is as in `usual`.
  std::string Text(const WindowOptions& usual) const;

  // The axes of an example of such a shape, [height, width, channels] or [length, channels].
  std::array<WindowAxis, 2> Axes(const Shape& shape) const;
  // The shape with so many channels behind the windows. Throws UsageError where the shape has other axes, or where no
  // window fits; `layer` is the layer's text.
  Shape OutputShape(const std::string& layer, const Shape& shape, size_t channels) const;

  // kernel_shape, strides, pads and dilations, for an input of that shape.
  OnnxAttributes ToOnnx(const Shape& shape) const;
  // Nothing where the node's windows are none of these: other padding rules, rounding up ...
  static std::optional<WindowOptions> FromOnnx(const OnnxNode& node, std::span<const size_t> window,
                                               const Shape& shape);
};

// A list of whole numbers among a node's attributes; `usual` where the node has none, nothing where it has something
// else.
std::optional<std::vector<int64_t>> OnnxIntegers(const OnnxNode& node, const std::string& name,
                                                 std::vector<int64_t> usual);

// The words behind the window's size, in any order; false when the next word is none of them.
bool ReadWindowOption(LayerWords& words, WindowOptions& options);
// The largest window, stride, padding and dilation that a text may have.
inline constexpr size_t kMostWindow = 4096;
// One number or two with a cross between them.
WindowOptions::Pair ReadWindowPair(LayerWords& words, std::string_view meaning, size_t low, size_t axes);

}  // namespace ramp

#endif  // RAMP_NETWORK_WINDOW_OPTIONS_H_
