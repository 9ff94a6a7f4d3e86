// maxout: the greatest of each group of units (Goodfellow et al., 2013, "Maxout networks").
#include <fmt/format.h>

#include <cmath>

#include "ramp/base/error.h"
#include "ramp/network/layers/layers.h"
#include "ramp/network/loops.h"
#include "ramp/network/network_text.h"

namespace ramp {
namespace {

constexpr size_t kMostPieces = 1024;

// The first of the greatest; a NaN counts as greatest, and so is seen.
template <class T>
size_t Greatest(const T* values, size_t count) {
  size_t best = 0;
  for (size_t i = 1; i < count && !std::isnan(values[best]); ++i) {
    if (values[i] > values[best] || std::isnan(values[i])) best = i;
  }
  return best;
}

class MaxoutStep final : public Step {
 public:
  MaxoutStep(const StepContext& context, size_t pieces)
      : context_(context), pieces_(pieces), groups_(context.batch * context.output_shape.count()) {}

  void Forward() override {
    ForEachRowRange(groups_, pieces_, [&](size_t begin, size_t end, size_t /*part*/) {
      for (size_t group = begin; group < end; ++group) {
        const float* values = context_.input() + group * pieces_;
        context_.output[group] = values[Greatest(values, pieces_)];
      }
    });
  }

  void Backward() override {
    if (context_.input_gradient() == nullptr) return;
    ForEachRowRange(groups_, pieces_, [&](size_t begin, size_t end, size_t /*part*/) {
      for (size_t group = begin; group < end; ++group) {
        const size_t best = Greatest(context_.input() + group * pieces_, pieces_);
        float* gradients = context_.input_gradient() + group * pieces_;
        for (size_t i = 0; i < pieces_; ++i) gradients[i] = i == best ? context_.output_gradient[group] : 0;
      }
    });
  }

 private:
  StepContext context_;
  size_t pieces_, groups_;
};

class Maxout final : public Layer {
 public:
  explicit Maxout(size_t pieces) : pieces_(pieces) {}

  std::string Text() const override { return fmt::format("{} {}", MaxoutDefinition().name, pieces_); }
  Shape OutputShape(const Shapes& inputs) const override {
    std::vector<size_t> sizes = inputs[0].sizes();
    if (sizes.empty() || sizes.back() % pieces_ != 0) {
      throw UsageError(fmt::format("network: '{}' takes groups of {} units, but its input is of shape {}", Text(),
                                   pieces_, inputs[0].text()));
    }
    sizes.back() /= pieces_;
    return Shape(sizes);
  }
  MemoryDemand Demand(const Shapes& /*inputs*/, size_t /*batch*/, bool /*training*/,
                      const Activation* /*taken*/) const override {
    return {.backward_reads_input = true};
  }
  std::unique_ptr<Step> MakeStep(const StepContext& context) const override {
    return std::make_unique<MaxoutStep>(context, pieces_);
  }
  std::vector<double> Reference(const ReferenceContext& context) const override {
    std::vector<double> output;
    for (size_t group = 0; group < context.input().size(); group += pieces_) {
      output.push_back(context.input()[group + Greatest(context.input().data() + group, pieces_)]);
    }
    return output;
  }
  // Units in groups of an axis of their own, of which the greatest is taken.
  std::string WriteOnnx(OnnxWriter& writer, const std::vector<std::string>& inputs, const Shapes& shapes,
                        std::span<const std::span<const float>> /*parameters*/) const override {
    std::vector<int64_t> grouped(shapes[0].rank() + 2, 0);  // 0: as it is
    grouped[grouped.size() - 2] = static_cast<int64_t>(shapes[0].units() / pieces_);
    grouped.back() = static_cast<int64_t>(pieces_);
    const std::string groups = writer.Node("Reshape", {inputs[0], writer.Integers("groups", grouped)});
    return writer.Node("ReduceMax", {groups}, {{"axes", std::vector<int64_t>{-1}}, {"keepdims", int64_t{0}}});
  }

 private:
  size_t pieces_;
};

LayerPointer Parse(LayerWords& words) {
  return std::make_shared<Maxout>(words.Count("the number of units in a group", 2, kMostPieces));
}

}  // namespace

const LayerDefinition& MaxoutDefinition() {
  static const LayerDefinition definition{
      .name = "maxout", .notation = "maxout PIECES", .summary = "the greatest of each group of units", .parse = Parse};
  return definition;
}

}  // namespace ramp
