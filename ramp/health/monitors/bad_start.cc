#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ramp/activation/activation.h"
#include "ramp/health/monitors/list.h"

namespace ramp {
namespace {

constexpr double kLargeScale = 6, kSmallScale = 0.08;  // against the variance that suits the activation
constexpr double kProfile = 30;                        // how much the values may grow or shrink on the way
constexpr double kShareOfWeights = 0.5;                // of that, on a logarithmic scale
constexpr double kLargeLoss = 4;                       // times the trivial loss
constexpr double kSaturated = 0.5;

const LayerHealth* FirstSymmetric(const Patient& patient) {
  for (const LayerHealth& layer : patient.start) {
    if (layer.units > 1 && layer.weights > layer.units && layer.distinct_units == 1) return &layer;
  }
  return nullptr;
}

// A rectified layer from which on all examples are the same.
const LayerHealth* FirstWithoutSignal(const Patient& patient) {
  for (const LayerHealth& layer : patient.start) {
    if (layer.activation == nullptr || layer.activation->saves != Saves::kGate) continue;
    if (layer.dead == layer.units || layer.variation == 0.0) return &layer;
  }
  return nullptr;
}

const LayerHealth* WorstScale(const Patient& patient) {
  const LayerHealth* worst = nullptr;
  for (const LayerHealth& layer : patient.start) {
    const double scale = layer.weight_scale.value_or(1);
    if (scale <= kLargeScale && scale >= kSmallScale) continue;
    if (worst == nullptr || std::abs(std::log(scale)) > std::abs(std::log(*worst->weight_scale))) worst = &layer;
  }
  return worst;
}

// The variation of the last layer that can be seen against that of the inputs.
double Profile(const Patient& patient) {
  double last = 0;
  for (const LayerHealth& layer : patient.start) last = layer.variation.value_or(last);
  return patient.inputs.deviation > 0 ? last / patient.inputs.deviation : 1;
}

// How much of it the weights' variances account for, as a share of its logarithm: the rest comes from the activations.
double ShareOfWeights(const Patient& patient, double profile) {
  double logarithm = 0;
  for (const LayerHealth& layer : patient.start) {
    if (layer.weight_scale.value_or(0) > 0) logarithm += std::log(*layer.weight_scale) / 2;
  }
  return logarithm / std::log(profile);
}

bool GrowsOrShrinksByWeights(const Patient& patient, double profile) {
  if (profile <= 0) return true;
  return std::abs(std::log(profile)) > std::log(kProfile) && ShareOfWeights(patient, profile) > kShareOfWeights;
}

bool Saturates(const Patient& patient) {
  return std::any_of(patient.start.begin(), patient.start.end(),
                     [](const LayerHealth& layer) { return layer.saturated_share.value_or(0) > kSaturated; });
}

void Judge(const Patient& patient, Findings& findings) {
  if (!patient.fresh || patient.start.empty()) return;
  const double profile = Profile(patient);
  const double loss = patient.initial_loss / std::max(patient.trivial_loss, 1e-9);
  Finding finding{.severity = Severity::kWarning,
                  .evidence = {{"initial loss / loss of the trivial answer", loss, kLargeLoss},
                               {"variation of the last layer / of the inputs", profile, kProfile}},
                  .confidence = 0.9};
  if (const LayerHealth* layer = FirstSymmetric(patient)) {
    finding.severity = Severity::kError;
    finding.layers = {layer->number};
    finding.units = layer->units;
    finding.what =
        fmt::format("{}: all {} units start with the same weights, and so stay alike", NameOf(*layer), layer->units);
    finding.confidence = 0.99;
  } else if (const LayerHealth* silent = FirstWithoutSignal(patient)) {
    finding.severity = Severity::kError;
    finding.layers = {silent->number};
    finding.units = silent->dead;
    finding.what = fmt::format("{}: gives the same for every example from the start, {} of {} units were born dead",
                               NameOf(*silent), silent->dead, silent->units);
    finding.remedies = {"wider-layers",       "fewer-layers",  "residual-connections",
                        "leaking-activation", "rescale-start", "batch-norm"};
  } else if (patient.normalised) {
    return;  // its norms keep the scale, from the first step on
  } else if (const LayerHealth* worst = WorstScale(patient);
             worst != nullptr &&
             (GrowsOrShrinksByWeights(patient, profile) || loss > kLargeLoss || Saturates(patient))) {
    finding.layers = {worst->number};
    finding.evidence.push_back({"variance of the weights / what suits the activation", *worst->weight_scale,
                                *worst->weight_scale > 1 ? kLargeScale : kSmallScale});
    finding.what = fmt::format(
        "{}: its first weights are too {}, their variance is {:.2g} times what suits the "
        "activation; the initial loss is {:.3g} times that of the trivial answer",
        NameOf(*worst), *worst->weight_scale > 1 ? "large" : "small", *worst->weight_scale, loss);
  } else if (patient.initial_loss > kLargeLoss * patient.trivial_loss + 2) {
    finding.confidence = 0.6;
    finding.what = fmt::format("the initial loss is {:.3g}, where an answer that ignores the input has {:.3g}",
                               patient.initial_loss, patient.trivial_loss);
  } else {
    return;
  }
  findings.push_back(std::move(finding));
}

}  // namespace

Monitor BadStartMonitor() {
  return {
      .name = kBadStart,
      .sees =
          "the first weights before the first update: fires if a layer's units are all the same, if all examples "
          "become the same, if the weights' variance is off (above 6 times or below 8 % of what suits the activation) "
          "and the values grow, shrink or saturate by it, or if the initial loss is 4 times the trivial one",
      .why = "what is lost or blown up on the way forward is so on the way back: the layers get no usable gradient",
      .cause = "first weights that do not suit the network",
      .outlook = "the network learns late, badly or not at all; clipping does not cure it",
      .remedies = {"usual-start", "rescale-start", "batch-norm"},
      .explains = {kLargeUpdates, kSmallUpdates, kVanishingGradient, kCorrelationCollapse, kExplodingGradient,
                   kOscillatingLoss, kNonFinite, kDeadUnits, kAlwaysOpen, kTooSparse, kSaturation, kNotCentred,
                   kTrivialPredictor, kPlateau},
      .moments = static_cast<unsigned>(Moment::kStart),
      .judge = Judge};
}

}  // namespace ramp
