#include <fmt/format.h>

#include <algorithm>

#include "ramp/health/monitors/list.h"

namespace ramp {
namespace {

constexpr size_t kSpikes = 5;
constexpr double kSpikeShare = 0.01;
constexpr double kOfWeights = 30;
constexpr size_t kEnoughWeights = 64;

void Judge(const Patient& patient, Findings& findings) {
  const double share = static_cast<double>(patient.spikes) / static_cast<double>(std::max<size_t>(patient.steps, 1));
  for (const LayerHealth& layer : patient.layers) {
    if (layer.weights < kEnoughWeights || layer.gradient_ratio() <= kOfWeights || patient.steps < 10) continue;
    findings.push_back({.severity = Severity::kWarning,
                        .layers = {layer.number},
                        .what = fmt::format("{}: its gradient is larger than its weights, norm {:.2g} against {:.2g}",
                                            NameOf(layer), layer.gradient_norm, layer.weight_norm),
                        .evidence = {{"gradient / weights", layer.gradient_ratio(), kOfWeights}},
                        .confidence = 0.7});
    return;
  }
  if (patient.spikes < kSpikes || share < kSpikeShare) return;
  // Where little is left to learn, one hard example is a spike beside the others.
  const bool matters = !patient.losses.empty() && patient.losses.back() > 0.5 * patient.trivial_loss;
  findings.push_back({.severity = matters ? Severity::kWarning : Severity::kNote,
                      .what = fmt::format("{} of {} steps had a gradient more than ten times the usual one",
                                          patient.spikes, patient.steps),
                      .evidence = {{"steps with a spike of the gradient", share, kSpikeShare}},
                      .confidence = 0.6});
}

}  // namespace

Monitor ExplodingGradientMonitor() {
  return {
      .name = kExplodingGradient,
      .sees =
          "each layer's gradient against its weights (fires above 30), and steps whose gradient is above ten times "
          "the running median (fires at 5, if they are 1 %)",
      .why = "one such step can throw away what all others have learned",
      .cause = "values that grow from layer to layer, or single corrupt examples",
      .outlook = "the loss jumps, and the training may end in numbers that are not finite",
      .remedies = {"rescale-start", "clip-gradient", "skip-batch", "lower-rate"},
      .explains = {kOscillatingLoss, kNonFinite, kDeadUnits, kAlwaysOpen, kTooSparse, kSaturation, kTrivialPredictor},
      .moments = Moment::kStep | Moment::kEpoch,
      .judge = Judge};
}

}  // namespace ramp
