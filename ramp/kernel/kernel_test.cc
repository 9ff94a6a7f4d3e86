#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "ramp/activation/test_instruction_sets.h"
#include "ramp/base/random.h"
#include "ramp/kernel/dropout.h"
#include "ramp/kernel/product.h"
#include "ramp/kernel/random_slope.h"
#include "ramp/kernel/softmax.h"
#include "ramp/kernel/update.h"

namespace ramp {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

std::vector<float> Draw(size_t count, uint64_t seed) {
  Random random(seed);
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>(random.Normal());
  return values;
}

TEST(SmallProduct, IsTheProductForAllShapes) {
  OnEveryInstructionSet([] {
    for (const size_t rows : {1u, 2u, 5u, 6u, 7u, 13u, 32u}) {
      for (const size_t columns : {1u, 2u, 3u, 7u, 8u, 10u, 16u, 17u, 31u, 64u}) {
        for (const size_t depth : {1u, 2u, 20u, 33u}) {
          for (const bool transposed : {false, true}) {
            const std::vector<float> a = Draw(rows * depth, 1), b = Draw(depth * columns, 2);
            std::vector<float> c(rows * columns + 1, kInfinity);
            const size_t row_stride = transposed ? 1 : depth, depth_stride = transposed ? rows : 1;
            SmallProductKernel()({rows, columns, depth, a.data(), row_stride, depth_stride, b.data(), c.data()});
            for (size_t i = 0; i < rows; ++i) {
              for (size_t j = 0; j < columns; ++j) {
                double expected = 0;
                for (size_t k = 0; k < depth; ++k) {
                  expected += static_cast<double>(a[i * row_stride + k * depth_stride]) *
                              static_cast<double>(b[k * columns + j]);
                }
                ASSERT_NEAR(c[i * columns + j], expected, 1e-5 * std::sqrt(static_cast<double>(depth)) * 4)
                    << rows << "x" << columns << "x" << depth << " at " << i << "," << j;
              }
            }
            EXPECT_EQ(c.back(), kInfinity) << "wrote behind the end";
          }
        }
      }
    }
  });
}

TEST(Transpose, SwapsTheAxesForAllShapes) {
  OnEveryInstructionSet([] {
    for (const size_t rows : {1u, 3u, 4u, 9u, 64u}) {
      for (const size_t columns : {1u, 2u, 4u, 7u, 20u}) {
        const std::vector<float> from = Draw(rows * columns, 3);
        std::vector<float> to(rows * columns, kInfinity);
        SmallTransposeKernel()(from.data(), rows, columns, to.data());
        for (size_t i = 0; i < rows; ++i) {
          for (size_t j = 0; j < columns; ++j)
            ASSERT_EQ(to[j * rows + i], from[i * columns + j]) << rows << "x" << columns;
        }
      }
    }
  });
}

TEST(SumOfSquares, IsExactToSevenDigitsAtEveryLength) {
  OnEveryInstructionSet([] {
    for (const size_t count : {0u, 1u, 7u, 31u, 32u, 33u, 4096u, 4097u, 100001u}) {
      const std::vector<float> values = Draw(count, 4);
      double expected = 0;
      for (const float value : values) expected += static_cast<double>(value) * static_cast<double>(value);
      EXPECT_NEAR(GetSumOfSquaresKernel()(values.data(), count), expected, 1e-6 * expected) << count;
    }
  });
}

TEST(SumOfSquares, HoldsWhereSquaresOverflowAFloat) {
  OnEveryInstructionSet([] {
    const std::vector<float> values(5000, 1e30f);
    const double expected = 5000 * static_cast<double>(1e30f) * static_cast<double>(1e30f);
    EXPECT_NEAR(GetSumOfSquaresKernel()(values.data(), values.size()), expected, 1e-12 * expected);
  });
}

TEST(SumOfSquares, ShowsWhatIsNotFinite) {
  OnEveryInstructionSet([] {
    for (const size_t place : {0u, 40u, 99u}) {
      std::vector<float> values(100, 1.0f);
      values[place] = kNaN;
      EXPECT_TRUE(std::isnan(GetSumOfSquaresKernel()(values.data(), values.size()))) << place;
    }
  });
}

// The formulae of the papers in double precision.
struct ReferenceUpdate {
  double w, first, second;
};

TEST(Updates, FollowTheirFormulae) {
  struct Case {
    std::string name;
    UpdateKernel (*kernel)();
    ReferenceUpdate (*reference)(const UpdateArguments& u, double w, double g, double first, double second);
  };
  const Case cases[] = {
      {"descent", GradientDescentKernel,
       [](const UpdateArguments& u, double w, double g, double first, double second) {
         const double shrunk = w * (1 - static_cast<double>(u.learning_rate * u.decoupled_decay));
         return ReferenceUpdate{shrunk - static_cast<double>(u.learning_rate) * g, first, second};
       }},
      {"momentum", MomentumKernel,
       [](const UpdateArguments& u, double w, double g, double first, double second) {
         const double shrunk = w * (1 - static_cast<double>(u.learning_rate * u.decoupled_decay));
         const double velocity = static_cast<double>(u.beta1) * first + g;
         return ReferenceUpdate{shrunk - static_cast<double>(u.learning_rate) * velocity, velocity, second};
       }},
      {"nesterov", NesterovKernel,
       [](const UpdateArguments& u, double w, double g, double first, double second) {
         const double shrunk = w * (1 - static_cast<double>(u.learning_rate * u.decoupled_decay));
         const double velocity = static_cast<double>(u.beta1) * first + g;
         const double ahead = g + static_cast<double>(u.beta1) * velocity;
         return ReferenceUpdate{shrunk - static_cast<double>(u.learning_rate) * ahead, velocity, second};
       }},
      {"rmsprop", RmsPropKernel,
       [](const UpdateArguments& u, double w, double g, double first, double second) {
         const double shrunk = w * (1 - static_cast<double>(u.learning_rate * u.decoupled_decay));
         const double beta2 = static_cast<double>(u.beta2);
         const double square = beta2 * second + (1 - beta2) * g * g;
         const double step = g / (std::sqrt(square) + static_cast<double>(u.epsilon));
         return ReferenceUpdate{shrunk - static_cast<double>(u.learning_rate) * step, first, square};
       }},
      {"adam", AdamKernel,
       [](const UpdateArguments& u, double w, double g, double first, double second) {
         const double shrunk = w * (1 - static_cast<double>(u.learning_rate * u.decoupled_decay));
         const double beta1 = static_cast<double>(u.beta1), beta2 = static_cast<double>(u.beta2);
         const double mean = beta1 * first + (1 - beta1) * g;
         const double square = beta2 * second + (1 - beta2) * g * g;
         const double step =
             mean * static_cast<double>(u.first_correction) /
             (std::sqrt(square * static_cast<double>(u.second_correction)) + static_cast<double>(u.epsilon));
         return ReferenceUpdate{shrunk - static_cast<double>(u.learning_rate) * step, mean, square};
       }},
  };
  OnEveryInstructionSet([&] {
    for (const Case& c : cases) {
      for (const size_t count : {1u, 8u, 37u}) {
        const std::vector<float> w = Draw(count, 5), g = Draw(count, 6), first = Draw(count, 7);
        std::vector<float> second = Draw(count, 8);
        for (float& value : second) value = std::abs(value);
        std::vector<float> new_w = w, new_first = first, new_second = second;
        UpdateArguments u{.count = count,
                          .parameters = new_w.data(),
                          .gradients = g.data(),
                          .first = new_first.data(),
                          .second = new_second.data(),
                          .gradient_scale = 0.5f,
                          .learning_rate = 0.1f,
                          .l2 = 0.01f,
                          .decoupled_decay = 0.02f,
                          .beta1 = 0.9f,
                          .beta2 = 0.999f,
                          .epsilon = 1e-8f,
                          .first_correction = 2,
                          .second_correction = 3};
        c.kernel()(u);
        for (size_t i = 0; i < count; ++i) {
          const double gradient =
              0.5 * static_cast<double>(g[i]) + static_cast<double>(u.l2) * static_cast<double>(w[i]);
          const ReferenceUpdate expected = c.reference(u, static_cast<double>(w[i]), gradient,
                                                       static_cast<double>(first[i]), static_cast<double>(second[i]));
          ASSERT_NEAR(new_w[i], expected.w, 2e-6) << c.name << " " << count << " at " << i;
          ASSERT_NEAR(new_first[i], expected.first, 2e-6) << c.name;
          ASSERT_NEAR(new_second[i], expected.second, 2e-6) << c.name;
        }
      }
    }
  });
}

TEST(WeightedSum, AddsUpAtEveryLengthInPlaceAsWell) {
  OnEveryInstructionSet([] {
    for (const size_t count : {0u, 1u, 7u, 64u, 101u}) {
      const std::vector<float> x = Draw(count, 9), y = Draw(count, 10);
      std::vector<float> out(count + 1, kInfinity), in_place = y;
      GetWeightedSumKernel()(0.25f, x.data(), 3.0f, y.data(), out.data(), count);
      GetWeightedSumKernel()(0.25f, x.data(), 3.0f, in_place.data(), in_place.data(), count);
      for (size_t i = 0; i < count; ++i) {
        ASSERT_NEAR(out[i], 0.25 * static_cast<double>(x[i]) + 3 * static_cast<double>(y[i]), 2e-6) << count;
        ASSERT_EQ(in_place[i], out[i]) << count;
      }
      EXPECT_EQ(out.back(), kInfinity) << "wrote behind the end";
    }
  });
}

TEST(Clamp, BoundsEachValueAndKeepsWhatIsInside) {
  OnEveryInstructionSet([] {
    for (const size_t count : {1u, 7u, 64u, 101u}) {
      const std::vector<float> values = Draw(count, 11);
      std::vector<float> clamped = values;
      GetClampKernel()(0.5f, clamped.data(), count);
      for (size_t i = 0; i < count; ++i) ASSERT_EQ(clamped[i], std::clamp(values[i], -0.5f, 0.5f)) << count;
      clamped.back() = kNaN;
      GetClampKernel()(0.5f, clamped.data(), count);
      EXPECT_TRUE(std::isnan(clamped.back())) << count;
      clamped.back() = -kInfinity;
      GetClampKernel()(0.5f, clamped.data(), count);
      EXPECT_EQ(clamped.back(), -0.5f) << count;
    }
  });
}

TEST(Softmax, IsTheSoftmaxOfEachRow) {
  OnEveryInstructionSet([] {
    for (const size_t classes : {1u, 2u, 3u, 10u, 100u}) {
      const size_t rows = 7;
      std::vector<float> logits = Draw(rows * classes, 9);
      for (float& value : logits) value *= 20;
      std::vector<float> probabilities(rows * classes, kInfinity), normalizers(rows, kInfinity);
      Softmax(logits.data(), rows, classes, probabilities.data(), normalizers.data());
      for (size_t r = 0; r < rows; ++r) {
        double sum = 0;
        for (size_t c = 0; c < classes; ++c) sum += std::exp(static_cast<double>(logits[r * classes + c]));
        EXPECT_NEAR(normalizers[r], std::log(sum), 1e-4) << classes;
        for (size_t c = 0; c < classes; ++c) {
          EXPECT_NEAR(probabilities[r * classes + c], std::exp(static_cast<double>(logits[r * classes + c])) / sum,
                      1e-6);
        }
      }
    }
  });
}

TEST(Softmax, SurvivesLargeLogitsAndShowsNaN) {
  OnEveryInstructionSet([] {
    const std::vector<float> logits = {3e38f, -3e38f, 0, 1, kNaN, 2};
    std::vector<float> probabilities(6), normalizers(3);
    Softmax(logits.data(), 3, 2, probabilities.data(), normalizers.data());
    EXPECT_EQ(probabilities[0], 1.0f);
    EXPECT_EQ(probabilities[1], 0.0f);
    EXPECT_TRUE(std::isnan(probabilities[4]) && std::isnan(probabilities[5]) && std::isnan(normalizers[2]));
    EXPECT_FALSE(std::isnan(probabilities[2]));
  });
}

TEST(Dropout, KeepsTheShareItIsToldAndScalesIt) {
  OnEveryInstructionSet([] {
    for (const float keep : {0.1f, 0.5f, 0.9f, 1.0f}) {
      const size_t count = 100003;
      const std::vector<float> input(count, 2.0f);
      std::vector<float> output(count, kInfinity), back(count, kInfinity);
      std::vector<uint64_t> kept((count + 63) / 64);
      DropoutForwardKernel()({count, 0, input.data(), output.data(), kept.data(), keep, 42});
      DropoutBackwardKernel()({count, 0, input.data(), back.data(), kept.data(), keep, 0});
      size_t passed = 0;
      for (size_t i = 0; i < count; ++i) {
        passed += output[i] != 0 ? 1u : 0u;
        ASSERT_TRUE(output[i] == 0 || output[i] == 2.0f / keep || std::abs(output[i] - 2.0f / keep) < 1e-5f)
            << output[i];
        ASSERT_EQ(output[i], back[i]) << i;
        ASSERT_EQ((kept[i / 64] >> (i % 64) & 1u) != 0, output[i] != 0) << i;
      }
      EXPECT_NEAR(static_cast<double>(passed) / static_cast<double>(count), static_cast<double>(keep), 0.01);
    }
  });
}

TEST(Dropout, DependsOnThePlaceAndTheKeyAlone) {
  const size_t count = 512;
  const std::vector<float> input(count, 1.0f);
  const auto run = [&](size_t parts, uint64_t key) {
    std::vector<float> output(count);
    std::vector<uint64_t> kept(count / 64);
    for (size_t part = 0; part < parts; ++part) {
      const size_t begin = count / parts * part;
      DropoutForwardKernel()(
          {count / parts, begin, input.data() + begin, output.data() + begin, kept.data() + begin / 64, 0.5f, key});
    }
    return output;
  };
  const std::vector<float> whole = run(1, 1);
  EXPECT_EQ(whole, run(4, 1));
  EXPECT_NE(whole, run(1, 2));
  OnEveryInstructionSet([&] { EXPECT_EQ(whole, run(1, 1)); });
}

TEST(RandomSlope, DrawsEvenlyForEachNegativeValueAndLetsTheOthersPass) {
  OnEveryInstructionSet([] {
    for (const size_t units : {1u, 63u, 64u, 200u}) {
      const size_t rows = 20000 / units + 3;
      std::vector<float> input = Draw(rows * units, 7);
      input[0] = kNaN;
      input[1] = -0.0f;
      std::vector<float> output(rows * units + 1, kInfinity), back = output;
      std::vector<uint64_t> gates(Gates::Words(rows, units));
      RandomSlopeArguments p{.rows = rows,
                             .units = units,
                             .input = input.data(),
                             .output = output.data(),
                             .gates = gates.data(),
                             .lower = 0.1f,
                             .upper = 0.3f,
                             .key = 0x123456789abcdef};
      RandomSlopeForwardKernel()(p);
      const std::vector<float> ones(rows * units, 1.0f);
      p.input = ones.data();
      p.output = back.data();
      RandomSlopeBackwardKernel()(p);
      double sum = 0, squares = 0, count = 0;
      for (size_t i = 0; i < rows * units; ++i) {
        const bool open = !(input[i] <= 0);
        const float slope = RandomSlope(i / units, i % units, p);
        ASSERT_EQ(Gates(gates.data(), rows, units).IsOpen(i / units, i % units), open) << i << " of units " << units;
        ASSERT_EQ(back[i], open ? 1.0f : slope) << i << " of units " << units;
        if (std::isnan(input[i])) {
          EXPECT_TRUE(std::isnan(output[i]));
        } else {
          ASSERT_EQ(output[i], open ? input[i] : input[i] * slope) << i << " of units " << units;
        }
        ASSERT_TRUE(slope >= 0.1f && slope <= 0.3f) << slope;
        sum += static_cast<double>(slope);
        squares += static_cast<double>(slope) * static_cast<double>(slope);
        count += 1;
      }
      EXPECT_EQ(output.back(), kInfinity) << "wrote behind the end";
      EXPECT_NEAR(sum / count, 0.2, 0.003);
      EXPECT_NEAR(squares / count - sum / count * (sum / count), 0.2 * 0.2 / 12, 2e-4);
    }
  });
}

TEST(RandomSlope, DependsOnThePlaceAndTheKeyAlone) {
  const size_t rows = 12, units = 100;
  const std::vector<float> input(rows * units, -1.0f);
  const auto run = [&](size_t parts, uint64_t key) {
    std::vector<float> output(rows * units);
    std::vector<uint64_t> gates(Gates::Words(rows, units));
    for (size_t begin = 0; begin < rows; begin += rows / parts) {
      RandomSlopeForwardKernel()({.rows = rows / parts,
                                  .units = units,
                                  .first_row = begin,
                                  .input = input.data() + begin * units,
                                  .output = output.data() + begin * units,
                                  .gates = gates.data() + begin * Gates::WordsPerRow(units),
                                  .key = key});
    }
    return output;
  };
  const std::vector<float> whole = run(1, 1);
  EXPECT_EQ(whole, run(4, 1));
  EXPECT_NE(whole, run(1, 2));
  OnEveryInstructionSet([&] { EXPECT_EQ(whole, run(1, 1)); });
}

}  // namespace
}  // namespace ramp
