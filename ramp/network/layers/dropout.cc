// dropout: in training each value is kept with a probability and scaled, so that the mean stays; in inference nothing.
// spatial_dropout: the same with whole units (channels) of an example (Tompson et al., 2015), for neighbouring places
// of a picture tell the same.
#include "ramp/kernel/dropout.h"

#include <fmt/format.h>

#include <algorithm>

#include "ramp/activation/gates.h"
#include "ramp/base/random.h"
#include "ramp/network/layers/layers.h"
#include "ramp/network/loops.h"
#include "ramp/network/network_text.h"

namespace ramp {
namespace {

constexpr double kMostRate = 0.99;

class DropoutStep final : public Step {
 public:
  DropoutStep(const StepContext& context, float keep) : context_(context) {
    const size_t count = context.batch * context.input_shape().count();
    auto* kept = reinterpret_cast<uint64_t*>(context.saved);
    forward_ = {.count = count, .input = context.input(), .output = context.output, .kept = kept, .keep = keep};
    backward_ = {.count = count,
                 .input = context.output_gradient,
                 .output = context.input_gradient(),
                 .kept = kept,
                 .keep = keep};
  }
  void Forward() override {
    forward_.key = context_.draw_key();
    Split(forward_kernel_, forward_);
  }
  void Backward() override {
    if (backward_.output != nullptr) Split(backward_kernel_, backward_);
  }

 private:
  static void Split(DropoutKernel kernel, const DropoutArguments& whole) {
    ParallelRanges(whole.count, Parts(whole.count, kValuesPerPart), Gates::kBitsPerWord,
                   [&](size_t begin, size_t end, size_t /*part*/) {
                     DropoutArguments part = whole;
                     part.count = end - begin;
                     part.first = begin;
                     part.input += begin;
                     part.output += begin;
                     part.kept += begin / Gates::kBitsPerWord;
                     kernel(part);
                   });
  }

  DropoutKernel forward_kernel_ = DropoutForwardKernel();
  DropoutKernel backward_kernel_ = DropoutBackwardKernel();
  DropoutArguments forward_, backward_;
  StepContext context_;
};

// Draws a factor, 0 or 1 / keep, for each unit of each example.
class SpatialDropoutStep final : public Step {
 public:
  SpatialDropoutStep(const StepContext& context, float keep)
      : context_(context),
        units_(context.input_shape().units()),
        rows_per_example_(context.input_shape().count() / units_),
        keep_(keep),
        factors_(reinterpret_cast<float*>(context.saved)),
        kept_(reinterpret_cast<uint64_t*>(context.saved + MaskBytes(context.batch * units_))) {}

  static size_t MaskBytes(size_t count) { return Gates::Words(1, count) * Gates::kBitsPerWord * sizeof(float); }
  static size_t SavedBytes(size_t count) { return MaskBytes(count) + Gates::Words(1, count) * sizeof(uint64_t); }

  void Forward() override {
    const size_t count = context_.batch * units_;
    std::fill_n(factors_, count, 1.0f);
    kernel_({.count = count,
             .input = factors_,
             .output = factors_,
             .kept = kept_,
             .keep = keep_,
             .key = context_.draw_key()});
    Scale(context_.input(), context_.output);
  }
  void Backward() override {
    if (context_.input_gradient() != nullptr) Scale(context_.output_gradient, context_.input_gradient());
  }

 private:
  void Scale(const float* from, float* to) const {
    ForEachRowRange(context_.batch, rows_per_example_ * units_, [&](size_t begin, size_t end, size_t /*part*/) {
      for (size_t row = begin * rows_per_example_; row < end * rows_per_example_; ++row) {
        const float* factors = factors_ + row / rows_per_example_ * units_;
        for (size_t unit = 0; unit < units_; ++unit)
          to[row * units_ + unit] = from[row * units_ + unit] * factors[unit];
      }
    });
  }

  DropoutKernel kernel_ = DropoutForwardKernel();
  StepContext context_;
  size_t units_, rows_per_example_;
  float keep_;
  float* factors_;  // [batch, units]
  uint64_t* kept_;
};

class Dropout final : public Layer {
 public:
  Dropout(double rate, bool spatial) : rate_(rate), spatial_(spatial) {}

  std::string Text() const override {
    return fmt::format("{} {}", (spatial_ ? SpatialDropoutDefinition() : DropoutDefinition()).name, rate_);
  }
  Shape OutputShape(const Shapes& inputs) const override { return inputs[0]; }
  bool OnlyInTraining() const override { return true; }
  MemoryDemand Demand(const Shapes& inputs, size_t batch, bool /*training*/,
                      const Activation* /*taken*/) const override {
    const size_t bits = Gates::Words(1, batch * inputs[0].count()) * sizeof(uint64_t);
    return {.in_place = true,
            .saved_bytes = spatial_ ? SpatialDropoutStep::SavedBytes(batch * inputs[0].units()) : bits};
  }
  std::unique_ptr<Step> MakeStep(const StepContext& context) const override {
    const auto keep = static_cast<float>(1 - rate_);
    if (spatial_) return std::make_unique<SpatialDropoutStep>(context, keep);
    return std::make_unique<DropoutStep>(context, keep);
  }
  std::vector<double> Reference(const ReferenceContext& c) const override { return c.input(); }
  std::string WriteOnnx(OnnxWriter& /*writer*/, const std::vector<std::string>& inputs, const Shapes& /*shapes*/,
                        std::span<const std::span<const float>> /*parameters*/) const override {
    return inputs[0];
  }

 private:
  double rate_;
  bool spatial_;
};

LayerPointer Parse(LayerWords& words) {
  return std::make_shared<Dropout>(words.Number("the share of values to drop", 0, kMostRate), false);
}

LayerPointer ParseSpatial(LayerWords& words) {
  return std::make_shared<Dropout>(words.Number("the share of units to drop", 0, kMostRate), true);
}

// The rate is an attribute before opset 12, an input from there on.
std::optional<LayerFromOnnx> FromOnnx(const OnnxPlace& place) {
  const OnnxNode& node = place.node();
  if (node.op != "Dropout" || node.inputs[0] != place.value()) return std::nullopt;
  const OnnxTensor* ratio = place.Constant(1);
  const bool given = ratio != nullptr && ratio->values.size() == 1;
  const double rate = given ? static_cast<double>(ratio->values[0]) : node.Number("ratio").value_or(0);
  if (!(rate >= 0 && rate <= kMostRate)) return std::nullopt;
  return LayerFromOnnx{.layer = std::make_shared<Dropout>(rate, false), .output = node.outputs[0]};
}

}  // namespace

const LayerDefinition& SpatialDropoutDefinition() {
  static const LayerDefinition definition{
      .name = "spatial_dropout",
      .notation = "spatial_dropout RATE",
      .summary = "in training, each unit of an example becomes 0 at all its places with this probability",
      .parse = ParseSpatial};
  return definition;
}

const LayerDefinition& DropoutDefinition() {
  static const LayerDefinition definition{.name = "dropout",
                                          .notation = "dropout RATE",
                                          .summary = "in training, each value becomes 0 with this probability",
                                          .parse = Parse,
                                          .from_onnx = FromOnnx};
  return definition;
}

}  // namespace ramp
