// slice: a part of one axis, perhaps with steps.
#include <fmt/format.h>

#include <algorithm>

#include "ramp/base/error.h"
#include "ramp/network/layers/layers.h"
#include "ramp/network/loops.h"
#include "ramp/network/network_text.h"
#include "ramp/network/strided_view.h"

namespace ramp {
namespace {

constexpr size_t kMostAxes = 8;
constexpr size_t kLongestAxis = size_t{1} << 30;

struct Range {
  size_t axis = 0, begin = 0, end = 0, step = 1;
  size_t count() const { return (end - begin + step - 1) / step; }
};

StridedView ViewOf(const Range& range, const Shape& shape) {
  return SlicedView(shape, range.axis, range.begin, static_cast<ptrdiff_t>(range.step), range.count());
}

class SliceStep final : public Step {
 public:
  SliceStep(const StepContext& context, const Range& range)
      : context_(context), view_(ViewOf(range, context.input_shape())) {}
  void Forward() override { view_.Gather(context_.input(), context_.output, context_.batch); }
  void Backward() override {
    float* gradient = context_.input_gradient();
    if (gradient == nullptr) return;
    ForEachValueRange(context_.batch * context_.input_shape().count(),
                      [&](size_t begin, size_t end) { std::fill(gradient + begin, gradient + end, 0.0f); });
    view_.Scatter(context_.output_gradient, gradient, context_.batch);
  }

 private:
  StepContext context_;
  StridedView view_;
};

class Slice final : public Layer {
 public:
  explicit Slice(const Range& range) : range_(range) {}

  std::string Text() const override {
    const std::string step = range_.step == 1 ? "" : fmt::format(" {}", range_.step);
    return fmt::format("{} {} {} {}{}", SliceDefinition().name, range_.axis + 1, range_.begin + 1, range_.end, step);
  }
  Shape OutputShape(const Shapes& inputs) const override {
    std::vector<size_t> sizes = inputs[0].sizes();
    if (range_.axis >= sizes.size() || range_.end > sizes[range_.axis]) {
      throw UsageError(fmt::format("network: '{}' reaches beyond its input of shape {}", Text(), inputs[0].text()));
    }
    sizes[range_.axis] = range_.count();
    return Shape(std::move(sizes));
  }
  MemoryDemand Demand(const Shapes& /*inputs*/, size_t /*batch*/, bool /*training*/,
                      const Activation* /*taken*/) const override {
    return {};
  }
  std::unique_ptr<Step> MakeStep(const StepContext& context) const override {
    return std::make_unique<SliceStep>(context, range_);
  }
  std::vector<double> Reference(const ReferenceContext& context) const override {
    const Shape& shape = context.input_shape();
    size_t inner = 1;
    for (size_t axis = range_.axis + 1; axis < shape.rank(); ++axis) inner *= shape[axis];
    std::vector<double> output;
    for (size_t i = 0; i < context.input().size(); ++i) {
      const size_t place = i / inner % shape[range_.axis];
      const bool inside = place >= range_.begin && place < range_.end && (place - range_.begin) % range_.step == 0;
      if (inside) output.push_back(context.input()[i]);
    }
    return output;
  }
  std::string WriteOnnx(OnnxWriter& writer, const std::vector<std::string>& inputs, const Shapes& /*shapes*/,
                        std::span<const std::span<const float>> /*parameters*/) const override {
    const auto number = [&](std::string_view name, size_t value) {
      return writer.Integers(name, {static_cast<int64_t>(value)});
    };
    return writer.Node("Slice", {inputs[0], number("begin", range_.begin), number("end", range_.end),
                                 number("axis", range_.axis + 1), number("step", range_.step)});
  }

 private:
  Range range_;
};

LayerPointer Parse(LayerWords& words) {
  Range range;
  range.axis = words.Count("the axis", 1, kMostAxes) - 1;
  range.begin = words.Count("the first place", 1, kLongestAxis) - 1;
  range.end = words.Count("the last place", range.begin + 1, kLongestAxis);
  if (!words.empty()) range.step = words.Count("the step", 1, kLongestAxis);
  return std::make_shared<Slice>(range);
}

// Limits as ONNX gives them: negative ones count from the end, and what lies beyond it means the end.
std::optional<Range> RangeOf(size_t axis, size_t size, int64_t begin, int64_t end, int64_t step) {
  const auto length = static_cast<int64_t>(size);
  const auto clamp = [&](int64_t place) {
    return static_cast<size_t>(std::clamp<int64_t>(place < 0 && place >= -length ? place + length : place, 0, length));
  };
  const Range range{axis, clamp(begin), clamp(end), static_cast<size_t>(std::max<int64_t>(step, 1))};
  if (step < 1 || range.begin >= range.end) return std::nullopt;
  return range;
}

std::optional<LayerFromOnnx> ChainOf(const std::vector<Range>& ranges, const OnnxPlace& place) {
  LayerFromOnnx found{.output = place.node().outputs[0]};
  for (const Range& range : ranges) {
    if (range.count() == place.shape()[range.axis]) continue;
    found.then.push_back(std::make_shared<Slice>(range));
  }
  if (found.then.empty()) found.reshaped = place.shape();
  return found;
}

// starts, ends, axes and steps are attributes before opset 10, inputs from there on.
std::optional<LayerFromOnnx> SliceFromOnnx(const OnnxPlace& place) {
  const auto starts = place.Integers("starts", 1), ends = place.Integers("ends", 2);
  const auto axes = place.Integers("axes", 3), steps = place.Integers("steps", 4);
  if (!starts || !ends || starts->size() != ends->size() || (axes && axes->size() != starts->size()) ||
      (steps && steps->size() != starts->size())) {
    return std::nullopt;
  }
  std::vector<Range> ranges;
  for (size_t i = 0; i < starts->size(); ++i) {
    const auto axis = place.Axis(axes ? (*axes)[i] : static_cast<int64_t>(i));
    const auto range =
        axis ? RangeOf(*axis, place.shape()[*axis], (*starts)[i], (*ends)[i], steps ? (*steps)[i] : 1) : std::nullopt;
    const auto twice = [&](const Range& other) { return other.axis == *axis; };
    if (!range || std::ranges::any_of(ranges, twice)) return std::nullopt;
    ranges.push_back(*range);
  }
  return ChainOf(ranges, place);
}

// One place of an axis: x[:, 0].
std::optional<LayerFromOnnx> GatherFromOnnx(const OnnxPlace& place) {
  const OnnxTensor* which = place.Constant(1);
  const auto axis = place.Axis(place.node().Integer("axis"));
  if (which == nullptr || which->values.size() != 1 || which->shape.rank() > 1 || !axis) return std::nullopt;
  const int64_t begin = ToIntegers(which->values)[0];
  const size_t size = place.shape()[*axis];
  const auto range = RangeOf(*axis, size, begin, begin == -1 ? static_cast<int64_t>(size) : begin + 1, 1);
  if (!range || range->count() != 1) return std::nullopt;
  auto found = ChainOf({*range}, place);
  if (which->shape.rank() == 1) return found;
  // A number instead of a list takes the axis away.
  if (place.channels_first) return std::nullopt;
  std::vector<size_t> sizes = place.shape().sizes();
  sizes.erase(sizes.begin() + static_cast<ptrdiff_t>(*axis));
  if (sizes.empty()) return std::nullopt;
  found->reshaped = Shape(std::move(sizes));
  return found;
}

std::optional<LayerFromOnnx> FromOnnx(const OnnxPlace& place) {
  if (place.node().inputs[0] != place.value()) return std::nullopt;
  if (place.node().op == "Slice") return SliceFromOnnx(place);
  if (place.node().op == "Gather") return GatherFromOnnx(place);
  return std::nullopt;
}

}  // namespace

LayerPointer MakeSlice(size_t axis, size_t begin, size_t end) {
  return std::make_shared<Slice>(Range{axis, begin, end, 1});
}

const LayerDefinition& SliceDefinition() {
  static const LayerDefinition definition{
      .name = "slice",
      .notation = "slice AXIS FIRST LAST [STEP]",
      .summary = "the places FIRST to LAST of an axis, counted from 1; STEP 2 takes every other",
      .parse = Parse,
      .from_onnx = FromOnnx};
  return definition;
}

}  // namespace ramp
