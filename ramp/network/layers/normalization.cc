// batchnorm and layernorm: values are brought to mean 0 and variance 1, then scaled and shifted by what is learned.
#include "ramp/network/normalization.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ramp/network/channels_first.h"
#include "ramp/network/layers/layers.h"
#include "ramp/network/network_text.h"

namespace ramp {
namespace {

constexpr double kMostEpsilon = 1;

std::string TextOf(const LayerDefinition& definition, float epsilon) {
  if (epsilon == kNormalizationEpsilon) return std::string(definition.name);
  return fmt::format("{} {}", definition.name, epsilon);
}

size_t RowsOf(size_t batch, const Shape& shape) { return batch * (shape.count() / shape.units()); }

NormalizationArrays ArraysOf(const StepContext& c, float epsilon) {
  NormalizationArrays arrays{.rows = RowsOf(c.batch, c.input_shape()),
                             .units = c.input_shape().units(),
                             .epsilon = epsilon,
                             .input = c.input(),
                             .scale = c.parameters[0],
                             .shift = c.parameters[1],
                             .output = c.output,
                             .saved = reinterpret_cast<float*>(c.saved),
                             .scratch = reinterpret_cast<float*>(c.scratch)};
  if (!c.training) return arrays;
  arrays.gradient = c.output_gradient;
  arrays.input_gradient = c.input_gradient();
  arrays.scale_gradient = c.parameter_gradients[0];
  arrays.shift_gradient = c.parameter_gradients[1];
  return arrays;
}

// [units] each.
std::vector<ParameterBlock> ScaleAndShift(size_t units) {
  return {{"scale", ParameterBlock::Kind::kScale, {units}, 0, 0, 1},
          {"shift", ParameterBlock::Kind::kShift, {units}, 0, 0, 0}};
}

// Mean and variance of what is normalised together.
struct Moments {
  double mean = 0, variance = 0;
};
template <class Value>
Moments MomentsOf(size_t count, const Value& value) {
  Moments moments;
  for (size_t i = 0; i < count; ++i) moments.mean += value(i) / static_cast<double>(count);
  for (size_t i = 0; i < count; ++i) {
    moments.variance += (value(i) - moments.mean) * (value(i) - moments.mean) / static_cast<double>(count);
  }
  return moments;
}
double Normalized(double value, const Moments& moments, float epsilon) {
  return (value - moments.mean) / std::sqrt(moments.variance + static_cast<double>(epsilon));
}

class BatchNormStep final : public Step {
 public:
  BatchNormStep(const StepContext& c, float epsilon) : context_(c), batch_(ArraysOf(c, epsilon)) {}
  void Forward() override {
    if (context_.training) {
      batch_.TrainingForward(context_.statistics[2], context_.statistics[3]);
    } else {
      batch_.InferenceForward(context_.parameters[2], context_.parameters[3]);
    }
  }
  void Backward() override {
    batch_.Backward();
    const size_t units = context_.input_shape().units();
    std::fill_n(context_.parameter_gradients[2], units, 0.0f);
    std::fill_n(context_.parameter_gradients[3], units, 0.0f);
  }

 private:
  StepContext context_;
  BatchNormalization batch_;
};

class BatchNorm final : public Layer {
 public:
  explicit BatchNorm(float epsilon) : epsilon_(epsilon) {}

  std::string Text() const override { return TextOf(BatchNormDefinition(), epsilon_); }
  Shape OutputShape(const Shapes& inputs) const override { return inputs[0]; }
  std::vector<ParameterBlock> Parameters(const Shapes& inputs) const override {
    const size_t units = inputs[0].units();
    std::vector<ParameterBlock> blocks = ScaleAndShift(units);
    blocks.push_back({"mean", ParameterBlock::Kind::kStatistic, {units}, 0, 0, 0});
    blocks.push_back({"variance", ParameterBlock::Kind::kStatistic, {units}, 0, 0, 1});
    return blocks;
  }
  MemoryDemand Demand(const Shapes& inputs, size_t batch, bool training, const Activation* /*taken*/) const override {
    const size_t rows = RowsOf(batch, inputs[0]), units = inputs[0].units();
    return {.backward_reads_input = true,
            .in_place = !training,
            .saved_bytes = training ? BatchNormalization::SavedFloats(units) * sizeof(float) : 0,
            .scratch_bytes = BatchNormalization::ScratchFloats(rows, units) * sizeof(float)};
  }
  std::unique_ptr<Step> MakeStep(const StepContext& c) const override {
    return std::make_unique<BatchNormStep>(c, epsilon_);
  }
  std::vector<double> Reference(const ReferenceContext& c) const override {
    const size_t units = c.input_shape().units(), rows = RowsOf(c.batch, c.input_shape());
    std::vector<double> output(c.input().size());
    for (size_t unit = 0; unit < units; ++unit) {
      const auto value = [&](size_t row) { return c.input()[row * units + unit]; };
      Moments moments{c.parameters[2][unit], c.parameters[3][unit]};
      if (c.training) moments = MomentsOf(rows, value);
      for (size_t row = 0; row < rows; ++row) {
        output[row * units + unit] =
            Normalized(value(row), moments, epsilon_) * c.parameters[0][unit] + c.parameters[1][unit];
      }
    }
    return output;
  }
  std::string WriteOnnx(OnnxWriter& writer, const std::vector<std::string>& inputs, const Shapes& shapes,
                        std::span<const std::span<const float>> parameters) const override {
    const Shape units{shapes[0].units()};
    return WriteChannelsFirst(writer, inputs[0], shapes[0], [&](const std::string& input) {
      return writer.Node(
          "BatchNormalization",
          {input, writer.Initializer("scale", units, parameters[0]), writer.Initializer("shift", units, parameters[1]),
           writer.Initializer("mean", units, parameters[2]), writer.Initializer("variance", units, parameters[3])},
          {{"epsilon", epsilon_}});
    });
  }

 private:
  float epsilon_;
};

class LayerNormStep final : public Step {
 public:
  LayerNormStep(const StepContext& c, float epsilon) : layer_(ArraysOf(c, epsilon)) {}
  void Forward() override { layer_.Forward(); }
  void Backward() override { layer_.Backward(); }

 private:
  LayerNormalization layer_;
};

class LayerNorm final : public Layer {
 public:
  explicit LayerNorm(float epsilon) : epsilon_(epsilon) {}

  std::string Text() const override { return TextOf(LayerNormDefinition(), epsilon_); }
  Shape OutputShape(const Shapes& inputs) const override { return inputs[0]; }
  std::vector<ParameterBlock> Parameters(const Shapes& inputs) const override {
    return ScaleAndShift(inputs[0].units());
  }
  MemoryDemand Demand(const Shapes& inputs, size_t batch, bool training, const Activation* /*taken*/) const override {
    const size_t rows = RowsOf(batch, inputs[0]), units = inputs[0].units();
    return {.backward_reads_input = true,
            .in_place = !training,
            .saved_bytes = training ? LayerNormalization::SavedFloats(rows) * sizeof(float) : 0,
            .scratch_bytes = training ? LayerNormalization::ScratchFloats(rows, units) * sizeof(float) : 0};
  }
  std::unique_ptr<Step> MakeStep(const StepContext& c) const override {
    return std::make_unique<LayerNormStep>(c, epsilon_);
  }
  std::vector<double> Reference(const ReferenceContext& c) const override {
    const size_t units = c.input_shape().units();
    std::vector<double> output;
    for (size_t first = 0; first < c.input().size(); first += units) {
      const Moments moments = MomentsOf(units, [&](size_t unit) { return c.input()[first + unit]; });
      for (size_t unit = 0; unit < units; ++unit) {
        output.push_back(Normalized(c.input()[first + unit], moments, epsilon_) * c.parameters[0][unit] +
                         c.parameters[1][unit]);
      }
    }
    return output;
  }
  std::string WriteOnnx(OnnxWriter& writer, const std::vector<std::string>& inputs, const Shapes& shapes,
                        std::span<const std::span<const float>> parameters) const override {
    const Shape units{shapes[0].units()};
    return writer.Node("LayerNormalization",
                       {inputs[0], writer.Initializer("scale", units, parameters[0]),
                        writer.Initializer("shift", units, parameters[1])},
                       {{"axis", int64_t{-1}}, {"epsilon", epsilon_}});
  }

 private:
  float epsilon_;
};

template <class Norm>
LayerPointer Parse(LayerWords& words) {
  if (words.empty()) return std::make_shared<Norm>(kNormalizationEpsilon);
  return std::make_shared<Norm>(static_cast<float>(words.Number("what is added to the variance", 0, kMostEpsilon)));
}

// The constants that are the node's inputs from the second on, [units] each; nothing where one is not.
std::optional<std::vector<std::vector<float>>> Constants(const OnnxGraph& graph, const OnnxNode& node, size_t count,
                                                         size_t units) {
  if (node.inputs.size() != 1 + count) return std::nullopt;
  std::vector<std::vector<float>> constants;
  for (size_t i = 1; i <= count; ++i) {
    const OnnxTensor* tensor = graph.Constant(node.inputs[i]);
    if (tensor == nullptr || tensor->values.size() != units) return std::nullopt;
    constants.push_back(tensor->values);
  }
  return constants;
}

std::optional<float> EpsilonOf(const OnnxNode& node) {
  const double epsilon = node.Number("epsilon").value_or(static_cast<double>(kNormalizationEpsilon));
  if (!(epsilon >= 0 && epsilon <= kMostEpsilon)) return std::nullopt;
  return static_cast<float>(epsilon);
}

std::optional<LayerFromOnnx> BatchNormFromOnnx(const OnnxGraph& graph, const std::string& value, const Shape& shape) {
  const auto found = ReadChannelsFirst(graph, value, shape, "BatchNormalization");
  if (!found || found->node->Number("training_mode").value_or(0) != 0) return std::nullopt;
  auto constants = Constants(graph, *found->node, 4, shape.units());
  const auto epsilon = EpsilonOf(*found->node);
  if (!constants || !epsilon) return std::nullopt;
  return LayerFromOnnx{std::make_shared<BatchNorm>(*epsilon), *std::move(constants), found->output, found->nodes};
}

std::optional<LayerFromOnnx> LayerNormFromOnnx(const OnnxGraph& graph, const std::string& value, const Shape& shape) {
  const OnnxNode* node = graph.OnlyReader(value);
  if (node == nullptr || node->op != "LayerNormalization" || node->inputs[0] != value || node->outputs.size() != 1) {
    return std::nullopt;
  }
  const double axis = node->Number("axis").value_or(-1);
  if (axis != -1 && axis != static_cast<double>(shape.rank())) return std::nullopt;
  const size_t count = node->inputs.size() - 1;
  auto constants = Constants(graph, *node, count, shape.units());
  const auto epsilon = EpsilonOf(*node);
  if (!constants || !epsilon || count < 1 || count > 2) return std::nullopt;
  if (count == 1) constants->emplace_back(shape.units(), 0.0f);
  return LayerFromOnnx{std::make_shared<LayerNorm>(*epsilon), *std::move(constants), node->outputs[0], 1};
}

}  // namespace

const LayerDefinition& BatchNormDefinition() {
  static const LayerDefinition definition{
      .name = "batchnorm",
      .notation = "batchnorm [EPSILON]",
      .summary = "each unit or channel to mean 0 and variance 1 over the batch, in inference by running means",
      .parse = Parse<BatchNorm>,
      .from_onnx = BatchNormFromOnnx};
  return definition;
}

const LayerDefinition& LayerNormDefinition() {
  static const LayerDefinition definition{.name = "layernorm",
                                          .notation = "layernorm [EPSILON]",
                                          .summary = "the units at each place to mean 0 and variance 1",
                                          .parse = Parse<LayerNorm>,
                                          .from_onnx = LayerNormFromOnnx};
  return definition;
}

}  // namespace ramp
