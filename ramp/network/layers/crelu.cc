// crelu: both signs of a unit, each rectified, which doubles the units (Shang et al., 2016, "Understanding and
// improving convolutional neural networks via concatenated rectified linear units").
#include <algorithm>

#include "ramp/base/error.h"
#include "ramp/network/layers/layers.h"
#include "ramp/network/loops.h"
#include "ramp/network/network_text.h"

namespace ramp {
namespace {

// A NaN is no number above zero, and passes.
float Rectified(float x) { return x <= 0 ? 0 : x; }

class CreluStep final : public Step {
 public:
  explicit CreluStep(const StepContext& context)
      : context_(context),
        units_(context.input_shape().units()),
        rows_(context.batch * context.input_shape().count() / units_) {}

  void Forward() override {
    ForEachRowRange(rows_, units_, [&](size_t begin, size_t end, size_t /*part*/) {
      for (size_t row = begin; row < end; ++row) {
        const float* input = context_.input() + row * units_;
        float* output = context_.output + 2 * row * units_;
        for (size_t unit = 0; unit < units_; ++unit) {
          output[unit] = Rectified(input[unit]);
          output[units_ + unit] = Rectified(-input[unit]);
        }
      }
    });
  }

  void Backward() override {
    if (context_.input_gradient() == nullptr) return;
    ForEachRowRange(rows_, units_, [&](size_t begin, size_t end, size_t /*part*/) {
      for (size_t row = begin; row < end; ++row) {
        const float* output = context_.output + 2 * row * units_;
        const float* gradient = context_.output_gradient + 2 * row * units_;
        float* input_gradient = context_.input_gradient() + row * units_;
        for (size_t unit = 0; unit < units_; ++unit) {
          const float above = output[unit] == 0 ? 0 : gradient[unit];
          const float below = output[units_ + unit] == 0 ? 0 : gradient[units_ + unit];
          input_gradient[unit] = above - below;
        }
      }
    });
  }

 private:
  StepContext context_;
  size_t units_, rows_;
};

class Crelu final : public Layer {
 public:
  std::string Text() const override { return std::string(CreluDefinition().name); }
  Shape OutputShape(const Shapes& inputs) const override {
    std::vector<size_t> sizes = inputs[0].sizes();
    if (sizes.empty()) throw UsageError("network: '" + Text() + "' needs an input with units");
    sizes.back() *= 2;
    return Shape(sizes);
  }
  MemoryDemand Demand(const Shapes& /*inputs*/, size_t /*batch*/, bool /*training*/,
                      const Activation* /*taken*/) const override {
    return {.backward_reads_output = true};
  }
  std::unique_ptr<Step> MakeStep(const StepContext& context) const override {
    return std::make_unique<CreluStep>(context);
  }
  std::vector<double> Reference(const ReferenceContext& context) const override {
    const size_t units = context.input_shape().units();
    std::vector<double> output(2 * context.input().size());
    for (size_t i = 0; i < context.input().size(); ++i) {
      const size_t first = i / units * 2 * units + i % units;
      output[first] = std::max(context.input()[i], 0.0);
      output[first + units] = std::max(-context.input()[i], 0.0);
    }
    return output;
  }
  std::string WriteOnnx(OnnxWriter& writer, const std::vector<std::string>& inputs, const Shapes& /*shapes*/,
                        std::span<const std::span<const float>> /*parameters*/) const override {
    const std::string both = writer.Node("Concat", {inputs[0], writer.Node("Neg", inputs)}, {{"axis", int64_t{-1}}});
    return writer.Node("Relu", {both});
  }
};

LayerPointer Parse(LayerWords& /*words*/) { return std::make_shared<Crelu>(); }

}  // namespace

const LayerDefinition& CreluDefinition() {
  static const LayerDefinition definition{.name = "crelu",
                                          .notation = "crelu",
                                          .summary = "both signs of each unit, each rectified: doubles the units",
                                          .parse = Parse};
  return definition;
}

}  // namespace ramp
