#include "ramp/training/out_of_fold.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace ramp {
namespace {

Dataset Classes(std::vector<int32_t> labels, size_t classes) {
  Dataset data;
  data.rows = labels.size();
  data.encoding.labels.resize(classes);
  data.labels = std::move(labels);
  return data;
}

Dataset Numbers(std::vector<float> values) {
  Dataset data;
  data.rows = values.size();
  data.encoding.task = Task::kRegression;
  data.values = std::move(values);
  return data;
}

Answers Of(const std::vector<float>& values, size_t outputs) {
  Answers answers{.rows = {}, .values = values};
  for (uint32_t row = 0; row < values.size() / outputs; ++row) answers.rows.push_back(row);
  return answers;
}

// Ratings of the second of two classes.
Answers Rated(const std::vector<float>& ratings) {
  std::vector<float> values;
  for (const float rating : ratings) values.insert(values.end(), {1 - rating, rating});
  return Of(values, 2);
}

TEST(TheAreaUnderRoc, IsTheChanceThatARowOfTheSecondClassIsRatedHigher) {
  const Dataset data = Classes({0, 0, 1, 1}, 2);
  EXPECT_DOUBLE_EQ(Score(data, Rated({0.1f, 0.4f, 0.35f, 0.8f})), 0.75);
  EXPECT_DOUBLE_EQ(Score(data, Rated({0.1f, 0.2f, 0.3f, 0.4f})), 1);
  EXPECT_DOUBLE_EQ(Score(data, Rated({0.9f, 0.8f, 0.3f, 0.4f})), 0);
  EXPECT_DOUBLE_EQ(Score(data, Rated({0.5f, 0.5f, 0.5f, 0.5f})), 0.5);
  EXPECT_DOUBLE_EQ(Score(Classes({1, 1}, 2), Rated({0.1f, 0.2f})), 0.5);
}

TEST(TheScore, IsTheAccuracyOfMoreClassesAndTheR2OfNumbers) {
  const Dataset three = Classes({0, 1, 2, 2}, 3);
  EXPECT_DOUBLE_EQ(Score(three, Of({1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1}, 3)), 0.75);
  const Dataset numbers = Numbers({1, 2, 3, 4});
  EXPECT_DOUBLE_EQ(Score(numbers, Of({1, 2, 3, 4}, 1)), 1);
  EXPECT_DOUBLE_EQ(Score(numbers, Of({2.5, 2.5, 2.5, 2.5}, 1)), 0);
  EXPECT_DOUBLE_EQ(MeanSquaredError(numbers, Of({2, 2, 3, 4}, 1)), 0.25);
}

TEST(Folds, HoldEachRowOnceAndEachClassInItsShare) {
  std::vector<int32_t> labels(100, 0);
  for (size_t i = 0; i < 16; ++i) labels[i * 6] = 1;
  const Dataset data = Classes(labels, 2);
  std::vector<uint32_t> rows;
  for (uint32_t row = 10; row < 100; ++row) rows.push_back(row);
  const auto folds = DrawFolds(data, rows, 7, 3);
  std::multiset<uint32_t> all;
  for (const auto& fold : folds) {
    EXPECT_NEAR(static_cast<double>(fold.size()), 90.0 / 7, 1);
    const auto ones = std::ranges::count_if(fold, [&](uint32_t row) { return labels[row] == 1; });
    EXPECT_NEAR(static_cast<double>(ones), 14.0 / 7, 1);
    all.insert(fold.begin(), fold.end());
  }
  EXPECT_EQ(all, std::multiset<uint32_t>(rows.begin(), rows.end()));
  EXPECT_EQ(folds, DrawFolds(data, rows, 7, 3));
  EXPECT_NE(folds, DrawFolds(data, rows, 7, 4));
}

TEST(TheTemperature, UndoesTooMuchCertainty) {
  // Of ten rows that are answered with 99 %, eight are right.
  std::vector<int32_t> labels(10, 1);
  labels[0] = labels[1] = 0;
  const Dataset data = Classes(labels, 2);
  const Answers answers = Rated(std::vector<float>(10, 0.99f));
  const double temperature = FitTemperature(data, answers);
  EXPECT_NEAR(1 / (1 + std::exp(-std::log(99.0) / temperature)), 0.8, 1e-3);
  EXPECT_LT(LogLoss(data, answers, temperature), LogLoss(data, answers, 1));
  EXPECT_NEAR(LogLoss(data, answers, temperature), -0.8 * std::log(0.8) - 0.2 * std::log(0.2), 1e-6);
}

TEST(Votes, GoToTheCandidatesWhoseMeanIsBest) {
  const Dataset data = Numbers({0, 1, 2, 3});
  const std::vector<Answers> candidates = {Of({1, 2, 3, 4}, 1), Of({-1, 0, 1, 2}, 1), Of({3, 2, 1, 0}, 1)};
  const std::vector<size_t> votes = Vote(data, candidates, 10);
  EXPECT_EQ(votes, (std::vector<size_t>{5, 5, 0}));
  EXPECT_EQ(Blend(candidates, votes).values, data.values);
}

}  // namespace
}  // namespace ramp
