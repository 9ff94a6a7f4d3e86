#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ramp/health/monitors/list.h"

namespace ramp {
namespace {

constexpr double kSure = 3;         // standard errors
constexpr double kGap = 0.05;       // of the scores
constexpr double kWideGap = 0.35;   // that needs no rise of the loss
constexpr double kLossRise = 1.15;  // of the validation loss over its best

double Error(double share, size_t rows) {
  return std::sqrt(std::max(share * (1 - share), 1e-4) / static_cast<double>(std::max<size_t>(rows, 1)));
}

// How many standard errors lie between training and validation. The scores of rows that were answered right or wrong
// are binomial; the logarithm of a mean of n squares of normal errors has the variance 2 / n.
double Certainty(const Patient& patient, const EpochRecord& record) {
  if (patient.task == Task::kClassification) {
    return (record.train.score - record.validation.score) /
           std::hypot(Error(record.train.score, record.train.rows),
                      Error(record.validation.score, record.validation.rows));
  }
  const double errors = std::sqrt(2 / static_cast<double>(std::max<size_t>(record.train.rows, 1)) +
                                  2 / static_cast<double>(std::max<size_t>(record.validation.rows, 1)));
  return std::log(std::max(record.validation.loss, 1e-12) / std::max(record.train.loss, 1e-12)) / errors;
}

bool Overfits(const Patient& patient, size_t epoch, double best_loss) {
  const EpochRecord& record = patient.epochs[epoch].record;
  const double gap = record.train.score - record.validation.score;
  return record.validation.rows > 0 && Certainty(patient, record) > kSure &&
         (gap > kWideGap || (gap > kGap && record.validation.loss > kLossRise * best_loss));
}

void Judge(const Patient& patient, Findings& findings) {
  const size_t epochs = patient.epochs.size();
  if (epochs < 3) return;
  double best_loss = patient.epochs[0].record.validation.loss;
  for (const EpochVitals& epoch : patient.epochs) best_loss = std::min(best_loss, epoch.record.validation.loss);
  // One bad epoch is chance.
  if (!Overfits(patient, epochs - 1, best_loss) || !Overfits(patient, epochs - 2, best_loss)) return;
  const EpochRecord& record = patient.epochs.back().record;
  const double certainty = Certainty(patient, record);
  findings.push_back(
      {.severity = Severity::kWarning,
       .what = fmt::format("the network knows its training rows by heart: {} {:.3f} in training, {:.3f} on validation, "
                           "whose loss went from {:.3g} to {:.3g}",
                           patient.task == Task::kClassification ? "accuracy" : "R2", record.train.score,
                           record.validation.score, best_loss, record.validation.loss),
       .evidence = {{"standard errors between training and validation", certainty, kSure},
                    {"validation loss / its best", record.validation.loss / std::max(best_loss, 1e-12), kLossRise}},
       .confidence = 0.85});
}

}  // namespace

Monitor OverfittingMonitor() {
  return {.name = kOverfitting,
          .sees =
              "training against validation: fires if the scores are 3 standard errors apart and also 0.35, or "
              "0.05 and the validation loss is 15 % above its best, in two epochs on end",
          .why = "what is learned by heart does not hold for new data",
          .cause = "more freedom in the network than there are rows to fix it",
          .outlook = "validation gets worse the longer the training goes on",
          .remedies = {"stop-early", "more-data", "add-dropout", "weight-decay", "smaller-network"},
          .explains = {},
          .moments = static_cast<unsigned>(Moment::kEpoch),
          .judge = Judge};
}

}  // namespace ramp
