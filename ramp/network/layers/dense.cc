// dense: y = x W + b over all values of an example.
#include <fmt/format.h>

#include <algorithm>

#include "ramp/network/bias_and_activation.h"
#include "ramp/network/layers/layers.h"
#include "ramp/network/matrix_product.h"
#include "ramp/network/network_text.h"

namespace ramp {
namespace {

constexpr size_t kMostUnits = size_t{1} << 24;

// The three products, and behind them the bias and the activation.
class DenseStep final : public Step {
 public:
  DenseStep(const StepContext& c, size_t inputs, size_t units)
      : behind_(c, 1, false),
        forward_({c.batch, units, inputs, c.precision}, {c.input()}, {c.parameters[0]}, BiasAndActivation::Products(c),
                 Scratch(c)) {
    if (!c.training) return;
    weight_gradient_ = MatrixProduct({inputs, units, c.batch, c.precision}, {c.input(), true}, {c.output_gradient},
                                     c.parameter_gradients[0], Scratch(c));
    if (c.input_gradient() == nullptr) return;
    input_gradient_ = MatrixProduct({c.batch, inputs, units, c.precision}, {c.output_gradient}, {c.parameters[0], true},
                                    c.input_gradient(), Scratch(c));
  }

  void Forward() override {
    forward_.Run();
    behind_.Forward();
  }
  void Backward() override {
    behind_.Backward();
    weight_gradient_.Run();
    input_gradient_.Run();
  }

 private:
  static float* Scratch(const StepContext& c) { return reinterpret_cast<float*>(c.scratch); }

  BiasAndActivation behind_;
  MatrixProduct forward_, weight_gradient_, input_gradient_;
};

class Dense final : public Layer {
 public:
  explicit Dense(size_t units) : units_(units) {}

  std::string Text() const override { return fmt::format("{} {}", DenseDefinition().name, units_); }
  Shape OutputShape(const Shapes& /*inputs*/) const override { return {units_}; }
  std::vector<ParameterBlock> Parameters(const Shapes& shapes) const override {
    const size_t inputs = shapes[0].count();
    return {{"weight", ParameterBlock::Kind::kWeight, {inputs, units_}, inputs, units_, 0},
            {"bias", ParameterBlock::Kind::kBias, {units_}, 0, 0, 0}};
  }
  bool TakesActivation() const override { return true; }
  MemoryDemand Demand(const Shapes& inputs, size_t batch, bool training, const Activation* taken) const override {
    MemoryDemand demand = BiasAndActivation::Demand(batch, units_, training, taken);
    demand.backward_reads_input = true;
    if (!training) return demand;
    const size_t scratch =
        MatrixProduct::ScratchFloats({.rows = batch, .columns = inputs[0].count(), .depth = units_}, true) *
        sizeof(float);
    demand.scratch_bytes = std::max(demand.scratch_bytes, scratch);
    return demand;
  }
  std::unique_ptr<Step> MakeStep(const StepContext& context) const override {
    return std::make_unique<DenseStep>(context, context.input_shape().count(), units_);
  }
  std::vector<double> Reference(const ReferenceContext& c) const override {
    const size_t inputs = c.input_shape().count();
    std::vector<double> output;
    for (size_t row = 0; row < c.batch; ++row) {
      for (size_t unit = 0; unit < units_; ++unit) {
        double sum = c.parameters[1][unit];
        for (size_t i = 0; i < inputs; ++i) sum += c.input()[row * inputs + i] * c.parameters[0][i * units_ + unit];
        output.push_back(sum);
      }
    }
    return output;
  }
  std::string WriteOnnx(OnnxWriter& writer, const std::vector<std::string>& inputs, const Shapes& shapes,
                        std::span<const std::span<const float>> parameters) const override {
    const std::string flat = shapes[0].rank() == 1 ? inputs[0] : writer.Node("Flatten", inputs, {{"axis", int64_t{1}}});
    return writer.Node("Gemm", {flat, writer.Initializer("weight", {shapes[0].count(), units_}, parameters[0]),
                                writer.Initializer("bias", {units_}, parameters[1])});
  }

 private:
  size_t units_;
};

LayerPointer Parse(LayerWords& words) {
  if (words.empty() && words.last_units() > 0) return std::make_shared<Dense>(words.last_units());
  return std::make_shared<Dense>(words.Count("the number of units", 1, kMostUnits));
}

// What other programs write is Gemm (the weights as they are or transposed), or MatMul and perhaps Add.
class DenseFromOnnx {
 public:
  explicit DenseFromOnnx(const OnnxPlace& place) : place_(place), inputs_(place.shape().units()) {}

  std::optional<LayerFromOnnx> Read() {
    const OnnxNode& node = place_.node();
    if (place_.shape().rank() != 1 || node.inputs.size() < 2 || node.inputs[0] != place_.value()) return std::nullopt;
    output_ = node.outputs[0];
    const bool read = node.op == "Gemm" ? ReadGemm(node) : node.op == "MatMul" && ReadWeight(false);
    if (!read) return std::nullopt;
    if (node.op == "MatMul") ReadAddedBias();
    return LayerFromOnnx{.layer = std::make_shared<Dense>(units_),
                         .parameters = {std::move(weight_), std::move(bias_)},
                         .output = std::move(output_),
                         .flattens = true};
  }

 private:
  bool ReadGemm(const OnnxNode& node) {
    const auto alpha = node.Number("alpha"), beta = node.Number("beta"), transposed = node.Number("transB");
    if (!alpha || !beta || !transposed || node.Number("transA") != 0 || !ReadWeight(*transposed != 0)) return false;
    for (float& weight : weight_) weight *= static_cast<float>(*alpha);
    if (node.inputs.size() < 3 || node.inputs[2].empty()) return true;
    const OnnxTensor* bias = place_.Constant(2);
    if (bias == nullptr || !ReadBias(*bias)) return false;
    for (float& value : bias_) value *= static_cast<float>(*beta);
    return true;
  }

  bool ReadWeight(bool transposed) {
    const OnnxTensor* tensor = place_.Constant(1);
    if (tensor == nullptr || tensor->shape.rank() != 2 || tensor->shape[transposed ? 1 : 0] != inputs_) return false;
    units_ = tensor->shape[transposed ? 0 : 1];
    if (units_ == 0 || units_ > kMostUnits) return false;
    weight_ = tensor->values;
    bias_.assign(units_, 0);
    if (!transposed) return true;
    for (size_t unit = 0; unit < units_; ++unit) {
      for (size_t i = 0; i < inputs_; ++i) weight_[i * units_ + unit] = tensor->values[unit * inputs_ + i];
    }
    return true;
  }

  // One number for each unit, or one for all.
  bool ReadBias(const OnnxTensor& tensor) {
    const std::vector<float>& values = tensor.values;
    if (tensor.shape.rank() > 2 || tensor.shape.units() != values.size()) return false;
    if (values.size() == 1) bias_.assign(units_, values[0]);
    if (values.size() == units_) bias_ = values;
    return values.size() == 1 || values.size() == units_;
  }

  void ReadAddedBias() {
    const OnnxNode* add = output_ == place_.graph.output ? nullptr : place_.graph.OnlyReader(output_);
    if (add == nullptr || add->op != "Add" || add->inputs.size() != 2) return;
    const OnnxTensor* bias = place_.graph.Constant(add->inputs[add->inputs[0] == output_ ? 1 : 0]);
    if (bias != nullptr && ReadBias(*bias)) output_ = add->outputs[0];
  }

  const OnnxPlace& place_;
  size_t inputs_, units_ = 0;
  std::vector<float> weight_, bias_;
  std::string output_;
};

std::optional<LayerFromOnnx> FromOnnx(const OnnxPlace& place) { return DenseFromOnnx(place).Read(); }

}  // namespace

const LayerDefinition& DenseDefinition() {
  static const LayerDefinition definition{
      .name = "dense",
      .notation = "dense UNITS",
      .summary = "every unit sums all values of the example; a last one without a number has a unit for each output",
      .parse = Parse,
      .from_onnx = FromOnnx};
  return definition;
}

}  // namespace ramp
