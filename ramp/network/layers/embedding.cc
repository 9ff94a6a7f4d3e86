// embedding: a row of numbers for each token (Bengio et al., 2003, "A neural probabilistic language model"). Its input
// are the numbers of tokens, whole ones from 0 on, as floats.
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "ramp/base/error.h"
#include "ramp/network/layers/layers.h"
#include "ramp/network/loops.h"
#include "ramp/network/network_text.h"

namespace ramp {
namespace {

constexpr size_t kMostUnits = size_t{1} << 16;
constexpr size_t kMostTokens = size_t{1} << 24;  // up to there floats hold every whole number

class EmbeddingStep final : public Step {
 public:
  EmbeddingStep(const StepContext& context, size_t tokens, size_t units)
      : context_(context), tokens_(tokens), units_(units), count_(context.batch * context.input_shape().count()) {}

  // A number that is no token gives NaN, and so is seen.
  void Forward() override {
    ForEachRowRange(count_, units_, [&](size_t begin, size_t end, size_t /*part*/) {
      for (size_t i = begin; i < end; ++i) {
        float* output = context_.output + i * units_;
        if (IsToken(i)) {
          std::copy_n(context_.parameters[0] + Token(i) * units_, units_, output);
        } else {
          std::fill_n(output, units_, std::numeric_limits<float>::quiet_NaN());
        }
      }
    });
  }

  // Each thread sums the columns of its own units, so that no two meet.
  void Backward() override {
    float* gradient = context_.parameter_gradients[0];
    ForEachValueRange(tokens_ * units_,
                      [&](size_t begin, size_t end) { std::fill(gradient + begin, gradient + end, 0.0f); });
    ParallelRanges(units_, Parts(count_ * units_, kValuesPerPart), kAlignment / sizeof(float),
                   [&](size_t begin, size_t end, size_t /*part*/) {
                     for (size_t i = 0; i < count_; ++i) {
                       if (!IsToken(i)) continue;
                       float* row = gradient + Token(i) * units_;
                       const float* added = context_.output_gradient + i * units_;
                       for (size_t unit = begin; unit < end; ++unit) row[unit] += added[unit];
                     }
                   });
    // Tokens are counted, so nothing flows back to them.
    if (context_.input_gradient() != nullptr) std::fill_n(context_.input_gradient(), count_, 0.0f);
  }

 private:
  bool IsToken(size_t i) const {
    const float token = context_.input()[i];
    return token >= 0 && token < static_cast<float>(tokens_);
  }
  size_t Token(size_t i) const { return static_cast<size_t>(context_.input()[i]); }

  StepContext context_;
  size_t tokens_, units_, count_;
};

class Embedding final : public Layer {
 public:
  Embedding(size_t units, size_t tokens) : units_(units), tokens_(tokens) {}

  std::string Text() const override { return fmt::format("{} {} {}", EmbeddingDefinition().name, units_, tokens_); }
  Shape OutputShape(const Shapes& inputs) const override {
    std::vector<size_t> sizes = inputs[0].sizes();
    sizes.push_back(units_);
    return Shape(sizes);
  }
  std::vector<ParameterBlock> Parameters(const Shapes& /*inputs*/) const override {
    return {{"embedding", ParameterBlock::Kind::kWeight, {tokens_, units_}, units_, units_, 0}};
  }
  MemoryDemand Demand(const Shapes& /*inputs*/, size_t /*batch*/, bool /*training*/,
                      const Activation* /*taken*/) const override {
    return {.backward_reads_input = true};
  }
  std::unique_ptr<Step> MakeStep(const StepContext& context) const override {
    return std::make_unique<EmbeddingStep>(context, tokens_, units_);
  }
  std::vector<double> Reference(const ReferenceContext& context) const override {
    std::vector<double> output;
    for (const double token : context.input()) {
      const bool known = token >= 0 && token < static_cast<double>(tokens_);
      for (size_t unit = 0; unit < units_; ++unit) {
        output.push_back(known ? context.parameters[0][static_cast<size_t>(token) * units_ + unit]
                               : std::numeric_limits<double>::quiet_NaN());
      }
    }
    return output;
  }
  std::string WriteOnnx(OnnxWriter& writer, const std::vector<std::string>& inputs, const Shapes& /*shapes*/,
                        std::span<const std::span<const float>> parameters) const override {
    constexpr int64_t kInt64 = 7;  // TensorProto.INT64
    return writer.Node("Gather", {writer.Initializer("embedding", {tokens_, units_}, parameters[0]),
                                  writer.Node("Cast", inputs, {{"to", kInt64}})});
  }

 private:
  size_t units_, tokens_;
};

LayerPointer Parse(LayerWords& words) {
  const size_t units = words.Count("the number of units", 1, kMostUnits);
  if (words.empty() && words.tokens() > 0) return std::make_shared<Embedding>(units, words.tokens());
  return std::make_shared<Embedding>(units, words.Count("the number of tokens", 1, kMostTokens));
}

std::optional<LayerFromOnnx> FromOnnx(const OnnxPlace& place) {
  const OnnxNode& node = place.node();
  const OnnxTensor* table = place.Constant(0);
  if (node.op != "Gather" || table == nullptr || table->shape.rank() != 2 || node.Number("axis") != 0 ||
      place.channels_first || table->shape[0] > kMostTokens || table->shape[1] > kMostUnits) {
    return std::nullopt;
  }
  return LayerFromOnnx{.layer = std::make_shared<Embedding>(table->shape[1], table->shape[0]),
                       .parameters = {table->values},
                       .output = node.outputs[0]};
}

}  // namespace

const LayerDefinition& EmbeddingDefinition() {
  static const LayerDefinition definition{
      .name = "embedding",
      .notation = "embedding UNITS [TOKENS]",
      .summary = "a trained row of numbers for each token; without TOKENS as many as the data has",
      .parse = Parse,
      .from_onnx = FromOnnx};
  return definition;
}

}  // namespace ramp
