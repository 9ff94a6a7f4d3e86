#include <fmt/format.h>

#include <algorithm>

#include "ramp/health/monitors/list.h"

namespace ramp {
namespace {

constexpr double kBlownUp = 10;  // times the loss of the best answer that ignores the input

void Judge(const Patient& patient, Findings& findings) {
  if (!patient.divergence) return;
  const Divergence& divergence = *patient.divergence;
  Finding finding{
      .severity = Severity::kError,
      .what = fmt::format("{} is no longer finite, seen in epoch {}, step {}, before the weights were changed",
                          divergence.place, divergence.epoch, divergence.step),
      .confidence = 0.6};
  if (divergence.node) finding.layers = {patient.network->LayerNumber(*divergence.node)};
  // Weights that the steps before have blown up are lost: back to earlier ones, before anything else.
  const auto blown_up = [&](double loss) { return loss > kBlownUp * patient.trivial_loss; };
  if (std::ranges::any_of(patient.losses, blown_up)) {
    finding.remedies = {"roll-back", "lower-rate", "clip-gradient", "skip-batch", "scale-inputs"};
  }
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
