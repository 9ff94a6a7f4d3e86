// transpose: the axes of an example in another order.
#include <fmt/format.h>

#include <algorithm>

#include "ramp/base/error.h"
#include "ramp/network/layers/layers.h"
#include "ramp/network/network_text.h"
#include "ramp/network/strided_view.h"

namespace ramp {
namespace {

constexpr size_t kMostAxes = 8;

class TransposeStep final : public Step {
 public:
  TransposeStep(const StepContext& context, const std::vector<size_t>& axes)
      : context_(context), view_(TransposedView(context.input_shape(), axes)) {}
  void Forward() override { view_.Gather(context_.input(), context_.output, context_.batch); }
  void Backward() override {
    if (context_.input_gradient() == nullptr) return;
    view_.Scatter(context_.output_gradient, context_.input_gradient(), context_.batch);
  }

 private:
  StepContext context_;
  StridedView view_;
};

class Transpose final : public Layer {
 public:
  explicit Transpose(std::vector<size_t> axes) : axes_(std::move(axes)) {}

  std::string Text() const override {
    std::string text(TransposeDefinition().name);
    for (const size_t axis : axes_) text += fmt::format(" {}", axis + 1);
    return text;
  }
  Shape OutputShape(const Shapes& inputs) const override {
    if (inputs[0].rank() != axes_.size()) {
      throw UsageError(fmt::format("network: '{}' names {} axes, and its input is of shape {}", Text(), axes_.size(),
                                   inputs[0].text()));
    }
    std::vector<size_t> sizes;
    for (const size_t axis : axes_) sizes.push_back(inputs[0][axis]);
    return Shape(std::move(sizes));
  }
  MemoryDemand Demand(const Shapes& /*inputs*/, size_t /*batch*/, bool /*training*/,
                      const Activation* /*taken*/) const override {
    return {};
  }
  std::unique_ptr<Step> MakeStep(const StepContext& context) const override {
    return std::make_unique<TransposeStep>(context, axes_);
  }
  std::vector<double> Reference(const ReferenceContext& context) const override {
    const Shape &from = context.input_shape(), &to = context.output_shape;
    std::vector<double> output(context.input().size());
    for (size_t i = 0; i < output.size(); ++i) {
      std::vector<size_t> index(from.rank());
      size_t rest = i % to.count(), place = 0;
      for (size_t axis = to.rank(); axis-- > 0; rest /= to[axis]) index[axes_[axis]] = rest % to[axis];
      for (size_t axis = 0; axis < from.rank(); ++axis) place = place * from[axis] + index[axis];
      output[i] = context.input()[i / to.count() * to.count() + place];
    }
    return output;
  }
  std::string WriteOnnx(OnnxWriter& writer, const std::vector<std::string>& inputs, const Shapes& /*shapes*/,
                        std::span<const std::span<const float>> /*parameters*/) const override {
    std::vector<int64_t> order = {0};
    for (const size_t axis : axes_) order.push_back(static_cast<int64_t>(axis + 1));
    return writer.Node("Transpose", inputs, {{"perm", order}});
  }

 private:
  std::vector<size_t> axes_;
};

LayerPointer Parse(LayerWords& words) {
  std::vector<size_t> axes;
  do {
    axes.push_back(words.Count("an axis", 1, kMostAxes) - 1);
    if (std::ranges::count(axes, axes.back()) > 1) words.Fail("an axis is there twice");
  } while (!words.empty() && axes.size() < kMostAxes);
  if (std::ranges::max(axes) >= axes.size()) words.Fail("each axis from 1 on must be there");
  return MakeTranspose(std::move(axes));
}

}  // namespace

LayerPointer MakeTranspose(std::vector<size_t> axes) { return std::make_shared<Transpose>(std::move(axes)); }

const LayerDefinition& TransposeDefinition() {
  static const LayerDefinition definition{.name = "transpose",
                                          .notation = "transpose AXIS AXIS ...",
                                          .summary = "the axes of the example in another order: 1 is the first",
                                          .parse = Parse};
  return definition;
}

}  // namespace ramp
