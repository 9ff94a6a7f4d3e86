#include <fmt/format.h>

#include "ramp/health/monitors/list.h"

namespace ramp {
namespace {

constexpr double kShare = 0.5;

void Judge(const Patient& patient, Findings& findings) {
  const bool start = patient.at(Moment::kStart);
  for (const LayerHealth& layer : start ? patient.start : patient.layers) {
    if (layer.saturated_share.value_or(0) <= kShare) continue;
    findings.push_back({.severity = Severity::kWarning,
                        .layers = {layer.number},
                        .what = fmt::format("{}: {:.0f} % of its values are saturated, where the slope is nearly 0",
                                            NameOf(layer), 100 * *layer.saturated_share),
                        .evidence = {{"saturated values / values", *layer.saturated_share, kShare}},
                        .confidence = 0.7});
    return;
  }
}

}  // namespace

Monitor SaturationMonitor() {
  return {.name = kSaturation,
          .sees = "values within 1 % of the ends of the activation's range: fires above half of a layer",
          .why = "at the ends of its range an activation passes nearly no gradient",
          .cause = "weights that are, or have become, too large",
          .outlook = "the layers before it learn slowly or not at all",
          .remedies = {"rescale-start", "scale-inputs", "lower-rate", "rectifier"},
          .explains = {kVanishingGradient, kTrivialPredictor, kPlateau},
          .moments = Moment::kStart | Moment::kEpoch,
          .judge = Judge};
}

}  // namespace ramp
