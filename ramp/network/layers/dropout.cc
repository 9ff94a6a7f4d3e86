// dropout: in training each value is kept with a probability and scaled, so that the mean stays; in inference nothing.
#include "ramp/kernel/dropout.h"

#include <fmt/format.h>

#include <algorithm>

#include "ramp/activation/gates.h"
#include "ramp/base/parallel.h"
#include "ramp/base/random.h"
#include "ramp/network/layers/layers.h"
#include "ramp/network/network_text.h"

namespace ramp {
namespace {

constexpr size_t kGrain = 16384;
constexpr double kMostRate = 0.99;

class DropoutStep final : public Step {
 public:
  DropoutStep(const StepContext& context, float keep)
      : key_(context.random_key), stream_(Random::Mix(context.random_stream)) {
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
    forward_.key = Random::Mix(*key_ ^ stream_);
    Split(forward_kernel_, forward_);
  }
  void Backward() override {
    if (backward_.output != nullptr) Split(backward_kernel_, backward_);
  }

 private:
  static void Split(DropoutKernel kernel, const DropoutArguments& whole) {
    ParallelRanges(whole.count, Parts(whole.count, kGrain), Gates::kBitsPerWord,
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
  const uint64_t* key_;
  uint64_t stream_;
};

class Dropout final : public Layer {
 public:
  explicit Dropout(double rate) : rate_(rate) {}

  std::string Text() const override { return fmt::format("{} {}", DropoutDefinition().name, rate_); }
  Shape OutputShape(const Shapes& inputs) const override { return inputs[0]; }
  bool OnlyInTraining() const override { return true; }
  MemoryDemand Demand(const Shapes& inputs, size_t batch, bool /*training*/,
                      const Activation* /*taken*/) const override {
    return {.in_place = true, .saved_bytes = Gates::Words(1, batch * inputs[0].count()) * sizeof(uint64_t)};
  }
  std::unique_ptr<Step> MakeStep(const StepContext& context) const override {
    return std::make_unique<DropoutStep>(context, static_cast<float>(1 - rate_));
  }
  std::vector<double> Reference(const ReferenceContext& c) const override { return c.input(); }
  std::string WriteOnnx(OnnxWriter& /*writer*/, const std::vector<std::string>& inputs, const Shapes& /*shapes*/,
                        std::span<const std::span<const float>> /*parameters*/) const override {
    return inputs[0];
  }

 private:
  double rate_;
};

LayerPointer Parse(LayerWords& words) {
  return std::make_shared<Dropout>(words.Number("the share of values to drop", 0, kMostRate));
}

// The rate is an attribute before opset 12, an input from there on.
std::optional<LayerFromOnnx> FromOnnx(const OnnxGraph& graph, const std::string& value, const Shape& /*shape*/) {
  const OnnxNode* node = graph.OnlyReader(value);
  if (node == nullptr || node->op != "Dropout" || node->inputs[0] != value) return std::nullopt;
  double rate = node->Number("ratio").value_or(0);
  if (node->inputs.size() > 1) {
    const OnnxTensor* ratio = graph.Constant(node->inputs[1]);
    if (ratio != nullptr && ratio->values.size() == 1) rate = ratio->values[0];
  }
  if (!(rate >= 0 && rate <= kMostRate)) return std::nullopt;
  return LayerFromOnnx{std::make_shared<Dropout>(rate), {}, node->outputs[0], 1};
}

}  // namespace

const LayerDefinition& DropoutDefinition() {
  static const LayerDefinition definition{.name = "dropout",
                                          .notation = "dropout RATE",
                                          .summary = "in training, each value becomes 0 with this probability",
                                          .parse = Parse,
                                          .from_onnx = FromOnnx};
  return definition;
}

}  // namespace ramp
