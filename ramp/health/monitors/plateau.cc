#include <fmt/format.h>

#include "ramp/health/monitors/list.h"

namespace ramp {
namespace {

constexpr size_t kEpochs = 5;
constexpr double kFall = 0.005;  // of the loss, over those epochs
constexpr double kHigh = 0.3;    // of the trivial loss

void Judge(const Patient& patient, Findings& findings) {
  if (patient.epochs.size() <= kEpochs || patient.rate < 0.5 * patient.largest_rate) return;
  const double loss = patient.epochs.back().record.train_loss;
  const double before = patient.epochs[patient.epochs.size() - 1 - kEpochs].record.train_loss;
  if (loss < (1 - kFall) * before || loss < kHigh * patient.trivial_loss) return;
  findings.push_back(
      {.severity = Severity::kNote,
       .what = fmt::format("the loss has stopped falling: {:.4g}, and {:.4g} {} epochs ago", loss, before, kEpochs),
       .evidence = {{"loss / loss five epochs ago", loss / before, 1 - kFall}},
       .confidence = 0.5});
}

}  // namespace

Monitor PlateauMonitor() {
  return {.name = kPlateau,
          .sees =
              "the training loss over five epochs: a note if it has fallen by less than 0.5 % while it is above 30 % "
              "of the trivial one and the learning rate is not yet reduced",
          .why = "what no longer falls at this learning rate may fall at another one",
          .cause = "a learning rate that jumps over what is left, or a network that can do no more",
          .outlook = "the remaining epochs change little",
          .remedies = {"lower-rate", "larger-network"},
          .explains = {},
          .moments = static_cast<unsigned>(Moment::kEpoch),
          .judge = Judge};
}

}  // namespace ramp
