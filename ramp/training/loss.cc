#include "ramp/training/loss.h"

#include <algorithm>

#include "ramp/kernel/softmax.h"

namespace ramp {

void LossSums::Add(const LossSums& other) {
  loss += other.loss;
  weight += other.weight;
  correct += other.correct;
  rows += other.rows;
}

Loss::Loss(const Dataset& data, std::vector<float> class_weights, size_t most_rows, double label_smoothing)
    : data_(data),
      outputs_(data.encoding.outputs()),
      class_weights_(std::move(class_weights)),
      label_smoothing_(label_smoothing) {
  if (data.encoding.task == Task::kClassification) {
    if (class_weights_.empty()) class_weights_.assign(outputs_, 1.0f);
    probabilities_.resize(most_rows * outputs_);
    log_normalizers_.resize(most_rows);
  }
}

LossSums Loss::Compute(std::span<const float> outputs, std::span<const uint32_t> rows, std::span<float> gradient) {
  return data_.encoding.task == Task::kClassification ? CrossEntropy(outputs, rows, gradient)
                                                      : SquaredError(outputs, rows, gradient);
}

LossSums Loss::CrossEntropy(std::span<const float> outputs, std::span<const uint32_t> rows, std::span<float> gradient) {
  Softmax(outputs.data(), rows.size(), outputs_, probabilities_.data(), log_normalizers_.data());
  LossSums sums;
  sums.rows = rows.size();
  for (const uint32_t row : rows) {
    sums.weight += static_cast<double>(class_weights_[static_cast<size_t>(data_.labels[row])]);
  }
  const float scale = static_cast<float>(1 / sums.weight);
  const float off_target = static_cast<float>(label_smoothing_ / static_cast<double>(outputs_));
  const float on_target = static_cast<float>(1 - label_smoothing_);
  for (size_t r = 0; r < rows.size(); ++r) {
    const size_t label = static_cast<size_t>(data_.labels[rows[r]]);
    const float* logits = outputs.data() + r * outputs_;
    const float* probabilities = probabilities_.data() + r * outputs_;
    const float weight = class_weights_[label];
    double expected = (1 - label_smoothing_) * static_cast<double>(logits[label]);
    if (label_smoothing_ > 0) {
      for (size_t c = 0; c < outputs_; ++c)
        expected += static_cast<double>(off_target) * static_cast<double>(logits[c]);
    }
    sums.loss += static_cast<double>(weight) * (static_cast<double>(log_normalizers_[r]) - expected);
    sums.correct += std::max_element(logits, logits + outputs_) - logits == static_cast<ptrdiff_t>(label) ? 1 : 0;
    if (gradient.empty()) continue;
    float* out = gradient.data() + r * outputs_;
    for (size_t c = 0; c < outputs_; ++c) out[c] = weight * scale * (probabilities[c] - off_target);
    out[label] -= weight * scale * on_target;
  }
  return sums;
}

LossSums Loss::SquaredError(std::span<const float> outputs, std::span<const uint32_t> rows, std::span<float> gradient) {
  LossSums sums;
  sums.rows = rows.size();
  sums.weight = static_cast<double>(rows.size());
  const float scale = 2.0f / static_cast<float>(rows.size());
  for (size_t r = 0; r < rows.size(); ++r) {
    const float error = outputs[r] - data_.values[rows[r]];
    sums.loss += static_cast<double>(error) * static_cast<double>(error);
    if (!gradient.empty()) gradient[r] = scale * error;
  }
  return sums;
}

std::vector<float> BalancedClassWeights(const Dataset& data, std::span<const uint32_t> rows) {
  std::vector<size_t> counts(data.encoding.labels.size());
  for (const uint32_t row : rows) ++counts[static_cast<size_t>(data.labels[row])];
  std::vector<float> weights(counts.size());
  for (size_t c = 0; c < counts.size(); ++c) {
    const double share = static_cast<double>(counts.size()) * static_cast<double>(std::max<size_t>(counts[c], 1));
    weights[c] = static_cast<float>(static_cast<double>(rows.size()) / share);
  }
  return weights;
}

}  // namespace ramp
