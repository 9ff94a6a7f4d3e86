#include "ramp/activation/split.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "ramp/activation/test_instruction_sets.h"
#include "ramp/base/random.h"

namespace ramp {
namespace {

constexpr int kThreads = 3;

std::vector<float> RandomFloats(size_t size, uint64_t seed) {
  Random random(seed);
  std::vector<float> floats(size);
  for (float& value : floats) value = static_cast<float>(random.Normal());
  return floats;
}

struct Shape {
  size_t rows, units;
};
constexpr Shape kShapes[] = {{1, 100'003}, {1, 10}, {2, 60'001}, {333, 301}, {5000, 10}};

struct Forwarded {
  Forwarded(const Activation& activation, Shape shape, Stores stores, int threads)
      : output(shape.rows * shape.units), saved_input(output.size()), gates(Gates::Words(shape.rows, shape.units)) {
    const std::vector<float> input = RandomFloats(output.size(), 1), bias = RandomFloats(shape.units, 2);
    const std::vector<float> learned = RandomFloats(shape.units, 3);
    ForwardArguments arguments{.rows = shape.rows,
                               .units = shape.units,
                               .input = input.data(),
                               .bias = bias.data(),
                               .output = output.data(),
                               .saved_input = saved_input.data(),
                               .gates = gates.data(),
                               .parameters = activation.initial_parameters()};
    if (activation.learned()) arguments.learned = learned.data();
    arguments.statistics = &statistics;
    arguments.stores = stores;
    ForwardOnThreads(KernelsOf(activation), arguments, threads);
  }
  std::vector<float> output, saved_input;
  std::vector<uint64_t> gates;
  ForwardStatistics statistics;
};

TEST(EveryActivation, GivesTheSameOnManyThreadsAsOnOne) {
  for (const Activation& activation : Activations()) {
    for (const Shape shape : kShapes) {
      for (const Stores stores : {Stores::kCached, Stores::kStreamed}) {
        SCOPED_TRACE(std::string(activation.name) + " " + std::to_string(shape.rows) + " x " +
                     std::to_string(shape.units));
        const Forwarded one(activation, shape, stores, 1), many(activation, shape, stores, kThreads);
        EXPECT_EQ(one.output, many.output);
        EXPECT_EQ(one.saved_input, many.saved_input);
        EXPECT_EQ(one.gates, many.gates);
        EXPECT_EQ(one.statistics.open, many.statistics.open);
        EXPECT_EQ(one.statistics.largest, many.statistics.largest);
        const double size = std::sqrt(one.statistics.squares * static_cast<double>(one.output.size()));
        EXPECT_NEAR(one.statistics.sum, many.statistics.sum, 1e-6 * size);
        EXPECT_NEAR(one.statistics.squares, many.statistics.squares, 1e-6 * one.statistics.squares);
      }
    }
  }
}

struct Backwarded {
  Backwarded(const Activation& activation, Shape shape, int threads)
      : input_gradient(shape.rows * shape.units), bias_gradient(shape.units, 1), learned_gradient(shape.units, 2) {
    const Forwarded forward(activation, shape, Stores::kCached, 1);
    const std::vector<float> gradient = RandomFloats(input_gradient.size(), 4), learned = RandomFloats(shape.units, 3);
    BackwardArguments arguments{.rows = shape.rows,
                                .units = shape.units,
                                .gradient = gradient.data(),
                                .gates = forward.gates.data(),
                                .output = forward.output.data(),
                                .input = forward.saved_input.data(),
                                .input_gradient = input_gradient.data(),
                                .bias_gradient = bias_gradient.data(),
                                .parameters = activation.initial_parameters()};
    if (activation.learned()) {
      arguments.learned = learned.data();
      arguments.learned_gradient = learned_gradient.data();
    }
    BackwardOnThreads(KernelsOf(activation), arguments, threads);
  }
  std::vector<float> input_gradient, bias_gradient, learned_gradient;
};

void ExpectNear(const std::vector<float>& a, const std::vector<float>& b) {
  for (size_t i = 0; i < a.size(); ++i) ASSERT_NEAR(a[i], b[i], 1e-3f) << i;
}

TEST(EveryActivation, GivesTheSameBackwardOnManyThreadsAsOnOne) {
  for (const Activation& activation : Activations()) {
    for (const Shape shape : kShapes) {
      SCOPED_TRACE(std::string(activation.name) + " " + std::to_string(shape.rows) + " x " +
                   std::to_string(shape.units));
      const Backwarded one(activation, shape, 1), many(activation, shape, kThreads);
      EXPECT_EQ(one.input_gradient, many.input_gradient);
      ExpectNear(one.bias_gradient, many.bias_gradient);
      ExpectNear(one.learned_gradient, many.learned_gradient);
    }
  }
}

}  // namespace
}  // namespace ramp
