#include "ramp/network/initialize.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "ramp/activation/activation.h"
#include "ramp/base/error.h"
#include "ramp/base/random.h"
#include "ramp/network/plan.h"

namespace ramp {
namespace {

TEST(Orthogonal, HasOrthogonalVectorsAlongTheShorterSide) {
  for (const std::string activation : {"relu", "tanh"}) {
    for (const size_t inputs : {30u, 50u, 70u}) {
      const size_t units = 50;
      Network network("dense 50, " + activation + ", dense 2", {inputs}, 0);
      Initialize(network, "orthogonal", 3);
      const std::span<const float> weights = network.parameters(network.blocks()[0]);
      const double gain = network.nodes()[1].layer->activation()->gain;
      const bool columns = inputs >= units;
      const size_t count = std::min(inputs, units), length = std::max(inputs, units);
      for (size_t a = 0; a < count; ++a) {
        for (size_t b = 0; b < count; ++b) {
          double product = 0;
          for (size_t i = 0; i < length; ++i) {
            const auto at = [&](size_t vector) {
              return columns ? weights[i * units + vector] : weights[vector * units + i];
            };
            product += static_cast<double>(at(a)) * static_cast<double>(at(b));
          }
          ASSERT_NEAR(product, a == b ? gain : 0, 1e-6) << inputs << " inputs, " << a << " and " << b;
        }
      }
    }
  }
}

// The share of narrow deep networks whose output is the same for all inputs, because all units of a layer are dead.
double BornDead(std::string_view initialization) {
  constexpr size_t kNetworks = 400, kBatch = 64;
  size_t dead = 0;
  for (size_t seed = 0; seed < kNetworks; ++seed) {
    Network network("dense 2, relu, dense 2, relu, dense 2, relu, dense 2, relu, dense 2, relu, dense 2, relu, dense 1",
                    {1}, 0);
    Initialize(network, initialization, seed);
    Plan plan(network, kBatch, PlanMode::kInference);
    Random random(seed, 99);
    for (float& value : plan.input()) value = static_cast<float>(random.Uniform(-1.7, 1.7));
    plan.Forward();
    const std::set<float> outputs(plan.output().begin(), plan.output().end());
    dead += outputs.size() == 1 ? 1u : 0u;
  }
  return static_cast<double>(dead) / static_cast<double>(kNetworks);
}

TEST(Asymmetric, LeavesFewerNetworksBornDead) { EXPECT_LT(BornDead("asymmetric"), 0.8 * BornDead("he")); }

TEST(Asymmetric, GivesEachUnitOneNumberThatIsPositiveForCertain) {
  const size_t inputs = 200, units = 3000;
  Network network("dense 3000, relu", {inputs}, 0);
  Initialize(network, "asymmetric", 1);
  const std::span<const float> weights = network.parameters(network.blocks()[0]);
  const std::span<const float> bias = network.parameters(network.blocks()[1]);
  // Seven deviations of the others.
  const float large = 7 * 0.6007f / std::sqrt(static_cast<float>(inputs));
  size_t found = 0;
  for (size_t u = 0; u < units; ++u) {
    size_t outstanding = bias[u] > large ? 1 : 0;
    for (size_t i = 0; i < inputs; ++i) outstanding += weights[i * units + u] > large ? 1u : 0u;
    EXPECT_LE(outstanding, 1u) << u;
    found += outstanding;
  }
  // Beta(2, 1) is below x with the probability x^2.
  const double expected = 1 - std::pow(static_cast<double>(large), 2);
  EXPECT_NEAR(static_cast<double>(found) / static_cast<double>(units), expected, 0.03);
}

TEST(Fixup, StartsResidualBranchesAtZeroAndScalesTheirOtherLayersByTheirNumber) {
  std::string text = "dense 60";
  for (int branch = 0; branch < 9; ++branch) text += ", residual(dense 50, relu, dense 40, relu, dense 60), relu";
  // The tenth branch has a layer on its shortcut.
  Network network(text + ", residual(dense 50 | dense 50), concat(dense 40 | dense 40)", {60}, 0);
  Initialize(network, "fixup", 1);
  // What each layer has against the deviation that the activation behind it asks for, by its place in the text.
  std::vector<double> expected = {1};
  const double first = std::pow(10, -0.25);
  for (int branch = 0; branch < 9; ++branch) expected.insert(expected.end(), {first, first, 0});
  expected.insert(expected.end(), {0, 1, 1, 1});
  std::vector<double> found;
  for (const PlacedBlock& placed : network.blocks()) {
    if (placed.block.kind != ParameterBlock::Kind::kWeight) continue;
    double square = 0;
    for (const float value : network.parameters(placed)) square += static_cast<double>(value * value);
    const std::vector<size_t>& readers = network.nodes()[placed.layer].readers;
    const Activation* behind = readers.size() == 1 ? network.nodes()[readers[0]].layer->activation() : nullptr;
    const double gain = behind != nullptr ? behind->gain : 1;
    const double variance = gain / static_cast<double>(placed.block.fan_in);
    found.push_back(std::sqrt(square / static_cast<double>(placed.block.shape.count()) / variance));
  }
  ASSERT_EQ(found.size(), expected.size());
  for (size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], expected[i], 0.06) << "layer " << i + 1;
}

TEST(Initialize, MultipliesAllWeightsByTheGainAndNoBiasOrSlope) {
  for (const Initialization& row : Initializations()) {
    Network plain("dense 20, prelu, dense 3", {10}, 0), scaled("dense 20, prelu, dense 3", {10}, 0);
    Initialize(plain, row.name, 5);
    Initialize(scaled, row.name, 5, 0.25);
    for (const PlacedBlock& placed : plain.blocks()) {
      const float factor = placed.block.kind == ParameterBlock::Kind::kWeight ? 0.25f : 1.0f;
      const std::span<const float> before = plain.parameters(placed), after = scaled.parameters(placed);
      for (size_t i = 0; i < before.size(); ++i) ASSERT_EQ(after[i], factor * before[i]) << row.name;
    }
  }
  Network network("dense 3", {10}, 0);
  EXPECT_THROW(Initialize(network, "", 1, -1), UsageError);
}

TEST(EveryInitialization, HasTheVarianceThatItSays) {
  for (const Initialization& row : Initializations()) {
    if (row.name == "asymmetric") continue;  // not all of its weights are of one distribution, see its own test
    for (const std::string activation : {"relu", "tanh", "leaky_relu 0.2"}) {
      Network network("dense 400, " + activation + ", dense 300", {500}, 0);
      Initialize(network, row.name, 1);
      for (const PlacedBlock& placed : network.blocks()) {
        double square = 0;
        for (const float value : network.parameters(placed)) square += static_cast<double>(value * value);
        const double gain = placed.layer == 0 ? network.nodes()[1].layer->activation()->gain : 1;
        const double expected =
            placed.block.kind == ParameterBlock::Kind::kWeight ? row.variance(placed.block, gain) : 0;
        EXPECT_NEAR(square / static_cast<double>(placed.block.shape.count()), expected, 0.02 * expected) << row.name;
      }
    }
  }
}

TEST(Initialize, RefusesAnUnknownNameWithTheNearest) {
  Network network("dense 4", {4}, 0);
  try {
    Initialize(network, "xaver", 1);
    ADD_FAILURE() << "taken";
  } catch (const UsageError& error) {
    EXPECT_NE(std::string(error.what()).find("did you mean 'xavier'?"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace ramp
