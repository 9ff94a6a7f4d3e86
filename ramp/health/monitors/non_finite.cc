#include <fmt/format.h>

#include "ramp/health/monitors/list.h"

namespace ramp {
namespace {

void Judge(const Patient& patient, Findings& findings) {
  if (!patient.divergence) return;
  const Divergence& divergence = *patient.divergence;
  Finding finding{
      .severity = Severity::kError,
      .what = fmt::format("{} is no longer finite, seen in epoch {}, step {}, before the weights were changed",
                          divergence.place, divergence.epoch, divergence.step),
      .confidence = 0.6};
  if (divergence.node) finding.layers = {patient.network->LayerNumber(*divergence.node)};
  findings.push_back(std::move(finding));
}

}  // namespace

Monitor NonFiniteMonitor() {
  return {.name = kNonFinite,
          .sees = "loss, gradients and the weights: fires if one is NaN or infinite, before an update is made with it",
          .why = "one such number makes all weights so within two steps",
          .cause = "numbers that grew beyond what floats hold, or inputs that were not finite",
          .outlook = "the training has ended; the best weights from before are kept",
          .remedies = {"lower-rate", "clip-gradient", "skip-batch", "roll-back", "scale-inputs"},
          .explains = {},
          .moments = static_cast<unsigned>(Moment::kEnd),
          .judge = Judge};
}

}  // namespace ramp
