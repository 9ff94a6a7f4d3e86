#include <fmt/format.h>

#include "ramp/health/monitors/list.h"

namespace ramp {
namespace {

constexpr size_t kEpochs = 3, kSteps = 100;
constexpr double kBetter = 0.05;   // than the trivial score
constexpr double kFalling = 0.01;  // of the loss in the last epoch: it is on its way

void Judge(const Patient& patient, Findings& findings) {
  if (patient.epochs.size() < kEpochs || patient.steps < kSteps || !patient.StuckAtTrivial()) return;
  const double loss = patient.epochs.back().record.train_loss;
  const double before = patient.epochs[patient.epochs.size() - 2].record.train_loss;
  if (loss < (1 - kFalling) * before) return;
  // Right answers come before a better loss where a few wrong ones are given with confidence.
  if (patient.epochs.back().record.train.score > patient.trivial_score + kBetter) return;
  // A class that nearly all rows have leaves no room above it.
  if (patient.trivial_score > 0.98) return;
  findings.push_back(
      {.severity = Severity::kWarning,
       .what = fmt::format(
           "the network is stuck at the answer that ignores the input: loss {:.4g}, where {} has {:.4g}", loss,
           patient.task == Task::kClassification ? "knowing the classes' frequencies" : "always giving the mean",
           patient.trivial_loss),
       .evidence = {{"loss / loss of the trivial answer", loss / patient.trivial_loss, 0.97}},
       .confidence = 0.5});
}

}  // namespace

Monitor TrivialPredictorMonitor() {
  return {.name = kTrivialPredictor,
          .sees =
              "the training loss against that of the best answer that ignores the input: fires from the third epoch on "
              "at 97 % of it, if it does not fall",
          .why = "such a network has learned the frequencies of the answers and nothing else",
          .cause =
              "inputs that tell nothing about the target, a learning rate that is ten times too small or too large, or "
              "a network too small",
          .outlook = "nothing more is learned",
          .remedies = {"higher-rate", "lower-rate", "larger-network", "check-labels"},
          .explains = {kPlateau},
          .moments = static_cast<unsigned>(Moment::kEpoch),
          .judge = Judge};
}

}  // namespace ramp
