#include "ramp/training/trainer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "ramp/base/error.h"
#include "ramp/base/random.h"
#include "ramp/network/initialize.h"
#include "ramp/training/options.h"

namespace ramp {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kMostToEvaluate = 256;  // at a time

// The streams of random numbers that one seed feeds; the blocks' initial weights have the small numbers.
constexpr uint64_t kShuffleStream = 1u << 20;
constexpr uint64_t kDropoutStream = kShuffleStream + 1;
constexpr uint64_t kAugmentStream = kShuffleStream + 2;

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

bool AllFinite(std::span<const float> values) {
  return std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); });
}

// Norms move their running statistics on the way forward, when it is not yet known whether the batch gives finite
// numbers. Statistics have no gradient, so until the way back its place holds what they were before.
template <class Action>
void ForEachStatistic(Network& network, const Action& action) {
  for (const PlacedBlock& block : network.blocks()) {
    if (block.block.kind != ParameterBlock::Kind::kStatistic) continue;
    action(network.parameters(block), network.gradients().subspan(block.offset, block.block.shape.count()));
  }
}

void KeepStatistics(Network& network) {
  ForEachStatistic(network, [](std::span<float> now, std::span<float> kept) { std::ranges::copy(now, kept.begin()); });
}

void PutStatisticsBack(Network& network) {
  ForEachStatistic(network, [](std::span<float> now, std::span<float> kept) { std::ranges::copy(kept, now.begin()); });
}

// The options, with no batch larger than the data.
TrainingOptions Checked(TrainingOptions options, const TrainingData& data, const TrainingRows& rows) {
  CheckLimits(options);
  if (!std::isfinite(options.learning_rate)) {
    throw UsageError(fmt::format("--lr (learning rate) is a finite number, not {}", options.learning_rate));
  }
  if (rows.training.empty()) throw Error(fmt::format("{}: there are no rows to train on", data.name));
  if (options.label_smoothing > 0 && data.examples.encoding.task != Task::kClassification) {
    throw UsageError("labels can be smoothed in a classification only; the target here is a number");
  }
  options.batch = std::min(options.batch, rows.training.size());
  if (options.learning_rate == 0) options.learning_rate = FindOptimizer(options.optimizer).learning_rate;
  return options;
}

std::vector<float> ClassWeights(const TrainingOptions& options, const TrainingData& data, const TrainingRows& rows) {
  if (!options.balanced) return {};
  if (data.examples.encoding.task != Task::kClassification) {
    throw UsageError("classes can be balanced in a classification only; the target here is a number");
  }
  return BalancedClassWeights(data.examples, rows.training);
}

Schedule CheckedSchedule(const TrainingOptions& options) {
  const Schedule schedule = Schedule::Parse(options.schedule);
  if (schedule.warm_up() >= static_cast<double>(options.epochs) && options.epochs > 0) {
    throw UsageError(fmt::format("a warm-up of {} epochs leaves nothing of a training of {}: shorten it",
                                 schedule.warm_up(), options.epochs));
  }
  return schedule;
}

// Edges are shares of the rows, which a sample of many tells well enough.
constexpr size_t kMostValuesToFit = size_t{1} << 24, kLeastRowsToFit = 1000;

void StartWeights(Network& network, const TrainingData& data, const TrainingRows& rows,
                  const TrainingOptions& options) {
  Initialize(network, options.initialization, options.seed, options.initial_gain);
  if (!FitsInputs(network)) return;
  const size_t values = network.input_shape().count(), all = rows.training.size();
  const size_t count = std::min(all, std::max(kMostValuesToFit / values, kLeastRowsToFit));
  std::vector<uint32_t> sample(count);
  for (size_t i = 0; i < count; ++i) sample[i] = rows.training[i * all / count];
  std::vector<float> inputs(count * values);
  data.examples.Gather(sample, inputs.data());
  FitInputs(network, inputs);
}

}  // namespace

bool IsBetter(const Evaluation& candidate, const Evaluation& best) {
  if (candidate.score != best.score) return candidate.score > best.score;
  return candidate.loss < best.loss;
}

std::vector<uint32_t> AllRows(const Dataset& data) {
  std::vector<uint32_t> rows(data.rows);
  std::iota(rows.begin(), rows.end(), 0u);
  return rows;
}

Trainer::Trainer(Network& network, const TrainingData& data, const TrainingOptions& options)
    : Trainer(network, data, options, {data.training, data.validation}) {}

Trainer::Trainer(Network& network, const TrainingData& data, const TrainingOptions& options, TrainingRows rows)
    : network_(network),
      data_(data),
      rows_(std::move(rows)),
      options_(Checked(options, data, rows_)),
      schedule_(CheckedSchedule(options)),
      plans_(network),
      loss_(data.examples, ClassWeights(options, data, rows_), options_.batch, options.label_smoothing),
      optimizer_(FindOptimizer(options.optimizer), network, options.weight_decay),
      gradient_sum_(network, options.accumulate),
      norms_(network),
      batches_((rows_.training.size() + options_.batch - 1) / options_.batch),
      order_(rows_.training) {
  network.set_precision(FindPrecision(options.precision));
  const Encoding& encoding = data.examples.encoding;
  if (network.input_shape() != encoding.shape) {
    throw UsageError(fmt::format("the network takes inputs of {}, but the data has {}", network.input_shape().text(),
                                 encoding.shape.text()));
  }
  if (network.output_shape().count() != encoding.outputs()) {
    throw UsageError(fmt::format("the network '{}' ends in {} units, but the data needs {}: end it in 'dense'",
                                 network.Text(), network.output_shape().count(), encoding.outputs()));
  }
  if (!options.keep_weights) StartWeights(network, data, rows_, options);
  best_parameters_.assign(network.parameters().begin(), network.parameters().end());
}

TrainingResult Trainer::Run() {
  while (Advance(batches_)) {
  }
  return Finish();
}

bool Trainer::Advance(size_t batches) {
  interrupted_ = false;
  time_ = Clock::now();
  const size_t epoch = position_.epoch;
  for (size_t done = 0; done < batches && position_.epoch == epoch && !Over(); ++done) {
    Step();
    if (divergence_) break;
    if (position_.batch == batches_) EndEpoch();
    interrupted_ = options_.stop != nullptr && *options_.stop;
  }
  NoteTime();
  return !Over();
}

TrainingResult Trainer::Finish() {
  // An epoch that was cut short counts as well: it may have learned what is best so far.
  const bool interrupted = interrupted_ && position_.epoch <= options_.epochs;
  if (interrupted && !divergence_ && position_.batch > 0) EndEpoch();
  std::copy(best_parameters_.begin(), best_parameters_.end(), network_.parameters().begin());
  TrainingResult result{.epochs = position_.epochs, .best_epoch = position_.best_epoch, .divergence = divergence_};
  if (divergence_) {
    result.outcome = Outcome::kDiverged;
  } else if (interrupted) {
    result.outcome = Outcome::kInterrupted;
  } else if (StoppedEarly()) {
    result.outcome = Outcome::kStoppedEarly;
  }
  return result;
}

bool Trainer::StoppedEarly() const {
  const size_t done = position_.epoch - 1;
  return options_.patience > 0 && done < options_.epochs && done - position_.best_epoch >= options_.patience;
}

bool Trainer::Over() const {
  return divergence_ || interrupted_ || position_.epoch > options_.epochs || StoppedEarly();
}

TrainingState Trainer::Save() const {
  return {.position = position_,
          .parameters = {network_.parameters().begin(), network_.parameters().end()},
          .best_parameters = best_parameters_,
          .optimizer = optimizer_.Save(),
          .gradient_sum = gradient_sum_.Save()};
}

void Trainer::Restore(const TrainingState& state) {
  const size_t size = network_.parameters().size();
  if (state.parameters.size() != size || state.best_parameters.size() != size) {
    throw Error(fmt::format("the state of the training has {} parameters, but the network '{}' has {}",
                            state.parameters.size(), network_.Text(), size));
  }
  if (state.position.batch >= batches_) {
    throw Error(fmt::format("the state of the training stands behind batch {} of an epoch, but there are {} batches",
                            state.position.batch, batches_));
  }
  if (state.position.epoch > options_.epochs + 1) {
    throw UsageError(fmt::format("{} epochs are done already, more than the {} that are asked for: ask for more",
                                 state.position.epoch - 1, options_.epochs));
  }
  optimizer_.Restore(state.optimizer);
  gradient_sum_.Restore(state.gradient_sum);
  std::copy(state.parameters.begin(), state.parameters.end(), network_.parameters().begin());
  best_parameters_ = state.best_parameters;
  position_ = state.position;
  interrupted_ = false;
  divergence_.reset();
  for (TrainingObserver* observer : observers_) observer->OnRestore(position_.epochs);
}

std::span<const uint32_t> Trainer::BatchRows(size_t batch) const {
  const size_t begin = batch * options_.batch;
  return std::span(order_).subspan(begin, std::min(options_.batch, order_.size() - begin));
}

// The order depends on the seed and the epoch alone, so that a training can begin anywhere.
void Trainer::ShuffleOnce() {
  if (shuffled_epoch_ == position_.epoch) return;
  std::copy(rows_.training.begin(), rows_.training.end(), order_.begin());
  Random shuffle(options_.seed, Random::Mix(kShuffleStream) + position_.epoch);
  shuffle.Shuffle(std::span<uint32_t>(order_));
  shuffled_epoch_ = position_.epoch;
}

void Trainer::Step() {
  ShuffleOnce();
  const std::span<const uint32_t> rows = BatchRows(position_.batch);
  const size_t batches_done = (position_.epoch - 1) * batches_ + position_.batch;
  Plan& plan = plans_.For(rows.size(), PlanMode::kTrain);
  plan.set_random_key(Random::Mix(Random::Mix(options_.seed + kDropoutStream) + batches_done));
  data_.examples.Gather(rows, plan.input().data());
  data_.augmentation.Apply(plan.input(), rows.size(), Random::Mix(options_.seed + kAugmentStream) + batches_done);
  KeepStatistics(network_);
  plan.Forward();
  const LossSums loss = loss_.Compute(plan.output(), rows, plan.output_gradient());
  if (!std::isfinite(loss.loss)) PutStatisticsBack(network_);
  plan.Backward();
  norms_.Measure();
  StepView view{.epoch = position_.epoch,
                .step = position_.batch + 1,
                .steps_per_epoch = batches_,
                .network = network_,
                .plan = plan,
                .norms = norms_,
                .loss = loss,
                .learning_rate = LearningRate()};
  view.skipped = IsSkipped(view);
  if (options_.skip_norm > 0 && !(norms_.total() <= options_.skip_norm)) view.skipped = true;
  const bool finite = std::isfinite(loss.loss) && std::isfinite(norms_.total());
  if (!finite && !view.skipped) {
    divergence_ = FindDivergence(rows, view.step, std::isfinite(loss.loss));
    return;
  }
  if (finite) {
    position_.sums.Add(loss);
    for (TrainingObserver* observer : observers_) observer->OnStep(view);
  }
  Update(loss.weight, view.learning_rate, view.skipped);
  ++position_.batch;
}

// Every observer is asked, so that each can count.
bool Trainer::IsSkipped(const StepView& view) {
  bool skipped = false;
  for (TrainingObserver* observer : observers_) skipped = observer->Skips(view) || skipped;
  return skipped;
}

double Trainer::LearningRate() const {
  const double batches = static_cast<double>(batches_);
  const size_t first_batch = position_.batch - position_.batch % options_.accumulate;
  const ScheduleTime time{.done = static_cast<double>(position_.epoch - 1) + static_cast<double>(first_batch) / batches,
                          .step = static_cast<double>(std::min(options_.accumulate, batches_)) / batches,
                          .all = static_cast<double>(options_.epochs)};
  return options_.learning_rate * schedule_.Factor(time, position_.schedule);
}

void Trainer::Update(double weight, double rate, bool skipped) {
  const bool last = position_.batch + 1 == batches_;
  if (!(skipped ? gradient_sum_.LeaveOut(last) : gradient_sum_.Add(weight, last))) return;
  if (options_.clip_value > 0) ClampGradients(network_, options_.clip_value);
  if (options_.clip_value > 0 || options_.accumulate > 1) norms_.Measure();
  const bool clips = options_.clip_norm > 0 && norms_.total() > options_.clip_norm;
  optimizer_.Step(rate, clips ? options_.clip_norm / norms_.total() : 1);
}

void Trainer::NoteTime() {
  const Clock::time_point now = Clock::now();
  position_.seconds += std::chrono::duration<double>(now - time_).count();
  time_ = now;
}

void Trainer::EndEpoch() {
  NoteTime();
  const size_t rows = std::min(position_.batch * options_.batch, order_.size());
  const LossSums& sums = position_.sums;
  EpochRecord record{.epoch = position_.epoch, .train_loss = sums.mean_loss()};
  record.train = {
      .rows = rows, .loss = sums.mean_loss(), .score = Score(data_.examples, std::span(order_).first(rows), sums)};
  record.samples_per_second = static_cast<double>(rows) / std::max(position_.seconds, 1e-9);
  record.validation = Evaluate(data_.examples, rows_.validation);
  NoteTime();
  record.seconds = position_.seconds;
  // Each step is looked at before its update; the epoch's last update shows here.
  if (!AllFinite(network_.parameters()) || !std::isfinite(record.validation.loss)) {
    divergence_ = FindDivergence(BatchRows(0), position_.batch, true);
    return;
  }
  const bool validated = record.validation.rows > 0;
  if (!validated || position_.best_epoch == 0 ||
      IsBetter(record.validation, position_.epochs[position_.best_epoch - 1].validation)) {
    position_.best_epoch = record.epoch;
    std::copy(network_.parameters().begin(), network_.parameters().end(), best_parameters_.begin());
  }
  position_.epochs.push_back(record);
  schedule_.Watch(record.epoch, validated ? record.validation.loss : record.train_loss, position_.schedule);
  ++position_.epoch;
  position_.batch = 0;
  position_.sums = {};
  position_.seconds = 0;
  for (TrainingObserver* observer : observers_) observer->OnEpoch(record);
}

// The weights are still those that the batch met, so the forward pass can be looked at again.
Divergence Trainer::FindDivergence(std::span<const uint32_t> rows, size_t step, bool loss_is_finite) {
  Divergence divergence{.epoch = position_.epoch, .step = step};
  const auto name = [&](size_t node) { return network_.LayerName(network_.LayerNumber(node)); };
  const size_t most = BatchForExamining(network_, rows.size());
  size_t first = network_.nodes().size();
  for (size_t begin = 0; begin < rows.size(); begin += most) {
    const auto batch = rows.subspan(begin, std::min(most, rows.size() - begin));
    Plan& plan = plans_.For(batch.size(), PlanMode::kExamine);
    data_.examples.Gather(batch, plan.input().data());
    plan.Forward();
    size_t node = 0;
    while (node < first && AllFinite(plan.value(node))) ++node;
    first = std::min(first, node);
  }
  if (first < network_.nodes().size()) {
    divergence.node = first;
    divergence.place = fmt::format("the output of {}", name(first));
    return divergence;
  }
  for (size_t b = network_.blocks().size(); b-- > 0 && loss_is_finite;) {
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
  const size_t most = BatchForExamining(network_, std::min(kMostToEvaluate, rows.size()));
  Loss loss(data, {}, most);
  LossSums sums;
  for (size_t begin = 0; begin < rows.size(); begin += most) {
    const auto batch = rows.subspan(begin, std::min(most, rows.size() - begin));
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
