#include <fmt/format.h>

#include "ramp/activation/activation.h"
#include "ramp/health/monitors/list.h"

namespace ramp {
namespace {

constexpr double kLeastOpen = 0.02;

void Judge(const Patient& patient, Findings& findings) {
  for (const LayerHealth& layer : patient.layers) {
    if (layer.activation == nullptr || layer.activation->saves != Saves::kGate) continue;
    // A layer whose units are all dead is named for that.
    if (layer.open_share >= kLeastOpen || layer.dead == layer.units) continue;
    findings.push_back({.severity = Severity::kWarning,
                        .layers = {layer.number},
                        .what = fmt::format("{}: only {:.2g} % of its gates are open, hardly anything passes",
                                            NameOf(layer), 100 * layer.open_share),
                        .evidence = {{"open gates / gates", layer.open_share, kLeastOpen}},
                        .confidence = 0.7});
    return;
  }
}

}  // namespace

Monitor TooSparseMonitor() {
  return {.name = kTooSparse,
          .sees = "the share of open gates of a layer: fires below 2 %",
          .why = "what does not pass a gate is neither used nor learned from",
          .cause = "biases that were pushed far below 0",
          .outlook = "the layer dies",
          .remedies = {"lower-rate", "less-decay", "leaking-activation"},
          .explains = {kDeadUnits, kTrivialPredictor},
          .moments = static_cast<unsigned>(Moment::kEpoch),
          .judge = Judge};
}

}  // namespace ramp
