#include <fmt/format.h>

#include <cmath>

#include "ramp/health/monitors/list.h"

namespace ramp {
namespace {

constexpr double kDeviations = 3;
constexpr size_t kEpochs = 3;  // before that, nothing learned yet means nothing

void Judge(const Patient& patient, Findings& findings) {
  if (patient.epochs.empty()) return;
  for (const LayerHealth& layer : patient.layers) {
    if (layer.activation == nullptr || layer.deviation == 0) continue;
    const double ratio = std::abs(layer.mean) / layer.deviation;
    if (ratio <= kDeviations) continue;
    findings.push_back(
        {.severity =
             patient.StuckAtTrivial() && patient.epochs.size() >= kEpochs ? Severity::kWarning : Severity::kNote,
         .layers = {layer.number},
         .what = fmt::format("{}: its values are far from zero-centred, mean {:.3g} with deviation {:.3g}",
                             NameOf(layer), layer.mean, layer.deviation),
         .evidence = {{"mean / deviation", ratio, kDeviations}},
         .confidence = 0.5});
    return;
  }
}

}  // namespace

Monitor NotCentredMonitor() {
  return {.name = kNotCentred,
          .sees =
              "the mean of a layer's values against their deviation: fires above 3; a note where the network learns "
              "all the same",
          .why = "values of one sign push all weights of the next layer's units one way (LeCun et al., 1998)",
          .cause = "an activation whose values have one sign, or biases far from 0",
          .outlook = "the training takes more steps than it needs",
          .remedies = {"batch-norm", "scale-inputs", "rectifier"},
          .explains = {kTrivialPredictor},
          .moments = static_cast<unsigned>(Moment::kEpoch),
          .judge = Judge};
}

}  // namespace ramp
