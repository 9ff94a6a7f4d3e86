// softmax and log_softmax: units become the probabilities of classes, or their logarithms.
#include "ramp/kernel/softmax.h"

#include <algorithm>
#include <cmath>

#include "ramp/base/error.h"
#include "ramp/network/layers/layers.h"
#include "ramp/network/loops.h"
#include "ramp/network/network_text.h"

namespace ramp {
namespace {

class SoftmaxStep final : public Step {
 public:
  SoftmaxStep(const StepContext& context, bool logarithm)
      : context_(context),
        logarithm_(logarithm),
        units_(context.input_shape().units()),
        rows_(context.batch * context.input_shape().count() / units_) {}

  void Forward() override {
    ForEachRowRange(rows_, units_, [&](size_t begin, size_t end, size_t /*part*/) {
      if (!logarithm_) {
        return Softmax(context_.input() + begin * units_, end - begin, units_, context_.output + begin * units_,
                       nullptr);
      }
      for (size_t row = begin; row < end; ++row) {
        const float* input = context_.input() + row * units_;
        float* output = context_.output + row * units_;
        // The logarithm of the sum of exponentials, which is written over in the end.
        float normalizer = 0;
        Softmax(input, 1, units_, output, &normalizer);
        for (size_t unit = 0; unit < units_; ++unit) output[unit] = input[unit] - normalizer;
      }
    });
  }

  void Backward() override {
    if (context_.input_gradient() == nullptr) return;
    ForEachRowRange(rows_, units_, [&](size_t begin, size_t end, size_t /*part*/) {
      for (size_t row = begin; row < end; ++row) {
        const float* output = context_.output + row * units_;
        const float* gradient = context_.output_gradient + row * units_;
        float* input_gradient = context_.input_gradient() + row * units_;
        float sum = 0;
        for (size_t unit = 0; unit < units_; ++unit) sum += logarithm_ ? gradient[unit] : gradient[unit] * output[unit];
        for (size_t unit = 0; unit < units_; ++unit) {
          input_gradient[unit] =
              logarithm_ ? gradient[unit] - std::exp(output[unit]) * sum : output[unit] * (gradient[unit] - sum);
        }
      }
    });
  }

 private:
  StepContext context_;
  bool logarithm_;
  size_t units_, rows_;
};

class SoftmaxLayer final : public Layer {
 public:
  explicit SoftmaxLayer(bool logarithm) : logarithm_(logarithm) {}

  std::string Text() const override {
    return std::string((logarithm_ ? LogSoftmaxDefinition() : SoftmaxDefinition()).name);
  }
  Shape OutputShape(const Shapes& inputs) const override { return inputs[0]; }
  bool InLoss() const override { return true; }
  MemoryDemand Demand(const Shapes& /*inputs*/, size_t /*batch*/, bool /*training*/,
                      const Activation* /*taken*/) const override {
    return {.backward_reads_output = true};
  }
  std::unique_ptr<Step> MakeStep(const StepContext& context) const override {
    return std::make_unique<SoftmaxStep>(context, logarithm_);
  }
  std::vector<double> Reference(const ReferenceContext& context) const override {
    const auto units = static_cast<ptrdiff_t>(context.input_shape().units());
    std::vector<double> output;
    for (auto row = context.input().begin(); row != context.input().end(); row += units) {
      const double greatest = *std::max_element(row, row + units);
      double sum = 0;
      for (ptrdiff_t unit = 0; unit < units; ++unit) sum += std::exp(row[unit] - greatest);
      for (ptrdiff_t unit = 0; unit < units; ++unit) {
        const double logarithm = row[unit] - greatest - std::log(sum);
        output.push_back(logarithm_ ? logarithm : std::exp(logarithm));
      }
    }
    return output;
  }
  std::string WriteOnnx(OnnxWriter& writer, const std::vector<std::string>& inputs, const Shapes& /*shapes*/,
                        std::span<const std::span<const float>> /*parameters*/) const override {
    return writer.Node(logarithm_ ? "LogSoftmax" : "Softmax", inputs, {{"axis", int64_t{-1}}});
  }

 private:
  bool logarithm_;
};

template <bool logarithm>
LayerPointer Parse(LayerWords& /*words*/) {
  return std::make_shared<SoftmaxLayer>(logarithm);
}

// Before opset 13 all axes from `axis` on, 1 by itself, are one.
template <bool logarithm>
std::optional<LayerFromOnnx> FromOnnx(const OnnxPlace& place) {
  const OnnxNode& node = place.node();
  if (node.op != (logarithm ? "LogSoftmax" : "Softmax")) return std::nullopt;
  const bool given = node.attributes.contains("axis"), joins_axes = place.graph.opset < 13;
  const auto axis = place.Axis(joins_axes && !given ? 1 : node.Integer("axis"));
  const bool last = axis && *axis + 1 == place.shape().rank() && !(joins_axes && place.channels_first);
  if (!last) return std::nullopt;
  return LayerFromOnnx{.layer = std::make_shared<SoftmaxLayer>(logarithm), .output = node.outputs[0]};
}

}  // namespace

const LayerDefinition& SoftmaxDefinition() {
  static const LayerDefinition definition{
      .name = "softmax",
      .notation = "softmax",
      .summary = "the units as probabilities; the loss of ramp train contains it, so no last layer needs it",
      .parse = Parse<false>,
      .from_onnx = FromOnnx<false>};
  return definition;
}

const LayerDefinition& LogSoftmaxDefinition() {
  static const LayerDefinition definition{.name = "log_softmax",
                                          .notation = "log_softmax",
                                          .summary = "the logarithms of the units' probabilities",
                                          .parse = Parse<true>,
                                          .from_onnx = FromOnnx<true>};
  return definition;
}

}  // namespace ramp
