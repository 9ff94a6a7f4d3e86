#include "ramp/training/trainer.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>

#include "ramp/base/error.h"
#include "ramp/base/random.h"
#include "ramp/network/initialize.h"
#include "ramp/training/schedule.h"

namespace ramp {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kEvaluationBatch = 256;

// The streams of random numbers that one seed feeds; the blocks' initial weights have the small numbers.
constexpr uint64_t kShuffleStream = 1u << 20;
constexpr uint64_t kDropoutStream = kShuffleStream + 1;

double SecondsSince(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

double Score(const Dataset& data, std::span<const uint32_t> rows, const LossSums& sums) {
  if (data.encoding.task == Task::kClassification) {
    return static_cast<double>(sums.correct) / static_cast<double>(std::max<size_t>(sums.rows, 1));
  }
  double mean = 0;
  for (const uint32_t row : rows) mean += static_cast<double>(data.values[row]);
  mean /= static_cast<double>(std::max<size_t>(rows.size(), 1));
  double variation = 0;
  for (const uint32_t row : rows) variation += std::pow(static_cast<double>(data.values[row]) - mean, 2);
  return variation > 0 ? 1 - sums.loss / variation : 0;
}

Evaluation ToEvaluation(const Dataset& data, std::span<const uint32_t> rows, const LossSums& sums) {
  return {.rows = sums.rows, .loss = sums.mean_loss(), .score = Score(data, rows, sums)};
}

bool IsBetter(const Evaluation& candidate, const Evaluation& best) {
  if (candidate.score != best.score) return candidate.score > best.score;
  return candidate.loss < best.loss;
}

bool AllFinite(std::span<const float> values) {
  return std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); });
}

// The options, with no batch larger than the data.
TrainingOptions Checked(TrainingOptions options, const TrainingData& data) {
  if (options.batch == 0) throw UsageError("the batch size is at least 1");
  if (data.training.empty()) throw Error(fmt::format("{}: there are no rows to train on", data.name));
  if (!(options.learning_rate >= 0 && std::isfinite(options.learning_rate))) {
    throw UsageError(fmt::format("the learning rate is a positive number, not {}", options.learning_rate));
  }
  if (!(options.clip_norm >= 0)) throw UsageError("the clipping norm is a positive number, or 0 for no clipping");
  if (!(options.weight_decay >= 0)) throw UsageError("weight decay is not negative");
  options.batch = std::min(options.batch, data.training.size());
  return options;
}

std::vector<float> ClassWeights(const TrainingOptions& options, const TrainingData& data) {
  if (!options.balanced) return {};
  if (data.examples.encoding.task != Task::kClassification) {
    throw UsageError("classes can be balanced in a classification only; the target here is a number");
  }
  return BalancedClassWeights(data.examples, data.training);
}

}  // namespace

std::vector<uint32_t> AllRows(const Dataset& data) {
  std::vector<uint32_t> rows(data.rows);
  std::iota(rows.begin(), rows.end(), 0u);
  return rows;
}

Trainer::Trainer(Network& network, const TrainingData& data, const TrainingOptions& options)
    : network_(network),
      data_(data),
      options_(Checked(options, data)),
      learning_rate_(options.learning_rate > 0 ? options.learning_rate
                                               : FindOptimizer(options.optimizer).learning_rate),
      schedule_(FindSchedule(options.schedule).factor),
      plans_(network),
      loss_(data.examples, ClassWeights(options, data), options_.batch),
      optimizer_(FindOptimizer(options.optimizer), network, options.weight_decay),
      norms_(network),
      order_(data.training) {
  const Encoding& encoding = data.examples.encoding;
  if (network.input_shape() != encoding.shape) {
    throw UsageError(fmt::format("the network takes inputs of {}, but the data has {}", network.input_shape().text(),
                                 encoding.shape.text()));
  }
  if (network.output_shape().count() != encoding.outputs()) {
    throw UsageError(fmt::format("the network '{}' ends in {} units, but the data needs {}: end it in 'dense'",
                                 network.Text(), network.output_shape().count(), encoding.outputs()));
  }
  Initialize(network, options.initialization, options.seed);
}

TrainingResult Trainer::Run() {
  TrainingResult result;
  std::vector<float> best_parameters(network_.parameters().begin(), network_.parameters().end());
  Evaluation best;
  for (size_t epoch = 1; epoch <= options_.epochs; ++epoch) {
    const Clock::time_point begin = Clock::now();
    EpochRecord record{.epoch = epoch};
    const bool whole = RunEpoch(result, record);
    if (result.outcome == Outcome::kDiverged) break;
    record.samples_per_second = static_cast<double>(record.train.rows) / std::max(SecondsSince(begin), 1e-9);
    record.validation = Evaluate(data_.examples, data_.validation);
    record.seconds = SecondsSince(begin);
    // Each step is looked at before its update; the epoch's last update shows here.
    if (!AllFinite(network_.parameters()) || !std::isfinite(record.validation.loss)) {
      const size_t rows = std::min(options_.batch, order_.size());
      result.outcome = Outcome::kDiverged;
      result.divergence = FindDivergence(std::span(order_).first(rows), epoch, record.train.rows / rows);
      break;
    }
    result.epochs.push_back(record);
    if (data_.validation.empty() || result.best_epoch == 0 || IsBetter(record.validation, best)) {
      best = record.validation;
      result.best_epoch = epoch;
      std::copy(network_.parameters().begin(), network_.parameters().end(), best_parameters.begin());
    }
    for (TrainingObserver* observer : observers_) observer->OnEpoch(record);
    if (!whole || (options_.stop != nullptr && *options_.stop && epoch < options_.epochs)) {
      result.outcome = Outcome::kInterrupted;
      break;
    }
    if (options_.patience > 0 && epoch - result.best_epoch >= options_.patience && epoch < options_.epochs) {
      result.outcome = Outcome::kStoppedEarly;
      break;
    }
  }
  std::copy(best_parameters.begin(), best_parameters.end(), network_.parameters().begin());
  return result;
}

// False when it was stopped or diverged.
bool Trainer::RunEpoch(TrainingResult& result, EpochRecord& record) {
  Random shuffle(options_.seed, Random::Mix(kShuffleStream) + record.epoch);
  shuffle.Shuffle(std::span<uint32_t>(order_));
  const size_t steps = (order_.size() + options_.batch - 1) / options_.batch;
  LossSums sums;
  bool whole = true;
  for (size_t step = 0; step < steps && whole; ++step) {
    const size_t begin = step * options_.batch;
    const std::span<const uint32_t> rows(order_.data() + begin, std::min(options_.batch, order_.size() - begin));
    const size_t steps_done = (record.epoch - 1) * steps + step;
    Plan& plan = plans_.For(rows.size(), PlanMode::kTrain);
    plan.set_random_key(Random::Mix(Random::Mix(options_.seed + kDropoutStream) + steps_done));
    data_.examples.Gather(rows, plan.input().data());
    plan.Forward();
    const LossSums loss = loss_.Compute(plan.output(), rows, plan.output_gradient());
    plan.Backward();
    norms_.Measure();
    if (!std::isfinite(loss.loss) || !std::isfinite(norms_.total())) {
      result.outcome = Outcome::kDiverged;
      result.divergence = FindDivergence(rows, record.epoch, step + 1);
      return false;
    }
    sums.Add(loss);
    for (TrainingObserver* observer : observers_) {
      observer->OnStep({.epoch = record.epoch,
                        .step = step + 1,
                        .steps_per_epoch = steps,
                        .network = network_,
                        .plan = plan,
                        .norms = norms_,
                        .loss = loss});
    }
    const double progress = static_cast<double>(steps_done) / static_cast<double>(options_.epochs * steps);
    const bool clips = options_.clip_norm > 0 && norms_.total() > options_.clip_norm;
    optimizer_.Step(learning_rate_ * schedule_(progress), clips ? options_.clip_norm / norms_.total() : 1);
    whole = options_.stop == nullptr || !*options_.stop || step + 1 == steps;
  }
  record.train = {.rows = sums.rows,
                  .loss = sums.mean_loss(),
                  .score = Score(data_.examples, std::span(order_).first(sums.rows), sums)};
  record.train_loss = record.train.loss;
  return whole;
}

// The weights are still those that the batch met, so the forward pass can be looked at again.
Divergence Trainer::FindDivergence(std::span<const uint32_t> rows, size_t epoch, size_t step) {
  Divergence divergence{.epoch = epoch, .step = step};
  const auto name = [&](size_t node) { return network_.LayerName(network_.LayerNumber(node)); };
  Plan& plan = plans_.For(rows.size(), PlanMode::kExamine);
  data_.examples.Gather(rows, plan.input().data());
  plan.Forward();
  for (size_t node = 0; node < network_.nodes().size(); ++node) {
    if (AllFinite(plan.value(node))) continue;
    divergence.node = node;
    divergence.place = fmt::format("the output of {}", name(node));
    return divergence;
  }
  for (size_t b = network_.blocks().size(); b-- > 0;) {
    const PlacedBlock& block = network_.blocks()[b];
    if (AllFinite(network_.gradients(block))) continue;
    divergence.node = block.layer;
    divergence.place = fmt::format("the gradient of {}", name(block.layer));
    return divergence;
  }
  divergence.place = "the loss";
  return divergence;
}

Evaluation Trainer::Evaluate(const Dataset& data, std::span<const uint32_t> rows) {
  if (rows.empty()) return {};
  Loss loss(data, {}, std::min(kEvaluationBatch, rows.size()));
  LossSums sums;
  for (size_t begin = 0; begin < rows.size(); begin += kEvaluationBatch) {
    const auto batch = rows.subspan(begin, std::min(kEvaluationBatch, rows.size() - begin));
    Plan& plan = plans_.For(batch.size(), PlanMode::kInference);
    data.Gather(batch, plan.input().data());
    plan.Forward();
    sums.Add(loss.Compute(plan.output(), batch, {}));
  }
  return ToEvaluation(data, rows, sums);
}

Evaluation Trainer::Test() {
  if (!data_.test_set) return Evaluate(data_.examples, data_.test);
  return Evaluate(*data_.test_set, AllRows(*data_.test_set));
}

}  // namespace ramp
