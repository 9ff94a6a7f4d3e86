// flatten: all values of an example in one axis. A dense layer flattens by itself.
#include <algorithm>

#include "ramp/network/layers/layers.h"
#include "ramp/network/network_text.h"

namespace ramp {
namespace {

// Copies, where the plan could not put input and output in one place.
class FlattenStep final : public Step {
 public:
  explicit FlattenStep(const StepContext& context)
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

class Flatten final : public Layer {
 public:
  std::string Text() const override { return std::string(FlattenDefinition().name); }
  Shape OutputShape(const Shapes& inputs) const override { return {inputs[0].count()}; }
  MemoryDemand Demand(const Shapes& /*inputs*/, size_t /*batch*/, bool /*training*/,
                      const Activation* /*taken*/) const override {
    return {.in_place = true};
  }
  std::unique_ptr<Step> MakeStep(const StepContext& context) const override {
    return std::make_unique<FlattenStep>(context);
  }
  std::vector<double> Reference(const ReferenceContext& context) const override { return context.input(); }
  std::string WriteOnnx(OnnxWriter& writer, const std::vector<std::string>& inputs, const Shapes& /*shapes*/,
                        std::span<const std::span<const float>> /*parameters*/) const override {
    return writer.Node("Flatten", inputs, {{"axis", int64_t{1}}});
  }
};

LayerPointer Parse(LayerWords& /*words*/) { return std::make_shared<Flatten>(); }

}  // namespace

const LayerDefinition& FlattenDefinition() {
  static const LayerDefinition definition{
      .name = "flatten", .notation = "flatten", .summary = "all values of an example in one axis", .parse = Parse};
  return definition;
}

}  // namespace ramp
