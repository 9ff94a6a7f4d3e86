#include <fmt/format.h>

#include "ramp/activation/activation.h"
#include "ramp/health/monitors/list.h"

namespace ramp {
namespace {

constexpr double kShare = 0.5;
constexpr double kClippedShare = 0.75;  // where the slope is 1 up to the end, more of that is healthy

void Judge(const Patient& patient, Findings& findings) {
  const bool start = patient.at(Moment::kStart);
  for (const LayerHealth& layer : start ? patient.start : patient.layers) {
    if (!layer.saturated_share) continue;
    const double limit = layer.activation->saves == Saves::kGate ? kClippedShare : kShare;
    if (*layer.saturated_share <= limit) continue;
    findings.push_back({.severity = Severity::kWarning,
                        .layers = {layer.number},
                        .what = fmt::format("{}: {:.0f} % of its values are saturated, where the slope is nearly 0",
                                            NameOf(layer), 100 * *layer.saturated_share),
                        .evidence = {{"saturated values / values", *layer.saturated_share, limit}},
                        .confidence = 0.7});
    return;
  }
}

}  // namespace

Monitor SaturationMonitor() {
  return {.name = kSaturation,
          .sees =
              "values within 1 % of the ends of the activation's range: fires above half of a layer (3/4 of one that "
              "clips)",
          .why = "at the ends of its range an activation passes nearly no gradient",
          .cause = "weights that are, or have become, too large",
          .outlook = "the layers before it learn slowly or not at all",
          .remedies = {"rescale-start", "rescale-layers", "scale-inputs", "lower-rate", "rectifier"},
          .explains = {kVanishingGradient, kTrivialPredictor, kPlateau},
          .moments = Moment::kStart | Moment::kEpoch,
          .judge = Judge};
}

}  // namespace ramp
