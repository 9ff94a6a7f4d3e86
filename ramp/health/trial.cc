#include "ramp/health/trial.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "ramp/health/rows.h"
#include "ramp/network/plan.h"
#include "ramp/training/loss.h"

namespace ramp {
namespace {

constexpr size_t kMostRows = 1024;
constexpr size_t kBatches = 32;  // that the test is over
constexpr double kInfinite = std::numeric_limits<double>::infinity();

// The variance of the targets of these rows, times their number.
double Variation(const Dataset& data, std::span<const uint32_t> rows) {
  double sum = 0, square = 0;
  for (const uint32_t row : rows) {
    const auto value = static_cast<double>(data.values[row]);
    sum += value;
    square += value * value;
  }
  return square - sum * sum / static_cast<double>(rows.size());
}

}  // namespace

TrialScore Diverged() { return {.loss = kInfinite, .score = -kInfinite}; }

Examiner::Examiner(const TrainingData& data, bool balanced)
    : data_(data),
      rows_(SpreadRows(data.examples, data.validation.empty() ? data.training : data.validation, kMostRows)),
      batch_(std::max<size_t>((rows_.size() + kBatches - 1) / kBatches, 1)) {
  if (balanced) class_weights_ = BalancedClassWeights(data.examples, data.training);
}

TrialScore Examiner::Examine(const Network& network) const {
  TrialScore score;
  Plan plan(network, batch_, PlanMode::kInference);
  Loss loss(data_.examples, class_weights_, batch_);
  LossSums all;
  for (size_t begin = 0; begin < rows_.size(); begin += batch_) {
    const auto rows = std::span(rows_).subspan(begin, std::min(batch_, rows_.size() - begin));
    data_.examples.Gather(rows, plan.input().data());
    plan.Forward();
    const LossSums sums = loss.Compute(plan.output(), rows, {});
    if (!std::isfinite(sums.loss)) return Diverged();
    score.losses.push_back(sums.mean_loss());
    all.Add(sums);
  }
  score.loss = all.mean_loss();
  if (data_.examples.encoding.task == Task::kClassification) {
    score.score = static_cast<double>(all.correct) / static_cast<double>(rows_.size());
  } else if (const double variation = Variation(data_.examples, rows_); variation > 0) {
    score.score = 1 - all.loss / variation;
  }
  return score;
}

double SignedRank(const TrialScore& untreated, const TrialScore& treated) {
  if (treated.losses.empty()) return 0;
  if (untreated.losses.empty()) return kInfinite;
  std::vector<double> differences;
  for (size_t i = 0; i < std::min(untreated.losses.size(), treated.losses.size()); ++i) {
    const double difference = untreated.losses[i] - treated.losses[i];
    if (difference != 0) differences.push_back(difference);
  }
  std::ranges::sort(differences, {}, [](double difference) { return std::abs(difference); });
  const auto count = static_cast<double>(differences.size());
  double statistic = 0, variance = 0;
  for (size_t begin = 0; begin < differences.size();) {
    size_t end = begin;
    while (end < differences.size() && std::abs(differences[end]) == std::abs(differences[begin])) ++end;
    const double rank = static_cast<double>(begin + end + 1) / 2;  // the mean rank of equal ones
    for (; begin < end; ++begin) {
      statistic += differences[begin] > 0 ? rank : 0;
      variance += rank * rank / 4;
    }
  }
  return count > 0 ? (statistic - count * (count + 1) / 4) / std::sqrt(variance) : 0;
}

}  // namespace ramp
