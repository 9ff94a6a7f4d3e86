#include "ramp/training/out_of_fold.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "ramp/base/random.h"

namespace ramp {
namespace {

constexpr double kLeastProbability = 1e-30;

size_t Outputs(const Dataset& data) { return data.encoding.outputs(); }

// Of sorted ratings, those that are equal share their mean rank.
double AreaUnderRoc(const Dataset& data, const Answers& answers) {
  std::vector<size_t> order(answers.rows.size());
  std::iota(order.begin(), order.end(), size_t{0});
  const auto rating = [&](size_t i) { return answers.values[2 * i + 1]; };
  std::ranges::sort(order, {}, rating);
  double rank_sum = 0, positives = 0;
  for (size_t begin = 0; begin < order.size();) {
    size_t end = begin;
    double here = 0;
    for (; end < order.size() && rating(order[end]) == rating(order[begin]); ++end) {
      here += data.labels[answers.rows[order[end]]] == 1 ? 1 : 0;
    }
    rank_sum += here * (static_cast<double>(begin + end) + 1) / 2;
    positives += here;
    begin = end;
  }
  const double negatives = static_cast<double>(order.size()) - positives;
  if (positives == 0 || negatives == 0) return 0.5;
  return (rank_sum - positives * (positives + 1) / 2) / (positives * negatives);
}

double ExplainedVariance(const Dataset& data, const Answers& answers) {
  const auto rows = static_cast<double>(std::max<size_t>(answers.rows.size(), 1));
  double mean = 0, variation = 0;
  for (const uint32_t row : answers.rows) mean += static_cast<double>(data.values[row]) / rows;
  for (const uint32_t row : answers.rows) variation += std::pow(static_cast<double>(data.values[row]) - mean, 2) / rows;
  return variation > 0 ? 1 - MeanSquaredError(data, answers) / variation : 0;
}

}  // namespace

std::vector<std::vector<uint32_t>> DrawFolds(const Dataset& data, std::span<const uint32_t> rows, size_t folds,
                                             uint64_t seed) {
  std::vector<uint32_t> order(rows.begin(), rows.end());
  Random(seed, 0).Shuffle(std::span<uint32_t>(order));
  if (data.encoding.task == Task::kClassification) {
    std::ranges::stable_sort(order, {}, [&](uint32_t row) { return data.labels[row]; });
  }
  std::vector<std::vector<uint32_t>> drawn(folds);
  for (size_t i = 0; i < order.size(); ++i) drawn[i % folds].push_back(order[i]);
  return drawn;
}

double Accuracy(const Dataset& data, const Answers& answers) {
  const size_t outputs = Outputs(data);
  size_t correct = 0;
  for (size_t i = 0; i < answers.rows.size(); ++i) {
    const auto first = answers.values.begin() + static_cast<ptrdiff_t>(i * outputs);
    const auto answer = std::max_element(first, first + static_cast<ptrdiff_t>(outputs)) - first;
    correct += answer == data.labels[answers.rows[i]] ? 1 : 0;
  }
  return static_cast<double>(correct) / static_cast<double>(std::max<size_t>(answers.rows.size(), 1));
}

double Score(const Dataset& data, const Answers& answers) {
  if (data.encoding.task == Task::kRegression) return ExplainedVariance(data, answers);
  return Outputs(data) == 2 ? AreaUnderRoc(data, answers) : Accuracy(data, answers);
}

std::string_view ScoreNameOf(const Dataset& data) {
  if (data.encoding.task == Task::kRegression) return "R2";
  return Outputs(data) == 2 ? "area under ROC" : "accuracy";
}

double MeanSquaredError(const Dataset& data, const Answers& answers) {
  double sum = 0;
  for (size_t i = 0; i < answers.rows.size(); ++i) {
    sum += std::pow(static_cast<double>(data.values[answers.rows[i]]) - static_cast<double>(answers.values[i]), 2);
  }
  return sum / static_cast<double>(std::max<size_t>(answers.rows.size(), 1));
}

double LogLoss(const Dataset& data, const Answers& answers, double temperature) {
  const size_t outputs = Outputs(data);
  double sum = 0;
  for (size_t i = 0; i < answers.rows.size(); ++i) {
    double all = 0;
    const auto raised = [&](size_t output) {
      const double probability = static_cast<double>(answers.values[i * outputs + output]);
      return std::pow(std::max(probability, kLeastProbability), 1 / temperature);
    };
    for (size_t output = 0; output < outputs; ++output) all += raised(output);
    sum -= std::log(raised(static_cast<size_t>(data.labels[answers.rows[i]])) / all);
  }
  return sum / static_cast<double>(std::max<size_t>(answers.rows.size(), 1));
}

double FitTemperature(const Dataset& data, const Answers& answers) {
  // The loss has one valley over the logarithm of the temperature: golden sections find it.
  constexpr double kGolden = 0.6180339887498949;
  double low = std::log(0.25), high = std::log(4.0);
  const auto loss = [&](double logarithm) { return LogLoss(data, answers, std::exp(logarithm)); };
  double left = high - kGolden * (high - low), right = low + kGolden * (high - low);
  double left_loss = loss(left), right_loss = loss(right);
  while (high - low > 1e-3) {
    if (left_loss <= right_loss) {
      high = right;
      right = left;
      right_loss = left_loss;
      left = high - kGolden * (high - low);
      left_loss = loss(left);
    } else {
      low = left;
      left = right;
      left_loss = right_loss;
      right = low + kGolden * (high - low);
      right_loss = loss(right);
    }
  }
  return std::exp((low + high) / 2);
}

Answers Blend(std::span<const Answers> candidates, std::span<const size_t> votes) {
  Answers blend{.rows = candidates[0].rows, .values = std::vector<float>(candidates[0].values.size())};
  const auto all = static_cast<float>(std::accumulate(votes.begin(), votes.end(), size_t{0}));
  for (size_t candidate = 0; candidate < candidates.size(); ++candidate) {
    const float weight = static_cast<float>(votes[candidate]) / all;
    for (size_t i = 0; i < blend.values.size(); ++i) blend.values[i] += weight * candidates[candidate].values[i];
  }
  return blend;
}

std::vector<size_t> Vote(const Dataset& data, std::span<const Answers> candidates, size_t votes) {
  std::vector<size_t> given(candidates.size());
  for (size_t vote = 0; vote < votes; ++vote) {
    size_t best = 0;
    double best_score = -std::numeric_limits<double>::infinity();
    for (size_t candidate = 0; candidate < candidates.size(); ++candidate) {
      std::vector<size_t> tried = given;
      ++tried[candidate];
      const double score = Score(data, Blend(candidates, tried));
      if (score > best_score) {
        best_score = score;
        best = candidate;
      }
    }
    ++given[best];
  }
  return given;
}

}  // namespace ramp
