#include <fmt/format.h>

#include "ramp/activation/activation.h"
#include "ramp/health/monitors/list.h"

namespace ramp {
namespace {

constexpr double kShare = 0.5;
constexpr size_t kEnoughRows = 200;  // that a unit may open to in an epoch

// Where a closed gate still lets a gradient through, the unit can come back.
bool CanDie(const Activation& activation) {
  const ActivationParameters initial = activation.initial_parameters();
  const std::vector<double> parameters(initial.begin(), initial.end());
  constexpr double kFarLeft = -10;
  return activation.slope(kFarLeft, parameters) == 0;
}

// Deep healthy networks have dead units and as many that are always open: there the inputs have become alike and
// nothing has died. So dead units alarm only where they outnumber the others.
bool IsAbnormal(const LayerHealth& layer) {
  const double dead = static_cast<double>(layer.dead);
  return layer.activation != nullptr && CanDie(*layer.activation) && dead > kShare * static_cast<double>(layer.units) &&
         layer.dead > 3 * layer.always_open;
}

// Of the same layer one epoch ago; none: it was not watched then.
size_t DeadBefore(const Patient& patient, size_t layer) {
  const auto& layers = patient.epochs.size() > 1 ? patient.epochs[patient.epochs.size() - 2].layers : patient.start;
  return layer < layers.size() ? layers[layer].dead : 0;
}

void Judge(const Patient& patient, Findings& findings) {
  const bool born = patient.at(Moment::kStart);
  if (!born && patient.steps < kEnoughRows / 32) return;
  const std::vector<LayerHealth>& layers = born ? patient.start : patient.layers;
  Finding finding{.severity = Severity::kWarning, .confidence = 0.75};
  for (size_t i = 0; i < layers.size(); ++i) {
    const LayerHealth& layer = layers[i];
    if (!IsAbnormal(layer)) continue;
    finding.layers.push_back(layer.number);
    if (finding.layers.size() > 1) continue;
    finding.units = layer.dead;
    const size_t before = born ? 0 : DeadBefore(patient, i);
    finding.what = fmt::format("{}: {} of {} units {} dead: no example opens them, so they learn nothing more",
                               NameOf(layer), layer.dead, layer.units, born ? "were born" : "are");
    if (!born && before != layer.dead) finding.what += fmt::format(" (before: {})", before);
    finding.evidence = {
        {"dead units / units", static_cast<double>(layer.dead) / static_cast<double>(layer.units), kShare},
        {"dead units before", static_cast<double>(before), static_cast<double>(layer.units)},
        {"always open units", static_cast<double>(layer.always_open), static_cast<double>(layer.dead) / 3}};
  }
  if (finding.layers.empty()) return;
  if (finding.layers.size() > 1) finding.what += fmt::format("; {} layers in all", finding.layers.size());
  if (born) {
    finding.cause = "layers that are too narrow for so many, or first weights that are not centred";
    finding.remedies = {"wider-layers", "usual-start", "leaking-activation", "batch-norm"};
  }
  findings.push_back(std::move(finding));
}

}  // namespace

Monitor DeadUnitsMonitor() {
  return {.name = kDeadUnits,
          .sees =
              "units whose gate no example of the epoch opens: fires above half of a layer, "
              "if they outnumber the always open three to one",
          .why = "a rectifier that is never open has gradient 0, gives 0, and does not come back by itself",
          .cause = "steps so large that they pushed the units where no input opens them",
          .outlook = "the network is as small as its living units; more may die",
          .remedies = {"lower-rate", "recycle-units", "roll-back", "leaking-activation", "batch-norm"},
          .explains = {kTooSparse, kVanishingGradient, kTrivialPredictor, kPlateau},
          .moments = Moment::kStart | Moment::kEpoch,
          .judge = Judge};
}

}  // namespace ramp
