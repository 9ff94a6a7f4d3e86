// flatten and reshape: the same values with other axes. A dense layer flattens by itself.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "ramp/base/error.h"
#include "ramp/network/layers/layers.h"
#include "ramp/network/network_text.h"

namespace ramp {
namespace {

constexpr size_t kMostAxes = 8, kLongestAxis = size_t{1} << 30;

// Copies, where the plan could not put input and output in one place.
class ReshapeStep final : public Step {
 public:
  explicit ReshapeStep(const StepContext& context)
      : context_(context), count_(context.batch * context.output_shape.count()) {}
  void Forward() override { Copy(context_.input(), context_.output); }
  void Backward() override { Copy(context_.output_gradient, context_.input_gradient()); }

 private:
  void Copy(const float* from, float* to) const {
    if (to != nullptr && to != from) std::copy_n(from, count_, to);
  }

  StepContext context_;
  size_t count_;
};

class Reshape final : public Layer {
 public:
  // Without a shape: one axis of all values.
  explicit Reshape(std::optional<Shape> shape) : shape_(std::move(shape)) {}

  std::string Text() const override {
    if (!shape_) return std::string(FlattenDefinition().name);
    return fmt::format("{} {}", ReshapeDefinition().name, fmt::join(shape_->sizes(), " "));
  }
  Shape OutputShape(const Shapes& inputs) const override {
    if (!shape_) return {inputs[0].count()};
    if (shape_->count() != inputs[0].count()) {
      throw UsageError(fmt::format("network: '{}' needs {} values, and its input of shape {} has {}", Text(),
                                   shape_->count(), inputs[0].text(), inputs[0].count()));
    }
    return *shape_;
  }
  MemoryDemand Demand(const Shapes& /*inputs*/, size_t /*batch*/, bool /*training*/,
                      const Activation* /*taken*/) const override {
    return {.in_place = true};
  }
  std::unique_ptr<Step> MakeStep(const StepContext& context) const override {
    return std::make_unique<ReshapeStep>(context);
  }
  std::vector<double> Reference(const ReferenceContext& context) const override { return context.input(); }
  std::string WriteOnnx(OnnxWriter& writer, const std::vector<std::string>& inputs, const Shapes& /*shapes*/,
                        std::span<const std::span<const float>> /*parameters*/) const override {
    if (!shape_) return writer.Node("Flatten", inputs, {{"axis", int64_t{1}}});
    std::vector<int64_t> sizes = {0};  // the batch, as it is
    for (const size_t size : shape_->sizes()) sizes.push_back(static_cast<int64_t>(size));
    return writer.Node("Reshape", {inputs[0], writer.Integers("shape", sizes)});
  }

 private:
  std::optional<Shape> shape_;
};

LayerPointer ParseFlatten(LayerWords& /*words*/) { return std::make_shared<Reshape>(std::nullopt); }

LayerPointer ParseReshape(LayerWords& words) {
  std::vector<size_t> sizes;
  do {
    sizes.push_back(words.Count("the size of an axis", 1, kLongestAxis));
    if (Shape(sizes).count() > kLongestAxis) words.Fail("more values than an example may have");
  } while (!words.empty() && sizes.size() < kMostAxes);
  return std::make_shared<Reshape>(Shape(std::move(sizes)));
}

// The sizes that Reshape asks for: 0 takes that of the input, -1 the rest, and the first must mean the batch, of
// which NaN stands for the size.
std::optional<Shape> ShapeOfReshape(const OnnxPlace& place) {
  const OnnxTensor* wanted = place.Constant(1);
  if (wanted == nullptr || wanted->values.size() < 2 || wanted->values.size() > kMostAxes + 1) return std::nullopt;
  const bool zero_is_zero = place.node().Number("allowzero") != 0;
  std::vector<size_t> sizes;
  std::optional<size_t> open;
  size_t count = 1;
  const std::vector<float>& values = wanted->values;
  for (size_t axis = 1; axis < values.size(); ++axis) {
    if (std::isnan(values[axis])) return std::nullopt;
    int64_t size = ToIntegers({values[axis]})[0];
    if (size == 0 && !zero_is_zero && axis <= place.shape().rank()) {
      size = static_cast<int64_t>(place.shape()[axis - 1]);
    }
    if (size == -1 && !open) {
      open = axis - 1;
      size = 1;
    }
    if (size < 1 || size > static_cast<int64_t>(place.shape().count() / count)) return std::nullopt;
    count *= static_cast<size_t>(size);
    sizes.push_back(static_cast<size_t>(size));
  }
  const float batch = values[0];
  const bool is_batch = std::isnan(batch) || (batch == 0 && !zero_is_zero) ||
                        (batch > 0 && batch == static_cast<float>(place.graph.batch));
  if (!is_batch && (batch != -1 || open)) return std::nullopt;
  if (open) sizes[*open] = place.shape().count() / count;
  if (Shape(sizes).count() != place.shape().count()) return std::nullopt;
  return Shape(std::move(sizes));
}

// Without axes, Squeeze takes away all of size 1.
std::optional<Shape> ShapeOfSqueeze(const OnnxPlace& place) {
  const auto axes = place.Integers("axes", 1);
  if (!axes && place.node().inputs.size() > 1) return std::nullopt;
  std::vector<bool> gone(place.shape().rank());
  for (size_t axis = 0; axis < gone.size() && !axes; ++axis) gone[axis] = place.shape()[axis] == 1;
  for (const int64_t given : axes.value_or(std::vector<int64_t>())) {
    const auto axis = place.Axis(given);
    if (!axis || place.shape()[*axis] != 1) return std::nullopt;
    gone[*axis] = true;
  }
  std::vector<size_t> sizes;
  for (size_t axis = 0; axis < gone.size(); ++axis) {
    if (!gone[axis]) sizes.push_back(place.shape()[axis]);
  }
  // A number for each example, at the end of a regression; layers between two others need an axis.
  if (sizes.empty() && place.node().outputs[0] == place.graph.output) return Shape{1};
  if (sizes.empty()) return std::nullopt;
  return Shape(std::move(sizes));
}

// The axes are those of the output.
std::optional<Shape> ShapeOfUnsqueeze(const OnnxPlace& place) {
  const auto axes = place.Integers("axes", 1);
  if (!axes || axes->size() + place.shape().rank() > kMostAxes) return std::nullopt;
  const size_t rank = place.shape().rank() + axes->size();
  std::vector<size_t> sizes(rank, 0);
  for (int64_t axis : *axes) {
    if (axis < 0) axis += static_cast<int64_t>(rank) + 1;
    if (axis < 1 || axis > static_cast<int64_t>(rank) || sizes[static_cast<size_t>(axis) - 1] != 0) return std::nullopt;
    sizes[static_cast<size_t>(axis) - 1] = 1;
  }
  size_t next = 0;
  for (size_t& size : sizes) {
    if (size == 0) size = place.shape()[next++];
  }
  return Shape(std::move(sizes));
}

std::optional<LayerFromOnnx> FromOnnx(const OnnxPlace& place) {
  const OnnxNode& node = place.node();
  if (place.channels_first || node.inputs[0] != place.value()) return std::nullopt;
  std::optional<Shape> shape;
  if (node.op == "Flatten" &&
      (node.Number("axis") == 1 || node.Number("axis") == -static_cast<double>(place.shape().rank()))) {
    shape = Shape{place.shape().count()};
  }
  if (node.op == "Reshape") shape = ShapeOfReshape(place);
  if (node.op == "Squeeze") shape = ShapeOfSqueeze(place);
  if (node.op == "Unsqueeze") shape = ShapeOfUnsqueeze(place);
  if (!shape) return std::nullopt;
  return LayerFromOnnx{.output = node.outputs[0], .reshaped = std::move(shape)};
}

}  // namespace

LayerPointer MakeReshape(const Shape& shape) {
  return std::make_shared<Reshape>(shape.rank() == 1 ? std::nullopt : std::optional(shape));
}

const LayerDefinition& FlattenDefinition() {
  static const LayerDefinition definition{.name = "flatten",
                                          .notation = "flatten",
                                          .summary = "all values of an example in one axis",
                                          .parse = ParseFlatten};
  return definition;
}

const LayerDefinition& ReshapeDefinition() {
  static const LayerDefinition definition{.name = "reshape",
                                          .notation = "reshape SIZE SIZE ...",
                                          .summary = "the same values with axes of these sizes",
                                          .parse = ParseReshape,
                                          .from_onnx = FromOnnx};
  return definition;
}

}  // namespace ramp
