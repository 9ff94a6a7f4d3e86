// The gated pairs: one half of the units, through an activation, scales the other half (Dauphin et al., 2017, "Language
// modeling with gated convolutional networks"; Shazeer, 2020, "GLU variants improve transformer"). Their names stand
// with the activations that they are made of.
#include <fmt/format.h>

#include <algorithm>

#include "ramp/activation/activation.h"
#include "ramp/base/error.h"
#include "ramp/network/activation_onnx.h"
#include "ramp/network/layers/layers.h"
#include "ramp/network/loops.h"
#include "ramp/network/network_text.h"

namespace ramp {
namespace {

// A row is [a, b]; the output f(a) b, or f(a) f(b).
class GatedStep final : public Step {
 public:
  GatedStep(const StepContext& context, const Activation& activation, bool both)
      : context_(context),
        kernels_(KernelsOf(activation)),
        parameters_(activation.initial_parameters()),
        both_(both),
        units_(context.output_shape.units()),
        rows_(context.batch * context.output_shape.count() / units_),
        scratch_(reinterpret_cast<float*>(context.scratch)) {}

  // Two rows for each thread.
  static size_t ScratchFloats(size_t rows, size_t units) { return 2 * RowParts(rows, units) * units; }

  void Forward() override {
    ForEachRowRange(rows_, units_, [&](size_t begin, size_t end, size_t part) {
      float* gate = scratch_ + 2 * part * units_;
      for (size_t row = begin; row < end; ++row) {
        const float* a = context_.input() + 2 * row * units_;
        float* output = context_.output + row * units_;
        Apply(a, gate);
        if (both_) {
          Apply(a + units_, gate + units_);
          Multiply(gate, gate + units_, output);
        } else {
          Multiply(gate, a + units_, output);
        }
      }
    });
  }

  void Backward() override {
    if (context_.input_gradient() == nullptr) return;
    ForEachRowRange(rows_, units_, [&](size_t begin, size_t end, size_t part) {
      float* first = scratch_ + 2 * part * units_;
      float* second = first + units_;
      for (size_t row = begin; row < end; ++row) {
        const float* a = context_.input() + 2 * row * units_;
        const float* gradient = context_.output_gradient + row * units_;
        float* a_gradient = context_.input_gradient() + 2 * row * units_;
        float* b_gradient = a_gradient + units_;
        Apply(a, first);
        if (both_) {
          Apply(a + units_, second);
          Multiply(gradient, second, a_gradient);
          Multiply(gradient, first, b_gradient);
          Return(a + units_, b_gradient);
        } else {
          Multiply(gradient, a + units_, a_gradient);
          Multiply(gradient, first, b_gradient);
        }
        Return(a, a_gradient);
      }
    });
  }

 private:
  void Apply(const float* input, float* output) const {
    kernels_.forward({.units = units_, .input = input, .output = output, .parameters = parameters_});
  }
  // gradient *= f'(input)
  void Return(const float* input, float* gradient) const {
    kernels_.backward(
        {.units = units_, .gradient = gradient, .input = input, .input_gradient = gradient, .parameters = parameters_});
  }
  void Multiply(const float* a, const float* b, float* product) const {
    for (size_t unit = 0; unit < units_; ++unit) product[unit] = a[unit] * b[unit];
  }

  StepContext context_;
  ActivationKernels kernels_;
  ActivationParameters parameters_;
  bool both_;
  size_t units_, rows_;
  float* scratch_;
};

class Gated final : public Layer {
 public:
  Gated(const Activation& activation, bool both) : activation_(activation), both_(both) {}

  std::string Text() const override { return std::string(both_ ? activation_.gated_twice : activation_.gated); }
  Shape OutputShape(const Shapes& inputs) const override {
    std::vector<size_t> sizes = inputs[0].sizes();
    if (sizes.empty() || sizes.back() % 2 != 0) {
      throw UsageError(fmt::format(
          "network: '{}' halves its units, but its input is of shape {}: put a layer with an even number before it",
          Text(), inputs[0].text()));
    }
    sizes.back() /= 2;
    return Shape(sizes);
  }
  MemoryDemand Demand(const Shapes& inputs, size_t batch, bool /*training*/,
                      const Activation* /*taken*/) const override {
    const Shape output = OutputShape(inputs);
    const size_t rows = batch * output.count() / output.units();
    return {.backward_reads_input = true,
            .scratch_bytes = GatedStep::ScratchFloats(rows, output.units()) * sizeof(float)};
  }
  std::unique_ptr<Step> MakeStep(const StepContext& context) const override {
    return std::make_unique<GatedStep>(context, activation_, both_);
  }
  std::vector<double> Reference(const ReferenceContext& context) const override {
    const ActivationParameters initial = activation_.initial_parameters();
    const std::vector<double> parameters(initial.begin(), initial.end());
    const auto f = [&](double x) { return activation_.value(x, parameters); };
    const size_t units = context.output_shape.units();
    std::vector<double> output;
    for (size_t begin = 0; begin < context.input().size(); begin += 2 * units) {
      for (size_t unit = 0; unit < units; ++unit) {
        const double a = context.input()[begin + unit], b = context.input()[begin + units + unit];
        output.push_back(f(a) * (both_ ? f(b) : b));
      }
    }
    return output;
  }
  std::string WriteOnnx(OnnxWriter& writer, const std::vector<std::string>& inputs, const Shapes& shapes,
                        std::span<const std::span<const float>> /*parameters*/) const override {
    const auto units = static_cast<int64_t>(shapes[0].units() / 2);
    const auto half = [&](int64_t begin, int64_t end) {
      return writer.Node("Slice", {inputs[0], writer.Integers("begin", {begin}), writer.Integers("end", {end}),
                                   writer.Integers("axis", {-1})});
    };
    const auto apply = [&](const std::string& value) {
      return WriteActivation(writer, value, activation_, activation_.initial_parameters(), {});
    };
    const std::string a = half(0, units), b = half(units, 2 * units);
    return writer.Node("Mul", {apply(a), both_ ? apply(b) : b});
  }

 private:
  const Activation& activation_;
  bool both_;
};

LayerPointer Parse(LayerWords& words) {
  for (const Activation& activation : Activations()) {
    if (activation.gated == words.name()) return std::make_shared<Gated>(activation, false);
    if (activation.gated_twice == words.name()) return std::make_shared<Gated>(activation, true);
  }
  words.Fail("no activation is gated by that name");
}

}  // namespace

std::vector<LayerDefinition> GatedDefinitions() {
  std::vector<LayerDefinition> definitions;
  const auto add = [&](std::string_view name, std::string summary) {
    if (name.empty()) return;
    definitions.push_back({.name = name, .notation = name, .summary = std::move(summary), .parse = Parse});
  };
  for (const Activation& activation : Activations()) {
    add(activation.gated, fmt::format("{} of the first half of the units, times the second half", activation.name));
    add(activation.gated_twice,
        fmt::format("{0} of the one half of the units, times {0} of the other", activation.name));
  }
  return definitions;
}

}  // namespace ramp
