// residual: the sum of branches that begin at one value (He et al., 2015, "Deep residual learning").
#include <fmt/format.h>

#include <algorithm>

#include "ramp/base/error.h"
#include "ramp/network/layers/layers.h"
#include "ramp/network/loops.h"
#include "ramp/network/network_text.h"

namespace ramp {
namespace {

class ResidualStep final : public Step {
 public:
  explicit ResidualStep(const StepContext& context)
      : context_(context), count_(context.batch * context.output_shape.count()) {}

  void Forward() override {
    ForEachValueRange(count_, [&](size_t begin, size_t end) {
      // The first input may be the output itself.
      const float* a = context_.inputs[0];
      for (size_t branch = 1; branch < context_.inputs.size(); ++branch) {
        const float* b = context_.inputs[branch];
        for (size_t i = begin; i < end; ++i) context_.output[i] = a[i] + b[i];
        a = context_.output;
      }
    });
  }

  // Each branch gets the gradient as it is.
  void Backward() override {
    ForEachValueRange(count_, [&](size_t begin, size_t end) {
      for (float* gradient : context_.input_gradients) {
        if (gradient == nullptr || gradient == context_.output_gradient) continue;
        std::copy(context_.output_gradient + begin, context_.output_gradient + end, gradient + begin);
      }
    });
  }

 private:
  StepContext context_;
  size_t count_;
};

class Residual final : public Layer {
 public:
  std::string Text() const override { return std::string(ResidualDefinition().name); }
  Shape OutputShape(const Shapes& inputs) const override {
    for (const Shape& shape : inputs) {
      if (shape == inputs[0]) continue;
      throw UsageError(fmt::format(
          "network: '{}' sums branches of the shapes {} and {}: make them equal (a branch of its own for the shorter "
          "way, as in \"residual(dense 64, relu, dense 32 | dense 32)\")",
          Text(), inputs[0].text(), shape.text()));
    }
    return inputs[0];
  }
  MemoryDemand Demand(const Shapes& /*inputs*/, size_t /*batch*/, bool /*training*/,
                      const Activation* /*taken*/) const override {
    return {.in_place = true};
  }
  std::unique_ptr<Step> MakeStep(const StepContext& context) const override {
    return std::make_unique<ResidualStep>(context);
  }
  std::vector<double> Reference(const ReferenceContext& context) const override {
    std::vector<double> sum = context.inputs[0];
    for (size_t branch = 1; branch < context.inputs.size(); ++branch) {
      for (size_t i = 0; i < sum.size(); ++i) sum[i] += context.inputs[branch][i];
    }
    return sum;
  }
  std::string WriteOnnx(OnnxWriter& writer, const std::vector<std::string>& inputs, const Shapes& /*shapes*/,
                        std::span<const std::span<const float>> /*parameters*/) const override {
    std::string sum = inputs[0];
    for (size_t branch = 1; branch < inputs.size(); ++branch) sum = writer.Node("Add", {sum, inputs[branch]});
    return sum;
  }
};

LayerPointer Parse(LayerWords& /*words*/) { return std::make_shared<Residual>(); }

std::optional<LayerFromOnnx> FromOnnx(const OnnxPlace& place) {
  const std::string& op = place.node().op;
  const bool equal = std::ranges::all_of(place.shapes, [&](const Shape& shape) { return shape == place.shape(); });
  if ((op != "Add" && op != "Sum") || place.values.size() != place.node().inputs.size() || !equal) return std::nullopt;
  return LayerFromOnnx{.layer = std::make_shared<Residual>(), .output = place.node().outputs[0]};
}

}  // namespace

LayerPointer MakeResidual() { return std::make_shared<Residual>(); }

const LayerDefinition& ResidualDefinition() {
  static const LayerDefinition definition{.name = "residual",
                                          .notation = "residual(LAYERS | LAYERS ...)",
                                          .summary = "the sum of branches; a single one is added to what it reads",
                                          .parse = Parse,
                                          .joins = true,
                                          .from_onnx = FromOnnx};
  return definition;
}

}  // namespace ramp
