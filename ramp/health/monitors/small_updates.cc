#include <fmt/format.h>

#include <algorithm>

#include "ramp/health/monitors/list.h"

namespace ramp {
namespace {

constexpr double kRatio = 2e-4;
constexpr double kLearned = 0.8;  // of the trivial loss: below that it is slow, but gets there

void Judge(const Patient& patient, Findings& findings) {
  if (patient.update_samples == 0 || patient.epochs.empty() || patient.rate < 0.5 * patient.largest_rate) return;
  const double loss = patient.epochs.back().record.train_loss;
  if (loss < kLearned * patient.trivial_loss) return;
  double largest = 0;
  for (const LayerHealth& layer : patient.layers) largest = std::max(largest, layer.update_ratio);
  // Where the updates were larger at first, it is the gradient that has gone.
  for (const LayerHealth& layer : patient.epochs[0].layers) largest = std::max(largest, layer.update_ratio);
  if (largest > kRatio) return;
  findings.push_back({.severity = Severity::kWarning,
                      .what = fmt::format("each step changes the weights of no layer by more than {:.2g} % of their "
                                          "size, and the loss is still {:.3g}",
                                          100 * largest, loss),
                      .evidence = {{"change of the weights in one step / weights", largest, kRatio},
                                   {"loss / loss of the trivial answer", loss / patient.trivial_loss, kLearned}},
                      .confidence = 0.85});
}

}  // namespace

Monitor SmallUpdatesMonitor() {
  return {.name = kSmallUpdates,
          .sees =
              "the change of the weights in one step against the weights, the largest over the layers: fires below "
              "1/5000 while the loss is above 80 % of the trivial one",
          .why = "at such a pace the weights are where they started after thousands of steps",
          .cause = "a learning rate that is too small",
          .outlook = "the training ends long before anything is learned",
          .remedies = {"higher-rate"},
          .explains = {kVanishingGradient, kTrivialPredictor, kPlateau, kNotCentred, kCorrelationCollapse},
          .moments = static_cast<unsigned>(Moment::kEpoch),
          .judge = Judge};
}

}  // namespace ramp
