#include "ramp/data/scale.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "ramp/base/error.h"
#include "ramp/data/targets.h"

namespace ramp {
namespace {

struct Moments {
  double sum = 0, squares = 0, count = 0;
  double mean() const { return sum / count; }
  double deviation() const {
    // Rounding leaves a little of what should be nothing; one value in all rows keeps its scale.
    const double variance = squares / count - mean() * mean();
    return variance > 1e-12 * (1e-30 + squares / count) ? std::sqrt(variance) : 1;
  }
};

// Bytes are counted first: sums over 256 counts are exact and fast.
Moments MomentsOfBytes(const std::vector<uint8_t>& values, size_t count, std::span<const uint32_t> rows) {
  std::array<uint64_t, 256> counts{};
  for (const uint32_t row : rows) {
    const uint8_t* from = values.data() + row * count;
    for (size_t i = 0; i < count; ++i) ++counts[from[i]];
  }
  Moments moments;
  for (size_t value = 0; value < counts.size(); ++value) {
    const double times = static_cast<double>(counts[value]);
    const double v = static_cast<double>(value);
    moments.sum += times * v;
    moments.squares += times * v * v;
    moments.count += times;
  }
  return moments;
}

// Two passes, as the squares of large numbers would swallow a small deviation.
template <class T>
InputScale FitPairs(const std::vector<T>& values, size_t count, std::span<const uint32_t> rows, size_t pairs) {
  std::vector<double> mean(pairs, 0), variance(pairs, 0), largest(pairs, 0);
  const double n = static_cast<double>(rows.size()) * static_cast<double>(count / pairs);
  for (const uint32_t row : rows) {
    for (size_t i = 0; i < count; ++i) {
      const double value = static_cast<double>(values[row * count + i]);
      double& most = largest[i % pairs];
      mean[i % pairs] += value;
      most = std::max(most, std::abs(value));
    }
  }
  for (double& sum : mean) sum /= n;
  for (const uint32_t row : rows) {
    for (size_t i = 0; i < count; ++i) {
      const size_t j = i % pairs;
      const double distance = static_cast<double>(values[row * count + i]) - mean[j];
      variance[j] += distance * distance;
    }
  }
  InputScale scale;
  for (size_t j = 0; j < pairs; ++j) {
    scale.mean.push_back(static_cast<float>(mean[j]));
    scale.deviation.push_back(static_cast<float>(UsableDeviation(std::sqrt(variance[j] / n), largest[j])));
  }
  return scale;
}

}  // namespace

void FitInputs(const InputValues& inputs, size_t pairs, std::span<const uint32_t> training, Encoding& encoding) {
  const size_t count = encoding.shape.count();
  const auto* bytes = std::get_if<std::vector<uint8_t>>(&inputs);
  if (bytes == nullptr) {
    encoding.SetScale(FitPairs(std::get<std::vector<float>>(inputs), count, training, pairs));
  } else if (pairs > 1) {
    encoding.SetScale(FitPairs(*bytes, count, training, pairs));
  } else {
    const Moments moments = MomentsOfBytes(*bytes, count, training);
    encoding.SetScale(
        {.mean = {static_cast<float>(moments.mean())}, .deviation = {static_cast<float>(moments.deviation())}});
  }
}

void Standardise(const std::string& name, InputValues& inputs, const Encoding& encoding) {
  auto* values = std::get_if<std::vector<float>>(&inputs);
  if (values == nullptr) return;
  const auto& [mean, deviation] = *encoding.scale();
  const size_t pairs = mean.size();
  const size_t count = encoding.shape.count();
  for (size_t i = 0; i < values->size(); ++i) {
    const size_t j = i % pairs;
    float& value = (*values)[i];
    const float raw = value;
    value = (raw - mean[j]) / deviation[j];
    if (!std::isfinite(value)) {
      throw Error(
          fmt::format("{}: row {}, value {}: {} is too far from the training values (mean {}, deviation {}): check it",
                      name, i / count, i % count, raw, mean[j], deviation[j]));
    }
  }
}

}  // namespace ramp
