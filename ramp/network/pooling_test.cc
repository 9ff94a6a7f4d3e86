#include "ramp/network/pooling.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "ramp/activation/test_instruction_sets.h"
#include "ramp/base/random.h"
#include "ramp/base/threads.h"

namespace ramp {
namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

struct Case {
  std::string name;
  PoolingSizes sizes;
};

// {input, window, stride, dilation, pad_before, pad_after}
const std::vector<Case>& Cases() {
  static const std::vector<Case> cases = {
      {"2x2", {3, 17, {6, 2, 2}, {8, 2, 2}}},
      {"2x2 that leaves a rest", {2, 8, {7, 2, 2}, {9, 2, 2}}},
      {"overlapping", {2, 5, {7, 3, 2}, {9, 3, 1}}},
      {"stride beyond the window", {2, 3, {7, 2, 3}, {9, 1, 2}}},
      {"padded", {3, 9, {7, 3, 2, 1, 1, 1}, {8, 3, 2, 1, 2, 0}}},
      {"global", {2, 33, {5, 5, 1}, {4, 4, 1}}},
      {"global and large", {2, 9, {20, 20, 1}, {19, 19, 1}}},
      {"a row", {2, 6, {}, {30, 3, 3}}},
      {"large enough for threads", {8, 16, {28, 2, 2}, {28, 2, 2}}},
  };
  return cases;
}

size_t InputCount(const PoolingSizes& s) { return s.batch * s.height.input * s.width.input * s.channels; }

// Calls body(input place, output place) for each element of each window.
template <class Body>
void ForEachElement(const PoolingSizes& s, const Body& body) {
  for (size_t out = 0; out < s.outputs(); ++out) {
    const size_t c = out % s.channels, x = out / s.channels % s.width.output();
    const size_t y = out / s.channels / s.width.output() % s.height.output();
    const size_t n = out / s.channels / s.width.output() / s.height.output();
    for (size_t ky = 0; ky < s.height.window; ++ky) {
      for (size_t kx = 0; kx < s.width.window; ++kx) {
        const size_t iy = y * s.height.stride + ky - s.height.pad_before;  // wraps around where it is negative
        const size_t ix = x * s.width.stride + kx - s.width.pad_before;
        if (iy >= s.height.input || ix >= s.width.input) continue;
        body(((n * s.height.input + iy) * s.width.input + ix) * s.channels + c, out);
      }
    }
  }
}

// Few different values, so that there are equal ones among the largest.
std::vector<float> Coarse(size_t count, uint64_t seed) {
  Random random(seed);
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>(random.Below(7)) - 3;
  return values;
}

class EveryPooling : public testing::TestWithParam<int> {
 protected:
  void SetUp() override { SetThreads(GetParam()); }
  void TearDown() override { SetThreads(0); }
};
INSTANTIATE_TEST_SUITE_P(OnThreads, EveryPooling, testing::Values(1, 2));

TEST_P(EveryPooling, TakesTheFirstOfTheLargestAndGivesItTheGradient) {
  OnEveryInstructionSet([] {
    for (const Case& c : Cases()) {
      const PoolingSizes& s = c.sizes;
      const auto input = Coarse(InputCount(s), 1), gradient = Coarse(s.outputs(), 2);
      constexpr size_t kNone = ~size_t{0};
      std::vector<size_t> winner(s.outputs(), kNone);
      ForEachElement(s, [&](size_t in, size_t out) {
        if (winner[out] == kNone || input[in] > input[winner[out]]) winner[out] = in;
      });
      std::vector<float> expected(InputCount(s));
      for (size_t out = 0; out < s.outputs(); ++out) expected[winner[out]] += gradient[out];

      std::vector<float> output(s.outputs(), kNaN), input_gradient(InputCount(s), kNaN);
      std::vector<std::byte> saved(MaxPooling::SavedBytes(s), std::byte{0xff});
      const MaxPooling pooling(s, input.data(), output.data(), saved.data(), gradient.data(), input_gradient.data());
      for (int run = 0; run < 2; ++run) {
        pooling.Forward();
        for (size_t i = 0; i < output.size(); ++i) ASSERT_EQ(output[i], input[winner[i]]) << c.name << ", output " << i;
        pooling.Backward();
        for (size_t i = 0; i < expected.size(); ++i)
          ASSERT_EQ(input_gradient[i], expected[i]) << c.name << ", input " << i;
      }
    }
  });
}

TEST_P(EveryPooling, AveragesWhatLiesWithinThePicture) {
  OnEveryInstructionSet([] {
    for (const Case& c : Cases()) {
      const PoolingSizes& s = c.sizes;
      const auto input = Coarse(InputCount(s), 1), gradient = Coarse(s.outputs(), 2);
      std::vector<double> sums(s.outputs()), counts(s.outputs()), expected(InputCount(s));
      ForEachElement(s, [&](size_t in, size_t out) {
        sums[out] += static_cast<double>(input[in]);
        ++counts[out];
      });
      ForEachElement(s,
                     [&](size_t in, size_t out) { expected[in] += static_cast<double>(gradient[out]) / counts[out]; });

      std::vector<float> output(s.outputs(), kNaN), input_gradient(InputCount(s), kNaN);
      const AveragePooling pooling(s, input.data(), output.data(), gradient.data(), input_gradient.data());
      for (int run = 0; run < 2; ++run) {
        pooling.Forward();
        for (size_t i = 0; i < output.size(); ++i) ASSERT_NEAR(output[i], sums[i] / counts[i], 1e-5) << c.name;
        pooling.Backward();
        for (size_t i = 0; i < expected.size(); ++i) ASSERT_NEAR(input_gradient[i], expected[i], 1e-5) << c.name;
      }
    }
  });
}

TEST(MaxPooling, ShowsNaNInsteadOfHidingIt) {
  const PoolingSizes s{1, 10, {2, 2, 2}, {2, 2, 2}};
  for (size_t place = 0; place < 4; ++place) {
    std::vector<float> input(InputCount(s), 1.0f), output(s.outputs());
    input[place * s.channels] = kNaN;
    std::vector<std::byte> saved(MaxPooling::SavedBytes(s));
    MaxPooling(s, input.data(), output.data(), saved.data(), nullptr, nullptr).Forward();
    EXPECT_TRUE(output[0] != output[0]) << place;
    EXPECT_EQ(output[1], 1.0f) << place;
  }
}

TEST(MaxPooling, SavesOneByteForEachOutputOfASmallWindow) {
  EXPECT_EQ(MaxPooling::SavedBytes({64, 64, {24, 2, 2}, {24, 2, 2}}), 64u * 64 * 12 * 12);
  EXPECT_EQ(MaxPooling::SavedBytes({2, 3, {17, 17, 1}, {17, 17, 1}}), 2u * 3 * 4);
}

}  // namespace
}  // namespace ramp
