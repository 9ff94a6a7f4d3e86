// affine: y = scale x + shift, with numbers of each unit or of each value of an example, which are trained unless they
// are fixed.
#include <algorithm>
#include <cmath>

#include "ramp/network/layers/layers.h"
#include "ramp/network/loops.h"
#include "ramp/network/network_text.h"

namespace ramp {
namespace {

constexpr std::string_view kAll = "all", kFixed = "fixed";

class AffineStep final : public Step {
 public:
  AffineStep(const StepContext& context, size_t units, bool fixed)
      : context_(context), units_(units), fixed_(fixed), rows_(context.batch * context.input_shape().count() / units) {}

  void Forward() override {
    const float *scale = context_.parameters[0], *shift = context_.parameters[1];
    ForEachRowRange(rows_, units_, [&](size_t begin, size_t end, size_t /*part*/) {
      for (size_t row = begin; row < end; ++row) {
        const float* input = context_.input() + row * units_;
        float* output = context_.output + row * units_;
        for (size_t unit = 0; unit < units_; ++unit) output[unit] = scale[unit] * input[unit] + shift[unit];
      }
    });
  }

  // Each thread sums the columns of its own units, before the gradient may be overwritten.
  void Backward() override {
    float *scale_gradient = context_.parameter_gradients[0], *shift_gradient = context_.parameter_gradients[1];
    const float* gradient = context_.output_gradient;
    ParallelRanges(units_, Parts(rows_ * units_, kValuesPerPart), kAlignment / sizeof(float),
                   [&](size_t begin, size_t end, size_t /*part*/) {
                     std::fill(scale_gradient + begin, scale_gradient + end, 0.0f);
                     std::fill(shift_gradient + begin, shift_gradient + end, 0.0f);
                     if (fixed_) return;
                     for (size_t row = 0; row < rows_; ++row) {
                       for (size_t unit = begin; unit < end; ++unit) {
                         scale_gradient[unit] += gradient[row * units_ + unit] * context_.input()[row * units_ + unit];
                         shift_gradient[unit] += gradient[row * units_ + unit];
                       }
                     }
                   });
    float* input_gradient = context_.input_gradient();
    if (input_gradient == nullptr) return;
    const float* scale = context_.parameters[0];
    ForEachRowRange(rows_, units_, [&](size_t begin, size_t end, size_t /*part*/) {
      for (size_t i = begin * units_; i < end * units_; ++i) input_gradient[i] = gradient[i] * scale[i % units_];
    });
  }

 private:
  StepContext context_;
  size_t units_;
  bool fixed_;
  size_t rows_;
};

class Affine final : public Layer {
 public:
  Affine(bool all, bool fixed) : all_(all), fixed_(fixed) {}

  std::string Text() const override {
    std::string text(AffineDefinition().name);
    if (all_) text += " " + std::string(kAll);
    if (fixed_) text += " " + std::string(kFixed);
    return text;
  }
  Shape OutputShape(const Shapes& inputs) const override { return inputs[0]; }
  std::vector<ParameterBlock> Parameters(const Shapes& inputs) const override {
    const Shape shape = all_ ? inputs[0] : Shape{inputs[0].units()};
    using Kind = ParameterBlock::Kind;
    return {{"scale", fixed_ ? Kind::kStatistic : Kind::kScale, shape, 0, 0, 1},
            {"offset", fixed_ ? Kind::kStatistic : Kind::kShift, shape, 0, 0, 0}};
  }
  MemoryDemand Demand(const Shapes& /*inputs*/, size_t /*batch*/, bool training,
                      const Activation* /*taken*/) const override {
    return {.backward_reads_input = true, .in_place = !training};
  }
  std::unique_ptr<Step> MakeStep(const StepContext& context) const override {
    return std::make_unique<AffineStep>(context, Units(context.input_shape()), fixed_);
  }
  std::vector<double> Reference(const ReferenceContext& context) const override {
    const size_t units = Units(context.input_shape());
    std::vector<double> output;
    for (size_t i = 0; i < context.input().size(); ++i) {
      output.push_back(context.parameters[0][i % units] * context.input()[i] + context.parameters[1][i % units]);
    }
    return output;
  }
  std::string WriteOnnx(OnnxWriter& writer, const std::vector<std::string>& inputs, const Shapes& shapes,
                        std::span<const std::span<const float>> parameters) const override {
    const Shape shape = all_ ? shapes[0] : Shape{shapes[0].units()};
    const std::string scaled = writer.Node("Mul", {inputs[0], writer.Initializer("scale", shape, parameters[0])});
    return writer.Node("Add", {scaled, writer.Initializer("offset", shape, parameters[1])});
  }

 private:
  size_t Units(const Shape& shape) const { return all_ ? shape.count() : shape.units(); }

  bool all_, fixed_;
};

LayerPointer Parse(LayerWords& words) {
  const bool all = words.Take(kAll);
  return std::make_shared<Affine>(all, words.Take(kFixed));
}

// One operator as scale and shift, each with one value, one for each unit, or one for each value of an example.
struct ScaleAndShift {
  std::vector<float> scale = {1}, shift = {0};
};

std::optional<ScaleAndShift> ReadOperator(const OnnxPlace& place, const OnnxNode& node, const std::string& value) {
  if (node.op == "Neg") return ScaleAndShift{.scale = {-1}};
  static constexpr std::string_view kOperators[] = {"Add", "Sub", "Mul", "Div"};
  if (std::ranges::count(kOperators, node.op) == 0 || node.inputs.size() != 2) return std::nullopt;
  const bool first = node.inputs[0] == value;
  const OnnxTensor* constant = place.graph.Constant(node.inputs[first ? 1 : 0]);
  auto numbers = constant == nullptr ? std::nullopt : place.Broadcast(*constant);
  // Those of the first axis are better those of units, with the channels last.
  const bool of_first_axis = constant != nullptr && !place.channels_first && place.shape().rank() > 1 &&
                             constant->values.size() > 1 && constant->values.size() == place.shape()[0] &&
                             constant->shape.rank() >= place.shape().rank() &&
                             constant->shape[constant->shape.rank() - place.shape().rank()] == place.shape()[0];
  if (of_first_axis) return std::nullopt;
  if (!numbers || (node.op == "Div" && !first)) return std::nullopt;
  ScaleAndShift read;
  if (node.op == "Sub" && !first) read.scale = {-1};
  if (node.op == "Sub" && first) std::ranges::transform(*numbers, numbers->begin(), std::negate());
  if (node.op == "Div") std::ranges::transform(*numbers, numbers->begin(), [](float by) { return 1 / by; });
  (node.op == "Mul" || node.op == "Div" ? read.scale : read.shift) = std::move(*numbers);
  return read;
}

// As many as the other has, where one value stands for all.
void Extend(std::vector<float>& values, size_t count) {
  if (values.size() == 1) values.resize(count, values[0]);
}

std::optional<LayerFromOnnx> FromOnnx(const OnnxPlace& place) {
  std::optional<ScaleAndShift> read = ReadOperator(place, place.node(), place.value());
  if (!read) return std::nullopt;
  std::string output = place.node().outputs[0];
  // A sum behind a product belongs to it.
  const OnnxNode* next = output == place.graph.output ? nullptr : place.graph.OnlyReader(output);
  if (read->shift == std::vector<float>{0} && next != nullptr && next->op != "Mul" && next->op != "Div") {
    const auto sum = ReadOperator(place, *next, output);
    if (sum && sum->scale == std::vector<float>{1}) {
      read->shift = sum->shift;
      output = next->outputs[0];
    }
  }
  const size_t units = place.shape().units(), count = place.shape().count();
  const size_t most = std::max(read->scale.size(), read->shift.size());
  const bool all = most == count && most != units && most > 1;
  // Units and all of them at once: the former would have to be repeated, which no exporter writes.
  for (std::vector<float>* values : {&read->scale, &read->shift}) {
    if (values->size() != 1 && values->size() != most) return std::nullopt;
    if (most > 1) Extend(*values, most);
  }
  return LayerFromOnnx{.layer = std::make_shared<Affine>(all, false),
                       .parameters = {std::move(read->scale), std::move(read->shift)},
                       .output = std::move(output)};
}

}  // namespace

LayerPointer MakeAffine() { return std::make_shared<Affine>(false, false); }

const LayerDefinition& AffineDefinition() {
  static const LayerDefinition definition{
      .name = "affine",
      .notation = "affine [all] [fixed]",
      .summary =
          "each unit times a learned scale, plus a learned shift; all: of each value of the example; "
          "fixed: they stay as they are",
      .parse = Parse,
      .from_onnx = FromOnnx};
  return definition;
}

}  // namespace ramp
