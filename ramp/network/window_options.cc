#include "ramp/network/window_options.h"

#include <fmt/format.h>

#include <algorithm>

#include "ramp/base/error.h"

namespace ramp {
namespace {

// What a value may take of each example: 8 GB.
constexpr size_t kMostValues = size_t{1} << 31;

// Names that the text and the messages share.
constexpr std::string_view kStride = "stride", kPad = "pad", kDilation = "dilation", kSame = "same", kValid = "valid";

bool IsSame(const WindowOptions& options, const Shape& shape) {
  WindowOptions same = options;
  same.same = true;
  const auto axes = options.Axes(shape), padded = same.Axes(shape);
  return std::ranges::equal(axes, padded, [](const WindowAxis& a, const WindowAxis& b) {
    return a.pad_before == b.pad_before && a.pad_after == b.pad_after;
  });
}

// One value for each axis, all of them possible.
bool SetPair(WindowOptions::Pair& pair, std::span<const int64_t> values, int64_t low) {
  for (size_t axis = 0; axis < values.size(); ++axis) {
    if (values[axis] < low || values[axis] > static_cast<int64_t>(kMostWindow)) return false;
    pair[axis] = static_cast<size_t>(values[axis]);
  }
  return true;
}

}  // namespace

std::string WindowOptions::SizeText(const Pair& pair) const {
  return axes == 1 || pair[0] == pair[1] ? fmt::format("{}", pair[0]) : fmt::format("{}x{}", pair[0], pair[1]);
}

std::string WindowOptions::Text(const WindowOptions& usual) const {
  std::string text;
  if (stride != usual.stride) text += fmt::format(" {} {}", kStride, SizeText(stride));
  if (same) {
    if (!usual.same) text += fmt::format(" {} {}", kPad, kSame);
  } else if (const Pair none = {0, 0}; pad_before == none && pad_after == none) {
    if (usual.same) text += fmt::format(" {} {}", kPad, kValid);
  } else {
    text += fmt::format(" {} {}", kPad, SizeText(pad_before));
    if (pad_after != pad_before) text += " " + SizeText(pad_after);
  }
  if (dilation != usual.dilation) text += fmt::format(" {} {}", kDilation, SizeText(dilation));
  return text;
}

std::array<WindowAxis, 2> WindowOptions::Axes(const Shape& shape) const {
  std::array<WindowAxis, 2> result;
  for (size_t axis = 0; axis < axes; ++axis) {
    result[axis] = {shape[axis], window[axis], stride[axis], dilation[axis], pad_before[axis], pad_after[axis]};
    if (same) result[axis].PadToSame();
  }
  return result;
}

Shape WindowOptions::OutputShape(const std::string& layer, const Shape& shape, size_t channels) const {
  if (shape.rank() != axes + 1) {
    throw UsageError(fmt::format("network: '{}' works on {}, and its input is of shape {}", layer,
                                 axes == 1 ? "[length, channels]" : "[height, width, channels]", shape.text()));
  }
  const auto along = Axes(shape);
  std::vector<size_t> sizes;
  size_t count = channels;
  for (size_t axis = 0; axis < axes; ++axis) {
    if (along[axis].output() == 0) {
      throw UsageError(
          fmt::format("network: the windows of '{}' do not fit in its input of shape {}: make them "
                      "smaller, or pad the input",
                      layer, shape.text()));
    }
    sizes.push_back(along[axis].output());
    if (count > kMostValues / sizes.back()) {
      throw UsageError(
          fmt::format("network: '{}' makes more than {} values of each example of shape {}: make it smaller", layer,
                      kMostValues, shape.text()));
    }
    count *= sizes.back();
  }
  sizes.push_back(channels);
  return Shape(std::move(sizes));
}

OnnxAttributes WindowOptions::ToOnnx(const Shape& shape) const {
  std::vector<int64_t> windows, strides, dilations, before, after;
  const auto along = Axes(shape);
  for (size_t axis = 0; axis < axes; ++axis) {
    windows.push_back(static_cast<int64_t>(along[axis].window));
    strides.push_back(static_cast<int64_t>(along[axis].stride));
    dilations.push_back(static_cast<int64_t>(along[axis].dilation));
    before.push_back(static_cast<int64_t>(along[axis].pad_before));
    after.push_back(static_cast<int64_t>(along[axis].pad_after));
  }
  before.insert(before.end(), after.begin(), after.end());
  OnnxAttributes attributes = {{"kernel_shape", windows}, {"strides", strides}, {"pads", before}};
  if (std::ranges::any_of(dilations, [](int64_t distance) { return distance > 1; })) {
    attributes["dilations"] = dilations;
  }
  return attributes;
}

std::optional<std::vector<int64_t>> OnnxIntegers(const OnnxNode& node, const std::string& name,
                                                 std::vector<int64_t> usual) {
  const auto found = node.attributes.find(name);
  if (found == node.attributes.end()) return usual;
  const auto* list = std::get_if<std::vector<int64_t>>(&found->second);
  if (list == nullptr || list->size() != usual.size()) return std::nullopt;
  return *list;
}

std::optional<WindowOptions> WindowOptions::FromOnnx(const OnnxNode& node, std::span<const size_t> window,
                                                     const Shape& shape) {
  const size_t axes = window.size();
  if (axes < 1 || axes > 2 || shape.rank() != axes + 1) return std::nullopt;
  WindowOptions options{.axes = axes};
  std::ranges::copy(window, options.window.begin());
  const auto strides = OnnxIntegers(node, "strides", std::vector<int64_t>(axes, 1));
  const auto dilations = OnnxIntegers(node, "dilations", std::vector<int64_t>(axes, 1));
  const auto pads = OnnxIntegers(node, "pads", std::vector<int64_t>(2 * axes, 0));
  if (!strides || !dilations || !pads || std::ranges::any_of(window, [](size_t w) { return w > kMostWindow; }) ||
      !SetPair(options.stride, *strides, 1) || !SetPair(options.dilation, *dilations, 1) ||
      !SetPair(options.pad_before, std::span(*pads).first(axes), 0) ||
      !SetPair(options.pad_after, std::span(*pads).last(axes), 0)) {
    return std::nullopt;
  }
  if (const auto rule = node.attributes.find("auto_pad"); rule != node.attributes.end()) {
    const std::string* name = std::get_if<std::string>(&rule->second);
    if (name == nullptr || *name == "SAME_LOWER") return std::nullopt;
    if (*name == "SAME_UPPER") options.same = true;
  }
  const auto along = options.Axes(shape);
  for (size_t axis = 0; axis < axes; ++axis) {
    const WindowAxis& a = along[axis];
    if (a.output() == 0) return std::nullopt;
    const bool rest = (a.pad_before + a.input + a.pad_after - a.span()) % a.stride != 0;
    if (rest && node.Number("ceil_mode").value_or(0) != 0) return std::nullopt;
  }
  if (IsSame(options, shape)) {
    options.same = true;
    options.pad_before = options.pad_after = {0, 0};
  }
  return options;
}

WindowOptions::Pair ReadWindowPair(LayerWords& words, std::string_view meaning, size_t low, size_t axes) {
  if (axes == 1) return {words.Count(meaning, low, kMostWindow), low};
  return words.CountPair(meaning, low, kMostWindow);
}

bool ReadWindowOption(LayerWords& words, WindowOptions& options) {
  if (words.Take(kStride)) {
    options.stride = ReadWindowPair(words, "the stride", 1, options.axes);
  } else if (words.Take(kDilation)) {
    options.dilation = ReadWindowPair(words, "the dilation", 1, options.axes);
  } else if (words.Take(kPad)) {
    options.same = words.Take(kSame);
    options.pad_before = options.pad_after = {0, 0};
    if (options.same || words.Take(kValid)) return true;
    options.pad_before = options.pad_after = ReadWindowPair(words, "the padding", 0, options.axes);
    if (words.NextIsNumber()) options.pad_after = ReadWindowPair(words, "the padding behind", 0, options.axes);
  } else {
    return false;
  }
  return true;
}

}  // namespace ramp
