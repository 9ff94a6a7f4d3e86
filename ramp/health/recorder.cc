#include "ramp/health/recorder.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "ramp/activation/activation.h"
#include "ramp/health/monitors.h"

namespace ramp {
namespace {

constexpr size_t kExaminedBatch = 256;
// A value counts as saturated within this share of its activation's range from either end.
constexpr double kSaturationMargin = 0.01;

size_t CountBits(std::span<const uint64_t> words) {
  size_t count = 0;
  for (const uint64_t word : words) count += static_cast<size_t>(std::popcount(word));
  return count;
}

// Sums over the examined rows for one activation.
struct ValueSums {
  std::vector<uint64_t> ever, always;
  size_t open = 0, gates = 0;
  double sum = 0, square = 0;
  size_t saturated = 0, values = 0;
};

void AddValues(const Activation& activation, std::span<const float> values, ValueSums& sums) {
  for (const float value : values) {
    sums.sum += static_cast<double>(value);
    sums.square += static_cast<double>(value) * static_cast<double>(value);
  }
  sums.values += values.size();
  if (!activation.saturates()) return;
  const double margin = kSaturationMargin * (activation.high - activation.low);
  const float low = static_cast<float>(activation.low + margin);
  const float high = static_cast<float>(activation.high - margin);
  sums.saturated += static_cast<size_t>(
      std::count_if(values.begin(), values.end(), [&](float value) { return value < low || value > high; }));
}

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

void HealthRecorder::OnStep(const StepView& view) {
  const std::span<const WatchedGates> watched = view.plan.gates();
  if (steps_ == 0) {
    histories_.resize(watched.size());
    norm_sums_.assign(view.norms.blocks().size(), 0);
    total_norm_sum_ = 0;
    for (size_t i = 0; i < watched.size(); ++i) {
      const Gates& gates = watched[i].gates;
      histories_[i].ever.assign(gates.words_per_row(), 0);
      histories_[i].always.assign(gates.words_per_row(), ~uint64_t{0});
      histories_[i].units = gates.units();
      histories_[i].open = histories_[i].seen = 0;
    }
  }
  ++steps_;
  for (size_t i = 0; i < watched.size(); ++i) {
    const Gates& gates = watched[i].gates;
    gates.Accumulate(gates.rows(), histories_[i].ever, histories_[i].always);
    histories_[i].open += gates.CountOpen();
    histories_[i].seen += gates.rows() * gates.units();
  }
  for (size_t b = 0; b < norm_sums_.size(); ++b) norm_sums_[b] += view.norms.blocks()[b];
  total_norm_sum_ += view.norms.total();
}

void HealthRecorder::OnEpoch(const EpochRecord& record) {
  last_record_ = record;
  epoch_ = {};
  size_t open = 0, seen = 0;
  for (const GateHistory& history : histories_) {
    open += history.open;
    seen += history.seen;
    epoch_.units += history.units;
    epoch_.dead += history.units - CountBits(history.ever);
  }
  const double steps = static_cast<double>(std::max<size_t>(steps_, 1));
  epoch_.open_share = seen > 0 ? static_cast<double>(open) / static_cast<double>(seen) : 0;
  epoch_.gradient_norm = total_norm_sum_ / steps;
  epoch_norms_ = norm_sums_;
  for (double& norm : epoch_norms_) norm /= steps;
  steps_ = 0;
}

HealthReport HealthRecorder::Report(const Network& network, const TrainingData& data) const {
  HealthReport report;
  report.task = data.examples.encoding.task;
  report.rows = data.training.size();
  report.layers = DescribeLayers(network, epoch_norms_);
  report.largest_class_share = LargestClassShare(data);
  if (last_record_) {
    report.train_score = last_record_->train.score;
    if (last_record_->validation.rows > 0) report.validation_score = last_record_->validation.score;
  }

  const size_t batch = std::min(kExaminedBatch, std::max<size_t>(data.training.size(), 1));
  Plan plan(network, batch, PlanMode::kExamine);
  std::vector<ValueSums> sums(plan.gates().size());
  for (size_t i = 0; i < sums.size(); ++i) {
    sums[i].ever.assign(plan.gates()[i].gates.words_per_row(), 0);
    sums[i].always.assign(plan.gates()[i].gates.words_per_row(), ~uint64_t{0});
  }
  for (size_t begin = 0; begin < data.training.size(); begin += batch) {
    const auto rows = std::span(data.training).subspan(begin, std::min(batch, data.training.size() - begin));
    data.examples.Gather(rows, plan.input().data());
    plan.Forward();
    for (size_t i = 0; i < sums.size(); ++i) {
      const WatchedGates& watched = plan.gates()[i];
      const size_t gate_rows = rows.size() * watched.rows_per_example;
      watched.gates.Accumulate(gate_rows, sums[i].ever, sums[i].always);
      sums[i].open += watched.gates.CountOpen(gate_rows);
      sums[i].gates += gate_rows * watched.gates.units();
      const Activation& activation = *network.nodes()[watched.node].layer->activation();
      AddValues(activation, plan.value(watched.node).first(gate_rows * watched.gates.units()), sums[i]);
    }
  }
  for (size_t i = 0; i < sums.size() && !report.layers.empty(); ++i) {
    const WatchedGates& watched = plan.gates()[i];
    const Activation& activation = *network.nodes()[watched.node].layer->activation();
    LayerHealth& layer = report.layers[network.LayerNumber(watched.node) - 1];
    const double values = static_cast<double>(std::max<size_t>(sums[i].values, 1));
    layer.activation = &activation;
    layer.open_share = static_cast<double>(sums[i].open) / static_cast<double>(std::max<size_t>(sums[i].gates, 1));
    layer.dead = watched.gates.units() - CountBits(sums[i].ever);
    // Spare bits are never open, so they do not survive in `always` once a row was seen.
    layer.always_open = data.training.empty() ? 0 : CountBits(sums[i].always);
    layer.mean = sums[i].sum / values;
    layer.deviation = std::sqrt(std::max(0.0, sums[i].square / values - layer.mean * layer.mean));
    if (activation.saturates()) layer.saturated_share = static_cast<double>(sums[i].saturated) / values;
  }
  for (const Monitor& monitor : Monitors()) monitor.judge(report, report.findings);
  return report;
}

}  // namespace ramp
