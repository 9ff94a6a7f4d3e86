// product: the product of branches that begin at one value. A branch with one place weighs the units of all places, as
// in squeeze-and-excitation (Hu et al., 2018, "Squeeze-and-excitation networks").
#include <fmt/format.h>

#include <algorithm>

#include "ramp/base/error.h"
#include "ramp/network/layers/layers.h"
#include "ramp/network/loops.h"
#include "ramp/network/network_text.h"

namespace ramp {
namespace {

bool HasOnePlace(const Shape& shape) { return shape.count() == shape.units(); }

// Where the factor of an input for a value of the output is.
size_t FactorPlace(const Shape& input, const Shape& output, size_t i) {
  if (input.count() == output.count()) return i;
  return i / output.count() * output.units() + i % output.units();
}

class ProductStep final : public Step {
 public:
  explicit ProductStep(const StepContext& context)
      : context_(context), units_(context.output_shape.units()), places_(context.output_shape.count() / units_) {}

  void Forward() override {
    ForEachRowRange(context_.batch * places_, units_, [&](size_t begin, size_t end, size_t /*part*/) {
      for (size_t row = begin; row < end; ++row) {
        float* output = context_.output + row * units_;
        std::copy_n(Factors(0, row), units_, output);
        for (size_t branch = 1; branch < context_.inputs.size(); ++branch) {
          const float* factors = Factors(branch, row);
          for (size_t unit = 0; unit < units_; ++unit) output[unit] *= factors[unit];
        }
      }
    });
  }

  // Each branch gets the gradient times the other branches; one with one place, the sum of that over the places.
  void Backward() override {
    for (size_t branch = 0; branch < context_.inputs.size(); ++branch) {
      float* gradients = context_.input_gradients[branch];
      if (gradients == nullptr) continue;
      ForEachRowRange(context_.batch, places_ * units_, [&](size_t begin, size_t end, size_t /*part*/) {
        for (size_t row = begin * places_; row < end * places_; ++row) {
          float* gradient = gradients + Row(branch, row) * units_;
          const bool adds = IsBroadcast(branch) && row % places_ > 0;
          for (size_t unit = 0; unit < units_; ++unit) {
            float value = context_.output_gradient[row * units_ + unit];
            for (size_t other = 0; other < context_.inputs.size(); ++other) {
              if (other != branch) value *= Factors(other, row)[unit];
            }
            gradient[unit] = adds ? gradient[unit] + value : value;
          }
        }
      });
    }
  }

 private:
  bool IsBroadcast(size_t branch) const {
    return context_.input_shapes[branch].count() != context_.output_shape.count();
  }
  size_t Row(size_t branch, size_t row) const { return IsBroadcast(branch) ? row / places_ : row; }
  const float* Factors(size_t branch, size_t row) const { return context_.inputs[branch] + Row(branch, row) * units_; }

  StepContext context_;
  size_t units_, places_;
};

class Product final : public Layer {
 public:
  std::string Text() const override { return std::string(ProductDefinition().name); }
  Shape OutputShape(const Shapes& inputs) const override {
    const Shape& largest = *std::ranges::max_element(inputs, {}, [](const Shape& shape) { return shape.count(); });
    for (const Shape& shape : inputs) {
      if (shape == largest || (HasOnePlace(shape) && shape.units() == largest.units())) continue;
      throw UsageError(
          fmt::format("network: '{}' multiplies branches of the shapes {} and {}: make them equal, or let "
                      "one have the same units at one place",
                      Text(), largest.text(), shape.text()));
    }
    return largest;
  }
  MemoryDemand Demand(const Shapes& /*inputs*/, size_t /*batch*/, bool /*training*/,
                      const Activation* /*taken*/) const override {
    return {.backward_reads_input = true};
  }
  std::unique_ptr<Step> MakeStep(const StepContext& context) const override {
    return std::make_unique<ProductStep>(context);
  }
  std::vector<double> Reference(const ReferenceContext& context) const override {
    std::vector<double> output(context.batch * context.output_shape.count(), 1);
    for (size_t branch = 0; branch < context.inputs.size(); ++branch) {
      for (size_t i = 0; i < output.size(); ++i) {
        output[i] *= context.inputs[branch][FactorPlace(context.input_shapes[branch], context.output_shape, i)];
      }
    }
    return output;
  }
  std::string WriteOnnx(OnnxWriter& writer, const std::vector<std::string>& inputs, const Shapes& shapes,
                        std::span<const std::span<const float>> /*parameters*/) const override {
    const Shape output = OutputShape(shapes);
    const auto aligned = [&](size_t branch) {
      if (shapes[branch].rank() == output.rank()) return inputs[branch];
      std::vector<int64_t> sizes(output.rank() + 1, 1);
      sizes.front() = 0;  // as it is
      sizes.back() = static_cast<int64_t>(output.units());
      return writer.Node("Reshape", {inputs[branch], writer.Integers("places", sizes)});
    };
    std::string product = aligned(0);
    for (size_t branch = 1; branch < inputs.size(); ++branch) product = writer.Node("Mul", {product, aligned(branch)});
    return product;
  }
};

LayerPointer Parse(LayerWords& /*words*/) { return std::make_shared<Product>(); }

std::optional<LayerFromOnnx> FromOnnx(const OnnxPlace& place) {
  const Shape& largest = *std::ranges::max_element(place.shapes, {}, [](const Shape& shape) { return shape.count(); });
  const bool fits = std::ranges::all_of(place.shapes, [&](const Shape& shape) {
    return shape == largest ||
           (shape.rank() == largest.rank() && HasOnePlace(shape) && shape.units() == largest.units());
  });
  if (place.node().op != "Mul" || place.values.size() != place.node().inputs.size() || !fits) return std::nullopt;
  return LayerFromOnnx{.layer = std::make_shared<Product>(), .output = place.node().outputs[0]};
}

}  // namespace

const LayerDefinition& ProductDefinition() {
  static const LayerDefinition definition{
      .name = "product",
      .notation = "product(LAYERS | LAYERS ...)",
      .summary = "the product of branches; one with the units of a single place weighs those of all places",
      .parse = Parse,
      .joins = true,
      .from_onnx = FromOnnx};
  return definition;
}

}  // namespace ramp
