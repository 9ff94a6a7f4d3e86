// Every activation of the family as a layer of its own: "relu", "elu 0.5".
#include <fmt/format.h>

#include "ramp/activation/gates.h"
#include "ramp/kernel/random_slope.h"
#include "ramp/network/activation_loop.h"
#include "ramp/network/activation_onnx.h"
#include "ramp/network/layers/layers.h"
#include "ramp/network/loops.h"
#include "ramp/network/network_text.h"

namespace ramp {
namespace {

// What is a row to the kernels: everything before the last axis.
size_t RowsPerExample(const Shape& shape) { return shape.count() / std::max<size_t>(shape.units(), 1); }

class ActivationStep final : public Step {
 public:
  explicit ActivationStep(const StepContext& c) : loop_(MakeLoop(c)) {}
  void Forward() override { loop_.Forward(); }
  void Backward() override { loop_.Backward(); }

 private:
  static ActivationLoop MakeLoop(const StepContext& c) {
    const ActivationContext& a = c.activation;
    const size_t rows = c.batch * RowsPerExample(c.input_shape());
    const size_t units = c.input_shape().units();
    const ForwardArguments forward{.rows = rows,
                                   .units = units,
                                   .input = c.input(),
                                   .output = c.output,
                                   .gates = a.gates,
                                   .parameters = a.parameters,
                                   .learned = a.learned};
    const BackwardArguments backward{
        .rows = rows,
        .units = units,
        .gradient = c.output_gradient,
        .gates = a.gates,
        .output = c.output,
        .input = c.input(),
        .input_gradient = c.input_gradient() != nullptr ? c.input_gradient() : c.output_gradient,
        .parameters = a.parameters,
        .learned = a.learned,
        .learned_gradient = a.learned_gradient};
    return {*a.activation, forward, backward, reinterpret_cast<float*>(c.scratch)};
  }

  ActivationLoop loop_;
};

// The training of one whose slope is random.
class RandomSlopeStep final : public Step {
 public:
  explicit RandomSlopeStep(const StepContext& c)
      : context_(c), rows_(c.batch * RowsPerExample(c.input_shape())), units_(c.input_shape().units()) {}
  void Forward() override { ForParts(RandomSlopeForwardKernel(), context_.input(), context_.output); }
  void Backward() override {
    float* const to = context_.input_gradient() != nullptr ? context_.input_gradient() : context_.output_gradient;
    ForParts(RandomSlopeBackwardKernel(), context_.output_gradient, to);
  }

 private:
  void ForParts(RandomSlopeKernel kernel, const float* from, float* to) const {
    const ActivationContext& a = context_.activation;
    ForEachRowRange(rows_, units_, [&](size_t begin, size_t end, size_t /*part*/) {
      kernel({.rows = end - begin,
              .units = units_,
              .first_row = begin,
              .input = from + begin * units_,
              .output = to + begin * units_,
              .gates = a.gates + begin * Gates::WordsPerRow(units_),
              .lower = a.parameters[0],
              .upper = a.parameters[1],
              .key = context_.draw_key()});
    });
  }

  StepContext context_;
  size_t rows_, units_;
};

class ActivationLayer final : public Layer {
 public:
  ActivationLayer(const Activation& activation, const ActivationParameters& parameters)
      : activation_(activation), parameters_(parameters) {}

  std::string Text() const override {
    std::string text(activation_.name);
    if (parameters_ == activation_.initial_parameters()) return text;
    for (size_t i = 0; i < activation_.parameters.size(); ++i) text += fmt::format(" {}", parameters_[i]);
    return text;
  }
  Shape OutputShape(const Shapes& inputs) const override { return inputs[0]; }
  std::vector<ParameterBlock> Parameters(const Shapes& inputs) const override {
    if (!activation_.learned()) return {};
    return {{std::string(activation_.parameters[0].name),
             ParameterBlock::Kind::kSlope,
             {inputs[0].units()},
             0,
             0,
             parameters_[0]}};
  }
  const Activation* activation() const override { return &activation_; }
  std::array<float, 2> activation_parameters() const override { return parameters_; }
  MemoryDemand Demand(const Shapes& inputs, size_t batch, bool training, const Activation* /*taken*/) const override {
    const size_t scratch =
        training ? ActivationLoop::ScratchFloats(batch * RowsPerExample(inputs[0]), inputs[0].units()) : 0;
    return {.backward_reads_input = activation_.saves == Saves::kInput,
            .backward_reads_output = activation_.saves == Saves::kOutput,
            .in_place = activation_.saves != Saves::kInput,
            .scratch_bytes = scratch * sizeof(float)};
  }
  std::unique_ptr<Step> MakeStep(const StepContext& context) const override {
    if (context.training && activation_.random_slope) return std::make_unique<RandomSlopeStep>(context);
    return std::make_unique<ActivationStep>(context);
  }
  std::vector<double> Reference(const ReferenceContext& c) const override {
    const size_t units = c.input_shape().units();
    const RandomSlopeArguments drawn{
        .units = units, .lower = parameters_[0], .upper = parameters_[1], .key = c.draw_key};
    std::vector<double> arguments(parameters_.begin(), parameters_.end());
    std::vector<double> output;
    for (const double x : c.input()) {
      const size_t unit = output.size() % units;
      if (activation_.learned()) arguments[0] = c.parameters[0][unit];
      if (c.training && activation_.random_slope) {
        arguments[0] = arguments[1] = static_cast<double>(RandomSlope(output.size() / units, unit, drawn));
      }
      output.push_back(activation_.value(x, arguments));
    }
    return output;
  }
  std::string WriteOnnx(OnnxWriter& writer, const std::vector<std::string>& inputs, const Shapes& /*shapes*/,
                        std::span<const std::span<const float>> parameters) const override {
    const std::span<const float> learned = parameters.empty() ? std::span<const float>() : parameters[0];
    return WriteActivation(writer, inputs[0], activation_, parameters_, learned);
  }

 private:
  const Activation& activation_;
  ActivationParameters parameters_;
};

}  // namespace

LayerPointer MakeActivationLayer(const Activation& activation, const ActivationParameters& parameters) {
  return std::make_shared<ActivationLayer>(activation, parameters);
}

LayerPointer ParseActivation(LayerWords& words, const Activation& activation) {
  ActivationParameters parameters = activation.initial_parameters();
  for (size_t i = 0; i < activation.parameters.size() && !words.empty(); ++i) {
    const ActivationParameter& parameter = activation.parameters[i];
    parameters[i] = static_cast<float>(words.Number(parameter.name, parameter.low, parameter.high));
  }
  return MakeActivationLayer(activation, parameters);
}

}  // namespace ramp
