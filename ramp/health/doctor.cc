#include "ramp/health/doctor.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ramp/base/error.h"
#include "ramp/health/causes.h"
#include "ramp/health/probe.h"
#include "ramp/health/rows.h"
#include "ramp/health/treatments/layer_walk.h"

namespace ramp {
namespace {

constexpr size_t kProbeRows = 256;
// At the end of each epoch the probe has at most this share of the rows, so that it costs half a percent.
constexpr size_t kProbeShare = 96;
constexpr size_t kFewestProbeRows = 16;
constexpr size_t kAskEvery = 10;  // steps
constexpr size_t kEnoughUpdates = 3;
constexpr double kSpike = 10;    // times the running median of the gradient's norm
constexpr size_t kRecent = 32;   // steps that the median is over
constexpr double kStuck = 0.97;  // of the trivial loss

double Median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// The least mean loss of an answer that ignores the input, with the classes weighed and the labels smoothed as they are
// in training.
double TrivialLoss(const std::vector<double>& shares, const TrainingOptions& options) {
  const auto classes = static_cast<double>(shares.size());
  double loss = 0;
  for (const double share : shares) {
    const double weighed = options.balanced ? 1 / classes : share;
    const double asked = weighed * (1 - options.label_smoothing) + options.label_smoothing / classes;
    if (asked > 0) loss -= asked * std::log(asked);
  }
  return loss;
}

// The deviation from the straight line through the values.
double DeviationFromTrend(std::span<const double> values) {
  const auto count = static_cast<double>(values.size());
  if (values.size() < 3) return 0;
  const double centre = (count - 1) / 2;
  double mean = 0, product = 0, square = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    const double x = static_cast<double>(i) - centre;
    mean += values[i];
    product += x * values[i];
    square += x * x;
  }
  mean /= count;
  const double slope = product / square;
  double variance = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    variance += std::pow(values[i] - mean - slope * (static_cast<double>(i) - centre), 2);
  }
  return std::sqrt(variance / count);
}

bool KeepsStatistics(const Network& network) {
  return std::ranges::any_of(network.blocks(), [&](const PlacedBlock& block) {
    return block.block.kind == ParameterBlock::Kind::kStatistic && network.IsTrained(network.nodes()[block.layer]);
  });
}

// The inputs as the network sees them: where its first layer brings them to another scale, behind that.
InputVitals ExamineInputsOf(const Network& network, const Dataset& data, std::span<const uint32_t> rows) {
  const Node& first = network.nodes()[0];
  if (first.block_count == 0 || network.IsTrained(first) || data.encoding.vocabulary() > 0) {
    return ExamineInputs(data, rows);
  }
  LayerWalk walk(network, data, rows);
  const std::span<const float> scaled = walk.Compute(0);
  Dataset seen;
  seen.encoding = data.encoding;
  seen.rows = rows.size();
  seen.inputs = std::vector(scaled.begin(), scaled.end());
  for (const uint32_t row : rows) {
    if (!data.labels.empty()) seen.labels.push_back(data.labels[row]);
    if (!data.values.empty()) seen.values.push_back(data.values[row]);
  }
  return ExamineInputs(seen, AllRows(seen));
}

}  // namespace

bool Patient::StuckAtTrivial() const {
  return !epochs.empty() && epochs.back().record.train_loss > kStuck * trivial_loss;
}

Doctor::Doctor(const Network& network, const TrainingData& data, const TrainingOptions& options,
               std::span<const Monitor> own)
    : network_(network),
      data_(data),
      options_(options),
      monitors_(Monitors().begin(), Monitors().end()),
      updates_(network, options.accumulate),
      nodes_(LayerNodes(network)) {
  for (const Monitor& monitor : own) {
    const auto same = [&](const Monitor& other) { return other.name == monitor.name; };
    if (std::any_of(monitors_.begin(), monitors_.end(), same)) {
      throw UsageError(fmt::format("there is a monitor '{}' already: give yours another name", monitor.name));
    }
    monitors_.push_back(monitor);
  }
}

void Doctor::Examine() {
  const Dataset& data = data_.examples;
  patient_.network = &network_;
  patient_.normalised = KeepsStatistics(network_);
  patient_.epochs_planned = options_.epochs;
  patient_.balanced = options_.balanced;
  patient_.task = data.encoding.task;
  const auto rows = static_cast<double>(std::max<size_t>(data_.training.size(), 1));
  if (patient_.task == Task::kClassification) {
    patient_.classes = data.encoding.labels.size();
    patient_.class_shares.assign(patient_.classes, 0);
    for (const uint32_t row : data_.training) patient_.class_shares[static_cast<size_t>(data.labels[row])] += 1 / rows;
    patient_.trivial_score = *std::max_element(patient_.class_shares.begin(), patient_.class_shares.end());
    patient_.trivial_loss = TrivialLoss(patient_.class_shares, options_);
  } else {
    double sum = 0, square = 0;
    for (const uint32_t row : data_.training) {
      const auto value = static_cast<double>(data.values[row]);
      sum += value;
      square += value * value;
      patient_.lowest_target = std::min(patient_.lowest_target, value);
      patient_.highest_target = std::max(patient_.highest_target, value);
    }
    patient_.trivial_loss = square / rows - sum * sum / rows / rows;
  }
  const std::vector<uint32_t> start_rows = SpreadRows(data, data_.training, kProbeRows);
  patient_.inputs = ExamineInputsOf(network_, data, start_rows);
  const ProbeResult probe = Probe(network_, data, start_rows);
  patient_.probe_rows = start_rows.size();
  patient_.initial_loss = probe.loss;
  patient_.start = patient_.layers = probe.layers;
  probe_rows_ =
      SpreadRows(data, data_.training, std::clamp(data_.training.size() / kProbeShare, kFewestProbeRows, kProbeRows));
}

void Doctor::Begin(bool fresh) {
  Examine();
  patient_.fresh = fresh;
  Ask(Moment::kStart);
}

void Doctor::Take(const Divergence& divergence) {
  patient_.divergence = divergence;
  patient_.epoch = divergence.epoch;
  patient_.step = divergence.step;
}

void Doctor::See(const Divergence& divergence) {
  if (patient_.network == nullptr) Begin(divergence.epoch == 1 && divergence.step == 1);
  Take(divergence);
  Ask(Moment::kEnd);
}

void Doctor::OnRestore(std::span<const EpochRecord> epochs) {
  recorder_.OnRestore(epochs);
  updates_.Forget();
  // Of epochs that were run before a training was taken up again, no more than the record is known.
  const size_t known = std::min(patient_.epochs.size(), epochs.size());
  patient_.epochs.resize(known);
  for (const EpochRecord& record : epochs.subspan(known)) patient_.epochs.push_back({.record = record});
  patient_.losses.clear();
  patient_.norms.clear();
}

void Doctor::CountSpike(double norm) {
  if (recent_norms_.size() >= kRecent / 2 && norm > kSpike * Median(recent_norms_)) ++patient_.spikes;
  if (recent_norms_.size() < kRecent) {
    recent_norms_.push_back(norm);
  } else {
    recent_norms_[patient_.steps % kRecent] = norm;
  }
}

void Doctor::OnStep(const StepView& view) {
  if (patient_.network == nullptr) Begin(view.epoch == 1 && view.step == 1);
  recorder_.OnStep(view);
  updates_.OnStep(view);
  CountSpike(view.norms.total());
  if (recorder_.steps() == 1) {
    patient_.losses.clear();
    patient_.norms.clear();
  }
  patient_.epoch = view.epoch;
  patient_.step = view.step;
  patient_.steps_per_epoch = view.steps_per_epoch;
  ++patient_.steps;
  patient_.losses.push_back(view.loss.mean_loss());
  patient_.norms.push_back(view.norms.total());
  patient_.rate = view.learning_rate;
  patient_.largest_rate = std::max(patient_.largest_rate, view.learning_rate);
  if (patient_.steps % kAskEvery != 0) return;
  ReadRecorder();
  Ask(Moment::kStep);
}

void Doctor::ReadRecorder() {
  patient_.update_samples = updates_.samples();
  for (size_t i = 0; i < nodes_.size(); ++i) {
    patient_.layers[i].gradient_norm = recorder_.MeanNorm(network_.nodes()[nodes_[i]].first_block);
    patient_.layers[i].update_ratio = updates_.ratio(i);
  }
}

void Doctor::OnEpoch(const EpochRecord& record) {
  recorder_.OnEpoch(record);
  if (patient_.network == nullptr) return;
  patient_.layers = Probe(network_, data_.examples, probe_rows_).layers;
  ReadRecorder();
  // The gates of the whole epoch say more about dead units than those of the probe.
  std::vector<bool> spoken_for(nodes_.size());
  for (size_t i = 0; i < recorder_.nodes().size(); ++i) {
    const std::optional<size_t> layer = LayerOfActivation(network_, recorder_.nodes()[i]);
    if (!layer || spoken_for[*layer]) continue;
    spoken_for[*layer] = true;
    const GateHistory& history = recorder_.histories()[i];
    patient_.layers[*layer].dead = history.dead();
    patient_.layers[*layer].always_open = history.always_open();
    patient_.layers[*layer].open_share = history.open_share();
  }
  patient_.epochs.push_back(
      {.record = record, .loss_deviation = DeviationFromTrend(patient_.losses), .layers = patient_.layers});
  Ask(Moment::kEpoch);
  // Epochs of a few steps are taken together.
  if (updates_.samples() >= kEnoughUpdates) updates_.Clear();
}

void Doctor::Ask(Moment moment) {
  patient_.moment = moment;
  Findings made;
  for (const Monitor& monitor : monitors_) {
    if ((monitor.moments & static_cast<unsigned>(moment)) == 0) continue;
    made.clear();
    monitor.judge(patient_, made);
    for (Finding& finding : made) Keep(monitor, std::move(finding));
  }
}

void Doctor::Keep(const Monitor& monitor, Finding finding) {
  finding.monitor = monitor.name;
  finding.epoch = finding.last_epoch = patient_.at(Moment::kStart) ? 0 : patient_.epoch;
  finding.step = patient_.at(Moment::kStart) ? 0 : patient_.step;
  if (finding.cause.empty()) finding.cause = monitor.cause;
  if (finding.outlook.empty()) finding.outlook = monitor.outlook;
  if (finding.remedies.empty()) finding.remedies = monitor.remedies;
  const auto known = std::find_if(findings_.begin(), findings_.end(),
                                  [&](const Finding& other) { return other.monitor == monitor.name; });
  if (known == findings_.end()) {
    findings_.push_back(finding);
  } else if (finding.severity > known->severity) {
    finding.epoch = known->epoch;
    finding.step = known->step;
    *known = finding;
  } else {
    known->last_epoch = finding.last_epoch;
    return;
  }
  if (listener_) listener_(finding);
}

HealthReport Doctor::Report(const TrainingResult& result) {
  // A training that diverged in its very first step was never seen.
  if (patient_.network == nullptr) Begin(result.best_epoch == 0);
  patient_.divergence.reset();
  if (result.divergence) Take(*result.divergence);
  Ask(Moment::kEnd);

  HealthReport report{.task = patient_.task,
                      .rows = data_.training.size(),
                      .layers = Probe(network_, data_.examples, data_.training).layers};
  const size_t best = result.best_epoch;
  const bool watched = best > 0 && best <= result.epochs.size();
  if (watched) {
    const EpochRecord& record = result.epochs[best - 1];
    report.train_score = record.train.score;
    if (record.validation.rows > 0) report.validation_score = record.validation.score;
  }
  for (size_t i = 0; i < report.layers.size(); ++i) {
    report.layers[i].gradient_norm = patient_.layers[i].gradient_norm;
    report.layers[i].update_ratio = patient_.layers[i].update_ratio;
  }
  report.findings = Join(findings_, monitors_);
  return report;
}

}  // namespace ramp
