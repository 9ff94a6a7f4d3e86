// For tests: the rules of other tools, written anew from their formulae and usual thresholds, on the same trainings.
//   AUTOTRAINER: Zhang et al., ICSE 2021; thresholds and order of its program (github.com/shiningrain/AUTOTRAINER).
//   DeepDiagnosis: Wardat et al., ICSE 2022; thresholds of its callback (github.com/DeepDiagnosis/ICSE2022).
//   SageMaker Debugger: the built-in rules and defaults of its documentation (docs.aws.amazon.com/sagemaker).
// What a tool names is told by the monitor of ours that names the same. Where they leave something open, they get the
// benefit: layers of any kind are looked at, gradients in every step, activations on 256 rows after each epoch.
#ifndef RAMP_HEALTH_BENCH_OTHER_TOOLS_H_
#define RAMP_HEALTH_BENCH_OTHER_TOOLS_H_

#include <algorithm>
#include <cmath>
#include <memory>
#include <set>
#include <span>
#include <string_view>
#include <vector>

#include "ramp/activation/activation.h"
#include "ramp/health/probe.h"
#include "ramp/health/rows.h"
#include "ramp/network/plan.h"
#include "ramp/training/trainer.h"

namespace ramp {

// The weights of a layer in one step.
struct WeightFacts {
  double mean_size = 0, mean = 0, norm = 0;  // of the gradient: of |g|, of g, and the root of the sum of g^2
  double zeros = 0, count = 0;               // numbers of the gradient that are 0, and all
  double spread = 0;                         // between the gradient's 5th and 95th percentile, in the first steps
  double variance = 0;                       // of the weights
  double update_ratio = -1;                  // |change in the last step| / |weights|; -1: there was none
  bool all_zero = false, unchanged = false;  // the weights
};

struct StepFacts {
  size_t step = 0;  // of the training, from 1
  double loss = 0;
  std::vector<WeightFacts> layers = {};
};

// The values behind one node after an epoch.
struct ValueFacts {
  const Activation* activation = nullptr;  // null: it is none
  double mean = 0;
  double not_positive = 0;     // share of the values
  double inactive_units = 0;   // share of the units that are above 0 in less than 1 % of the rows
  double far_out = 0;          // share of the values whose input to sigmoid or tanh is beyond 5
  double saturated_units = 0;  // share of the units that are beyond SageMaker's ends in more than 99 % of the rows
};

struct EpochFacts {
  const EpochRecord& record;
  size_t epochs_planned = 0;
  std::vector<ValueFacts> nodes = {};
  StepFacts last = {};  // step
};

// What the rules know of the data and the network before the first step.
struct CaseFacts {
  const Network& network;
  Task task = Task::kClassification;
  double lowest_input = 0, highest_input = 0, mean_input = 0;
  double lowest_target = 0, highest_target = 0;
  double classes = 0, largest_class = 0, smallest_class = 0;
};

class Tool {
 public:
  virtual ~Tool() = default;
  virtual std::string_view name() const = 0;
  virtual void Begin(const CaseFacts&) {}
  virtual void OnStep(const StepFacts&) {}
  virtual void OnEpoch(const EpochFacts&) {}
  virtual void OnDivergence() { Say("non-finite"); }
  const std::set<std::string_view>& named() const { return named_; }

 protected:
  void Say(std::string_view monitor) { named_.insert(monitor); }

 private:
  std::set<std::string_view> named_;
};

class AutoTrainer final : public Tool {
 public:
  std::string_view name() const override { return "AUTOTRAINER"; }
  void OnEpoch(const EpochFacts& facts) override {
    constexpr double kRatio = 1e-3, kFirst = 1e-4, kExplodes = 70, kDead = 0.7;
    constexpr double kSatisfied = 0.7, kSlow = 0.01, kSwing = 0.03, kSwings = 0.2, kJudged = 0.3, kLargeLoss = 1e5;
    train_.push_back(facts.record.train.score);
    validation_.push_back(facts.record.validation.score);
    double zeros = 0, count = 0;
    for (const WeightFacts& layer : facts.last.layers) {
      zeros += layer.zeros;
      count += layer.count;
    }
    const double first = facts.last.layers.front().norm, ratio = first / facts.last.layers.back().norm;
    vanishes_ = vanishes_ || (ratio < kRatio && first < kFirst);
    explodes_ = explodes_ || ratio > kExplodes;
    dead_ = dead_ || zeros >= kDead * count;
    if (facts.record.validation.loss >= kLargeLoss) Say("exploding-gradient");
    if (static_cast<double>(train_.size()) < kJudged * static_cast<double>(facts.epochs_planned) || !named().empty())
      return;
    const bool slow = LargestGain(train_) < kSlow && LargestGain(validation_) < kSlow;
    const bool satisfied = std::ranges::max(train_) >= kSatisfied && std::ranges::max(validation_) >= kSatisfied;
    if (!satisfied || slow) {
      if (dead_) {
        Say("dead-units");
      } else if (explodes_) {
        Say("exploding-gradient");
      } else if (vanishes_) {
        Say("vanishing-gradient");
      } else if (slow) {
        Say("small-updates");
        Say("trivial-predictor");
      }
    } else if (static_cast<double>(Swings(kSwing)) >= kSwings * static_cast<double>(train_.size())) {
      Say("oscillating-loss");
    }
  }
  void OnDivergence() override {
    Say("exploding-gradient");
    Say("non-finite");
  }

 private:
  static double LargestGain(const std::vector<double>& scores) {
    double gain = 0;
    for (size_t i = 1; i < scores.size(); ++i) gain = std::max(gain, scores[i] - scores[i - 1]);
    return gain;
  }
  // Peaks of the accuracy that are so far above the valleys; without one peak and valley there is no swing to count.
  size_t Swings(double height) const {
    std::vector<double> peaks, valleys;
    for (size_t i = 1; i + 1 < train_.size(); ++i) {
      if (train_[i] >= train_[i - 1] && train_[i] >= train_[i + 1]) peaks.push_back(train_[i]);
      if (train_[i] <= train_[i - 1] && train_[i] <= train_[i + 1]) valleys.push_back(train_[i]);
    }
    size_t swings = 0;
    for (size_t i = 0; i < std::min(peaks.size(), valleys.size()); ++i) {
      swings += peaks[i] - valleys[i] >= height ? 1 : 0;
    }
    return swings;
  }

  std::vector<double> train_, validation_;
  bool vanishes_ = false, explodes_ = false, dead_ = false;
};

// It stops at the first symptom and names one cause for it.
class DeepDiagnosis final : public Tool {
 public:
  std::string_view name() const override { return "DeepDiagnosis"; }
  void Begin(const CaseFacts& facts) override {
    unscaled_ = facts.lowest_input < -1 || facts.highest_input > 1;
    const Activation* last = facts.network.nodes().back().layer->activation();
    if (last == nullptr) return;  // a plain last layer has its softmax in the loss
    const bool classifies = facts.task == Task::kClassification;
    const bool rectifies = last->low == 0 && !std::isfinite(last->high);
    // The targets of a classification are the numbers of the classes.
    const double lowest = classifies ? 0 : facts.lowest_target;
    const double highest = classifies ? facts.classes - 1 : facts.highest_target;
    out_of_range_ = (classifies && rectifies) || lowest < last->low || highest > last->high;
  }
  void OnEpoch(const EpochFacts& facts) override {
    constexpr double kDead = 0.7, kFarOut = 0.5, kVanished = 1e-7;
    constexpr size_t kOften = 5, kAccuracies = 20;
    if (!named().empty()) return;
    losses_.push_back(facts.record.train_loss);
    scores_.push_back(facts.record.train.score);
    means_.emplace_back();
    const bool fifth = losses_.size() % kOften == 0;
    if (out_of_range_) return Symptom("output-fit", facts);
    for (const ValueFacts& node : facts.nodes) {
      means_.back().push_back(node.mean);
      if (!std::isfinite(node.mean)) return Symptom("non-finite", facts);
      if (node.mean == 0) return Symptom("dead-units", facts);
      if (node.activation == nullptr) continue;
      const bool rectifies = node.activation->low == 0 && !std::isfinite(node.activation->high);
      const bool ends = losses_.size() == facts.epochs_planned;
      if (rectifies && ends && node.not_positive >= kDead) return Symptom("dead-units", facts);
      if (fifth && node.far_out > kFarOut) return Symptom("saturation", facts);
    }
    if (fifth) {
      for (size_t node = 0; node + 1 < facts.nodes.size(); ++node) {
        bool same = true;
        for (size_t i = means_.size() - kOften; i < means_.size(); ++i) {
          same = same && means_[i][node] == means_.back()[node];
        }
        if (same) return Symptom("small-updates", facts);
      }
      if (AllSame(losses_, kOften)) return Symptom("trivial-predictor", facts);
    }
    const bool all_wrong = scores_.back() == 0, no_progress = scores_.size() % kAccuracies == 0;
    if (all_wrong || (no_progress && AllSame(scores_, kAccuracies))) return Symptom("trivial-predictor", facts);
    for (const WeightFacts& layer : facts.last.layers) {
      if (layer.mean == 0) return Symptom("dead-units", facts);
      if (layer.mean_size < kVanished) return Symptom("vanishing-gradient", facts);
    }
  }

 private:
  static bool AllSame(const std::vector<double>& values, size_t count) {
    return std::all_of(values.end() - static_cast<ptrdiff_t>(count), values.end(),
                       [&](double value) { return value == values.back(); });
  }
  // The first of their causes, in their order.
  void Symptom(std::string_view monitor, const EpochFacts& facts) {
    constexpr double kLeastVariance = 1e-5, kMostVariance = 10, kSmall = 1e-5, kLarge = 0.1;
    Say(monitor);
    if (monitor == "output-fit") return;
    for (const WeightFacts& layer : facts.last.layers) {
      if (layer.variance < kLeastVariance || layer.variance > kMostVariance) return Say("bad-start");
    }
    if (unscaled_) return Say("input-scale");
    for (const WeightFacts& layer : facts.last.layers) {
      if (layer.update_ratio > kLarge) return Say("large-updates");
      if (layer.update_ratio >= 0 && layer.update_ratio < kSmall) return Say("small-updates");
    }
  }

  bool out_of_range_ = false, unscaled_ = false;
  std::vector<double> losses_, scores_;
  std::vector<std::vector<double>> means_;
};

// With or without its rule LossNotDecreasing, which fires wherever a batch is harder than the tenth before it.
class SageMaker final : public Tool {
 public:
  explicit SageMaker(bool with_losses) : with_losses_(with_losses) {}
  std::string_view name() const override {
    return with_losses_ ? "SageMaker Debugger" : "SageMaker Debugger without LossNotDecreasing";
  }
  void Begin(const CaseFacts& facts) override {
    constexpr double kImbalance = 10, kMean = 0.2;
    if (facts.largest_class > kImbalance * facts.smallest_class) Say("class-imbalance");
    const bool pictures = facts.network.input_shape().rank() == 3;
    if (pictures && std::abs(facts.mean_input) > kMean) Say("input-scale");
  }
  void OnStep(const StepFacts& facts) override {
    constexpr double kVanished = 1e-7, kLarge = 10, kSmall = 1e-8, kLeastFall = 0.001;
    constexpr double kVariances = 10, kSpread = 1e-3;
    constexpr size_t kSteps = 10, kStart = 10, kPatience = 5, kUnchanged = 3;
    losses_.push_back(facts.loss);
    double least = facts.layers[0].variance, most = least;
    bool narrow = false, changed = false;
    for (const WeightFacts& layer : facts.layers) {
      least = std::min(least, layer.variance);
      most = std::max(most, layer.variance);
      narrow = narrow || layer.spread < kSpread;
      changed = changed || !layer.unchanged;
      if (layer.mean_size < kVanished) Say("vanishing-gradient");
      if (layer.all_zero) Say("bad-start");
      if (layer.update_ratio > kLarge) Say("large-updates");
      if (layer.update_ratio >= 0 && layer.update_ratio < kSmall) Say("small-updates");
    }
    unchanged_ = changed ? 0 : unchanged_ + 1;
    if (unchanged_ >= kUnchanged) Say("small-updates");
    if (facts.step <= kStart) {
      const auto best = std::ranges::min_element(losses_);
      const bool still = losses_.end() - best > static_cast<ptrdiff_t>(kPatience);
      if (most > kVariances * least || narrow || still) Say("bad-start");
    }
    if (!with_losses_ || losses_.size() <= kSteps) return;
    const double before = losses_[losses_.size() - 1 - kSteps];
    if (before - facts.loss < kLeastFall * before) Say("plateau");
  }
  void OnEpoch(const EpochFacts& facts) override {
    constexpr double kLayer = 0.5, kOverfit = 0.1;
    for (const ValueFacts& node : facts.nodes) {
      if (node.activation == nullptr) continue;
      if (node.activation->low == 0 && !std::isfinite(node.activation->high) && node.inactive_units > kLayer) {
        Say("dead-units");
      }
      if (node.saturated_units > kLayer) Say("saturation");
    }
    const Evaluation& train = facts.record.train;
    if (facts.record.validation.loss - train.loss > kOverfit * train.loss) Say("overfitting");
  }

 private:
  bool with_losses_;
  std::vector<double> losses_;
  size_t unchanged_ = 0;
};

// Reads what the rules need and asks them.
class OtherTools final : public TrainingObserver {
 public:
  OtherTools(const Network& network, const TrainingData& data, const TrainingOptions& options)
      : network_(network),
        data_(data),
        epochs_(options.epochs),
        nodes_(LayerNodes(network)),
        rows_(SpreadRows(data.examples, data.training, kRows)),
        plan_(network, rows_.size(), PlanMode::kExamine) {
    tools_.push_back(std::make_unique<AutoTrainer>());
    tools_.push_back(std::make_unique<DeepDiagnosis>());
    tools_.push_back(std::make_unique<SageMaker>(true));
    tools_.push_back(std::make_unique<SageMaker>(false));
  }

  std::span<const std::unique_ptr<Tool>> tools() const { return tools_; }

  void OnStep(const StepView& view) override {
    if (last_.step == 0) Begin();
    last_ = {.step = last_.step + 1, .loss = view.loss.mean_loss()};
    for (size_t i = 0; i < nodes_.size(); ++i) last_.layers.push_back(FactsOf(i));
    for (const auto& tool : tools_) tool->OnStep(last_);
  }
  void OnEpoch(const EpochRecord& record) override {
    EpochFacts facts{.record = record, .epochs_planned = epochs_, .last = last_};
    data_.examples.Gather(rows_, plan_.input().data());
    plan_.Forward();
    for (size_t node = 0; node < network_.nodes().size(); ++node) {
      if (!plan_.value(node).empty()) facts.nodes.push_back(FactsBehind(node));
    }
    for (const auto& tool : tools_) tool->OnEpoch(facts);
  }
  void End(const TrainingResult& result) {
    if (!result.divergence) return;
    for (const auto& tool : tools_) tool->OnDivergence();
  }

 private:
  static constexpr size_t kRows = 256, kSpreadSteps = 10;

  void Begin() {
    const Dataset& examples = data_.examples;
    data_.examples.Gather(rows_, plan_.input().data());
    const std::span<const float> inputs = plan_.input();
    const auto [low, high] = std::ranges::minmax(inputs);
    CaseFacts facts{.network = network_, .task = examples.encoding.task, .lowest_input = low, .highest_input = high};
    for (const float value : inputs) facts.mean_input += value / static_cast<double>(inputs.size());
    if (facts.task == Task::kClassification) {
      std::vector<double> counts(examples.encoding.labels.size());
      for (const uint32_t row : data_.training) ++counts[static_cast<size_t>(examples.labels[row])];
      facts.classes = static_cast<double>(counts.size());
      facts.smallest_class = std::ranges::min(counts);
      facts.largest_class = std::ranges::max(counts);
    }
    for (const uint32_t row : data_.training) {
      if (examples.values.empty()) break;
      facts.lowest_target = std::min(facts.lowest_target, static_cast<double>(examples.values[row]));
      facts.highest_target = std::max(facts.highest_target, static_cast<double>(examples.values[row]));
    }
    for (const auto& tool : tools_) tool->Begin(facts);
  }

  WeightFacts FactsOf(size_t index) {
    const PlacedBlock& block = network_.blocks()[network_.nodes()[nodes_[index]].first_block];
    const std::span<const float> weights = network_.parameters(block), gradient = network_.gradients(block);
    WeightFacts facts{.count = static_cast<double>(weights.size())};
    double sum = 0, square = 0, gradient_square = 0;
    for (size_t i = 0; i < weights.size(); ++i) {
      const auto weight = static_cast<double>(weights[i]), g = static_cast<double>(gradient[i]);
      sum += weight;
      square += weight * weight;
      facts.mean_size += std::abs(g) / facts.count;
      facts.mean += g / facts.count;
      gradient_square += g * g;
      facts.zeros += gradient[i] == 0 ? 1 : 0;
    }
    facts.norm = std::sqrt(gradient_square);
    facts.variance = square / facts.count - sum * sum / facts.count / facts.count;
    facts.all_zero = square == 0;
    if (last_.step <= kSpreadSteps) {
      std::vector<float> sorted(gradient.begin(), gradient.end());
      std::ranges::sort(sorted);
      facts.spread = static_cast<double>(sorted[sorted.size() * 95 / 100] - sorted[sorted.size() * 5 / 100]);
    }
    before_.resize(nodes_.size());
    std::vector<float>& before = before_[index];
    if (!before.empty()) Compare(before, weights, facts);
    before.assign(weights.begin(), weights.end());
    return facts;
  }

  static void Compare(std::span<const float> before, std::span<const float> weights, WeightFacts& facts) {
    constexpr double kRelative = 1e-5, kAbsolute = 1e-8;  // of numbers that count as the same
    double change = 0, square = 0;
    facts.unchanged = true;
    for (size_t i = 0; i < weights.size(); ++i) {
      const auto old = static_cast<double>(before[i]);
      const double difference = static_cast<double>(weights[i]) - old;
      change += difference * difference;
      square += old * old;
      facts.unchanged = facts.unchanged && std::abs(difference) <= kAbsolute + kRelative * std::abs(old);
    }
    facts.update_ratio = std::sqrt(change) / (std::sqrt(square) + 1e-9);
  }

  // The inputs of sigmoid and tanh are seen by what they give: beyond 5, and beyond the ends at which SageMaker takes
  // the slope for gone (-9.4999 and 9.4999; -23 and 16.99999), where floats give the end itself.
  ValueFacts FactsBehind(size_t node) const {
    const Layer& layer = *network_.nodes()[node].layer;
    const std::span<const float> values = plan_.value(node);
    ValueFacts facts{.activation = layer.activation()};
    const size_t units = network_.nodes()[node].output_shape.units();
    const bool squashes = facts.activation != nullptr && (facts.activation->low == 0 || facts.activation->low == -1) &&
                          facts.activation->high == 1 && facts.activation->saves != Saves::kGate;
    const bool centred = squashes && facts.activation->low == -1;
    const double near = centred ? 1 - 9.08e-5 : 1 - 6.69e-3, end = 1 - 6e-8, low = squashes ? facts.activation->low : 0;
    std::vector<double> active(units), ended(units);
    double sum = 0;
    for (size_t i = 0; i < values.size(); ++i) {
      const auto value = static_cast<double>(values[i]);
      sum += value;
      facts.not_positive += value <= 0 ? 1 : 0;
      active[i % units] += value > 0 ? 1 : 0;
      if (!squashes) continue;
      facts.far_out += value >= near || value <= low + 1 - near ? 1 : 0;
      ended[i % units] += value >= end || value <= (centred ? -end : 1e-10) ? 1 : 0;
    }
    const auto count = static_cast<double>(values.size());
    const double rows = count / static_cast<double>(units);
    facts.mean = sum / count;
    facts.not_positive /= count;
    facts.far_out /= count;
    for (size_t unit = 0; unit < units; ++unit) {
      facts.inactive_units += (active[unit] < 0.01 * rows ? 1.0 : 0.0) / static_cast<double>(units);
      facts.saturated_units += (ended[unit] > 0.99 * rows ? 1.0 : 0.0) / static_cast<double>(units);
    }
    return facts;
  }

  const Network& network_;
  const TrainingData& data_;
  size_t epochs_;
  std::vector<size_t> nodes_;
  std::vector<uint32_t> rows_;
  Plan plan_;
  std::vector<std::unique_ptr<Tool>> tools_;
  StepFacts last_;
  std::vector<std::vector<float>> before_;
};

}  // namespace ramp

#endif  // RAMP_HEALTH_BENCH_OTHER_TOOLS_H_
