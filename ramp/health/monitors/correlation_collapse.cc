#include <fmt/format.h>

#include "ramp/health/monitors/list.h"

namespace ramp {
namespace {

constexpr double kDistance = 1e-4;  // 1 - cosine

void Judge(const Patient& patient, Findings& findings) {
  if (patient.normalised || !patient.fresh || patient.start.size() < 3) return;
  for (size_t i = 0; i + 1 < patient.start.size(); ++i) {
    const LayerHealth& layer = patient.start[i];
    if (!layer.cosine || 1 - *layer.cosine >= kDistance) continue;
    findings.push_back({.severity = Severity::kWarning,
                        .layers = {layer.number},
                        .what = fmt::format("{}: two examples give nearly the same there, their cosine is {:.5f}",
                                            NameOf(layer), *layer.cosine),
                        .evidence = {{"1 - cosine of two examples", 1 - *layer.cosine, kDistance}},
                        .confidence = 0.7});
    return;
  }
}

}  // namespace

Monitor CorrelationCollapseMonitor() {
  return {.name = kCorrelationCollapse,
          .sees = "the cosine between examples behind each hidden layer before the first update: fires above 0.9999",
          .why =
              "each plain layer makes examples more alike; what cannot be told apart cannot be learned (Poole et al., "
              "2016)",
          .cause = "too many layers without a norm or a residual connection",
          .outlook = "the network starts as a constant, and is long in leaving that",
          .remedies = {"batch-norm", "residual-connections", "fewer-layers"},
          .explains = {kNotCentred, kAlwaysOpen, kTrivialPredictor, kPlateau},
          .moments = static_cast<unsigned>(Moment::kStart),
          .judge = Judge};
}

}  // namespace ramp
