#include "ramp/lab/figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "ramp/base/error.h"
#include "ramp/base/random.h"

namespace ramp::lab {
namespace {

constexpr size_t kResamples = 2000;
constexpr double kTail = 0.025;  // on either side
constexpr double kNormalQuantile = 1.959963984540054;

double Mean(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// The quantile of Student's distribution that belongs to kTail, as a series in 1 / degrees (Fisher and Cornish, 1960):
// within 1 % from 3 degrees on.
double StudentQuantile(double degrees) {
  const double z = kNormalQuantile, z2 = z * z;
  const double first = z * (z2 + 1) / 4;
  const double second = z * ((5 * z2 + 16) * z2 + 3) / 96;
  const double third = z * (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384;
  return z + (first + (second + third / degrees) / degrees) / degrees;
}

}  // namespace

void Figures::Set(std::string name, double value) {
  if (std::ranges::find(figures_, name, &Figure::name) != figures_.end()) {
    throw Error(fmt::format("the figure '{}' is measured twice in one trial: give each a name of its own", name));
  }
  figures_.push_back({std::move(name), value});
}

Estimate EstimateOf(std::string name, std::vector<double> values) {
  Estimate estimate{.name = std::move(name), .mean = Mean(values), .values = std::move(values)};
  const std::vector<double>& from = estimate.values;
  const auto [least, greatest] = std::ranges::minmax(from);
  estimate.low = least;
  estimate.high = greatest;
  if (from.size() < 2 || !std::ranges::all_of(from, [](double value) { return std::isfinite(value); })) {
    return estimate;
  }
  Random random(from.size());
  std::vector<double> means(kResamples);
  for (double& mean : means) {
    double sum = 0;
    for (size_t i = 0; i < from.size(); ++i) sum += from[random.Below(from.size())];
    mean = sum / static_cast<double>(from.size());
  }
  std::ranges::sort(means);
  const auto tail = static_cast<size_t>(kTail * kResamples);
  const double degrees = static_cast<double>(from.size() - 1);
  const double wider = std::sqrt((degrees + 1) / degrees) * StudentQuantile(degrees) / kNormalQuantile;
  estimate.low = estimate.mean + wider * std::min(means[tail] - estimate.mean, 0.0);
  estimate.high = estimate.mean + wider * std::max(means[kResamples - 1 - tail] - estimate.mean, 0.0);
  return estimate;
}

Estimate ExactEstimateOf(std::string name, std::vector<double> values) {
  const double mean = Mean(values);
  return {.name = std::move(name), .mean = mean, .low = mean, .high = mean, .values = std::move(values)};
}

Estimates::Estimates(std::span<const Figures> trials, bool exact) {
  if (trials.empty()) throw Error("an experiment without a trial says nothing: run it with at least one");
  for (const Figures& trial : trials) {
    if (trial.all().size() == trials[0].all().size()) continue;
    throw Error(fmt::format("one trial has {} figures, another {}: each must measure the same", trials[0].all().size(),
                            trial.all().size()));
  }
  for (size_t f = 0; f < trials[0].all().size(); ++f) {
    const std::string& name = trials[0].all()[f].name;
    std::vector<double> values;
    for (const Figures& trial : trials) {
      if (trial.all()[f].name != name) {
        throw Error(fmt::format("the figure '{}' of one trial is '{}' in another: each must measure the same", name,
                                trial.all()[f].name));
      }
      values.push_back(trial.all()[f].value);
    }
    estimates_.push_back(exact ? ExactEstimateOf(name, std::move(values)) : EstimateOf(name, std::move(values)));
  }
}

const Estimate& Estimates::at(std::string_view name) const {
  const auto found = std::ranges::find(estimates_, name, &Estimate::name);
  if (found != estimates_.end()) return *found;
  std::vector<std::string> names;
  for (const Estimate& estimate : estimates_) names.push_back(estimate.name);
  throw Error(fmt::format("no trial measures the figure '{}'{}", name, DidYouMean(name, names)));
}

}  // namespace ramp::lab
