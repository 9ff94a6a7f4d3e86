// concat: the units of several branches side by side (Huang et al., 2017, "Densely connected networks").
#include <fmt/format.h>

#include <algorithm>

#include "ramp/base/error.h"
#include "ramp/network/layers/layers.h"
#include "ramp/network/loops.h"
#include "ramp/network/network_text.h"

namespace ramp {
namespace {

class ConcatenationStep final : public Step {
 public:
  explicit ConcatenationStep(const StepContext& context)
      : context_(context),
        units_(context.output_shape.units()),
        rows_(context.batch * context.output_shape.count() / units_) {}

  void Forward() override {
    ForEachPart([&](size_t branch, size_t units, size_t first, size_t row) {
      std::copy_n(context_.inputs[branch] + row * units, units, context_.output + row * units_ + first);
    });
  }

  void Backward() override {
    ForEachPart([&](size_t branch, size_t units, size_t first, size_t row) {
      float* gradient = context_.input_gradients[branch];
      if (gradient == nullptr) return;
      std::copy_n(context_.output_gradient + row * units_ + first, units, gradient + row * units);
    });
  }

 private:
  template <class Body>
  void ForEachPart(const Body& body) const {
    ForEachRowRange(rows_, units_, [&](size_t begin, size_t end, size_t /*part*/) {
      size_t first = 0;
      for (size_t branch = 0; branch < context_.inputs.size(); ++branch) {
        const size_t units = context_.input_shapes[branch].units();
        for (size_t row = begin; row < end; ++row) body(branch, units, first, row);
        first += units;
      }
    });
  }

  StepContext context_;
  size_t units_, rows_;
};

class Concatenation final : public Layer {
 public:
  std::string Text() const override { return std::string(ConcatenationDefinition().name); }
  Shape OutputShape(const Shapes& inputs) const override {
    std::vector<size_t> sizes = inputs[0].sizes();
    for (size_t branch = 1; branch < inputs.size(); ++branch) {
      const std::vector<size_t>& other = inputs[branch].sizes();
      if (sizes.empty() || other.size() != sizes.size() || !std::equal(other.begin(), other.end() - 1, sizes.begin())) {
        throw UsageError(
            fmt::format("network: '{}' joins branches of the shapes {} and {}: all axes but the last have "
                        "to be equal",
                        Text(), inputs[0].text(), inputs[branch].text()));
      }
      sizes.back() += other.back();
    }
    return Shape(sizes);
  }
  MemoryDemand Demand(const Shapes& /*inputs*/, size_t /*batch*/, bool /*training*/,
                      const Activation* /*taken*/) const override {
    return {};
  }
  std::unique_ptr<Step> MakeStep(const StepContext& context) const override {
    return std::make_unique<ConcatenationStep>(context);
  }
  std::vector<double> Reference(const ReferenceContext& c) const override {
    std::vector<double> output;
    const size_t rows = c.batch * c.output_shape.count() / c.output_shape.units();
    for (size_t row = 0; row < rows; ++row) {
      for (size_t branch = 0; branch < c.inputs.size(); ++branch) {
        const size_t units = c.input_shapes[branch].units();
        for (size_t unit = 0; unit < units; ++unit) output.push_back(c.inputs[branch][row * units + unit]);
      }
    }
    return output;
  }
  std::string WriteOnnx(OnnxWriter& writer, const std::vector<std::string>& inputs, const Shapes& /*shapes*/,
                        std::span<const std::span<const float>> /*parameters*/) const override {
    return writer.Node("Concat", inputs, {{"axis", int64_t{-1}}});
  }
};

LayerPointer Parse(LayerWords& /*words*/) { return std::make_shared<Concatenation>(); }

std::optional<LayerFromOnnx> FromOnnx(const OnnxPlace& place) {
  const OnnxNode& node = place.node();
  if (node.op != "Concat" || place.values.size() != node.inputs.size()) return std::nullopt;
  const auto axis = place.Axis(node.Integer("axis"));
  const bool fits = std::ranges::all_of(place.shapes, [&](const Shape& shape) {
    return shape.rank() == place.shape().rank() &&
           std::equal(shape.sizes().begin(), shape.sizes().end() - 1, place.shape().sizes().begin());
  });
  if (!axis || *axis + 1 != place.shape().rank() || !fits) return std::nullopt;
  return LayerFromOnnx{.layer = std::make_shared<Concatenation>(), .output = node.outputs[0]};
}

}  // namespace

const LayerDefinition& ConcatenationDefinition() {
  static const LayerDefinition definition{
      .name = "concat",
      .notation = "concat(LAYERS | LAYERS ...)",
      .summary = "the units of branches side by side; a single one stands before what it reads",
      .parse = Parse,
      .joins = true,
      .from_onnx = FromOnnx};
  return definition;
}

}  // namespace ramp
