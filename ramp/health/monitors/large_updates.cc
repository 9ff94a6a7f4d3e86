#include <fmt/format.h>

#include <algorithm>

#include "ramp/health/monitors/list.h"

namespace ramp {
namespace {

constexpr double kRatio = 0.1;  // log10(|dW| / |W|) in [-4, -1] is usual
constexpr size_t kSamples = 3;
constexpr size_t kEnoughWeights = 64;

void Judge(const Patient& patient, Findings& findings) {
  if (patient.update_samples < kSamples) return;
  std::vector<double> ratios;
  for (const LayerHealth& layer : patient.layers) {
    if (layer.weights >= kEnoughWeights) ratios.push_back(layer.update_ratio);
  }
  if (ratios.empty()) return;
  const auto middle = ratios.begin() + static_cast<ptrdiff_t>(ratios.size() / 2);
  std::nth_element(ratios.begin(), middle, ratios.end());
  if (*middle <= kRatio) return;
  findings.push_back({.severity = Severity::kWarning,
                      .what = fmt::format("each step changes the weights by {:.0f} % of their size; 0.01 to 10 % is "
                                          "usual",
                                          100 * *middle),
                      .evidence = {{"change of the weights in one step / weights", *middle, kRatio}},
                      .confidence = *middle > 2 * kRatio ? 0.9 : 0.7});
}

}  // namespace

Monitor LargeUpdatesMonitor() {
  return {
      .name = kLargeUpdates,
      .sees = "the change of the weights in one step against the weights, the median over the layers: fires above 1/10",
      .why = "steps of such a size throw away what was learned, and push units so far that they die",
      .cause = "a learning rate that is too large",
      .outlook = "units die or saturate, the loss jumps, and the result is worse than it could be",
      .remedies = {"roll-back", "lower-rate", "warm-up", "clip-gradient"},
      .explains = {kVanishingGradient, kCorrelationCollapse, kExplodingGradient, kOscillatingLoss, kNonFinite,
                   kDeadUnits, kAlwaysOpen, kTooSparse, kSaturation, kNotCentred, kTrivialPredictor, kPlateau},
      .moments = Moment::kStep | Moment::kEpoch,
      .judge = Judge};
}

}  // namespace ramp
