// For tests: the greatest error of an activation's value and slope over many floats, in units in the last place.
#ifndef RAMP_ACTIVATION_TEST_ULP_SWEEP_H_
#define RAMP_ACTIVATION_TEST_ULP_SWEEP_H_

#include <fmt/format.h>
#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "ramp/activation/activation.h"
#include "ramp/base/parallel.h"
#include "ramp/base/random.h"

namespace ramp {

// The distance of `value` from `exact`, in units of the last place of a float of exact's size.
inline double UlpError(float value, double exact) {
  const float nearest = static_cast<float>(exact);
  if (nearest == value || (std::isnan(nearest) && std::isnan(value))) return 0;
  if (!std::isfinite(nearest) || !std::isfinite(value)) return std::numeric_limits<double>::infinity();
  const int exponent = exact == 0 ? -126 : std::max(std::ilogb(exact), -126);
  return std::abs(static_cast<double>(value) - exact) / std::ldexp(1.0, exponent - 23);
}

// 0 stands for "always the float nearest to the exact value".
struct WorstError {
  double ulp = 0;
  float input = 0;
  void Meet(float at, float value, double exact) { Meet({UlpError(value, exact), at}); }
  // The order in which errors are met must not matter, so the lesser of two inputs with the same error stays.
  void Meet(const WorstError& other) {
    if (other.ulp > ulp || (other.ulp == ulp && ulp != 0 && other.input < input)) *this = other;
  }
};

struct SweepErrors {
  WorstError value, slope;
};

// One of every `stride` floats, drawn at random from each run of that many; all 2^32 when it is 1.
class FloatSweep {
 public:
  static constexpr size_t kChunk = 4096;
  explicit FloatSweep(uint64_t stride) : stride_(stride) {}
  size_t chunks() const { return static_cast<size_t>((uint64_t{1} << 32) / stride_ / kChunk); }
  void Fill(size_t chunk, std::span<float> inputs) const {
    for (size_t i = 0; i < kChunk; ++i) {
      const uint64_t run = chunk * kChunk + i;
      const uint64_t bits = run * stride_ + Random::Mix(run) % stride_;
      inputs[i] = std::bit_cast<float>(static_cast<uint32_t>(bits));
    }
  }

 private:
  uint64_t stride_;
};

// The kernels of one activation on one of Highway's targets.
inline ActivationKernels KernelsOn(const Activation& activation, int64_t target) {
  hwy::SetSupportedTargetsForTest(target);
  const ActivationKernels kernels = KernelsOf(activation);
  hwy::SetSupportedTargetsForTest(0);
  return kernels;
}

// The errors on each of the targets, the slope being that from the input.
inline std::vector<SweepErrors> ErrorsOf(const Activation& activation, const ActivationParameters& parameters,
                                         std::span<const int64_t> targets, uint64_t stride) {
  using Chunk = std::array<float, FloatSweep::kChunk>;
  struct Reference {
    std::array<double, FloatSweep::kChunk> exact;
    Chunk nearest;
    void Set(size_t i, double value) {
      exact[i] = value;
      nearest[i] = static_cast<float>(value);
    }
  };
  const FloatSweep sweep(stride);
  std::vector<ActivationKernels> kernels;
  for (const int64_t target : targets) kernels.push_back(KernelsOn(activation, target));
  const std::vector<double> reference_parameters(parameters.begin(), parameters.end());

  const auto meet = [](WorstError& worst, const Chunk& input, const Chunk& output, const Reference& reference) {
    size_t differences = 0;
    for (size_t i = 0; i < output.size(); ++i) differences += output[i] != reference.nearest[i] ? 1u : 0u;
    if (differences == 0) return;
    for (size_t i = 0; i < output.size(); ++i) {
      if (output[i] != reference.nearest[i]) worst.Meet(input[i], output[i], reference.exact[i]);
    }
  };
  const auto check_chunk = [&](size_t chunk, std::span<SweepErrors> errors) {
    Chunk input, ones, output;
    Reference values, slopes;
    sweep.Fill(chunk, input);
    ones.fill(1);
    for (size_t i = 0; i < input.size(); ++i) {
      values.Set(i, activation.value(input[i], reference_parameters));
      slopes.Set(i, activation.slope(input[i], reference_parameters));
    }
    for (size_t target = 0; target < kernels.size(); ++target) {
      output.fill(std::numeric_limits<float>::infinity());
      kernels[target].forward(
          {.units = input.size(), .input = input.data(), .output = output.data(), .parameters = parameters});
      meet(errors[target].value, input, output, values);
      output.fill(std::numeric_limits<float>::infinity());
      kernels[target].backward({.units = input.size(),
                                .gradient = ones.data(),
                                .input = input.data(),
                                .input_gradient = output.data(),
                                .parameters = parameters});
      meet(errors[target].slope, input, output, slopes);
    }
  };

  const size_t parts = static_cast<size_t>(Threads());
  std::vector<std::vector<SweepErrors>> of_part(parts, std::vector<SweepErrors>(targets.size()));
  // Neighbours go to different threads: libm takes its time over some ranges.
  ParallelRanges(parts, parts, 1, [&](size_t begin, size_t end, size_t) {
    for (size_t part = begin; part < end; ++part) {
      for (size_t chunk = part; chunk < sweep.chunks(); chunk += parts) check_chunk(chunk, of_part[part]);
    }
  });
  for (size_t part = 1; part < parts; ++part) {
    for (size_t target = 0; target < targets.size(); ++target) {
      of_part[0][target].value.Meet(of_part[part][target].value);
      of_part[0][target].slope.Meet(of_part[part][target].slope);
    }
  }
  return of_part[0];
}

// A row of docs/measurements/ulp.md.
inline std::string TableRow(const Activation& activation, int64_t target, const SweepErrors& errors) {
  const auto cell = [](const WorstError& error) {
    return error.ulp == 0 ? std::string("0.5 |") : fmt::format("{:.3f} | {:.9g}", error.ulp, error.input);
  };
  return fmt::format("| {} | {} | {} | {} |", activation.name, hwy::TargetName(target), cell(errors.value),
                     cell(errors.slope));
}

// Nothing is rounded in these but the result.
inline bool IsPiecewisePolynomial(const Activation& activation) {
  static constexpr std::string_view kOthers[] = {"prelu", "relu2", "hardswish"};
  return activation.saves == Saves::kGate || std::ranges::count(kOthers, activation.name) == 1;
}

// What every activation keeps to: on the sets with fused multiplication 1 unit, on the others 2.
inline double AllowedUlp(const Activation& activation, int64_t target) {
  if (IsPiecewisePolynomial(activation)) return 0;
  return (target & (HWY_AVX3_DL | HWY_AVX3 | HWY_AVX2)) != 0 ? 1 : 2;
}

}  // namespace ramp

#endif  // RAMP_ACTIVATION_TEST_ULP_SWEEP_H_
