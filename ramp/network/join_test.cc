#include "ramp/network/join.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "ramp/base/error.h"
#include "ramp/network/initialize.h"
#include "ramp/network/plan.h"

namespace ramp {
namespace {

std::vector<Network> Members(const std::vector<std::string>& texts, size_t outputs) {
  std::vector<Network> members;
  for (const std::string& text : texts) {
    members.emplace_back(text, Shape{2}, outputs);
    Initialize(members.back(), "", members.size());
  }
  return members;
}

std::vector<float> OutputOf(const Network& network) {
  Plan plan(network, 1, PlanMode::kInference);
  plan.input()[0] = 0.7f;
  plan.input()[1] = -1.3f;
  plan.Forward();
  return {plan.output().begin(), plan.output().end()};
}

std::vector<double> Probabilities(const std::vector<float>& logits) {
  double sum = 0;
  std::vector<double> probabilities;
  for (const float logit : logits) sum += std::exp(static_cast<double>(logit));
  for (const float logit : logits) probabilities.push_back(std::exp(static_cast<double>(logit)) / sum);
  return probabilities;
}

TEST(JoinedVotes, AreTheWeightedMeanOfTheProbabilitiesOverTheTemperature) {
  const std::vector<Network> members = Members({"dense 5, relu, dense", "dense", "dense 3, tanh, dense"}, 3);
  const std::vector<float> weights = {0.5f, 0.2f, 0.3f};
  for (const float temperature : {1.0f, 2.5f}) {
    const std::vector<float> joined = OutputOf(JoinVotes(members, weights, temperature));
    for (size_t output = 0; output < 3; ++output) {
      double mean = 0;
      for (size_t m = 0; m < members.size(); ++m) {
        mean += static_cast<double>(weights[m]) * Probabilities(OutputOf(members[m]))[output];
      }
      EXPECT_NEAR(joined[output], std::log(mean) / static_cast<double>(temperature), 1e-5);
    }
  }
}

TEST(AJoinedAverage, IsTheWeightedMeanOfAnswersWithinBounds) {
  const std::vector<Network> members = Members({"dense 5, relu, dense", "dense", "dense 3, tanh, dense"}, 1);
  const std::vector<float> weights = {0.5f, 0.2f, 0.3f};
  float mean = 0;
  for (size_t m = 0; m < members.size(); ++m) mean += weights[m] * std::clamp(OutputOf(members[m])[0], -0.4f, 0.3f);
  EXPECT_NEAR(OutputOf(JoinAverage(members, weights, -0.4f, 0.3f))[0], mean, 1e-6);
}

TEST(JoinedNetworks, MustEndInAsManyUnits) {
  std::vector<Network> members = Members({"dense"}, 3);
  members.emplace_back("dense", Shape{2}, 2);
  const std::vector<float> weights = {0.5f, 0.5f};
  EXPECT_THROW(JoinVotes(members, weights, 1), UsageError);
  EXPECT_THROW(JoinVotes({}, {}, 1), UsageError);
}

}  // namespace
}  // namespace ramp
