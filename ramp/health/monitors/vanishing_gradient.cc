#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ramp/health/monitors/list.h"

namespace ramp {
namespace {

constexpr double kRatio = 5e-3;
constexpr double kHopeless = 1e-4;
constexpr double kStuck = 0.9;  // of the trivial loss
constexpr size_t kSteps = 10;

double PerWeight(const LayerHealth& layer) {
  return layer.gradient_norm / std::sqrt(static_cast<double>(std::max<size_t>(layer.weights, 1)));
}

void Judge(const Patient& patient, Findings& findings) {
  if (patient.layers.size() < 3 || patient.steps < kSteps) return;
  const LayerHealth& first = patient.layers.front();
  const LayerHealth& last = patient.layers.back();
  const double ratio = PerWeight(first) / std::max(PerWeight(last), 1e-300);
  // A training that comes to its end has small gradients everywhere; the shape of the profile alone does not alarm.
  const bool stuck = !patient.epochs.empty() && patient.epochs.back().record.train_loss > kStuck * patient.trivial_loss;
  if (PerWeight(last) <= 0 || ratio >= (stuck ? kRatio : kHopeless)) return;
  if (!stuck && !patient.epochs.empty()) return;
  findings.push_back(
      {.severity = Severity::kWarning,
       .layers = {first.number},
       .what = fmt::format("{}: its gradient has vanished, a weight gets {:.2g} times what one of the last layer gets",
                           NameOf(first), ratio),
       .evidence = {{"gradient of a weight of the first layer / of the last", ratio, stuck ? kRatio : kHopeless},
                    {"change of the first layer's weights in one step / weights", first.update_ratio, kHopeless}},
       .confidence = stuck ? 0.9 : 0.8});
}

}  // namespace

Monitor VanishingGradientMonitor() {
  return {.name = kVanishingGradient,
          .sees =
              "the gradient of a weight in the first layer against one in the last: fires below 1/10,000 in the first "
              "epoch, below 1/200 while the loss is above 90 % of the trivial one",
          .why = "a layer without gradient does not learn, and what comes behind it learns from noise",
          .cause = "activations whose slopes shrink the gradient at every layer",
          .outlook = "the first layers stay as they are; the network is stuck or learns with its last layers alone",
          .remedies = {"rectifier", "batch-norm", "residual-connections", "fewer-layers", "usual-start"},
          .explains = {kSmallUpdates, kCorrelationCollapse, kNotCentred, kSaturation, kTrivialPredictor, kPlateau},
          .moments = Moment::kStep | Moment::kEpoch,
          .judge = Judge};
}

}  // namespace ramp
