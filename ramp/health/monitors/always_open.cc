#include <fmt/format.h>

#include "ramp/activation/activation.h"
#include "ramp/health/monitors/list.h"

namespace ramp {
namespace {

constexpr double kShare = 0.5;

void Judge(const Patient& patient, Findings& findings) {
  const std::vector<LayerHealth>& layers = patient.at(Moment::kStart) ? patient.start : patient.layers;
  for (const LayerHealth& layer : layers) {
    if (layer.activation == nullptr || layer.activation->saves != Saves::kGate) continue;
    if (layer.activation->saturates()) continue;  // there a gate is open where the values are small, as they should be
    const double always = static_cast<double>(layer.always_open), share = always / static_cast<double>(layer.units);
    // With as many dead, the examples have become alike, which is another matter.
    if (share <= kShare || layer.always_open <= 2 * layer.dead) continue;
    findings.push_back({.severity = patient.at(Moment::kStart) ? Severity::kNote : Severity::kWarning,
                        .layers = {layer.number},
                        .units = layer.always_open,
                        .what = fmt::format("{}: {} of {} units are always open, so the layer is nearly linear",
                                            NameOf(layer), layer.always_open, layer.units),
                        .evidence = {{"always open units / units", share, kShare}},
                        .confidence = 0.6});
    return;
  }
}

}  // namespace

Monitor AlwaysOpenMonitor() {
  return {
      .name = kAlwaysOpen,
      .sees = "units whose gate no example closes: fires above half of a layer, if they outnumber the dead two to one",
      .why = "a rectifier that is always open is the identity: the layer adds no nonlinearity",
      .cause = "inputs or biases far from 0",
      .outlook = "the network is no more than a smaller or a linear one",
      .remedies = {"scale-inputs", "usual-start", "batch-norm"},
      .explains = {},
      .moments = Moment::kStart | Moment::kEpoch,
      .judge = Judge};
}

}  // namespace ramp
