#include <fmt/format.h>

#include <algorithm>

#include "ramp/health/monitors/list.h"

namespace ramp {
namespace {

constexpr double kWorse = 1.15;     // than the trivial loss, after the first epoch
constexpr double kDeviation = 0.5;  // of the steps' losses, against their mean
constexpr double kHigh = 0.4;       // of the trivial loss: below that, batches differ by nature
constexpr double kRise = 1.5;       // of the epoch's loss over the best before
constexpr size_t kSteps = 20;
constexpr double kBlownUp = 5;  // the loss over that of the start, or the trivial one: no need to wait

void Judge(const Patient& patient, Findings& findings) {
  if (patient.epochs.empty()) return;
  const EpochVitals& now = patient.epochs.back();
  const double loss = now.record.train_loss, against_trivial = loss / std::max(patient.trivial_loss, 1e-9);
  double best = loss;
  for (const EpochVitals& epoch : patient.epochs) best = std::min(best, epoch.record.train_loss);
  const double deviation = now.loss_deviation / std::max(loss, 1e-12);
  const bool worse = against_trivial > kWorse;
  const bool swings = deviation > kDeviation && against_trivial > kHigh;
  const bool rises = loss > kRise * best && against_trivial > kHigh;
  const bool blown_up = loss > kBlownUp * std::max(patient.initial_loss, patient.trivial_loss);
  const bool enough = patient.epochs.size() > 1 && patient.steps >= kSteps;
  if (!blown_up && !(enough && (worse || swings || rises))) return;
  findings.push_back(
      {.severity = Severity::kWarning,
       .what = worse ? fmt::format("the training loss is {:.3g}, worse than that of an answer that ignores the input, "
                                   "{:.3g}",
                                   loss, patient.trivial_loss)
                     : fmt::format("the loss swings instead of falling: {:.3g} on the mean, {:.3g} from step to step, "
                                   "and it was {:.3g} before",
                                   loss, now.loss_deviation, best),
       .evidence = {{"loss / loss of the trivial answer", against_trivial, kWorse},
                    {"deviation of the steps' losses / loss", deviation, kDeviation},
                    {"loss / best loss of an epoch", loss / std::max(best, 1e-12), kRise}},
       .confidence = 0.8});
}

}  // namespace

Monitor OscillatingLossMonitor() {
  return {.name = kOscillatingLoss,
          .sees =
              "the training loss: fires if it is 5 times that of the start, and from the second epoch on if it is 15 % "
              "above the trivial one, or above 40 % of "
              "it and swings by half from step to step or rises by half",
          .why = "steps that jump over the valley do not get to its ground",
          .cause = "a learning rate that is too large, or too much momentum for it",
          .outlook = "the training stays where it is or diverges",
          .remedies = {"roll-back", "lower-rate", "warm-up", "larger-batch", "clip-gradient"},
          .explains = {kNonFinite, kDeadUnits, kAlwaysOpen, kTooSparse, kSaturation, kNotCentred, kTrivialPredictor,
                       kPlateau, kVanishingGradient, kExplodingGradient},
          .moments = static_cast<unsigned>(Moment::kEpoch),
          .judge = Judge};
}

}  // namespace ramp
