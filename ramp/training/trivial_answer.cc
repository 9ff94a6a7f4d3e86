#include "ramp/training/trivial_answer.h"

#include <algorithm>
#include <cmath>

namespace ramp {
namespace {

// The test part, wherever it is.
struct TestPart {
  const Dataset& data;
  std::vector<uint32_t> rows;
};

TestPart TestPartOf(const TrainingData& data) {
  if (!data.test_set) return {data.examples, data.test};
  return {*data.test_set, AllRows(*data.test_set)};
}

int32_t MostFrequentClass(const TrainingData& data) {
  std::vector<size_t> counts(data.examples.encoding.labels.size());
  for (const auto* rows : {&data.training, &data.validation}) {
    for (const uint32_t row : *rows) ++counts[static_cast<size_t>(data.examples.labels[row])];
  }
  return static_cast<int32_t>(std::ranges::max_element(counts) - counts.begin());
}

double MeanOf(const Dataset& data, std::span<const uint32_t> rows) {
  double sum = 0;
  for (const uint32_t row : rows) sum += static_cast<double>(data.values[row]);
  return sum / static_cast<double>(std::max<size_t>(rows.size(), 1));
}

// The R2 of one answer for all rows.
double ScoreOfConstant(const Dataset& data, std::span<const uint32_t> rows, double answer) {
  const double mean = MeanOf(data, rows);
  double variation = 0, error = 0;
  for (const uint32_t row : rows) {
    const double value = static_cast<double>(data.values[row]);
    variation += (value - mean) * (value - mean);
    error += (value - answer) * (value - answer);
  }
  return variation > 0 ? 1 - error / variation : 0;
}

}  // namespace

TrivialAnswer TrivialAnswerFor(const TrainingData& data) {
  const TestPart test = TestPartOf(data);
  TrivialAnswer trivial;
  trivial.test.rows = test.rows.size();
  if (test.rows.empty()) return trivial;
  const Encoding& encoding = data.examples.encoding;
  if (encoding.task == Task::kRegression) {
    trivial.answer = "the mean";
    trivial.test.score = ScoreOfConstant(test.data, test.rows, MeanOf(data.examples, data.training));
    return trivial;
  }
  const int32_t answer = MostFrequentClass(data);
  const auto right = std::ranges::count_if(test.rows, [&](uint32_t row) { return test.data.labels[row] == answer; });
  trivial.answer = encoding.labels[static_cast<size_t>(answer)];
  trivial.test.score = static_cast<double>(right) / static_cast<double>(test.rows.size());
  return trivial;
}

Comparison Compare(Task task, const Evaluation& model, const TrivialAnswer& trivial) {
  const auto rows = static_cast<double>(std::max<size_t>(trivial.test.rows, 1));
  const double difference = model.score - trivial.test.score;
  const auto variance = [](double accuracy) { return accuracy * (1 - accuracy); };
  const double error = task == Task::kClassification
                           ? std::sqrt((variance(model.score) + variance(trivial.test.score)) / rows)
                           : 1 / std::sqrt(rows);
  if (std::isnan(difference) || difference < -2 * error) return Comparison::kClearlyWorse;
  return difference > 2 * error ? Comparison::kClearlyBetter : Comparison::kNoClearDifference;
}

}  // namespace ramp
