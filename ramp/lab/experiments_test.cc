// The experiments themselves, as small as they go: that they run, agree with what is known, and notice when what they
// try is something else.
#include <gtest/gtest.h>

#include <cmath>

#include "ramp/lab/experiments/list.h"
#include "ramp/lab/report.h"

namespace ramp::lab {
namespace {

Outcome Tried(std::string_view name, Settings settings = {}) {
  settings.effort = Effort::kQuick;
  if (settings.seeds == 0) settings.seeds = 2;
  settings.threads = 2;
  return *RunExperiment(FindExperiment(name), settings);
}

double MeanOf(const Outcome& outcome, std::string_view figure) {
  for (const Estimate& estimate : outcome.estimates) {
    if (estimate.name == figure) return estimate.mean;
  }
  ADD_FAILURE() << outcome.experiment->name << " has no figure '" << figure << "'";
  return 0;
}

TEST(EveryExperiment, RunsAndPresentsWhatItFound) {
  for (const Experiment& experiment : Experiments()) {
    const Outcome outcome = Tried(experiment.name);
    SCOPED_TRACE(experiment.name);
    EXPECT_FALSE(outcome.judgements.empty());
    EXPECT_FALSE(outcome.presentation.tables.empty());
    EXPECT_FALSE(outcome.presentation.pictures.empty());
    for (const Estimate& estimate : outcome.estimates) {
      EXPECT_FALSE(std::isnan(estimate.mean)) << estimate.name;
      EXPECT_LE(estimate.low, estimate.high) << estimate.name;
    }
    for (const Table& table : outcome.presentation.tables) {
      for (const auto& row : table.rows) EXPECT_EQ(row.size(), table.columns.size()) << table.title;
    }
    for (const Picture& picture : outcome.presentation.pictures) {
      EXPECT_NE(std::visit([](const auto& shown) { return ToSvg(shown); }, picture.picture), "");
    }
  }
}

TEST(EveryExperiment, GivesTheSameFiguresAgainUnlessItMeasuresTime) {
  for (const Experiment& experiment : Experiments()) {
    if (experiment.timed || experiment.takes_data) continue;  // trainings are slow here; one of them is below
    EXPECT_EQ(ToJson(Tried(experiment.name)), ToJson(Tried(experiment.name))) << experiment.name;
  }
}

TEST(Formula, FindsTheRectifierOnItsLeftSideAsFlatAsItIs) {
  const Outcome outcome = Tried(kFormulaClaim);
  EXPECT_EQ(outcome.verdict, Verdict::kDepends) << outcome.reason;
  EXPECT_EQ(MeanOf(outcome, "flat inputs of x > 0, relu"), 0);
  EXPECT_EQ(MeanOf(outcome, "flat inputs of x < 0, relu"), 1);
  EXPECT_EQ(MeanOf(outcome, "values other than max(0, x), relu"), 0);
}

TEST(Formula, DoesNotHoldForAnotherFunction) {
  for (const char* name : {"tanh", "leaky_relu", "softplus"}) {
    EXPECT_EQ(Tried(kFormulaClaim, {.rectifier = name}).verdict, Verdict::kDoesNotHold) << name;
  }
}

TEST(Gate, HoldsForRectifiersAloneAndToTheBit) {
  EXPECT_EQ(Tried(kGateClaim).verdict, Verdict::kHolds);
  for (const char* name : {"tanh", "leaky_relu", "elu"}) {
    EXPECT_EQ(Tried(kGateClaim, {.rectifier = name}).verdict, Verdict::kDoesNotHold) << name;
  }
}

TEST(Vanishing, MeetsTheFactorsThatAreKnown) {
  const Outcome outcome = Tried(kVanishingClaim, {.seeds = 4});
  EXPECT_NE(outcome.verdict, Verdict::kDoesNotHold) << outcome.reason;
  EXPECT_NEAR(MeanOf(outcome, "factor per layer of the gradient, relu with its own start, 50 layers"), 1, 0.05);
  EXPECT_NEAR(MeanOf(outcome, "factor per layer of the gradient, relu with the common start, 50 layers"),
              std::sqrt(0.5), 0.05);
  EXPECT_LT(MeanOf(outcome, "factor per layer of the gradient, sigmoid with its best start, 50 layers"), 1 / 3.0);
  EXPECT_NEAR(MeanOf(outcome, "factor per layer of the second moment, he"), 1, 0.1);
  EXPECT_NEAR(MeanOf(outcome, "factor per layer of the second moment, xavier"), 0.5, 0.05);
}

TEST(Vanishing, SeesAWrongStart) {
  for (const char* start : {"xavier", "lecun"}) {
    const Outcome outcome = Tried(kVanishingClaim, {.initialization = start});
    EXPECT_EQ(outcome.verdict, Verdict::kDoesNotHold) << start << ": " << outcome.reason;
  }
}

TEST(Sparsity, FindsHalfSilentAtTheStartAndNoneOfTanh) {
  const Outcome outcome = Tried(kSparsityClaim, {.seeds = 4});
  EXPECT_NEAR(MeanOf(outcome, "silent share, plain, after 0 epochs"), 0.5, 0.08);
  EXPECT_GT(MeanOf(outcome, "silent share trained - at the start, with an L1 term"),
            MeanOf(outcome, "silent share trained - at the start, plain"));
  const Outcome tanh = Tried(kSparsityClaim, {.rectifier = "tanh", .initialization = "xavier"});
  EXPECT_EQ(tanh.verdict, Verdict::kDoesNotHold) << tanh.reason;
}

TEST(Robustness, IsThatOfClosedUnits) {
  EXPECT_NE(Tried(kRobustnessClaim).verdict, Verdict::kDoesNotHold);
  EXPECT_EQ(Tried(kRobustnessClaim, {.rectifier = "tanh"}).verdict, Verdict::kDoesNotHold);
}

TEST(DynamicSize, IsNoneWhereAllUnitsAreAtWork) {
  EXPECT_EQ(Tried(kDynamicSizeClaim, {.rectifier = "tanh"}).verdict, Verdict::kDoesNotHold);
}

TEST(Pictures, ComeFromTheDataThatIsGiven) {
  const TrainingData digits = ReadTrainingData({.path = "digits rows 200"});
  const Settings settings;
  const TrainingData some = Pictures({.settings = settings, .seed = 3, .data = &digits}, 50, 20);
  EXPECT_EQ(some.training.size(), 50u);
  EXPECT_EQ(some.test.size(), 20u);
  EXPECT_EQ(some.examples.rows, 70u);
  EXPECT_TRUE(some.validation.empty());
  std::vector<float> one(784), other(784);
  bool found = false;
  some.examples.Gather(std::vector<uint32_t>{0}, one.data());
  for (const uint32_t row : digits.training) {
    digits.examples.Gather(std::vector<uint32_t>{row}, other.data());
    found = found || (one == other && digits.examples.labels[row] == some.examples.labels[0]);
  }
  EXPECT_TRUE(found) << "the first picture is none of the set's, or has another label";
  const TrainingData drawn = Pictures({.settings = settings, .seed = 3}, 50, 20);
  EXPECT_EQ(drawn.training.size(), 50u);
  EXPECT_EQ(drawn.test.size(), 20u);
}

}  // namespace
}  // namespace ramp::lab
