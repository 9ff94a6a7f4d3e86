// padding: places with a number before and behind those of an axis.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ramp/base/error.h"
#include "ramp/network/layers/layers.h"
#include "ramp/network/loops.h"
#include "ramp/network/network_text.h"
#include "ramp/network/strided_view.h"

namespace ramp {
namespace {

constexpr size_t kMostAxes = 8, kMostPlaces = 4096;
constexpr double kLargest = 1e6;

struct Padding {
  size_t axis = 0, before = 0, behind = 0;
  float value = 0;
};

class PadStep final : public Step {
 public:
  PadStep(const StepContext& context, const Padding& padding)
      : context_(context),
        value_(padding.value),
        view_(SlicedView(context.output_shape, padding.axis, padding.before, 1, context.input_shape()[padding.axis])) {}
  void Forward() override {
    float* output = context_.output;
    ForEachValueRange(context_.batch * context_.output_shape.count(),
                      [&](size_t begin, size_t end) { std::fill(output + begin, output + end, value_); });
    view_.Scatter(context_.input(), output, context_.batch);
  }
  void Backward() override {
    if (context_.input_gradient() == nullptr) return;
    view_.Gather(context_.output_gradient, context_.input_gradient(), context_.batch);
  }

 private:
  StepContext context_;
  float value_;
  StridedView view_;
};

class Pad final : public Layer {
 public:
  explicit Pad(const Padding& padding) : padding_(padding) {}

  std::string Text() const override {
    const std::string value = padding_.value == 0 ? "" : fmt::format(" {}", padding_.value);
    return fmt::format("{} {} {} {}{}", PaddingDefinition().name, padding_.axis + 1, padding_.before, padding_.behind,
                       value);
  }
  Shape OutputShape(const Shapes& inputs) const override {
    std::vector<size_t> sizes = inputs[0].sizes();
    if (padding_.axis >= sizes.size()) {
      throw UsageError(fmt::format("network: '{}' pads axis {} of its input of shape {}", Text(), padding_.axis + 1,
                                   inputs[0].text()));
    }
    sizes[padding_.axis] += padding_.before + padding_.behind;
    return Shape(std::move(sizes));
  }
  MemoryDemand Demand(const Shapes& /*inputs*/, size_t /*batch*/, bool /*training*/,
                      const Activation* /*taken*/) const override {
    return {};
  }
  std::unique_ptr<Step> MakeStep(const StepContext& context) const override {
    return std::make_unique<PadStep>(context, padding_);
  }
  std::vector<double> Reference(const ReferenceContext& context) const override {
    const Shape& shape = context.output_shape;
    size_t inner = 1, next = 0;
    for (size_t axis = padding_.axis + 1; axis < shape.rank(); ++axis) inner *= shape[axis];
    std::vector<double> output(context.batch * shape.count());
    for (size_t i = 0; i < output.size(); ++i) {
      const size_t place = i / inner % shape[padding_.axis];
      const bool inside = place >= padding_.before && place + padding_.behind < shape[padding_.axis];
      output[i] = inside ? context.input()[next++] : static_cast<double>(padding_.value);
    }
    return output;
  }
  std::string WriteOnnx(OnnxWriter& writer, const std::vector<std::string>& inputs, const Shapes& shapes,
                        std::span<const std::span<const float>> /*parameters*/) const override {
    const size_t axes = shapes[0].rank() + 1;
    std::vector<int64_t> pads(2 * axes, 0);
    pads[padding_.axis + 1] = static_cast<int64_t>(padding_.before);
    pads[axes + padding_.axis + 1] = static_cast<int64_t>(padding_.behind);
    return writer.Node("Pad", {inputs[0], writer.Integers("pads", pads),
                               writer.Initializer("value", {}, std::span(&padding_.value, 1))});
  }

 private:
  Padding padding_;
};

LayerPointer Parse(LayerWords& words) {
  Padding padding;
  padding.axis = words.Count("the axis", 1, kMostAxes) - 1;
  padding.before = words.Count("the number of places before", 0, kMostPlaces);
  padding.behind = words.Count("the number of places behind", 0, kMostPlaces);
  if (!words.empty()) padding.value = static_cast<float>(words.Number("what is there", -kLargest, kLargest));
  return std::make_shared<Pad>(padding);
}

// What is there: an attribute before opset 11, an input from there on.
std::optional<float> ValueOf(const OnnxPlace& place) {
  const auto attribute = place.node().Number("value");
  const OnnxTensor* constant = place.Constant(2);
  const bool given = place.node().inputs.size() > 2 && !place.node().inputs[2].empty();
  if (given && (constant == nullptr || constant->values.size() != 1)) return std::nullopt;
  const double value = given ? static_cast<double>(constant->values[0]) : attribute.value_or(0);
  return std::abs(value) <= kLargest ? std::optional(static_cast<float>(value)) : std::nullopt;
}

std::optional<LayerFromOnnx> FromOnnx(const OnnxPlace& place) {
  const OnnxNode& node = place.node();
  if (node.op != "Pad" || node.inputs[0] != place.value() || node.inputs.size() > 3) return std::nullopt;
  const auto mode = node.attributes.find("mode");
  if (mode != node.attributes.end() && mode->second != OnnxAttribute(std::string("constant"))) return std::nullopt;
  const auto pads = place.Integers("pads", 1);
  const auto value = ValueOf(place);
  const size_t axes = place.shape().rank() + 1;
  if (!pads || pads->size() != 2 * axes || !value) return std::nullopt;
  LayerFromOnnx found{.output = node.outputs[0]};
  for (size_t i = 0; i < axes; ++i) {
    const int64_t before = (*pads)[i], behind = (*pads)[axes + i];
    if (before == 0 && behind == 0) continue;
    const auto axis = place.Axis(static_cast<int64_t>(i));
    constexpr auto kMost = static_cast<int64_t>(kMostPlaces);
    if (!axis || before < 0 || behind < 0 || before > kMost || behind > kMost) return std::nullopt;
    found.then.push_back(
        std::make_shared<Pad>(Padding{*axis, static_cast<size_t>(before), static_cast<size_t>(behind), *value}));
  }
  if (found.then.empty()) found.reshaped = place.shape();
  return found;
}

}  // namespace

const LayerDefinition& PaddingDefinition() {
  static const LayerDefinition definition{
      .name = "padding",
      .notation = "padding AXIS BEFORE BEHIND [VALUE]",
      .summary = "so many places more before and behind those of an axis (1 is the first), with a value, 0 by itself",
      .parse = Parse,
      .from_onnx = FromOnnx};
  return definition;
}

}  // namespace ramp
