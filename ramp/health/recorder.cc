#include "ramp/health/recorder.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "ramp/activation/activation.h"
#include "ramp/health/monitors.h"

namespace ramp {
namespace {

constexpr size_t kExaminedBatch = 256;
// A value counts as saturated within this share of its activation's range from either end.
constexpr double kSaturationMargin = 0.01;

// The bits of the words as one row of gates.
size_t CountBits(std::span<uint64_t> words) {
  return Gates(words.data(), 1, words.size() * Gates::kBitsPerWord).CountOpen();
}

// The ends of an activation with its parameters, where it has both: what it gives far out on either side.
struct Ends {
  float low, high;
};
std::optional<Ends> EndsOf(const Layer& layer) {
  const Activation& activation = *layer.activation();
  if (!activation.saturates()) return std::nullopt;
  const auto fixed = layer.activation_parameters();
  const std::vector<double> parameters(fixed.begin(), fixed.end());
  constexpr double kFar = 1e30;
  const double low = activation.value(-kFar, parameters), high = activation.value(kFar, parameters);
  const double margin = kSaturationMargin * (high - low);
  // What a rectifier cuts off at 0 is sparsity, which is wanted, and counted by the gates.
  const bool is_rectifier = low == 0 && activation.saves == Saves::kGate;
  return Ends{static_cast<float>(is_rectifier ? low - margin : low + margin), static_cast<float>(high - margin)};
}

// Sums over the values behind one activation.
struct ValueSums {
  double sum = 0, square = 0;
  size_t saturated = 0, values = 0;

  void Add(const std::optional<Ends>& ends, std::span<const float> added) {
    for (const float value : added) {
      sum += static_cast<double>(value);
      square += static_cast<double>(value) * static_cast<double>(value);
      if (ends && (value < ends->low || value > ends->high)) ++saturated;
    }
    values += added.size();
  }
};

double Norm(std::span<const float> values) {
  double square = 0;
  for (const float value : values) square += static_cast<double>(value) * static_cast<double>(value);
  return std::sqrt(square);
}

// A LayerHealth for each layer with weights, with its text and norms.
std::vector<LayerHealth> DescribeLayers(const Network& network, std::span<const double> gradient_norms) {
  std::vector<LayerHealth> layers;
  for (size_t i = 0; i < network.nodes().size(); ++i) {
    const Node& node = network.nodes()[i];
    if (node.block_count == 0 || node.layer->activation() != nullptr) continue;
    LayerHealth layer;
    layer.number = network.LayerNumber(i);
    layer.text = network.LayerText(layer.number);
    layer.units = node.output_shape.units();
    const size_t weight = node.first_block;
    layer.weight_norm = Norm(network.parameters(network.blocks()[weight]));
    if (weight < gradient_norms.size()) layer.gradient_norm = gradient_norms[weight];
    layers.push_back(std::move(layer));
  }
  return layers;
}

double LargestClassShare(const TrainingData& data) {
  if (data.examples.encoding.task != Task::kClassification || data.training.empty()) return 0;
  std::vector<size_t> counts(data.examples.encoding.labels.size());
  for (const uint32_t row : data.training) ++counts[static_cast<size_t>(data.examples.labels[row])];
  return static_cast<double>(*std::max_element(counts.begin(), counts.end())) /
         static_cast<double>(data.training.size());
}

}  // namespace

GateHistory::GateHistory(size_t units)
    : units_(units), ever_(Gates::WordsPerRow(units)), always_(Gates::WordsPerRow(units), ~uint64_t{0}) {}

void GateHistory::Add(const Gates& gates, size_t rows) {
  gates.Accumulate(rows, ever_, always_);
  open_ += gates.CountOpen(rows);
  seen_ += rows * units_;
}

size_t GateHistory::dead() const {
  std::vector<uint64_t> ever = ever_;
  return seen_ == 0 ? 0 : units_ - CountBits(ever);
}

// Spare bits are never open, so they do not survive in `always_` once a row was seen.
size_t GateHistory::always_open() const {
  std::vector<uint64_t> always = always_;
  return seen_ == 0 ? 0 : CountBits(always);
}

void HealthRecorder::OnRestore(std::span<const EpochRecord> epochs) {
  records_.assign(epochs.begin(), epochs.end());
  steps_ = 0;
}

void HealthRecorder::OnStep(const StepView& view) {
  const std::span<const WatchedGates> watched = view.plan.gates();
  if (steps_ == 0) {
    histories_.clear();
    for (const WatchedGates& one : watched) histories_.emplace_back(one.gates.units());
    norm_sums_.assign(view.norms.blocks().size(), 0);
    total_norm_sum_ = 0;
  }
  ++steps_;
  for (size_t i = 0; i < watched.size(); ++i) histories_[i].Add(watched[i].gates, watched[i].gates.rows());
  for (size_t b = 0; b < norm_sums_.size(); ++b) norm_sums_[b] += view.norms.blocks()[b];
  total_norm_sum_ += view.norms.total();
}

void HealthRecorder::OnEpoch(const EpochRecord& record) {
  records_.push_back(record);
  epoch_ = {};
  size_t open = 0, seen = 0;
  for (const GateHistory& history : histories_) {
    open += history.open();
    seen += history.seen();
    epoch_.units += history.units();
    epoch_.dead += history.dead();
  }
  const double steps = static_cast<double>(std::max<size_t>(steps_, 1));
  epoch_.open_share = seen > 0 ? static_cast<double>(open) / static_cast<double>(seen) : 0;
  epoch_.gradient_norm = total_norm_sum_ / steps;
  epoch_norms_ = norm_sums_;
  for (double& norm : epoch_norms_) norm /= steps;
  steps_ = 0;
}

HealthReport HealthRecorder::Report(const Network& network, const TrainingData& data, size_t best_epoch) const {
  HealthReport report;
  report.task = data.examples.encoding.task;
  report.rows = data.training.size();
  report.layers = DescribeLayers(network, epoch_norms_);
  report.largest_class_share = LargestClassShare(data);
  if (best_epoch > 0 && best_epoch <= records_.size()) {
    const EpochRecord& record = records_[best_epoch - 1];
    report.train_score = record.train.score;
    if (record.validation.rows > 0) report.validation_score = record.validation.score;
  }

  const size_t batch = BatchForExamining(network, std::min(kExaminedBatch, data.training.size()));
  Plan plan(network, batch, PlanMode::kExamine);
  std::vector<GateHistory> histories;
  std::vector<ValueSums> sums(plan.gates().size());
  std::vector<std::optional<Ends>> ends;
  for (const WatchedGates& watched : plan.gates()) {
    histories.emplace_back(watched.gates.units());
    ends.push_back(EndsOf(*network.nodes()[watched.node].layer));
  }
  for (size_t begin = 0; begin < data.training.size(); begin += batch) {
    const auto rows = std::span(data.training).subspan(begin, std::min(batch, data.training.size() - begin));
    data.examples.Gather(rows, plan.input().data());
    plan.Forward();
    for (size_t i = 0; i < sums.size(); ++i) {
      const WatchedGates& watched = plan.gates()[i];
      const size_t gate_rows = rows.size() * watched.rows_per_example;
      histories[i].Add(watched.gates, gate_rows);
      sums[i].Add(ends[i], plan.value(watched.node).first(gate_rows * watched.gates.units()));
    }
  }
  for (size_t i = 0; i < sums.size(); ++i) {
    const size_t node = plan.gates()[i].node;
    // The activation right behind a layer's weights speaks for it.
    const size_t before = network.nodes()[node].inputs[0];
    if (before == kNetworkInput || network.nodes()[before].layer->activation() != nullptr) continue;
    if (report.layers.empty()) continue;
    LayerHealth& layer = report.layers[network.LayerNumber(node) - 1];
    if (layer.activation != nullptr) continue;
    const double values = static_cast<double>(std::max<size_t>(sums[i].values, 1));
    layer.activation = network.nodes()[node].layer->activation();
    layer.units = histories[i].units();
    layer.open_share = histories[i].open_share();
    layer.dead = histories[i].dead();
    layer.always_open = histories[i].always_open();
    layer.mean = sums[i].sum / values;
    layer.deviation = std::sqrt(std::max(0.0, sums[i].square / values - layer.mean * layer.mean));
    if (ends[i]) layer.saturated_share = static_cast<double>(sums[i].saturated) / values;
  }
  for (const Monitor& monitor : Monitors()) monitor.judge(report, report.findings);
  return report;
}

}  // namespace ramp
