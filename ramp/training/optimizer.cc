#include "ramp/training/optimizer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "ramp/base/error.h"
#include "ramp/base/find_row.h"
#include "ramp/base/parallel.h"
#include "ramp/kernel/update.h"

namespace ramp {
namespace {

// Below, a second thread costs more than it gains.
constexpr size_t kGrain = 32768;
constexpr size_t kRun = 16384;
constexpr double kEpsilon = 1e-8;

constexpr OptimizerDefinition kOptimizers[] = {
    {.name = "sgd",
     .formula = "w -= rate g",
     .summary = "against the gradient",
     .source = "Robbins and Monro, 1951",
     .learning_rate = 0.1,
     .kernel = GradientDescentKernel},
    {.name = "momentum",
     .formula = "v = 0.9 v + g, w -= rate v",
     .summary = "against a decaying sum of the gradients",
     .source = "Polyak, 1964",
     .learning_rate = 0.05,
     .uses_first = true,
     .beta1 = 0.9,
     .kernel = MomentumKernel},
    {.name = "nesterov",
     .formula = "v = 0.9 v + g, w -= rate (g + 0.9 v)",
     .summary = "momentum that looks ahead",
     .source = "Nesterov, 1983",
     .learning_rate = 0.05,
     .uses_first = true,
     .beta1 = 0.9,
     .kernel = NesterovKernel},
    {.name = "rmsprop",
     .formula = "s = 0.9 s + 0.1 g^2, w -= rate g / (sqrt(s) + 1e-8)",
     .summary = "steps scaled by the gradients' running size",
     .source = "Tieleman and Hinton, 2012",
     .learning_rate = 0.001,
     .uses_second = true,
     .beta2 = 0.9,
     .kernel = RmsPropKernel},
    {.name = "adam",
     .formula = "m = 0.9 m + 0.1 g, s = 0.999 s + 0.001 g^2, w -= rate m' / (sqrt(s') + 1e-8), where m' and s' are m "
                "and s without the pull of their start at 0",
     .summary = "steps scaled by the gradients' running mean and size",
     .source = "Kingma and Ba, 2015",
     .learning_rate = 0.001,
     .uses_first = true,
     .uses_second = true,
     .beta1 = 0.9,
     .beta2 = 0.999,
     .kernel = AdamKernel},
    {.name = "adamw",
     .formula = "adam's, and w -= rate decay w",
     .summary = "adam, with weight decay beside the gradient instead of in it",
     .source = "Loshchilov and Hutter, 2019",
     .learning_rate = 0.001,
     .uses_first = true,
     .uses_second = true,
     .decoupled_decay = true,
     .beta1 = 0.9,
     .beta2 = 0.999,
     .kernel = AdamKernel},
};

// Calls body(run) for all runs, shared among the threads.
template <class Body>
void ForEachRun(std::span<const ParameterRun> runs, size_t parameters, const Body& body) {
  ParallelRanges(runs.size(), Parts(parameters, kGrain), 1, [&](size_t begin, size_t end, size_t) {
    for (size_t i = begin; i < end; ++i) body(i);
  });
}

void CheckSize(std::string_view what, size_t size, size_t expected) {
  if (size == expected) return;
  throw Error(
      fmt::format("{} has {} numbers, but this training needs {}: it is another training's", what, size, expected));
}

std::vector<float> Copy(const Floats& values) { return {values.data(), values.data() + values.size()}; }

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
  common.beta2 = static_cast<float>(definition_.beta2);
  common.epsilon = static_cast<float>(kEpsilon);
  common.first_correction = static_cast<float>(1 / (1 - std::pow(definition_.beta1, steps)));
  common.second_correction = static_cast<float>(1 / (1 - std::pow(definition_.beta2, steps)));
  ForEachRun(runs_, network_.parameters().size(), [&](size_t i) {
    const ParameterRun& run = runs_[i];
    UpdateArguments part = common;
    part.count = run.count;
    part.parameters = network_.parameters().data() + run.offset;
    part.gradients = network_.gradients().data() + run.offset;
    part.first = definition_.uses_first ? first_.data() + run.offset : nullptr;
    part.second = definition_.uses_second ? second_.data() + run.offset : nullptr;
    const bool decays = network_.blocks()[run.block].block.kind == ParameterBlock::Kind::kWeight;
    (definition_.decoupled_decay ? part.decoupled_decay : part.l2) = decays ? static_cast<float>(weight_decay_) : 0.0f;
    kernel(part);
  });
}

OptimizerState Optimizer::Save() const { return {.steps = steps_, .first = Copy(first_), .second = Copy(second_)}; }

void Optimizer::Restore(const OptimizerState& state) {
  CheckSize("the optimizer's memory", state.first.size(), first_.size());
  CheckSize("the optimizer's second memory", state.second.size(), second_.size());
  steps_ = state.steps;
  std::copy(state.first.begin(), state.first.end(), first_.data());
  std::copy(state.second.begin(), state.second.end(), second_.data());
}

GradientSum::GradientSum(Network& network, size_t batches)
    : network_(network),
      runs_(ParameterRuns(network)),
      batches_(batches),
      sum_(batches > 1 ? network.parameters().size() : 0) {}

bool GradientSum::Completes(bool last) {
  if (++taken_ < batches_ && !last) return false;
  taken_ = 0;
  return true;
}

void GradientSum::Mix(double x_weight, std::span<const float> x, double y_weight, std::span<const float> y,
                      std::span<float> out) {
  const WeightedSumKernel kernel = GetWeightedSumKernel();
  ForEachRun(runs_, out.size(), [&](size_t i) {
    const size_t at = runs_[i].offset;
    kernel(static_cast<float>(x_weight), x.data() + at, static_cast<float>(y_weight), y.data() + at, out.data() + at,
           runs_[i].count);
  });
}

bool GradientSum::Add(double weight, bool last) {
  const std::span<float> gradients = network_.gradients(), sum = sum_.span();
  const bool first = weight_ == 0;
  const double all = weight_ + weight;
  if (Completes(last)) {
    if (!first) Mix(weight / all, gradients, 1 / all, sum, gradients);
    weight_ = 0;
    return true;
  }
  // What the sum held before its first batch does not count, not even when it was infinite.
  Mix(weight, gradients, first ? 0 : 1, first ? gradients : sum, sum);
  weight_ = all;
  return false;
}

bool GradientSum::LeaveOut(bool last) {
  if (!Completes(last) || weight_ == 0) return false;
  Mix(1 / weight_, sum_.span(), 0, sum_.span(), network_.gradients());
  weight_ = 0;
  return true;
}

GradientSum::State GradientSum::Save() const {
  return {.batches = taken_, .weight = weight_, .sum = weight_ > 0 ? Copy(sum_) : std::vector<float>()};
}

void GradientSum::Restore(const State& state) {
  CheckSize("the sum of gradients", state.sum.size(), state.weight > 0 ? sum_.size() : 0);
  taken_ = state.batches;
  weight_ = state.weight;
  std::copy(state.sum.begin(), state.sum.end(), sum_.data());
}

void ClampGradients(Network& network, double limit) {
  GetClampKernel()(static_cast<float>(limit), network.gradients().data(), network.gradients().size());
}

GradientNorms::GradientNorms(const Network& network)
    : network_(network), runs_(ParameterRuns(network)), squares_(runs_.size()), blocks_(network.blocks().size()) {}

void GradientNorms::Measure() {
  const SumOfSquaresKernel kernel = GetSumOfSquaresKernel();
  const float* const gradients = network_.gradients().data();
  ForEachRun(runs_, network_.gradients().size(),
             [&](size_t i) { squares_[i] = kernel(gradients + runs_[i].offset, runs_[i].count); });
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
