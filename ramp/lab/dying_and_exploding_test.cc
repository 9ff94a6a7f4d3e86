#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "ramp/lab/experiments/list.h"
#include "ramp/lab/run.h"

namespace ramp::lab {
namespace {

Outcome RunQuickly(std::string_view name, Settings settings) {
  settings.effort = Effort::kQuick;
  settings.seeds = 2;
  return *RunExperiment(FindExperiment(name), settings);
}

const Estimate& Of(const Outcome& outcome, std::string_view figure) {
  const auto found = std::ranges::find(outcome.estimates, figure, &Estimate::name);
  if (found == outcome.estimates.end()) throw std::runtime_error("there is no figure " + std::string(figure));
  return *found;
}

std::string Told(const Outcome& outcome) { return std::string(Name(outcome.verdict)) + ": " + outcome.reason; }

TEST(Dying, MeetsWhatIsKnownAndFailsWithoutARectifier) {
  const Outcome outcome = RunQuickly(kDyingClaim, {});
  // Lu et al., 2019: 1 - (3/4)^9.
  EXPECT_NEAR(Of(outcome, "an input is born dead, 10 layers of width 2, he").mean, 0.925, 0.02);
  const double whole = Of(outcome, "the network is born dead, 10 layers of width 2, he").mean;
  EXPECT_LE(whole, 0.925);
  EXPECT_GE(whole, 0.7);
  EXPECT_EQ(Of(outcome, "dead units that come back, the first layer").mean, 0);
  EXPECT_GT(Of(outcome, "dead units that come back, the layers behind it").mean, 0);
  EXPECT_EQ(Of(outcome, "largest |gradient| of a dead unit's weights").mean, 0);
  EXPECT_EQ(outcome.verdict, Verdict::kDepends) << Told(outcome);

  const Outcome planted = RunQuickly(kDyingClaim, {.rectifier = std::string(kTanh)});
  EXPECT_EQ(planted.verdict, Verdict::kDoesNotHold) << Told(planted);
}

TEST(Exploding, MeetsWhatIsKnownAndFailsWhereClippingIsBroken) {
  const Outcome outcome = RunQuickly(kExplodingClaim, {});
  EXPECT_NEAR(Of(outcome, "factor per layer of the values, relu, weights x 1").mean, 1, 0.1);
  EXPECT_NEAR(Of(outcome, "factor per layer of the gradient, relu, weights x 2").mean, 2, 0.2);
  // Yang et al., 2019: through batch normalisation the gradient grows at the start, and no size of the weights helps.
  EXPECT_GT(Of(outcome, "factor per layer of the gradient, relu with batchnorm, weights x 3").mean, 1.1);
  EXPECT_EQ(outcome.verdict, Verdict::kDepends) << Told(outcome);

  const Outcome planted = RunQuickly(kExplodingClaim, {.clip_norm = 0});
  EXPECT_EQ(planted.verdict, Verdict::kDoesNotHold) << Told(planted);
}

}  // namespace
}  // namespace ramp::lab
