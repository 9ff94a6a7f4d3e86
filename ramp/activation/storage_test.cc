// 16-bit storage: on each instruction set, all 65,536 numbers of each kind.
#include "ramp/activation/storage.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "ramp/activation/split.h"
#include "ramp/activation/test_instruction_sets.h"
#include "ramp/base/random.h"

namespace ramp {
namespace {

struct Format {
  Storage storage;
  int fraction_bits, least_exponent, most_exponent;
};
constexpr Format kFormats[] = {{Storage::kBfloat16, 7, -126, 127}, {Storage::kFloat16, 10, -14, 15}};

uint16_t InfinityOf(const Format& f) {
  return static_cast<uint16_t>((f.most_exponent - f.least_exponent + 2) << f.fraction_bits);
}

bool IsNan(const Format& f, uint16_t bits) { return (bits & 0x7fff) > InfinityOf(f); }

// By arithmetic, where the kernels move bits.
float Value(const Format& f, uint16_t bits) {
  const int size = bits & 0x7fff, exponent = size >> f.fraction_bits, fraction = size & ((1 << f.fraction_bits) - 1);
  double value = 0;
  if (IsNan(f, bits)) return std::numeric_limits<float>::quiet_NaN();
  if (size == InfinityOf(f)) {
    value = std::numeric_limits<double>::infinity();
  } else if (exponent == 0) {
    value = std::ldexp(fraction, f.least_exponent - f.fraction_bits);
  } else {
    value = std::ldexp(fraction + (1 << f.fraction_bits), exponent - 1 + f.least_exponent - f.fraction_bits);
  }
  return static_cast<float>((bits & 0x8000) != 0 ? -value : value);
}

uint16_t NearestOf(const Format& f, float value) {
  const auto sign = static_cast<uint16_t>(std::signbit(value) ? 0x8000 : 0);
  const double size = std::abs(static_cast<double>(value));
  if (std::isnan(value)) return static_cast<uint16_t>(sign | (InfinityOf(f) + 1));
  if (std::isinf(value)) return static_cast<uint16_t>(sign | InfinityOf(f));
  const int exponent = size == 0 ? f.least_exponent : std::max(std::ilogb(size), f.least_exponent);
  // In units of the last place; nearbyint rounds ties to even.
  const double places = std::nearbyint(std::ldexp(size, f.fraction_bits - exponent));
  const double bits = places + std::ldexp(exponent - f.least_exponent, f.fraction_bits);
  return static_cast<uint16_t>(sign | static_cast<uint16_t>(std::min<double>(bits, InfinityOf(f))));
}

::testing::AssertionResult IsNearest(const Format& f, uint16_t bits, float value) {
  const uint16_t nearest = NearestOf(f, value);
  if (bits == nearest || (IsNan(f, bits) && IsNan(f, nearest))) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << "of " << value << ": " << bits << " is not " << nearest;
}

std::vector<uint16_t> AllNumbers() {
  std::vector<uint16_t> all(65536);
  for (size_t i = 0; i < all.size(); ++i) all[i] = static_cast<uint16_t>(i);
  return all;
}

std::vector<float> Widened(const Format& f, const std::vector<uint16_t>& numbers) {
  std::vector<float> floats(numbers.size());
  Widen(f.storage, numbers.data(), numbers.size(), floats.data());
  return floats;
}

TEST(Widen, IsExactForAllNumbers) {
  OnEveryInstructionSet([] {
    for (const Format& f : kFormats) {
      const std::vector<uint16_t> all = AllNumbers();
      const std::vector<float> wide = Widened(f, all);
      for (size_t i = 0; i < all.size(); ++i) {
        const float expected = Value(f, all[i]);
        if (std::isnan(expected)) {
          ASSERT_TRUE(std::isnan(wide[i])) << i;
        } else {
          ASSERT_EQ(std::bit_cast<uint32_t>(wide[i]), std::bit_cast<uint32_t>(expected)) << i;
        }
      }
    }
  });
}

// Each number, the point half way to the next one, and the floats around both.
TEST(Narrow, RoundsToTheNearestAndTiesToEven) {
  OnEveryInstructionSet([] {
    for (const Format& f : kFormats) {
      std::vector<float> floats;
      for (const uint16_t bits : AllNumbers()) {
        const float value = Value(f, bits);
        const auto next = static_cast<uint16_t>(bits + 1);
        const double tie = (static_cast<double>(value) + static_cast<double>(Value(f, next))) / 2;
        for (const float at : {value, static_cast<float>(tie)}) {
          floats.push_back(at);
          floats.push_back(std::nextafter(at, std::numeric_limits<float>::infinity()));
          floats.push_back(std::nextafter(at, -std::numeric_limits<float>::infinity()));
        }
      }
      // Where infinity begins, the least floats, and NaN of either sign and any payload.
      for (const float at : {65504.0f, 65519.996f, 65520.0f, 3.3961775e38f, 3.4028235e38f, 1e-45f, 1e-40f}) {
        floats.insert(floats.end(), {at, -at});
      }
      for (const uint32_t nan : {0x7f800001u, 0x7fc00000u, 0x7fffffffu, 0xff800001u, 0xffffffffu, 0xff801000u}) {
        floats.push_back(std::bit_cast<float>(nan));
      }
      std::vector<uint16_t> narrow(floats.size());
      Narrow(f.storage, floats.data(), floats.size(), narrow.data());
      for (size_t i = 0; i < floats.size(); ++i) ASSERT_TRUE(IsNearest(f, narrow[i], floats[i]));
    }
  });
}

// The floats' own kernels are compared with their references elsewhere.
TEST(EveryActivation, RoundsItsFloatResultForAllNumbers) {
  OnEveryInstructionSet([] {
    for (const Activation& activation : Activations()) {
      for (const Format& f : kFormats) {
        SCOPED_TRACE(activation.name);
        const std::vector<uint16_t> all = AllNumbers();
        const std::vector<float> wide = Widened(f, all);
        std::vector<float> y(all.size());
        std::vector<uint16_t> narrow(all.size());
        std::vector<uint64_t> gates(Gates::Words(1, all.size())), narrow_gates(gates.size());
        ForwardArguments floats{.units = all.size(), .input = wide.data(), .output = y.data(), .gates = gates.data()};
        floats.parameters = activation.initial_parameters();
        KernelsOf(activation).forward(floats);
        NarrowForwardArguments arguments{.storage = f.storage, .units = all.size(), .input = all.data()};
        arguments.output = narrow.data();
        arguments.gates = narrow_gates.data();
        arguments.parameters = activation.initial_parameters();
        ForwardNarrow(activation, arguments);
        for (size_t i = 0; i < all.size(); ++i) ASSERT_TRUE(IsNearest(f, narrow[i], y[i])) << "f(" << wide[i] << ")";
        EXPECT_EQ(gates, narrow_gates);
      }
    }
  });
}

std::vector<uint16_t> RandomNumbers(const Format& f, size_t size, uint64_t seed) {
  Random random(seed);
  std::vector<uint16_t> numbers(size);
  for (uint16_t& number : numbers) number = NearestOf(f, static_cast<float>(random.Normal() * 2));
  return numbers;
}

struct Case {
  size_t rows, units, offset;
  bool in_place;
  Stores stores;
};
constexpr Case kCases[] = {{1, 1, 0, false, Stores::kCached},      {3, 10, 1, true, Stores::kCached},
                           {7, 300, 3, false, Stores::kStreamed},  {2, 2048, 5, true, Stores::kStreamed},
                           {2, 5001, 7, false, Stores::kStreamed}, {2, 4096, 0, false, Stores::kCached}};

void CheckForward(const Activation& activation, const Format& f, const Case& c, int threads) {
  const size_t size = c.rows * c.units;
  std::vector<uint16_t> input = RandomNumbers(f, size + c.offset, 1), output(size + c.offset), saved(size);
  const std::vector<float> wide = Widened(f, input), bias(c.units, 0.25f), learned(c.units, 0.5f);
  std::vector<float> y(size), sums(size);
  std::vector<uint64_t> gates(Gates::Words(c.rows, c.units)), narrow_gates(gates.size());
  const float* slopes = activation.learned() ? learned.data() : nullptr;
  ForwardArguments floats{.rows = c.rows, .units = c.units, .input = wide.data() + c.offset, .bias = bias.data()};
  floats.output = y.data();
  floats.saved_input = sums.data();
  floats.gates = gates.data();
  floats.learned = slopes;
  floats.parameters = activation.initial_parameters();
  KernelsOf(activation).forward(floats);

  NarrowForwardArguments arguments{.storage = f.storage, .rows = c.rows, .units = c.units};
  arguments.input = input.data() + c.offset;
  arguments.bias = bias.data();
  arguments.output = (c.in_place ? input : output).data() + c.offset;
  arguments.saved_input = saved.data();
  arguments.gates = narrow_gates.data();
  arguments.learned = slopes;
  arguments.parameters = activation.initial_parameters();
  arguments.stores = c.stores;
  ForwardOnThreads(activation, arguments, threads);
  for (size_t i = 0; i < size; ++i) {
    ASSERT_TRUE(IsNearest(f, arguments.output[i], y[i])) << i;
    ASSERT_TRUE(IsNearest(f, saved[i], sums[i])) << i;
  }
  EXPECT_EQ(gates, narrow_gates);
}

void CheckBackward(const Activation& activation, const Format& f, const Case& c, int threads) {
  const size_t size = c.rows * c.units;
  const std::vector<uint16_t> input = RandomNumbers(f, size + c.offset, 2);
  std::vector<uint16_t> gradient = RandomNumbers(f, size + c.offset, 3), result(size + c.offset);
  const std::vector<float> wide = Widened(f, input), wide_gradient = Widened(f, gradient), learned(c.units, 0.5f);
  std::vector<float> expected(size), bias(c.units, 1), narrow_bias(c.units, 1);
  std::vector<uint64_t> gates(Gates::Words(c.rows, c.units));
  const float* slopes = activation.learned() ? learned.data() : nullptr;
  ForwardArguments forward{
      .rows = c.rows, .units = c.units, .input = wide.data() + c.offset, .output = expected.data()};
  forward.gates = gates.data();
  forward.learned = slopes;
  forward.parameters = activation.initial_parameters();
  KernelsOf(activation).forward(forward);
  BackwardArguments floats{.rows = c.rows, .units = c.units, .gradient = wide_gradient.data() + c.offset};
  NarrowBackwardArguments arguments{.storage = f.storage, .rows = c.rows, .units = c.units};
  floats.gates = arguments.gates = gates.data();
  // As if the output were these numbers, where it is what backward reads.
  const bool by_output = activation.saves == Saves::kOutput;
  (by_output ? floats.output : floats.input) = wide.data() + c.offset;
  (by_output ? arguments.output : arguments.input) = input.data() + c.offset;
  floats.input_gradient = expected.data();
  floats.learned = arguments.learned = slopes;
  floats.parameters = arguments.parameters = activation.initial_parameters();
  floats.bias_gradient = bias.data();
  arguments.bias_gradient = narrow_bias.data();
  KernelsOf(activation).backward(floats);
  arguments.gradient = gradient.data() + c.offset;
  arguments.input_gradient = (c.in_place ? gradient : result).data() + c.offset;
  arguments.stores = c.stores;
  BackwardOnThreads(activation, arguments, threads);
  for (size_t i = 0; i < size; ++i) ASSERT_TRUE(IsNearest(f, arguments.input_gradient[i], expected[i])) << i;
  for (size_t unit = 0; unit < c.units; ++unit) ASSERT_NEAR(bias[unit], narrow_bias[unit], 1e-4) << unit;
}

TEST(EveryActivation, RoundsItsFloatResultForAnyLengthAndAlignment) {
  OnEveryInstructionSet([] {
    for (const Activation& activation : Activations()) {
      for (const Format& f : kFormats) {
        for (const Case& c : kCases) {
          SCOPED_TRACE(std::string(activation.name) + " " + std::to_string(c.rows) + " x " + std::to_string(c.units));
          CheckForward(activation, f, c, 1);
          CheckBackward(activation, f, c, 1);
        }
      }
    }
  });
}

TEST(EveryActivation, RoundsItsFloatResultOnManyThreads) {
  const Activation& relu = FindActivation("relu");
  for (const Format& f : kFormats) {
    CheckForward(relu, f, {1, 100'003, 1, false, Stores::kStreamed}, 3);
    CheckForward(relu, f, {500, 201, 0, true, Stores::kCached}, 3);
    CheckBackward(relu, f, {1, 100'003, 1, false, Stores::kStreamed}, 3);
    CheckBackward(relu, f, {500, 201, 0, true, Stores::kCached}, 3);
  }
}

}  // namespace
}  // namespace ramp
