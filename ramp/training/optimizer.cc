#include "ramp/training/optimizer.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "ramp/base/error.h"
#include "ramp/base/parallel.h"
#include "ramp/kernel/update.h"

namespace ramp {
namespace {

// Below, a second thread costs more than it gains.
constexpr size_t kGrain = 32768;
constexpr double kBeta2 = 0.999;
constexpr double kEpsilon = 1e-8;

constexpr OptimizerDefinition kOptimizers[] = {
    {.name = "sgd",
     .summary = "against the gradient",
     .source = "Robbins and Monro, 1951",
     .learning_rate = 0.1,
     .kernel = GradientDescentKernel},
    {.name = "momentum",
     .summary = "against a decaying sum of the gradients (0.9)",
     .source = "Polyak, 1964",
     .learning_rate = 0.05,
     .uses_first = true,
     .beta1 = 0.9,
     .kernel = MomentumKernel},
    {.name = "adam",
     .summary = "steps scaled by the gradients' running mean and deviation",
     .source = "Kingma and Ba, 2015",
     .learning_rate = 0.001,
     .uses_first = true,
     .uses_second = true,
     .beta1 = 0.9,
     .kernel = AdamKernel},
    {.name = "adamw",
     .summary = "adam, with weight decay beside the gradient instead of in it",
     .source = "Loshchilov and Hutter, 2019",
     .learning_rate = 0.001,
     .uses_first = true,
     .uses_second = true,
     .decoupled_decay = true,
     .beta1 = 0.9,
     .kernel = AdamKernel},
};

}  // namespace

std::span<const OptimizerDefinition> Optimizers() { return kOptimizers; }

const OptimizerDefinition& FindOptimizer(std::string_view name) {
  std::vector<std::string> names;
  for (const OptimizerDefinition& row : kOptimizers) {
    if (row.name == name) return row;
    names.emplace_back(row.name);
  }
  throw UsageError(fmt::format("there is no optimizer '{}'{}; there are: {}", name, DidYouMean(name, names),
                               fmt::join(names, ", ")));
}

Optimizer::Optimizer(const OptimizerDefinition& definition, Network& network, double weight_decay)
    : definition_(definition),
      network_(network),
      weight_decay_(weight_decay),
      first_(definition.uses_first ? network.parameters().size() : 0),
      second_(definition.uses_second ? network.parameters().size() : 0) {}

void Optimizer::Step(double learning_rate, double gradient_scale) {
  ++steps_;
  const UpdateKernel kernel = definition_.kernel();
  const double steps = static_cast<double>(steps_);
  UpdateArguments common;
  common.gradient_scale = static_cast<float>(gradient_scale);
  common.learning_rate = static_cast<float>(learning_rate);
  common.beta1 = static_cast<float>(definition_.beta1);
  common.beta2 = static_cast<float>(kBeta2);
  common.epsilon = static_cast<float>(kEpsilon);
  common.first_correction = static_cast<float>(1 / (1 - std::pow(definition_.beta1, steps)));
  common.second_correction = static_cast<float>(1 / (1 - std::pow(kBeta2, steps)));
  for (const PlacedBlock& block : network_.blocks()) {
    const bool decays = block.block.kind == ParameterBlock::Kind::kWeight;
    const size_t count = block.block.shape.count();
    ParallelRanges(count, Parts(count, kGrain), kAlignment / sizeof(float), [&](size_t begin, size_t end, size_t) {
      const size_t place = block.offset + begin;
      UpdateArguments part = common;
      part.count = end - begin;
      part.parameters = network_.parameters().data() + place;
      part.gradients = network_.gradients().data() + place;
      part.first = definition_.uses_first ? first_.data() + place : nullptr;
      part.second = definition_.uses_second ? second_.data() + place : nullptr;
      const float decay = decays ? static_cast<float>(weight_decay_) : 0.0f;
      (definition_.decoupled_decay ? part.decoupled_decay : part.l2) = decay;
      kernel(part);
    });
  }
}

GradientNorms::GradientNorms(const Network& network) : network_(network), blocks_(network.blocks().size()) {}

void GradientNorms::Measure() {
  // Fixed runs, so that the sum does not depend on the number of threads; kMostRuns bounds the memory.
  constexpr size_t kMostRuns = 64;
  const SumOfSquaresKernel kernel = GetSumOfSquaresKernel();
  double sum = 0;
  for (size_t b = 0; b < blocks_.size(); ++b) {
    const std::span<const float> gradients = network_.gradients(network_.blocks()[b]);
    const size_t run = std::max(kGrain / 2, (gradients.size() + kMostRuns - 1) / kMostRuns);
    const size_t runs = (gradients.size() + run - 1) / run;
    std::array<double, kMostRuns> partial;
    ParallelRanges(runs, Parts(gradients.size(), kGrain), 1, [&](size_t begin, size_t end, size_t) {
      for (size_t i = begin; i < end; ++i) {
        partial[i] = kernel(gradients.data() + i * run, std::min(run, gradients.size() - i * run));
      }
    });
    double square = 0;
    for (size_t i = 0; i < runs; ++i) square += partial[i];
    blocks_[b] = std::sqrt(square);
    sum += square;
  }
  total_ = std::sqrt(sum);
}

}  // namespace ramp
