#include "ramp/network/convolution.h"

#include <gtest/gtest.h>

#include <cmath>
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
  ConvolutionSizes sizes;
};

// {input, window, stride, dilation, pad_before, pad_after}
const std::vector<Case>& Cases() {
  static const std::vector<Case> cases = {
      {"one value", {1, 1, 1, 1, {}, {}}},
      {"1x1", {3, 5, 7, 1, {4, 1}, {6, 1}}},
      {"3x3", {2, 4, 6, 1, {7, 3}, {9, 3}}},
      {"3x3 padded", {3, 3, 17, 1, {7, 3, 1, 1, 1, 1}, {9, 3, 1, 1, 1, 1}}},
      {"one channel", {5, 1, 32, 1, {28, 3, 1, 1, 1, 1}, {28, 3, 1, 1, 1, 1}}},
      {"many channels", {3, 20, 40, 1, {9, 3, 1, 1, 1, 1}, {9, 3, 1, 1, 1, 1}}},
      {"uneven padding", {2, 3, 5, 1, {8, 4, 1, 1, 1, 2}, {7, 2, 1, 1, 0, 1}}},
      {"stride 2", {2, 3, 8, 1, {9, 3, 2, 1, 1, 1}, {8, 3, 2, 1, 1, 1}}},
      {"stride that leaves a rest", {2, 3, 4, 1, {11, 3, 4}, {10, 2, 3}}},
      {"stride beyond the window", {2, 3, 4, 1, {9, 1, 2}, {10, 2, 4}}},
      {"dilation", {2, 3, 5, 1, {11, 3, 1, 2, 2, 2}, {12, 3, 1, 3}}},
      {"dilation and stride", {2, 3, 5, 1, {13, 3, 2, 3, 1, 2}, {12, 2, 3, 2, 2, 0}}},
      {"groups", {2, 6, 9, 3, {6, 3, 1, 1, 1, 1}, {7, 3, 1, 1, 1, 1}}},
      {"groups with a stride", {2, 8, 36, 2, {6, 3, 2, 1, 1, 1}, {7, 3, 2, 1, 1, 1}}},
      {"a group for each channel", {2, 5, 5, 5, {6, 3, 1, 1, 1, 1}, {7, 3}}},
      {"a group for each of many channels", {3, 21, 21, 21, {8, 5, 2, 1, 2, 2}, {9, 3, 1, 2, 2, 2}}},
      {"a group for each unit of a row", {3, 12, 12, 12, {}, {40, 5, 2, 1, 1, 2}}},
      {"a row", {3, 4, 6, 1, {}, {50, 5, 2, 2, 3, 1}}},
      {"a column", {3, 4, 6, 1, {50, 5, 2, 2, 3, 1}, {}}},
      {"padding wider than the input", {1, 2, 3, 1, {2, 3, 1, 1, 3, 3}, {1, 2, 1, 1, 4, 0}}},
      {"a picture of several bands", {1, 40, 8, 1, {70, 3, 1, 1, 1, 1}, {60, 3, 1, 1, 1, 1}}},
  };
  return cases;
}

size_t InputCount(const ConvolutionSizes& s) { return s.batch * s.height.input * s.width.input * s.in_channels; }
size_t OutputCount(const ConvolutionSizes& s) {
  return s.batch * s.height.output() * s.width.output() * s.out_channels;
}
size_t WeightCount(const ConvolutionSizes& s) {
  return s.height.window * s.width.window * (s.in_channels / s.groups) * s.out_channels;
}

// Calls body(input place, weight place, output place) for each product of the definition.
template <class Body>
void ForEachProduct(const ConvolutionSizes& s, const Body& body) {
  const size_t in = s.in_channels / s.groups, out = s.out_channels / s.groups;
  const auto place = [](const WindowAxis& axis, size_t o, size_t k) {
    return static_cast<ptrdiff_t>(o * axis.stride + k * axis.dilation) - static_cast<ptrdiff_t>(axis.pad_before);
  };
  const auto outside = [](const WindowAxis& axis, ptrdiff_t i) {
    return i < 0 || i >= static_cast<ptrdiff_t>(axis.input);
  };
  for (size_t n = 0; n < s.batch; ++n) {
    for (size_t oy = 0; oy < s.height.output(); ++oy) {
      for (size_t ox = 0; ox < s.width.output(); ++ox) {
        for (size_t ky = 0; ky < s.height.window; ++ky) {
          for (size_t kx = 0; kx < s.width.window; ++kx) {
            const ptrdiff_t iy = place(s.height, oy, ky), ix = place(s.width, ox, kx);
            if (outside(s.height, iy) || outside(s.width, ix)) continue;
            const size_t pixel =
                (n * s.height.input + static_cast<size_t>(iy)) * s.width.input + static_cast<size_t>(ix);
            const size_t result = (n * s.height.output() + oy) * s.width.output() + ox;
            for (size_t o = 0; o < s.out_channels; ++o) {
              for (size_t i = 0; i < in; ++i) {
                body(pixel * s.in_channels + o / out * in + i,
                     ((ky * s.width.window + kx) * in + i) * s.out_channels + o, result * s.out_channels + o);
              }
            }
          }
        }
      }
    }
  }
}

std::vector<float> Normal(size_t count, uint64_t seed) {
  Random random(seed);
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>(random.Normal());
  return values;
}

// Sums in double precision, with the sum of the magnitudes, of which rounding errors are a small part.
struct Sums {
  explicit Sums(size_t count) : values(count), magnitudes(count) {}
  void Add(size_t i, double term) {
    values[i] += term;
    magnitudes[i] += std::abs(term);
  }
  void AddProduct(size_t i, float a, float b) { Add(i, static_cast<double>(a) * static_cast<double>(b)); }
  std::vector<double> values, magnitudes;
};

void ExpectNear(const std::vector<float>& values, const Sums& expected, const std::string& name) {
  ASSERT_EQ(values.size(), expected.values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    ASSERT_NEAR(values[i], expected.values[i], 1e-6 + 4e-7 * expected.magnitudes[i]) << name << ", value " << i;
  }
}

class EveryConvolution : public testing::TestWithParam<int> {
 protected:
  void SetUp() override { SetThreads(GetParam()); }
  void TearDown() override { SetThreads(0); }
};
INSTANTIATE_TEST_SUITE_P(OnThreads, EveryConvolution, testing::Values(1, 2, 3));

TEST_P(EveryConvolution, IsTheSumOfItsDefinition) {
  for (const Case& c : Cases()) {
    const ConvolutionSizes& s = c.sizes;
    const auto input = Normal(InputCount(s), 1), weights = Normal(WeightCount(s), 2), bias = Normal(s.out_channels, 3);
    for (const bool with_bias : {true, false}) {
      Sums expected(OutputCount(s));
      for (size_t i = 0; with_bias && i < OutputCount(s); ++i) {
        expected.Add(i, static_cast<double>(bias[i % s.out_channels]));
      }
      ForEachProduct(
          s, [&](size_t in, size_t weight, size_t out) { expected.AddProduct(out, input[in], weights[weight]); });
      OnEveryInstructionSet([&] {
        std::vector<float> output(OutputCount(s), kNaN), scratch(Convolution::ScratchFloats(s), kNaN);
        Convolution forward = Convolution::Forward(s, input.data(), weights.data(), with_bias ? bias.data() : nullptr,
                                                   output.data(), scratch.data());
        forward.Run();
        ExpectNear(output, expected, c.name);
        const std::vector<float> first = output;
        std::fill(scratch.begin(), scratch.end(), kNaN);
        forward.Run();
        EXPECT_EQ(first, output) << c.name;
      });
    }
  }
}

TEST_P(EveryConvolution, HasTheGradientsOfItsDefinition) {
  for (const Case& c : Cases()) {
    const ConvolutionSizes& s = c.sizes;
    const auto input = Normal(InputCount(s), 1), weights = Normal(WeightCount(s), 2);
    const auto gradient = Normal(OutputCount(s), 3);
    Sums expected_input(InputCount(s)), expected_weights(WeightCount(s));
    ForEachProduct(s, [&](size_t in, size_t weight, size_t out) {
      expected_input.AddProduct(in, gradient[out], weights[weight]);
      expected_weights.AddProduct(weight, gradient[out], input[in]);
    });
    OnEveryInstructionSet([&] {
      std::vector<float> scratch(Convolution::ScratchFloats(s), kNaN);
      std::vector<float> input_gradient(InputCount(s), kNaN), weight_gradient(WeightCount(s), kNaN);
      Convolution of_input =
          Convolution::InputGradient(s, gradient.data(), weights.data(), input_gradient.data(), scratch.data());
      Convolution of_weights =
          Convolution::WeightGradient(s, input.data(), gradient.data(), weight_gradient.data(), scratch.data());
      for (int run = 0; run < 2; ++run) {
        of_weights.Run();
        std::fill(scratch.begin(), scratch.end(), kNaN);
        of_input.Run();
        ExpectNear(input_gradient, expected_input, c.name + ", input");
        ExpectNear(weight_gradient, expected_weights, c.name + ", weights");
      }
    });
  }
}

TEST(Convolution, ShowsNaNInsteadOfHidingIt) {
  const ConvolutionSizes s{1, 1, 2, 1, {5, 3, 1, 1, 1, 1}, {5, 3, 1, 1, 1, 1}};
  auto input = Normal(InputCount(s), 1);
  input[0] = kNaN;
  const auto weights = Normal(WeightCount(s), 2);
  std::vector<float> output(OutputCount(s)), scratch(Convolution::ScratchFloats(s));
  Convolution::Forward(s, input.data(), weights.data(), nullptr, output.data(), scratch.data()).Run();
  EXPECT_TRUE(std::isnan(output[0]));
  EXPECT_FALSE(std::isnan(output[2 * 2]));
}

TEST(WindowAxis, PadsToSameLikeTheRoundedUpQuotient) {
  for (const size_t input : {1u, 2u, 7u, 28u}) {
    for (const size_t window : {1u, 2u, 3u, 5u}) {
      for (const size_t stride : {1u, 2u, 3u}) {
        for (const size_t dilation : {1u, 2u}) {
          WindowAxis axis{input, window, stride, dilation};
          axis.PadToSame();
          EXPECT_EQ(axis.output(), (input + stride - 1) / stride) << input << " " << window << " " << stride;
          EXPECT_LE(axis.pad_before, axis.pad_after);
          EXPECT_LE(axis.pad_after, axis.pad_before + 1);
        }
      }
    }
  }
}

}  // namespace
}  // namespace ramp
