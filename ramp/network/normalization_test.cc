#include "ramp/network/normalization.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "ramp/activation/test_instruction_sets.h"
#include "ramp/base/memory.h"
#include "ramp/base/random.h"
#include "ramp/base/threads.h"

namespace ramp {
namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

struct Case {
  size_t rows, units;
  double mean, deviation;
};
const Case kCases[] = {{2, 1, 0, 1},    {5, 3, 0, 1},       {64, 8, 2, 0.1},     {65, 17, -3, 5},
                       {700, 33, 0, 1}, {1000, 64, 1e4, 1}, {1500, 19, -1e4, 1}, {3, 300, 1e4, 1}};

std::string Name(const Case& c) {
  return std::to_string(c.rows) + " x " + std::to_string(c.units) + " around " + std::to_string(c.mean);
}

Floats Poisoned(size_t count) {
  Floats values(count);
  for (float& value : values.span()) value = kNaN;
  return values;
}

Floats Normal(size_t count, uint64_t seed, double mean = 0, double deviation = 1) {
  Random random(seed);
  Floats values(count);
  for (float& value : values.span()) value = static_cast<float>(mean + deviation * random.Normal());
  return values;
}

double D(float value) { return static_cast<double>(value); }

// One normalisation with all its arrays, and the same in double from the definition. `groups` values are normalised
// together: those of a unit over the rows, or those of a row over the units.
struct Arrays {
  explicit Arrays(const Case& c, size_t saved_floats, size_t scratch_floats)
      : rows(c.rows),
        units(c.units),
        input(Normal(rows * units, 1, c.mean, c.deviation)),
        scale(Normal(units, 2, 1, 0.3)),
        shift(Normal(units, 3)),
        output(Poisoned(rows * units)),
        gradient(Normal(rows * units, 4)),
        input_gradient(Poisoned(rows * units)),
        scale_gradient(Poisoned(units)),
        shift_gradient(Poisoned(units)),
        saved(Poisoned(saved_floats)),
        scratch(Poisoned(scratch_floats)) {}

  NormalizationArrays View() {
    return {.rows = rows,
            .units = units,
            .input = input.data(),
            .scale = scale.data(),
            .shift = shift.data(),
            .output = output.data(),
            .gradient = gradient.data(),
            .input_gradient = input_gradient.data(),
            .scale_gradient = scale_gradient.data(),
            .shift_gradient = shift_gradient.data(),
            .saved = saved.data(),
            .scratch = scratch.data()};
  }

  size_t rows, units;
  Floats input, scale, shift, output, gradient, input_gradient, scale_gradient, shift_gradient, saved, scratch;
};

struct Moments {
  double mean = 0, variance = 0;
};
Moments MomentsOf(size_t count, const std::function<double(size_t)>& value) {
  Moments moments;
  for (size_t i = 0; i < count; ++i) moments.mean += value(i) / static_cast<double>(count);
  for (size_t i = 0; i < count; ++i) {
    moments.variance += std::pow(value(i) - moments.mean, 2) / static_cast<double>(count);
  }
  return moments;
}

// What all values share that are normalised together: a unit of a batch (`over_rows`), or a row of a layer.
void ExpectDefinition(const Arrays& a, bool over_rows, const std::string& name) {
  const size_t groups = over_rows ? a.units : a.rows, count = over_rows ? a.rows : a.units;
  const double n = static_cast<double>(count);
  std::vector<double> scale_gradient(a.units), shift_gradient(a.units);
  for (size_t group = 0; group < groups; ++group) {
    const auto place = [&](size_t i) { return over_rows ? i * a.units + group : group * a.units + i; };
    const Moments m = MomentsOf(count, [&](size_t i) { return D(a.input[place(i)]); });
    const double deviation = std::sqrt(m.variance + D(kNormalizationEpsilon));
    const auto normal = [&](size_t i) { return (D(a.input[place(i)]) - m.mean) / deviation; };
    const auto scaled = [&](size_t i) { return D(a.gradient[place(i)]) * D(a.scale[place(i) % a.units]); };
    double sum = 0, products = 0;
    for (size_t i = 0; i < count; ++i) {
      const size_t unit = place(i) % a.units;
      sum += scaled(i);
      products += scaled(i) * normal(i);
      shift_gradient[unit] += D(a.gradient[place(i)]);
      scale_gradient[unit] += D(a.gradient[place(i)]) * normal(i);
      ASSERT_NEAR(a.output[place(i)], normal(i) * D(a.scale[unit]) + D(a.shift[unit]), 1e-5) << name;
    }
    for (size_t i = 0; i < count; ++i) {
      const double expected = (scaled(i) - sum / n - normal(i) * products / n) / deviation;
      ASSERT_NEAR(a.input_gradient[place(i)], expected, 2e-5 / deviation) << name;
    }
  }
  for (size_t unit = 0; unit < a.units; ++unit) {
    ASSERT_NEAR(a.shift_gradient[unit], shift_gradient[unit], 1e-5 * std::sqrt(a.rows)) << name;
    ASSERT_NEAR(a.scale_gradient[unit], scale_gradient[unit], 2e-5 * std::sqrt(a.rows)) << name;
  }
}

class EveryNormalization : public testing::TestWithParam<int> {
 protected:
  void SetUp() override { SetThreads(GetParam()); }
  void TearDown() override { SetThreads(0); }
};
INSTANTIATE_TEST_SUITE_P(OnThreads, EveryNormalization, testing::Values(1, 2, 3));

TEST_P(EveryNormalization, OfABatchIsThatOfItsDefinition) {
  OnEveryInstructionSet([] {
    for (const Case& c : kCases) {
      Arrays a(c, BatchNormalization::SavedFloats(c.units), BatchNormalization::ScratchFloats(c.rows, c.units));
      Floats mean = Normal(c.units, 5), variance = Normal(c.units, 6, 3, 0.1);
      const BatchNormalization batch(a.View());
      for (int run = 0; run < 2; ++run) {
        batch.TrainingForward(mean.data(), variance.data());
        batch.Backward();
        ExpectDefinition(a, true, Name(c));
      }
    }
  });
}

TEST_P(EveryNormalization, OfABatchMovesTheRunningStatistics) {
  for (const Case& c : kCases) {
    Arrays a(c, BatchNormalization::SavedFloats(c.units), BatchNormalization::ScratchFloats(c.rows, c.units));
    Floats mean = Normal(c.units, 5), variance = Normal(c.units, 6, 3, 0.1);
    const std::vector<float> mean_before(mean.data(), mean.data() + c.units);
    const std::vector<float> variance_before(variance.data(), variance.data() + c.units);
    BatchNormalization(a.View()).TrainingForward(mean.data(), variance.data());
    const double n = static_cast<double>(c.rows);
    for (size_t u = 0; u < c.units; ++u) {
      const Moments m = MomentsOf(c.rows, [&](size_t row) { return D(a.input[row * c.units + u]); });
      EXPECT_NEAR(mean[u], 0.9 * D(mean_before[u]) + 0.1 * m.mean, 1e-6 * (1 + std::abs(m.mean))) << Name(c);
      const double unbiased = m.variance * n / (n - 1);
      EXPECT_NEAR(variance[u], 0.9 * D(variance_before[u]) + 0.1 * unbiased, 1e-5 * (1 + unbiased)) << Name(c);
    }
  }
}

TEST_P(EveryNormalization, OfABatchNormalisesByTheRunningStatisticsInInference) {
  OnEveryInstructionSet([] {
    for (const Case& c : kCases) {
      Arrays a(c, BatchNormalization::SavedFloats(c.units), BatchNormalization::ScratchFloats(c.rows, c.units));
      Floats mean = Normal(c.units, 5, c.mean), variance = Normal(c.units, 6, 3, 0.1);
      NormalizationArrays view = a.View();
      view.saved = nullptr;
      BatchNormalization(view).InferenceForward(mean.data(), variance.data());
      for (size_t i = 0; i < c.rows * c.units; ++i) {
        const size_t u = i % c.units;
        const double normal = (D(a.input[i]) - D(mean[u])) / std::sqrt(D(variance[u]) + D(kNormalizationEpsilon));
        ASSERT_NEAR(a.output[i], normal * D(a.scale[u]) + D(a.shift[u]), 1e-5) << Name(c);
      }
    }
  });
}

TEST_P(EveryNormalization, OfALayerIsThatOfItsDefinition) {
  OnEveryInstructionSet([] {
    for (const Case& c : kCases) {
      Arrays a(c, LayerNormalization::SavedFloats(c.rows), LayerNormalization::ScratchFloats(c.rows, c.units));
      const LayerNormalization layer(a.View());
      for (int run = 0; run < 2; ++run) {
        layer.Forward();
        layer.Backward();
        ExpectDefinition(a, false, Name(c));
      }
    }
  });
}

TEST_P(EveryNormalization, MayOverwriteTheGradientThatItReads) {
  const Case c{700, 33, 0, 1};
  for (const bool of_batch : {true, false}) {
    Arrays a(c, 6 * c.units + 2 * c.rows,
             BatchNormalization::ScratchFloats(c.rows, c.units) + LayerNormalization::ScratchFloats(c.rows, c.units));
    Floats mean(c.units), variance(c.units);
    const auto run = [&](const NormalizationArrays& view) {
      if (of_batch) {
        const BatchNormalization batch(view);
        batch.TrainingForward(mean.data(), variance.data());
        batch.Backward();
      } else {
        const LayerNormalization layer(view);
        layer.Forward();
        layer.Backward();
      }
    };
    run(a.View());
    const std::vector<float> apart(a.input_gradient.data(), a.input_gradient.data() + a.input_gradient.size());
    NormalizationArrays shared = a.View();
    shared.input_gradient = a.gradient.data();
    run(shared);
    EXPECT_EQ(apart, std::vector<float>(a.gradient.data(), a.gradient.data() + a.gradient.size()));
  }
}

TEST(BatchNormalization, OfOneRowIsTheShiftAndLeavesTheRunningVarianceAlone) {
  Arrays a({1, 5, 3, 1}, BatchNormalization::SavedFloats(5), BatchNormalization::ScratchFloats(1, 5));
  Floats mean(5), variance(5);
  for (float& value : variance.span()) value = 2;
  const BatchNormalization batch(a.View());
  batch.TrainingForward(mean.data(), variance.data());
  batch.Backward();
  for (size_t u = 0; u < 5; ++u) {
    EXPECT_EQ(a.output[u], a.shift[u]);
    EXPECT_EQ(variance[u], 2.0f);
    EXPECT_NEAR(a.input_gradient[u], 0, 1e-4);
  }
}

TEST(BatchNormalization, ShowsNaNInsteadOfHidingIt) {
  Arrays a({100, 9, 0, 1}, BatchNormalization::SavedFloats(9), BatchNormalization::ScratchFloats(100, 9));
  a.input[4] = kNaN;
  Floats mean(9), variance(9);
  BatchNormalization(a.View()).TrainingForward(mean.data(), variance.data());
  EXPECT_TRUE(std::isnan(a.output[4 + 9]));
  EXPECT_FALSE(std::isnan(a.output[3 + 9]));
}

}  // namespace
}  // namespace ramp
