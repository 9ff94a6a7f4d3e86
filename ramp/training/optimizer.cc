#include "ramp/training/optimizer.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "ramp/base/find_row.h"
#include "ramp/base/parallel.h"
#include "ramp/kernel/update.h"

namespace ramp {
namespace {

// Below, a second thread costs more than it gains.
constexpr size_t kGrain = 32768;
constexpr size_t kRun = 16384;
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

const OptimizerDefinition& FindOptimizer(std::string_view name) { return FindRow(Optimizers(), "an optimizer", name); }

std::vector<ParameterRun> ParameterRuns(const Network& network) {
  std::vector<ParameterRun> runs;
  for (size_t b = 0; b < network.blocks().size(); ++b) {
    const PlacedBlock& block = network.blocks()[b];
    const size_t count = block.block.shape.count();
    for (size_t begin = 0; begin < count; begin += kRun) {
      runs.push_back({b, block.offset + begin, std::min(kRun, count - begin)});
    }
  }
  return runs;
}

Optimizer::Optimizer(const OptimizerDefinition& definition, Network& network, double weight_decay)
    : definition_(definition),
      network_(network),
      weight_decay_(weight_decay),
      runs_(ParameterRuns(network)),
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
  const size_t parts = Parts(network_.parameters().size(), kGrain);
  ParallelRanges(runs_.size(), parts, 1, [&](size_t begin, size_t end, size_t) {
    for (const ParameterRun& run : std::span(runs_).subspan(begin, end - begin)) {
      UpdateArguments part = common;
      part.count = run.count;
      part.parameters = network_.parameters().data() + run.offset;
      part.gradients = network_.gradients().data() + run.offset;
      part.first = definition_.uses_first ? first_.data() + run.offset : nullptr;
      part.second = definition_.uses_second ? second_.data() + run.offset : nullptr;
      const bool decays = network_.blocks()[run.block].block.kind == ParameterBlock::Kind::kWeight;
      (definition_.decoupled_decay ? part.decoupled_decay : part.l2) =
          decays ? static_cast<float>(weight_decay_) : 0.0f;
      kernel(part);
    }
  });
}

GradientNorms::GradientNorms(const Network& network)
    : network_(network), runs_(ParameterRuns(network)), squares_(runs_.size()), blocks_(network.blocks().size()) {}

void GradientNorms::Measure() {
  const SumOfSquaresKernel kernel = GetSumOfSquaresKernel();
  const float* const gradients = network_.gradients().data();
  const size_t parts = Parts(network_.gradients().size(), kGrain);
  ParallelRanges(runs_.size(), parts, 1, [&](size_t begin, size_t end, size_t) {
    for (size_t i = begin; i < end; ++i) squares_[i] = kernel(gradients + runs_[i].offset, runs_[i].count);
  });
  std::fill(blocks_.begin(), blocks_.end(), 0.0);
  for (size_t i = 0; i < runs_.size(); ++i) blocks_[runs_[i].block] += squares_[i];
  double sum = 0;
  for (double& block : blocks_) {
    sum += block;
    block = std::sqrt(block);
  }
  total_ = std::sqrt(sum);
}

}  // namespace ramp
