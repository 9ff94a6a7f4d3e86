#include "ramp/training/trivial_answer.h"

#include <gtest/gtest.h>

#include <cmath>

#include "ramp/training/test_data.h"

namespace ramp {
namespace {

TEST(TheTrivialAnswer, IsTheMostFrequentClassOfTheTrainingRows) {
  TrainingData data = MakeRings(100, 2, Task::kClassification, 1);
  for (size_t row = 0; row < 100; ++row) data.examples.labels[row] = row % 10 < 7 ? 2 : 0;
  const TrivialAnswer trivial = TrivialAnswerFor(data);
  EXPECT_EQ(trivial.answer, "outer");
  EXPECT_EQ(trivial.test.rows, 20u);
  EXPECT_DOUBLE_EQ(trivial.test.score, 0.7);
}

TEST(TheTrivialAnswer, IsTheMeanOfTheTrainingRows) {
  TrainingData data = MakeRings(100, 2, Task::kRegression, 1);
  for (size_t row = 0; row < 100; ++row) data.examples.values[row] = row % 2 == 0 ? 1.0f : -1.0f;
  EXPECT_DOUBLE_EQ(TrivialAnswerFor(data).test.score, 0);
  for (const uint32_t row : data.test) data.examples.values[row] += 1;
  EXPECT_DOUBLE_EQ(TrivialAnswerFor(data).test.score, -1);
}

TEST(TheTrivialAnswer, IsClearlyBeatenOnlyByMoreThanTwoStandardErrors) {
  struct Case {
    Task task;
    size_t rows;
    double model, trivial;
    Comparison expected;
  };
  const Case cases[] = {
      {Task::kClassification, 400, 0.51, 0.50, Comparison::kNoClearDifference},
      {Task::kClassification, 400, 0.56, 0.50, Comparison::kNoClearDifference},
      {Task::kClassification, 400, 0.58, 0.50, Comparison::kClearlyBetter},
      {Task::kClassification, 400, 0.42, 0.50, Comparison::kClearlyWorse},
      {Task::kClassification, 30, 0.62, 0.50, Comparison::kNoClearDifference},
      {Task::kRegression, 100, 0.19, 0, Comparison::kNoClearDifference},
      {Task::kRegression, 100, 0.21, 0, Comparison::kClearlyBetter},
      {Task::kRegression, 100, -0.5, 0, Comparison::kClearlyWorse},
      {Task::kRegression, 100, -1.8e68, 0, Comparison::kClearlyWorse},
      {Task::kRegression, 100, NAN, 0, Comparison::kClearlyWorse},
  };
  for (const Case& c : cases) {
    const TrivialAnswer trivial{.answer = "a", .test = {.rows = c.rows, .score = c.trivial}};
    EXPECT_EQ(Compare(c.task, {.rows = c.rows, .score = c.model}, trivial), c.expected)
        << c.model << " against " << c.trivial << " on " << c.rows << " rows";
  }
}

}  // namespace
}  // namespace ramp
