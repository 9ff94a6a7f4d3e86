#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ramp/activation/activation.h"
#include "ramp/health/monitors/list.h"

namespace ramp {
namespace {

// Of the rows of a regression, whose targets the network cannot give.
constexpr double kMargin = 0.1;

// The loss of the best answers that outputs between these ends can give, where every answer is right.
double LeastLoss(double low, double high, size_t classes) {
  if (!std::isfinite(low) || !std::isfinite(high)) return 0;
  return std::log(1 + static_cast<double>(classes - 1) * std::exp(low - high));
}

void Judge(const Patient& patient, Findings& findings) {
  const Network& network = *patient.network;
  if (network.nodes().empty()) return;
  const Activation* last = network.nodes().back().layer->activation();
  if (last == nullptr) return;
  if (patient.task == Task::kClassification) {
    const double least = LeastLoss(last->low, last->high, patient.classes);
    const bool bounded = least > 0.05 * patient.trivial_loss;
    const bool one_sided = std::isfinite(last->low) && !std::isfinite(last->high);
    if (!bounded && !one_sided) return;
    findings.push_back(
        {.severity = Severity::kWarning,
         .what = bounded ? fmt::format("the network ends in '{}', whose outputs from {:g} to {:g} leave a loss of at "
                                       "least {:.2f} even where every answer is right",
                                       last->name, last->low, last->high, least)
                         : fmt::format("the network ends in '{}', which cuts the scores of the classes off at {:g}: a "
                                       "class whose score is cut off is not learned from",
                                       last->name, last->low),
         .evidence = {{"least possible loss", least, 0.05 * patient.trivial_loss}},
         .confidence = 0.95});
    return;
  }
  const double below = last->low - patient.lowest_target, above = patient.highest_target - last->high;
  if (std::max(below, above) <= kMargin) return;
  findings.push_back(
      {.severity = Severity::kWarning,
       .what = fmt::format("the network ends in '{}', which gives {:g} to {:g}, but the (standardised) "
                           "targets go from {:.2f} to {:.2f}",
                           last->name, last->low, last->high, patient.lowest_target, patient.highest_target),
       .evidence = {{"targets beyond the outputs' range, by", std::max(below, above), kMargin}},
       .confidence = 0.95});
}

}  // namespace

Monitor OutputFitMonitor() {
  return {
      .name = kOutputFit,
      .sees =
          "the activation at the end of the network against the target: fires if it keeps the loss up or cannot give "
          "all targets",
      .why =
          "the loss has its own softmax, or compares with any number: an activation before it takes away what it needs",
      .cause = "an activation at the end that does not fit the target",
      .outlook = "the loss stays above what the data allows",
      .remedies = {"plain-output"},
      .explains = {kVanishingGradient, kSmallUpdates, kDeadUnits, kAlwaysOpen, kTooSparse, kSaturation, kNotCentred,
                   kTrivialPredictor, kPlateau, kCorrelationCollapse},
      .moments = static_cast<unsigned>(Moment::kStart),
      .judge = Judge};
}

}  // namespace ramp
