#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ramp/health/monitors/list.h"

namespace ramp {
namespace {

constexpr double kSure = 4;     // standard errors between training and validation
constexpr double kNothing = 2;  // standard errors that validation may be above the trivial score
constexpr size_t kEpochs = 3;

double Error(double share, size_t rows) {
  return std::sqrt(std::max(share * (1 - share), 1e-4) / static_cast<double>(std::max<size_t>(rows, 1)));
}

void Judge(const Patient& patient, Findings& findings) {
  if (patient.task != Task::kClassification || patient.epochs.size() < kEpochs) return;
  const EpochRecord& record = patient.epochs.back().record;
  if (record.validation.rows == 0) return;
  double best = 0;
  for (const EpochVitals& epoch : patient.epochs) best = std::max(best, epoch.record.validation.score);
  const double error = Error(patient.trivial_score, record.validation.rows);
  const double above = (best - patient.trivial_score) / error;
  const double learned =
      (record.train.score - patient.trivial_score) / std::hypot(error, Error(record.train.score, record.train.rows));
  if (above > kNothing || learned < kSure || record.validation.loss < patient.trivial_loss) return;
  findings.push_back(
      {.severity = Severity::kWarning,
       .what = fmt::format("the network learns its training rows by heart ({:.1f} % right), and none of it holds for "
                           "others ({:.1f} %, where naming the largest class has {:.1f} %)",
                           100 * record.train.score, 100 * record.validation.score, 100 * patient.trivial_score),
       .evidence = {{"standard errors of training above the trivial answer", learned, kSure},
                    {"standard errors of validation above the trivial answer", above, kNothing}},
       .confidence = 0.75});
}

}  // namespace

Monitor ShuffledLabelsMonitor() {
  return {.name = kShuffledLabels,
          .sees =
              "the accuracies from the third epoch on: fires if training is above the trivial answer by 4 standard "
              "errors while validation never was by 2",
          .why = "what can be learned by heart only has nothing to do with the inputs",
          .cause = "targets that do not belong to their rows, or inputs that say nothing about them",
          .outlook = "the model knows nothing about new rows",
          .remedies = {"check-labels", "more-data"},
          .explains = {kOverfitting, kTrivialPredictor, kPlateau},
          .moments = static_cast<unsigned>(Moment::kEpoch),
          .judge = Judge};
}

}  // namespace ramp
