#include "ramp/training/optimizer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "ramp/base/error.h"
#include "ramp/base/random.h"
#include "ramp/network/initialize.h"
#include "ramp/training/test_data.h"
#include "ramp/training/trainer.h"

namespace ramp {
namespace {

using Kind = ParameterBlock::Kind;

std::vector<float> Parameters(const Network& network) {
  return {network.parameters().begin(), network.parameters().end()};
}

Network Drawn() {
  Network network("dense 16, batchnorm, prelu, dense 3", {5}, 0);
  Initialize(network, "", 1);
  // Biases that are not 0, where decay would show.
  for (const PlacedBlock& block : network.blocks()) {
    for (float& value : network.parameters(block)) value += 0.25f;
  }
  return network;
}

void DrawGradients(Network& network, uint64_t seed) {
  Random random(seed);
  for (float& value : network.gradients()) value = static_cast<float>(random.Normal());
}

TEST(EveryOptimizer, DecaysWeightsAlone) {
  for (const OptimizerDefinition& row : Optimizers()) {
    Network network = Drawn();
    const std::vector<float> before = Parameters(network);
    Optimizer optimizer(row, network, 0.1);
    optimizer.Step(0.01, 1);
    for (const PlacedBlock& block : network.blocks()) {
      const std::span<const float> after = network.parameters(block);
      for (size_t i = 0; i < after.size(); ++i) {
        const float start = before[block.offset + i];
        if (block.block.kind == Kind::kWeight) {
          EXPECT_LT((after[i] - start) * start, 0) << row.name;
        } else {
          EXPECT_EQ(after[i], start) << row.name << " changed " << block.block.name;
        }
      }
    }
  }
}

TEST(EveryOptimizer, GoesOnFromItsStateToTheSameBits) {
  for (const OptimizerDefinition& row : Optimizers()) {
    Network one = Drawn(), other = Drawn();
    Optimizer first(row, one, 0.1), second(row, other, 0.1);
    for (uint64_t step = 0; step < 5; ++step) {
      DrawGradients(one, step);
      first.Step(0.01, 0.5);
    }
    second.Restore(first.Save());
    std::copy(one.parameters().begin(), one.parameters().end(), other.parameters().begin());
    for (uint64_t step = 5; step < 10; ++step) {
      DrawGradients(one, step);
      DrawGradients(other, step);
      first.Step(0.01, 0.5);
      second.Step(0.01, 0.5);
    }
    EXPECT_EQ(Parameters(one), Parameters(other)) << row.name;
  }
}

TEST(Optimizer, RefusesTheStateOfAnother) {
  Network network = Drawn();
  for (const OptimizerDefinition& row : Optimizers()) {
    for (const OptimizerDefinition& other : Optimizers()) {
      if (row.uses_first == other.uses_first && row.uses_second == other.uses_second) continue;
      Optimizer optimizer(row, network, 0);
      EXPECT_THROW(optimizer.Restore(Optimizer(other, network, 0).Save()), Error) << row.name << " and " << other.name;
    }
  }
}

// The first step of adam has the size of the rate, whatever the gradient's is. Decay that is part of the gradient
// therefore shows no more than the gradient does; decoupled decay takes its own rate x decay x w.
TEST(Adam, TakesDecayIntoTheGradientAndAdamwAppliesItToTheWeightsAlone) {
  constexpr float kRate = 0.125f, kDecay = 0.5f;
  struct Case {
    std::string name;
    float decoupled;
  };
  for (const Case& c : {Case{"adam", 0}, Case{"adamw", kRate * kDecay}}) {
    for (const bool has_gradient : {false, true}) {
      Network network = Drawn();
      const std::vector<float> before = Parameters(network);
      std::ranges::fill(network.gradients(), has_gradient ? 1000.0f : 0.0f);
      Optimizer optimizer(FindOptimizer(c.name), network, static_cast<double>(kDecay));
      optimizer.Step(static_cast<double>(kRate), 1);
      for (const PlacedBlock& block : network.blocks()) {
        if (block.block.kind != Kind::kWeight) continue;
        for (size_t i = 0; i < block.block.shape.count(); ++i) {
          const float start = before[block.offset + i];
          // The gradient outweighs the decay in it, so the step goes against it; without one, adam's decay decides.
          const float by_decay = c.name == "adam" ? std::copysign(kRate, start) : 0.0f;
          const float step = has_gradient ? kRate : by_decay;
          EXPECT_NEAR(network.parameters()[block.offset + i], start - step - c.decoupled * start, 1e-3f)
              << c.name << ", " << (has_gradient ? "with" : "without") << " a gradient, weight " << start;
        }
      }
    }
  }
}

TEST(GradientSum, IsTheMeanOverTheExamplesOfAllBatches) {
  Network network = Drawn();
  for (const bool leaves_out : {false, true}) {
    GradientSum sum(network, 3);
    const double weights[] = {4, 4, 2};
    std::vector<double> expected(network.gradients().size());
    double all = 0;
    for (size_t batch = 0; batch < 3; ++batch) {
      DrawGradients(network, batch);
      const bool left_out = leaves_out && batch == 2;
      if (!left_out) {
        all += weights[batch];
        for (size_t i = 0; i < expected.size(); ++i) {
          expected[i] += weights[batch] * static_cast<double>(network.gradients()[i]);
        }
      }
      EXPECT_EQ(left_out ? sum.LeaveOut(false) : sum.Add(weights[batch], false), batch == 2);
    }
    for (const PlacedBlock& block : network.blocks()) {
      for (size_t i = 0; i < block.block.shape.count(); ++i) {
        EXPECT_NEAR(network.gradients(block)[i], expected[block.offset + i] / all, 1e-6);
      }
    }
  }
}

TEST(GradientSum, EndsWithTheEpochAndWithoutAnyBatchMakesNoUpdate) {
  Network network = Drawn();
  GradientSum sum(network, 4);
  EXPECT_FALSE(sum.Add(1, false));
  EXPECT_TRUE(sum.Add(1, true));
  for (int batch = 0; batch < 4; ++batch) EXPECT_FALSE(sum.LeaveOut(batch == 3));
  EXPECT_FALSE(sum.LeaveOut(false));
  EXPECT_FALSE(sum.LeaveOut(false));
  EXPECT_FALSE(sum.LeaveOut(false));
  EXPECT_FALSE(sum.LeaveOut(false));
  EXPECT_FALSE(sum.Add(1, false));
}

TEST(Accumulation, EqualsTheLargerBatchUpToRounding) {
  for (const Task task : {Task::kClassification, Task::kRegression}) {
    for (const bool balanced : {false, true}) {
      if (balanced && task == Task::kRegression) continue;
      // 600 training rows: the last sum of an epoch has fewer batches, and the last batch fewer rows.
      const TrainingData data = MakeRings(1000, 4, task, 1);
      std::vector<std::vector<float>> weights;
      for (const size_t accumulate : {1u, 4u}) {
        Network network("dense 24, relu, dense", {4}, data.examples.encoding.outputs());
        Trainer trainer(network, data,
                        {.epochs = 3,
                         .batch = 100 / accumulate,
                         .optimizer = "momentum",
                         .schedule = "warm-up 1, cosine",
                         .clip_norm = 0.5,
                         .clip_value = 0.1,
                         .accumulate = accumulate,
                         .balanced = balanced});
        EXPECT_EQ(trainer.Run().best_epoch > 0, true);
        weights.push_back(Parameters(network));
      }
      for (size_t i = 0; i < weights[0].size(); ++i) ASSERT_NEAR(weights[0][i], weights[1][i], 2e-5) << i;
    }
  }
}

TEST(ClampGradients, BoundsEachOfThem) {
  Network network = Drawn();
  DrawGradients(network, 1);
  const std::vector<float> before(network.gradients().begin(), network.gradients().end());
  ClampGradients(network, 0.5);
  for (size_t i = 0; i < before.size(); ++i) ASSERT_EQ(network.gradients()[i], std::clamp(before[i], -0.5f, 0.5f));
}

}  // namespace
}  // namespace ramp
