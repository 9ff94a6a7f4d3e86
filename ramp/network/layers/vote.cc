// average and vote: what several networks answer together, as weighted means.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "ramp/base/error.h"
#include "ramp/kernel/softmax.h"
#include "ramp/network/layers/layers.h"
#include "ramp/network/network_text.h"
#include "ramp/network/onnx_chain.h"

namespace ramp {
namespace {

// No mean of probabilities is taken for less, so that its logarithm is finite.
constexpr float kLeastProbability = std::numeric_limits<float>::min();

// An average's branches are unbounded unless bounds are set.
constexpr float kUnbounded = std::numeric_limits<float>::max();

// vote: the logarithms of the mean of the branches' softmax, over the temperature. average: the mean of the branches,
// each within bounds.
class VoteStep final : public Step {
 public:
  VoteStep(const StepContext& context, bool votes)
      : context_(context), votes_(votes), units_(context.output_shape.count()) {}

  void Forward() override {
    for (size_t row = 0; row < context_.batch; ++row) {
      float* output = context_.output + row * units_;
      SumRow(row, output);
      if (!votes_) continue;
      for (size_t unit = 0; unit < units_; ++unit) {
        output[unit] = std::log(std::max(output[unit], kLeastProbability)) / Temperature();
      }
    }
  }

  void Backward() override {
    for (size_t row = 0; row < context_.batch; ++row) {
      float* gradient = context_.output_gradient + row * units_;
      if (votes_) ToMeanGradient(context_.output + row * units_, gradient);
      for (size_t branch = 0; branch < context_.inputs.size(); ++branch) {
        if (context_.input_gradients[branch] != nullptr) DifferentiateBranch(branch, row, gradient);
      }
    }
    for (size_t block = 0; block < context_.parameter_gradients.size(); ++block) {
      // Weights, temperature and bounds are statistics, whose gradient is zero.
      std::fill_n(context_.parameter_gradients[block], block == 0 ? context_.inputs.size() : 1, 0.0f);
    }
  }

 private:
  float Weight(size_t branch) const { return context_.parameters[0][branch]; }
  float Temperature() const { return context_.parameters[1][0]; }
  float Low() const { return context_.parameters[1][0]; }
  float High() const { return context_.parameters[2][0]; }
  float* Scratch() const { return reinterpret_cast<float*>(context_.scratch); }

  // What a branch says of a row: its values, or its probabilities.
  const float* Answers(size_t branch, size_t row) const {
    const float* values = context_.inputs[branch] + row * units_;
    if (votes_) {
      Softmax(values, 1, units_, Scratch(), nullptr);
    } else {
      for (size_t unit = 0; unit < units_; ++unit) Scratch()[unit] = std::clamp(values[unit], Low(), High());
    }
    return Scratch();
  }

  void SumRow(size_t row, float* sums) const {
    std::fill_n(sums, units_, 0.0f);
    for (size_t branch = 0; branch < context_.inputs.size(); ++branch) {
      const float* answers = Answers(branch, row);
      for (size_t unit = 0; unit < units_; ++unit) sums[unit] += Weight(branch) * answers[unit];
    }
  }

  // From the gradient of the logarithms to that of the mean, which is exp(output x temperature).
  void ToMeanGradient(const float* output, float* gradient) const {
    for (size_t unit = 0; unit < units_; ++unit) {
      const float mean = std::exp(output[unit] * Temperature());
      gradient[unit] = mean > kLeastProbability ? gradient[unit] / (mean * Temperature()) : 0;
    }
  }

  void DifferentiateBranch(size_t branch, size_t row, const float* gradient) const {
    const float* values = context_.inputs[branch] + row * units_;
    float* input_gradient = context_.input_gradients[branch] + row * units_;
    if (!votes_) {
      for (size_t unit = 0; unit < units_; ++unit) {
        const bool inside = values[unit] >= Low() && values[unit] <= High();
        input_gradient[unit] = inside ? Weight(branch) * gradient[unit] : 0;
      }
      return;
    }
    const float* answers = Answers(branch, row);
    float sum = 0;
    for (size_t unit = 0; unit < units_; ++unit) sum += gradient[unit] * answers[unit];
    for (size_t unit = 0; unit < units_; ++unit) {
      input_gradient[unit] = Weight(branch) * answers[unit] * (gradient[unit] - sum);
    }
  }

  StepContext context_;
  bool votes_;
  size_t units_;
};

class Vote final : public Layer {
 public:
  explicit Vote(bool votes) : votes_(votes) {}

  std::string Text() const override { return std::string((votes_ ? VoteDefinition() : AverageDefinition()).name); }
  Shape OutputShape(const Shapes& inputs) const override {
    for (const Shape& shape : inputs) {
      if (shape == inputs[0] && shape.rank() == 1) continue;
      throw UsageError(
          fmt::format("network: '{}' joins branches of {} and {}: end each in as many units, as in \"{}("
                      "dense 8, relu, dense 3 | dense 3)\"",
                      Text(), inputs[0].text(), shape.text(), Text()));
    }
    return inputs[0];
  }
  std::vector<ParameterBlock> Parameters(const Shapes& shapes) const override {
    std::vector<ParameterBlock> blocks = {
        {"weight", ParameterBlock::Kind::kStatistic, {shapes.size()}, 0, 0, 1.0f / static_cast<float>(shapes.size())}};
    if (votes_) {
      blocks.push_back({"temperature", ParameterBlock::Kind::kStatistic, {1}, 0, 0, 1});
    } else {
      blocks.push_back({"low", ParameterBlock::Kind::kStatistic, {1}, 0, 0, -kUnbounded});
      blocks.push_back({"high", ParameterBlock::Kind::kStatistic, {1}, 0, 0, kUnbounded});
    }
    return blocks;
  }
  MemoryDemand Demand(const Shapes& inputs, size_t /*batch*/, bool /*training*/,
                      const Activation* /*taken*/) const override {
    return {.backward_reads_input = true,
            .backward_reads_output = votes_,
            .scratch_bytes = inputs[0].count() * sizeof(float)};
  }
  std::unique_ptr<Step> MakeStep(const StepContext& context) const override {
    return std::make_unique<VoteStep>(context, votes_);
  }
  std::vector<double> Reference(const ReferenceContext& c) const override {
    const size_t units = c.output_shape.count();
    std::vector<double> output(c.batch * units);
    for (size_t branch = 0; branch < c.inputs.size(); ++branch) {
      for (size_t row = 0; row < c.batch; ++row) {
        const double* values = c.inputs[branch].data() + row * units;
        const double greatest = *std::max_element(values, values + units);
        double sum = 0;
        for (size_t unit = 0; unit < units; ++unit) sum += std::exp(values[unit] - greatest);
        for (size_t unit = 0; unit < units; ++unit) {
          const double answer = votes_ ? std::exp(values[unit] - greatest) / sum
                                       : std::clamp(values[unit], c.parameters[1][0], c.parameters[2][0]);
          output[row * units + unit] += c.parameters[0][branch] * answer;
        }
      }
    }
    if (!votes_) return output;
    for (double& value : output) {
      value = std::log(std::max(value, static_cast<double>(kLeastProbability))) / c.parameters[1][0];
    }
    return output;
  }
  std::string WriteOnnx(OnnxWriter& writer, const std::vector<std::string>& inputs, const Shapes& shapes,
                        std::span<const std::span<const float>> parameters) const override {
    const size_t branches = inputs.size(), units = shapes[0].count();
    std::string value = writer.Node("Concat", inputs, {{"axis", int64_t{1}}});
    value = writer.Node(
        "Reshape",
        {value, writer.Integers("branches", {-1, static_cast<int64_t>(branches), static_cast<int64_t>(units)})});
    if (votes_) {
      value = writer.Node("Softmax", {value}, {{"axis", int64_t{-1}}});
    } else {
      value = writer.Node("Max", {value, writer.Initializer("low", {1}, parameters[1])});
      value = writer.Node("Min", {value, writer.Initializer("high", {1}, parameters[2])});
    }
    value = writer.Node("Mul", {value, writer.Initializer("weight", {branches, 1}, parameters[0])});
    value = writer.Node("ReduceSum", {value, writer.Integers("axis", {1})}, {{"keepdims", int64_t{0}}});
    if (!votes_) return value;
    const std::array<float, 1> least = {kLeastProbability};
    value = writer.Node("Log", {writer.Node("Max", {value, writer.Initializer("least", {1}, least)})});
    return writer.Node("Div", {value, writer.Initializer("temperature", {1}, parameters[1])});
  }

 private:
  bool votes_;
};

template <bool votes>
LayerPointer Parse(LayerWords& /*words*/) {
  return std::make_shared<Vote>(votes);
}

// The chain that WriteOnnx writes, from the joint of the branches on.
template <bool votes>
std::optional<LayerFromOnnx> FromOnnx(const OnnxPlace& place) {
  const OnnxNode& node = place.node();
  const size_t branches = place.values.size(), units = place.shape().count();
  const bool equal = std::ranges::all_of(
      place.shapes, [&](const Shape& shape) { return shape == place.shape() && shape.rank() == 1; });
  if (node.op != "Concat" || node.inputs.size() != branches || !equal || node.Integer("axis") != 1) return std::nullopt;
  OnnxChain chain(place);
  const OnnxTensor* shape = chain.NextConstant("Reshape");
  const std::vector<float> wanted = {-1, static_cast<float>(branches), static_cast<float>(units)};
  if (shape == nullptr || shape->values != wanted) return std::nullopt;
  LayerFromOnnx found{.layer = std::make_shared<Vote>(votes), .parameters = {{}}};
  const auto take_one = [&](std::string_view op) {
    const OnnxTensor* constant = chain.NextConstant(op);
    if (constant == nullptr || constant->values.size() != 1) return false;
    found.parameters.push_back(constant->values);
    return true;
  };
  if (votes) {
    const OnnxNode* softmax = chain.Next("Softmax");
    if (softmax == nullptr || (softmax->Integer("axis") != -1 && softmax->Integer("axis") != 2)) return std::nullopt;
  } else if (!take_one("Max") || !take_one("Min")) {
    return std::nullopt;
  }
  const OnnxTensor* weight = chain.NextConstant("Mul");
  const OnnxTensor* axis = weight == nullptr ? nullptr : chain.NextConstant("ReduceSum");
  if (axis == nullptr || axis->values != std::vector<float>{1} || weight->values.size() != branches ||
      weight->shape.units() != 1) {
    return std::nullopt;
  }
  found.parameters[0] = weight->values;
  if (votes) {
    const OnnxTensor* least = chain.NextConstant("Max");
    if (least == nullptr || least->values != std::vector<float>{kLeastProbability} || chain.Next("Log") == nullptr ||
        !take_one("Div")) {
      return std::nullopt;
    }
  }
  found.output = chain.value();
  found.nodes = chain.covered();
  return found;
}

}  // namespace

LayerPointer MakeVote() { return std::make_shared<Vote>(true); }
LayerPointer MakeAverage() { return std::make_shared<Vote>(false); }

const LayerDefinition& AverageDefinition() {
  static const LayerDefinition definition{.name = "average",
                                          .notation = "average(LAYERS | LAYERS ...)",
                                          .summary = "the weighted mean of branches: numbers that networks answer",
                                          .parse = Parse<false>,
                                          .joins = true,
                                          .from_onnx = FromOnnx<false>};
  return definition;
}

const LayerDefinition& VoteDefinition() {
  static const LayerDefinition definition{
      .name = "vote",
      .notation = "vote(LAYERS | LAYERS ...)",
      .summary = "the weighted mean of the branches' probabilities, as logits: classes that networks answer",
      .parse = Parse<true>,
      .joins = true,
      .from_onnx = FromOnnx<true>};
  return definition;
}

}  // namespace ramp
