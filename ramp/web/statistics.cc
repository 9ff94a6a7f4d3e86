#include "ramp/web/statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "ramp/base/random.h"

namespace ramp::web {
namespace {

constexpr double kNormal95 = 1.959963984540054;
constexpr size_t kSamples = 2000;

double Mean(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace

Interval ShareInterval(size_t count, size_t of) {
  if (of == 0) return {0, 1};
  const auto n = static_cast<double>(of);
  const double share = static_cast<double>(count) / n, z = kNormal95 * kNormal95;
  const double centre = (share + z / (2 * n)) / (1 + z / n);
  const double half = kNormal95 / (1 + z / n) * std::sqrt(share * (1 - share) / n + z / (4 * n * n));
  return {std::max(0.0, centre - half), std::min(1.0, centre + half)};
}

Interval MeanInterval(std::span<const double> values) {
  std::vector<double> means;
  Random random(1);
  for (size_t sample = 0; sample < kSamples; ++sample) {
    double sum = 0;
    for (size_t i = 0; i < values.size(); ++i) sum += values[random.Below(values.size())];
    means.push_back(sum / static_cast<double>(values.size()));
  }
  std::ranges::sort(means);
  return {Quantile(means, 0.025), Quantile(means, 0.975)};
}

double Quantile(std::span<const double> ordered, double share) {
  const double place = share * static_cast<double>(ordered.size() - 1);
  const auto before = static_cast<size_t>(place);
  const size_t behind = std::min(before + 1, ordered.size() - 1);
  return ordered[before] + (place - static_cast<double>(before)) * (ordered[behind] - ordered[before]);
}

Json ShareJson(size_t count, size_t of) {
  const Interval interval = ShareInterval(count, of);
  const double share = of > 0 ? static_cast<double>(count) / static_cast<double>(of) : 0;
  return {{"count", count}, {"of", of}, {"share", share}, {"low", interval.low}, {"high", interval.high}};
}

Json DistributionJson(std::vector<double> values) {
  std::erase_if(values, [](double value) { return !std::isfinite(value); });
  if (values.empty()) return nullptr;
  const Interval interval = MeanInterval(values);
  std::ranges::sort(values);
  return {{"mean", Mean(values)},
          {"low", interval.low},
          {"high", interval.high},
          {"least", values.front()},
          {"quarter", Quantile(values, 0.25)},
          {"median", Quantile(values, 0.5)},
          {"three_quarters", Quantile(values, 0.75)},
          {"most", values.back()}};
}

}  // namespace ramp::web
