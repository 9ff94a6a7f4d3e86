// The loops: any length, any alignment, with and without each of the arrays, give what they give on a whole array.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "ramp/activation/activation.h"
#include "ramp/activation/test_instruction_sets.h"
#include "ramp/base/random.h"

namespace ramp {
namespace {

constexpr float kPoison = std::numeric_limits<float>::infinity();
constexpr size_t kMostUnits = 200;

// An array that begins `offset` floats after an aligned place and is followed by floats that must not be touched.
class Array {
 public:
  Array(size_t size, size_t offset, float value = kPoison)
      : floats_(size + offset + kGuard, value), size_(size), offset_(offset) {
    std::fill(floats_.end() - kGuard, floats_.end(), kGuardValue);
  }
  float* data() { return floats_.data() + offset_; }
  size_t size() const { return size_; }
  float& operator[](size_t i) { return data()[i]; }
  bool GuardIsUntouched() const {
    return std::all_of(floats_.end() - kGuard, floats_.end(), [](float value) { return value == kGuardValue; });
  }

 private:
  static constexpr size_t kGuard = 32;
  static constexpr float kGuardValue = 12345;
  std::vector<float> floats_;
  size_t size_, offset_;
};

Array RandomArray(size_t size, size_t offset, uint64_t seed) {
  Random random(seed);
  Array array(size, offset);
  for (size_t i = 0; i < size; ++i) array[i] = static_cast<float>(random.Normal() * 3);
  return array;
}

::testing::AssertionResult SameBits(Array& a, Array& b) {
  if (a.size() == 0 || std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0) {
    return ::testing::AssertionSuccess();
  }
  for (size_t i = 0; i < a.size(); ++i) {
    if (std::memcmp(&a[i], &b[i], sizeof(float)) != 0) {
      return ::testing::AssertionFailure() << "element " << i << ": " << a[i] << " is not " << b[i];
    }
  }
  return ::testing::AssertionSuccess();
}

// Which of the arrays a call has.
struct Call {
  bool in_place, bias, saved_input, gates, learned;
  size_t rows, units, offset;
  bool streamed, statistics;
  Stores stores() const { return streamed ? Stores::kStreamed : Stores::kCached; }
  std::string Text() const {
    return std::to_string(rows) + " x " + std::to_string(units) + " offset " + std::to_string(offset) +
           (in_place ? " in place" : "") + (bias ? " bias" : "") + (saved_input ? " saved input" : "") +
           (gates ? " gates" : "") + (learned ? " learned" : "") + (streamed ? " streamed" : "") +
           (statistics ? " statistics" : "");
  }
};

std::vector<Call> Calls() {
  std::vector<Call> calls;
  for (size_t units = 0; units <= kMostUnits; ++units) {
    // A quarter of the combinations for each length; four lengths that follow each other have them all, and of twelve
    // each third is streamed, and each second counted.
    const bool streamed = units / 4 % 3 == 1, statistics = units / 4 % 2 == 1;
    for (unsigned flags = units % 4; flags < 32; flags += 4) {
      const auto has = [flags](unsigned bit) { return (flags >> bit & 1u) != 0; };
      calls.push_back({has(1), has(3), has(2), has(4), has(0), 1 + units % 3, units, units % 5, streamed, statistics});
    }
  }
  return calls;
}

struct One {
  float y = kPoison;
  bool open = false;
};

// One unit at a time, so that neither blocks nor parts of them are at work.
One ForwardOfOne(const Activation& activation, float sum, float learned) {
  float y = kPoison;
  uint64_t gate = 0;
  ForwardArguments arguments{.units = 1, .input = &sum, .output = &y, .gates = &gate};
  arguments.parameters = activation.initial_parameters();
  if (activation.learned()) arguments.learned = &learned;
  KernelsOf(activation).forward(arguments);
  return {y, gate == 1};
}

// They were added to 3 open gates, a sum of 1, one of squares of 2, and a largest value of 0.125.
void CheckStatistics(const ForwardStatistics& found, Array& output, const std::vector<bool>& gates) {
  ForwardStatistics expected{.open = 3, .sum = 1, .squares = 2, .largest = 0.125f};
  double size = 0;
  for (size_t i = 0; i < output.size(); ++i) {
    const auto y = static_cast<double>(output[i]);
    expected.open += gates[i] ? 1 : 0;
    expected.sum += y;
    size += std::abs(y);
    expected.squares += y * y;
    expected.largest = std::max(expected.largest, std::abs(output[i]));
  }
  EXPECT_EQ(found.open, expected.open);
  EXPECT_NEAR(found.sum, expected.sum, 1e-6 * size);
  EXPECT_NEAR(found.squares, expected.squares, 1e-6 * expected.squares);
  EXPECT_EQ(found.largest, expected.largest);
}

void CheckForward(const Activation& activation, const Call& call) {
  SCOPED_TRACE(std::string(activation.name) + " " + call.Text());
  const size_t size = call.rows * call.units;
  Array input = RandomArray(size, call.offset, 1);
  Array bias = RandomArray(call.units, call.offset + 1, 2);
  Array learned = RandomArray(call.units, call.offset + 2, 3);
  const bool is_learned = activation.learned() && call.learned;
  Array expected(size, 0), sums(size, 0);
  std::vector<bool> expected_gates(size);
  for (size_t i = 0; i < size; ++i) {
    const float added = call.bias ? bias[i % call.units] : 0;
    sums[i] = input[i] + added;
    const One one =
        ForwardOfOne(activation, sums[i], is_learned ? learned[i % call.units] : activation.initial_parameters()[0]);
    expected[i] = one.y;
    expected_gates[i] = one.open;
  }

  Array output(size, call.offset + 3), saved(size, call.offset);
  std::vector<uint64_t> gates(Gates::Words(call.rows, call.units) + 1, 0x5555555555555555u);
  ForwardArguments arguments{.rows = call.rows, .units = call.units, .input = input.data(), .output = output.data()};
  arguments.parameters = activation.initial_parameters();
  if (call.in_place) arguments.output = input.data();
  if (call.bias) arguments.bias = bias.data();
  if (call.saved_input) arguments.saved_input = saved.data();
  if (call.gates) arguments.gates = gates.data();
  if (is_learned) arguments.learned = learned.data();
  ForwardStatistics statistics{.open = 3, .sum = 1, .squares = 2, .largest = 0.125f};
  if (call.statistics) arguments.statistics = &statistics;
  arguments.stores = call.stores();
  KernelsOf(activation).forward(arguments);
  if (call.statistics) CheckStatistics(statistics, expected, expected_gates);

  EXPECT_TRUE(SameBits(call.in_place ? input : output, expected));
  EXPECT_TRUE(input.GuardIsUntouched() && output.GuardIsUntouched() && saved.GuardIsUntouched());
  if (call.saved_input) {
    EXPECT_TRUE(SameBits(saved, sums));
  }
  if (!call.gates) return;
  EXPECT_EQ(gates.back(), 0x5555555555555555u);
  const Gates view(gates.data(), call.rows, call.units);
  for (size_t row = 0; row < call.rows; ++row) {
    for (size_t unit = 0; unit < view.words_per_row() * Gates::kBitsPerWord; ++unit) {
      const bool open = unit < call.units && expected_gates[row * call.units + unit];
      ASSERT_EQ(view.IsOpen(row, unit), open) << "row " << row << " unit " << unit;
    }
  }
}

TEST(EveryForward, GivesTheSameForAnyLengthAlignmentAndArrays) {
  const std::vector<Call> calls = Calls();
  OnEveryInstructionSet([&] {
    for (const Activation& activation : Activations()) {
      for (const Call& call : calls) CheckForward(activation, call);
    }
  });
}

TEST(EveryForward, KeepsItsInputInPlace) {
  OnEveryInstructionSet([] {
    for (const Activation& activation : Activations()) {
      Array input = RandomArray(2 * 77, 1, 4), bias = RandomArray(77, 0, 5), output(2 * 77, 0);
      Array expected(2 * 77, 0);
      for (size_t i = 0; i < expected.size(); ++i) expected[i] = input[i] + bias[i % 77];
      ForwardArguments arguments{.rows = 2, .units = 77, .input = input.data(), .bias = bias.data()};
      arguments.output = output.data();
      arguments.saved_input = input.data();
      arguments.parameters = activation.initial_parameters();
      KernelsOf(activation).forward(arguments);
      EXPECT_TRUE(SameBits(input, expected)) << activation.name;
    }
  });
}

struct Saved {
  std::vector<uint64_t> gates;
  Array output;
};

Saved ForwardForBackward(const Activation& activation, size_t rows, size_t units, Array& input, const float* learned) {
  Saved saved{std::vector<uint64_t>(Gates::Words(rows, units)), Array(rows * units, 0)};
  ForwardArguments arguments{.rows = rows, .units = units, .input = input.data(), .output = saved.output.data()};
  arguments.gates = saved.gates.data();
  arguments.parameters = activation.initial_parameters();
  arguments.learned = learned;
  KernelsOf(activation).forward(arguments);
  return saved;
}

BackwardArguments ArgumentsOf(const Activation& activation, size_t rows, size_t units, Array& input, Saved& saved) {
  BackwardArguments arguments{.rows = rows, .units = units};
  arguments.parameters = activation.initial_parameters();
  if (activation.saves == Saves::kGate) arguments.gates = saved.gates.data();
  if (activation.saves == Saves::kOutput) arguments.output = saved.output.data();
  if (activation.saves == Saves::kInput) arguments.input = input.data();
  return arguments;
}

float BackwardOfOne(const Activation& activation, float x, float gradient, const float* learned) {
  Array input(1, 0, x), slope(1, 0);
  Saved saved = ForwardForBackward(activation, 1, 1, input, learned);
  BackwardArguments arguments = ArgumentsOf(activation, 1, 1, input, saved);
  arguments.gradient = &gradient;
  arguments.input_gradient = slope.data();
  arguments.learned = learned;
  KernelsOf(activation).backward(arguments);
  return slope[0];
}

void CheckBackward(const Activation& activation, const Call& call) {
  SCOPED_TRACE(std::string(activation.name) + " " + call.Text());
  const size_t size = call.rows * call.units;
  Array input = RandomArray(size, call.offset, 6), gradient = RandomArray(size, call.offset + 1, 7);
  Array learned = RandomArray(call.units, call.offset + 2, 8);
  const bool is_learned = activation.learned() && call.learned;
  const float initial = activation.initial_parameters()[0];
  const auto learned_of = [&](size_t unit) { return is_learned ? &learned[unit] : &initial; };

  Saved saved = ForwardForBackward(activation, call.rows, call.units, input, is_learned ? learned.data() : nullptr);
  Array expected(size, 0), expected_bias(call.units, 0, 0), expected_learned(call.units, 0, 0);
  for (size_t i = 0; i < size; ++i) {
    const size_t unit = i % call.units;
    expected[i] = BackwardOfOne(activation, input[i], gradient[i], activation.learned() ? learned_of(unit) : nullptr);
    expected_bias[unit] += expected[i];
    if (input[i] <= 0) expected_learned[unit] = std::fma(gradient[i], input[i], expected_learned[unit]);
  }

  Array result(size, call.offset + 3), bias(call.units, call.offset, 2), learned_gradient(call.units, 1, 3);
  BackwardArguments arguments = ArgumentsOf(activation, call.rows, call.units, input, saved);
  arguments.gradient = gradient.data();
  arguments.input_gradient = call.in_place ? gradient.data() : result.data();
  if (call.bias) arguments.bias_gradient = bias.data();
  if (is_learned) arguments.learned = learned.data();
  if (is_learned && call.saved_input) arguments.learned_gradient = learned_gradient.data();
  arguments.stores = call.stores();
  KernelsOf(activation).backward(arguments);

  EXPECT_TRUE(SameBits(call.in_place ? gradient : result, expected));
  EXPECT_TRUE(gradient.GuardIsUntouched() && result.GuardIsUntouched());
  EXPECT_TRUE(bias.GuardIsUntouched() && learned_gradient.GuardIsUntouched());
  for (size_t unit = 0; unit < call.units; ++unit) {
    // Streamed rows are added to the sum one by one.
    const float tolerance = call.streamed ? 1e-5f : 0.0f;
    ASSERT_NEAR(bias[unit], call.bias ? 2 + expected_bias[unit] : 2, tolerance) << unit;
    const bool sums = arguments.learned_gradient != nullptr;
    ASSERT_NEAR(learned_gradient[unit], sums ? 3 + expected_learned[unit] : 3, 1e-4) << unit;
  }
}

TEST(EveryBackward, GivesTheSameForAnyLengthAlignmentAndArrays) {
  const std::vector<Call> calls = Calls();
  OnEveryInstructionSet([&] {
    for (const Activation& activation : Activations()) {
      for (const Call& call : calls) {
        if (!call.gates) CheckBackward(activation, call);
      }
    }
  });
}

// Blocks of numbers of all sizes, in which a formula that holds for most of them must not be taken for the others.
std::vector<float> BlocksOfAllSizes() {
  const float infinity = std::numeric_limits<float>::infinity(), nan = std::numeric_limits<float>::quiet_NaN();
  const float signalling = std::numeric_limits<float>::signaling_NaN(), tiny = 1e-42f;
  const float sizes[] = {0,  tiny, 1e-30f, 1e-3f, 5,    7,     9,        12,  15,
                         17, 25,   90,     200,   1e9f, 1e30f, infinity, nan, signalling};
  Random random(5);
  std::vector<float> inputs;
  const auto add_normal = [&](size_t count) {
    for (size_t i = 0; i < count; ++i) inputs.push_back(static_cast<float>(random.Normal()));
  };
  for (const float size : sizes) {
    for (const float sign : {1.0f, -1.0f}) {
      // One such number, at another place in each block, and then some.
      const size_t place = inputs.size() / Gates::kBitsPerWord * 11 % Gates::kBitsPerWord;
      add_normal(place);
      inputs.push_back(std::copysign(size, sign));
      add_normal(Gates::kBitsPerWord - 1 - place);
      for (size_t i = 0; i < Gates::kBitsPerWord; ++i) {
        inputs.push_back(std::copysign(sizes[random.Below(std::size(sizes))], i % 3 == 0 ? -sign : sign));
      }
    }
  }
  return inputs;
}

// NaNs aside, of which the sign and the rest say nothing.
bool SameNumber(float a, float b) { return std::memcmp(&a, &b, sizeof(a)) == 0 || (std::isnan(a) && std::isnan(b)); }

TEST(EveryActivation, ComputesBlocksOfNumbersOfAllSizesAsItComputesEachAlone) {
  const std::vector<float> inputs = BlocksOfAllSizes();
  const std::vector<float> ones(inputs.size(), 1.0f);
  OnEveryInstructionSet([&] {
    for (const Activation& activation : Activations()) {
      const ActivationKernels kernels = KernelsOf(activation);
      const ActivationParameters parameters = activation.initial_parameters();
      const auto compute = [&](size_t first, size_t count, float* y, float* slope) {
        kernels.forward({.units = count, .input = &inputs[first], .output = y, .parameters = parameters});
        kernels.backward({.units = count,
                          .gradient = &ones[first],
                          .input = &inputs[first],
                          .input_gradient = slope,
                          .parameters = parameters});
      };
      std::vector<float> outputs(inputs.size()), slopes(inputs.size());
      compute(0, inputs.size(), outputs.data(), slopes.data());
      for (size_t i = 0; i < inputs.size(); ++i) {
        float y = kPoison, slope = kPoison;
        compute(i, 1, &y, &slope);
        ASSERT_TRUE(SameNumber(outputs[i], y))
            << activation.name << "(" << inputs[i] << ") is " << y << " alone, " << outputs[i] << " at " << i;
        ASSERT_TRUE(SameNumber(slopes[i], slope)) << "the slope of " << activation.name << " at " << inputs[i] << " is "
                                                  << slope << " alone, " << slopes[i] << " at " << i;
        ASSERT_TRUE(!std::isnan(inputs[i]) || std::isnan(y)) << activation.name << " hides a NaN";
      }
    }
  });
}

TEST(ForwardStatistics, ShowANanAmongTheOutputs) {
  OnEveryInstructionSet([] {
    for (const size_t units : {1u, 63u, 64u, 300u}) {
      for (const float sign : {1.0f, -1.0f}) {
        Array input(units, 0, std::numeric_limits<float>::infinity()), output(units, 0);
        input[units / 2] = std::copysign(std::numeric_limits<float>::quiet_NaN(), sign);
        ForwardStatistics statistics;
        ForwardArguments arguments{.units = units, .input = input.data(), .output = output.data()};
        arguments.statistics = &statistics;
        KernelsOf(FindActivation("relu")).forward(arguments);
        EXPECT_TRUE(std::isnan(statistics.largest) && std::isnan(statistics.sum) && std::isnan(statistics.squares));
        EXPECT_EQ(statistics.open, units) << "a NaN passes";
      }
    }
  });
}

TEST(Stores, GoPastTheCachesWhenTheArraysAreLargerThanTheLast) {
  const size_t fits = std::min(LastLevelCacheBytes(), kMostCacheBytes) / (2 * sizeof(float));
  EXPECT_GE(LastLevelCacheBytes(), size_t{1} << 17);
  EXPECT_FALSE(IsLarge(Stores::kBySize, 1));
  EXPECT_FALSE(IsLarge(Stores::kBySize, fits));
  EXPECT_TRUE(IsLarge(Stores::kBySize, std::max(2 * fits, size_t{1} << 20)));
  EXPECT_TRUE(IsLarge(Stores::kStreamed, 1));
  EXPECT_FALSE(IsLarge(Stores::kCached, 4 * fits));
}

TEST(Relu, PassesNothingThroughAClosedGate) {
  OnEveryInstructionSet([] {
    const Activation& relu = FindActivation("relu");
    EXPECT_EQ(BackwardOfOne(relu, -1, std::numeric_limits<float>::infinity(), nullptr), 0);
    EXPECT_EQ(BackwardOfOne(relu, -1, std::numeric_limits<float>::quiet_NaN(), nullptr), 0);
  });
}

}  // namespace
}  // namespace ramp
