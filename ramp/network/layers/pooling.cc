// maxpool, averagepool, global_max and global_average: the largest value or the mean of each window, for each channel.
#include "ramp/network/pooling.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "ramp/base/error.h"
#include "ramp/network/channels_first.h"
#include "ramp/network/layers/layers.h"
#include "ramp/network/window_options.h"

namespace ramp {
namespace {

enum class Kind { kMax, kAverage };

PoolingSizes SizesOf(const WindowOptions& windows, const Shape& shape, size_t batch) {
  const auto axes = windows.Axes(shape);
  return {batch, shape.units(), axes[0], axes[1]};
}

// One window for each channel of an example, whatever its axes are.
PoolingSizes GlobalSizesOf(const Shape& shape, size_t batch) {
  const size_t elements = shape.count() / shape.units();
  return {batch, shape.units(), {elements, elements}, {}};
}

template <class Pooling>
class PoolingStep final : public Step {
 public:
  template <class... Arguments>
  explicit PoolingStep(bool backward, const Arguments&... arguments) : pooling_(arguments...), backward_(backward) {}
  void Forward() override { pooling_.Forward(); }
  void Backward() override {
    if (backward_) pooling_.Backward();
  }

 private:
  Pooling pooling_;
  bool backward_;
};

std::unique_ptr<Step> MakePoolingStep(Kind kind, const PoolingSizes& sizes, const StepContext& c) {
  const bool backward = c.input_gradient() != nullptr;
  if (kind == Kind::kMax) {
    return std::make_unique<PoolingStep<MaxPooling>>(backward, sizes, c.input(), c.output, c.saved, c.output_gradient,
                                                     c.input_gradient());
  }
  return std::make_unique<PoolingStep<AveragePooling>>(backward, sizes, c.input(), c.output, c.output_gradient,
                                                       c.input_gradient());
}

MemoryDemand DemandOf(Kind kind, const PoolingSizes& sizes) {
  return {.saved_bytes = kind == Kind::kMax ? MaxPooling::SavedBytes(sizes) : 0};
}

std::vector<double> ReferenceOf(Kind kind, const PoolingSizes& s, const std::vector<double>& input) {
  std::vector<double> output;
  const auto rows = [&](size_t example, size_t y, size_t x, size_t channel) {
    double sum = 0, largest = -std::numeric_limits<double>::infinity(), count = 0;
    for (size_t ky = 0; ky < s.height.window; ++ky) {
      for (size_t kx = 0; kx < s.width.window; ++kx) {
        // Wraps around, and so lies outside, where it is negative.
        const size_t row = y * s.height.stride + ky - s.height.pad_before;
        const size_t column = x * s.width.stride + kx - s.width.pad_before;
        if (row >= s.height.input || column >= s.width.input) continue;
        const double value = input[((example * s.height.input + row) * s.width.input + column) * s.channels + channel];
        sum += value;
        ++count;
        if (value > largest || std::isnan(value)) largest = value;
      }
    }
    return kind == Kind::kMax ? largest : sum / count;
  };
  for (size_t i = 0; i < s.outputs(); ++i) {
    const size_t place = i / s.channels, places = s.height.output() * s.width.output();
    output.push_back(rows(place / places, place % places / s.width.output(), place % s.width.output(), i % s.channels));
  }
  return output;
}

const LayerDefinition& DefinitionOf(Kind kind) {
  return kind == Kind::kMax ? MaxPoolingDefinition() : AveragePoolingDefinition();
}
std::string_view OperatorOf(Kind kind) { return kind == Kind::kMax ? "MaxPool" : "AveragePool"; }

class PoolingLayer final : public Layer {
 public:
  PoolingLayer(Kind kind, const WindowOptions& windows) : kind_(kind), windows_(windows) {}

  std::string Text() const override {
    WindowOptions usual;
    usual.stride = windows_.window;
    return fmt::format("{} {}{}", DefinitionOf(kind_).name, windows_.SizeText(windows_.window), windows_.Text(usual));
  }
  Shape OutputShape(const Shapes& inputs) const override {
    return For(inputs[0]).OutputShape(Text(), inputs[0], inputs[0].units());
  }
  MemoryDemand Demand(const Shapes& inputs, size_t batch, bool /*training*/,
                      const Activation* /*taken*/) const override {
    return DemandOf(kind_, SizesOf(For(inputs[0]), inputs[0], batch));
  }
  std::unique_ptr<Step> MakeStep(const StepContext& c) const override {
    return MakePoolingStep(kind_, SizesOf(For(c.input_shape()), c.input_shape(), c.batch), c);
  }
  std::vector<double> Reference(const ReferenceContext& c) const override {
    return ReferenceOf(kind_, SizesOf(For(c.input_shape()), c.input_shape(), c.batch), c.input());
  }
  std::string WriteOnnx(OnnxWriter& writer, const std::vector<std::string>& inputs, const Shapes& shapes,
                        std::span<const std::span<const float>> /*parameters*/) const override {
    return WriteChannelsFirst(writer, inputs[0], shapes[0], [&](const std::string& input) {
      return writer.Node(OperatorOf(kind_), {input}, For(shapes[0]).ToOnnx(shapes[0]));
    });
  }

 private:
  // On a sequence the windows are along its length, as long as they are high on a picture.
  WindowOptions For(const Shape& shape) const {
    WindowOptions windows = windows_;
    const bool square = windows.window[0] == windows.window[1] && windows.stride[0] == windows.stride[1];
    if (shape.rank() == 2 && square) windows.axes = 1;
    return windows;
  }

  Kind kind_;
  WindowOptions windows_;
};

template <Kind kind>
LayerPointer Parse(LayerWords& words) {
  WindowOptions windows;
  windows.window = ReadWindowPair(words, "the size of the window", 1, windows.axes);
  windows.stride = windows.window;
  while (ReadWindowOption(words, windows)) {
  }
  if (windows.dilation != WindowOptions::Pair{1, 1}) words.Fail("the windows of pooling layers are dense");
  for (size_t axis = 0; axis < windows.axes; ++axis) {
    if (std::max(windows.pad_before[axis], windows.pad_after[axis]) >= windows.window[axis]) {
      words.Fail("padding must be less than the window, or some windows would be empty");
    }
  }
  return std::make_shared<PoolingLayer>(kind, windows);
}

template <Kind kind>
std::optional<LayerFromOnnx> FromOnnx(const OnnxPlace& place) {
  const OnnxNode& node = place.node();
  const Shape& shape = place.shape();
  if (node.op != OperatorOf(kind) || !place.channels_first || node.outputs.size() != 1) return std::nullopt;
  const auto kernel = OnnxIntegers(node, "kernel_shape", std::vector<int64_t>(shape.rank() - 1, 0));
  if (!kernel || !std::ranges::all_of(*kernel, [](int64_t size) { return size > 0; })) return std::nullopt;
  const std::vector<size_t> window(kernel->begin(), kernel->end());
  auto windows = WindowOptions::FromOnnx(node, window, shape);
  if (!windows || windows->dilation != WindowOptions::Pair{1, 1}) return std::nullopt;
  const WindowOptions::Pair none = {0, 0};
  const auto along = windows->Axes(shape);
  bool padded = false;
  for (const WindowAxis& axis : along) {
    if (std::max(axis.pad_before, axis.pad_after) >= axis.window) return std::nullopt;
    padded = padded || axis.pad_before + axis.pad_after > 0;
  }
  if (padded && node.Number("count_include_pad").value_or(0) != 0) return std::nullopt;
  if (!padded) {
    windows->same = false;
    windows->pad_before = windows->pad_after = none;
  }
  if (windows->axes == 1) {
    windows->axes = 2;
    windows->window[1] = windows->window[0];
    windows->stride[1] = windows->stride[0];
    windows->pad_before[1] = windows->pad_before[0];
    windows->pad_after[1] = windows->pad_after[0];
  }
  return LayerFromOnnx{.layer = std::make_shared<PoolingLayer>(kind, *windows), .output = node.outputs[0]};
}

class GlobalPoolingLayer final : public Layer {
 public:
  explicit GlobalPoolingLayer(Kind kind) : kind_(kind) {}

  std::string Text() const override {
    const LayerDefinition& definition = kind_ == Kind::kMax ? GlobalMaxDefinition() : GlobalAverageDefinition();
    return std::string(definition.name);
  }
  Shape OutputShape(const Shapes& inputs) const override {
    if (inputs[0].rank() < 2) {
      throw UsageError(fmt::format("network: '{}' takes away all axes but the last, and its input of shape {} has one",
                                   Text(), inputs[0].text()));
    }
    return {inputs[0].units()};
  }
  MemoryDemand Demand(const Shapes& inputs, size_t batch, bool /*training*/,
                      const Activation* /*taken*/) const override {
    return DemandOf(kind_, GlobalSizesOf(inputs[0], batch));
  }
  std::unique_ptr<Step> MakeStep(const StepContext& c) const override {
    return MakePoolingStep(kind_, GlobalSizesOf(c.input_shape(), c.batch), c);
  }
  std::vector<double> Reference(const ReferenceContext& c) const override {
    return ReferenceOf(kind_, GlobalSizesOf(c.input_shape(), c.batch), c.input());
  }
  std::string WriteOnnx(OnnxWriter& writer, const std::vector<std::string>& inputs, const Shapes& shapes,
                        std::span<const std::span<const float>> /*parameters*/) const override {
    const auto global = [&](const std::string& input) {
      return writer.Node(kind_ == Kind::kMax ? "GlobalMaxPool" : "GlobalAveragePool", {input});
    };
    return writer.Node("Flatten", {WriteChannelsFirst(writer, inputs[0], shapes[0], global)}, {{"axis", int64_t{1}}});
  }

 private:
  Kind kind_;
};

template <Kind kind>
LayerPointer ParseGlobal(LayerWords& /*words*/) {
  return std::make_shared<GlobalPoolingLayer>(kind);
}

// The operator over all places, or the reduction of all axes but that of the units.
template <Kind kind>
std::optional<LayerFromOnnx> GlobalFromOnnx(const OnnxPlace& place) {
  const OnnxNode& node = place.node();
  const bool is_max = kind == Kind::kMax;
  const size_t rank = place.shape().rank();
  if (rank < 2 || node.outputs.size() != 1) return std::nullopt;
  LayerFromOnnx found{.layer = std::make_shared<GlobalPoolingLayer>(kind), .output = node.outputs[0]};
  const bool global = node.op == (is_max ? "GlobalMaxPool" : "GlobalAveragePool") && place.channels_first;
  bool keeps_axes = global;
  if (!global) {
    const auto axes = place.Integers("axes", 1);
    if (node.op != (is_max ? "ReduceMax" : "ReduceMean") || !axes || axes->size() + 1 != rank) return std::nullopt;
    std::vector<bool> reduced(rank, false);
    for (const int64_t given : *axes) {
      const auto axis = place.Axis(given);
      if (!axis || reduced[*axis]) return std::nullopt;
      reduced[*axis] = true;
    }
    if (reduced.back()) return std::nullopt;
    keeps_axes = node.Number("keepdims") != 0;
  }
  if (keeps_axes) {
    std::vector<size_t> sizes(rank, 1);
    sizes.back() = place.shape().units();
    found.reshaped = Shape(std::move(sizes));
  }
  return found;
}

}  // namespace

const LayerDefinition& MaxPoolingDefinition() {
  static const LayerDefinition definition{.name = "maxpool",
                                          .notation = "maxpool HEIGHTxWIDTH [stride N] [pad N|same]",
                                          .summary = "the largest value of each window, the window apart from the next",
                                          .parse = Parse<Kind::kMax>,
                                          .from_onnx = FromOnnx<Kind::kMax>};
  return definition;
}

const LayerDefinition& AveragePoolingDefinition() {
  static const LayerDefinition definition{.name = "averagepool",
                                          .notation = "averagepool HEIGHTxWIDTH [stride N] [pad N|same]",
                                          .summary = "the mean of each window; padding does not count",
                                          .parse = Parse<Kind::kAverage>,
                                          .from_onnx = FromOnnx<Kind::kAverage>};
  return definition;
}

const LayerDefinition& GlobalMaxDefinition() {
  static const LayerDefinition definition{.name = "global_max",
                                          .notation = "global_max",
                                          .summary = "the largest value of each channel of a picture or sequence",
                                          .parse = ParseGlobal<Kind::kMax>,
                                          .from_onnx = GlobalFromOnnx<Kind::kMax>};
  return definition;
}

const LayerDefinition& GlobalAverageDefinition() {
  static const LayerDefinition definition{.name = "global_average",
                                          .notation = "global_average",
                                          .summary = "the mean of each channel of a picture or sequence",
                                          .parse = ParseGlobal<Kind::kAverage>,
                                          .from_onnx = GlobalFromOnnx<Kind::kAverage>};
  return definition;
}

}  // namespace ramp
