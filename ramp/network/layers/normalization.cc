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
std::optional<std::vector<std::vector<float>>> Constants(const OnnxPlace& place, size_t count) {
  if (place.node().inputs.size() != 1 + count || place.node().inputs[0] != place.value()) return std::nullopt;
  std::vector<std::vector<float>> constants;
  for (size_t i = 1; i <= count; ++i) {
    const OnnxTensor* tensor = place.Constant(i);
    if (tensor == nullptr || tensor->values.size() != place.shape().units()) return std::nullopt;
    constants.push_back(tensor->values);
  }
  return constants;
}

std::optional<float> EpsilonOf(const OnnxNode& node) {
  const double epsilon = node.Number("epsilon").value_or(static_cast<double>(kNormalizationEpsilon));
  if (!(epsilon >= 0 && epsilon <= kMostEpsilon)) return std::nullopt;
  return static_cast<float>(epsilon);
}

std::optional<LayerFromOnnx> BatchNormFromOnnx(const OnnxPlace& place) {
  const OnnxNode& node = place.node();
  // Before opset 9 it could take each value of an example for a unit, and before opset 7 it could be in training.
  const bool usual = node.Number("training_mode").value_or(0) == 0 && node.Number("spatial").value_or(1) != 0 &&
                     (place.graph.opset >= 7 || node.Number("is_test").value_or(0) != 0);
  const bool channels_first = place.channels_first || place.shape().rank() == 1;
  if (node.op != "BatchNormalization" || !usual || !channels_first || node.outputs.size() != 1) return std::nullopt;
  auto constants = Constants(place, 4);
  const auto epsilon = EpsilonOf(node);
  if (!constants || !epsilon) return std::nullopt;
  return LayerFromOnnx{
      .layer = std::make_shared<BatchNorm>(*epsilon), .parameters = *std::move(constants), .output = node.outputs[0]};
}

// Before opset 17 it is written by its definition: d = x - mean(x), y = d / sqrt(mean(d^2) + epsilon) scale + shift.
class LayerNormFromParts {
 public:
  explicit LayerNormFromParts(const OnnxPlace& place) : place_(place), graph_(place.graph) {}

  std::optional<LayerFromOnnx> Read() {
    const size_t mean = place_.index;
    if (!IsMeanOfUnits(mean)) return std::nullopt;
    const auto difference = Reader(Output(mean), "Sub");
    if (!difference || Node(*difference).inputs != std::vector<std::string>{place_.value(), Output(mean)}) {
      return std::nullopt;
    }
    const std::string& d = Output(*difference);
    const auto square = ReaderAmongTwo(d, "Pow");
    const auto exponent = square ? Number(*square, d) : std::nullopt;
    const auto variance = square ? Reader(Output(*square), "ReduceMean") : std::nullopt;
    if (exponent != 2.0f || !variance || !IsMeanOfUnits(*variance)) return std::nullopt;
    const auto sum = Reader(Output(*variance), "Add");
    const auto epsilon = sum ? Number(*sum, Output(*variance)) : std::nullopt;
    const auto root = sum ? Reader(Output(*sum), "Sqrt") : std::nullopt;
    const auto quotient = root ? Reader(Output(*root), "Div") : std::nullopt;
    if (!epsilon || !root || !quotient) return std::nullopt;
    if (!(*epsilon >= 0 && *epsilon <= static_cast<float>(kMostEpsilon))) return std::nullopt;
    if (Node(*quotient).inputs != std::vector<std::string>{d, Output(*root)}) return std::nullopt;
    LayerFromOnnx found{.layer = std::make_shared<LayerNorm>(*epsilon),
                        .parameters = {{1}, {0}},
                        .output = Output(*quotient),
                        .nodes = {mean, *difference, *square, *variance, *sum, *root, *quotient}};
    if (TakeOfUnits(found, "Mul", found.parameters[0])) TakeOfUnits(found, "Add", found.parameters[1]);
    return found;
  }

 private:
  const OnnxNode& Node(size_t index) const { return graph_.nodes[index]; }
  const std::string& Output(size_t index) const { return Node(index).outputs[0]; }

  std::optional<size_t> Reader(const std::string& value, std::string_view op) const {
    const auto found = graph_.readers.find(value);
    if (value == graph_.output || found == graph_.readers.end() || found->second.size() != 1) return std::nullopt;
    return Node(found->second[0]).op == op ? std::optional(found->second[0]) : std::nullopt;
  }
  // The difference is squared, and divided.
  std::optional<size_t> ReaderAmongTwo(const std::string& value, std::string_view op) const {
    const auto found = graph_.readers.find(value);
    if (value == graph_.output || found == graph_.readers.end() || found->second.size() != 2) return std::nullopt;
    for (const size_t reader : found->second) {
      if (Node(reader).op == op) return reader;
    }
    return std::nullopt;
  }

  bool IsMeanOfUnits(size_t index) const {
    OnnxPlace place = place_;
    place.index = index;
    const auto axes = place.Integers("axes", 1);
    if (Node(index).op != "ReduceMean" || Node(index).Number("keepdims") == 0 || !axes || axes->size() != 1)
      return false;
    const auto axis = place.Axis((*axes)[0]);
    return axis && *axis + 1 == place.shape().rank();
  }

  // The constant beside `value`.
  const OnnxTensor* Beside(size_t index, const std::string& value) const {
    const std::vector<std::string>& inputs = Node(index).inputs;
    return inputs.size() == 2 ? graph_.Constant(inputs[inputs[0] == value ? 1 : 0]) : nullptr;
  }
  std::optional<float> Number(size_t index, const std::string& value) const {
    const OnnxTensor* constant = Beside(index, value);
    if (constant == nullptr || constant->values.size() != 1) return std::nullopt;
    return constant->values[0];
  }
  bool TakeOfUnits(LayerFromOnnx& found, std::string_view op, std::vector<float>& values) const {
    const auto next = Reader(found.output, op);
    const OnnxTensor* constant = next ? Beside(*next, found.output) : nullptr;
    const auto numbers = constant == nullptr ? std::nullopt : place_.Broadcast(*constant);
    if (!numbers || (numbers->size() != 1 && numbers->size() != place_.shape().units())) return false;
    values = *numbers;
    found.output = Output(*next);
    found.nodes.insert(*next);
    return true;
  }

  const OnnxPlace& place_;
  const OnnxGraph& graph_;
};

std::optional<LayerFromOnnx> LayerNormFromOnnx(const OnnxPlace& place) {
  const OnnxNode& node = place.node();
  if (node.op == "ReduceMean") return LayerNormFromParts(place).Read();
  if (node.op != "LayerNormalization" || node.outputs.size() != 1) return std::nullopt;
  const auto axis = place.Axis(node.Integer("axis"));
  if (!axis || *axis + 1 != place.shape().rank() || place.channels_first) return std::nullopt;
  const size_t count = node.inputs.size() - 1;
  auto constants = Constants(place, count);
  const auto epsilon = EpsilonOf(node);
  if (!constants || !epsilon || count < 1 || count > 2) return std::nullopt;
  if (count == 1) constants->emplace_back(place.shape().units(), 0.0f);
  return LayerFromOnnx{
      .layer = std::make_shared<LayerNorm>(*epsilon), .parameters = *std::move(constants), .output = node.outputs[0]};
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
