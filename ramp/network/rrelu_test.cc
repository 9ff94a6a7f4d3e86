// The layer whose slopes are random in training. Its gradients are checked with those of all layers.
#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "ramp/base/random.h"
#include "ramp/network/initialize.h"
#include "ramp/network/network.h"
#include "ramp/network/plan.h"

namespace ramp {
namespace {

TEST(Rrelu, DrawsItsSlopesInEachStepOfTrainingAndTakesTheirMeanElse) {
  Network network("dense 50, rrelu 0.2 0.4, dense 1", {3}, 1);
  Initialize(network, "", 1);
  const auto run = [&](PlanMode mode, uint64_t key) {
    Plan plan(network, 40, mode);
    plan.set_random_key(key);
    Random random(1);
    for (float& value : plan.input()) value = static_cast<float>(random.Normal());
    plan.Forward();
    return std::vector<float>(plan.output().begin(), plan.output().end());
  };
  EXPECT_NE(run(PlanMode::kTrain, 1), run(PlanMode::kTrain, 2));
  EXPECT_EQ(run(PlanMode::kTrain, 1), run(PlanMode::kTrain, 1));
  EXPECT_EQ(run(PlanMode::kInference, 1), run(PlanMode::kExamine, 2));
  // The mean over many steps is the output of the trained network.
  std::vector<double> mean(40);
  constexpr int kSteps = 400;
  for (int step = 0; step < kSteps; ++step) {
    const std::vector<float> output = run(PlanMode::kTrain, 100 + static_cast<uint64_t>(step));
    for (size_t i = 0; i < mean.size(); ++i) mean[i] += static_cast<double>(output[i]) / kSteps;
  }
  const std::vector<float> trained = run(PlanMode::kInference, 0);
  for (size_t i = 0; i < mean.size(); ++i) EXPECT_NEAR(mean[i], trained[i], 0.02) << i;
}

}  // namespace
}  // namespace ramp
