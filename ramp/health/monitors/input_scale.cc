#include <fmt/format.h>

#include <algorithm>

#include "ramp/health/monitors/list.h"

namespace ramp {
namespace {

constexpr double kLarge = 10, kSmall = 0.005;
constexpr double kOffset = 3;  // deviations
constexpr double kWidest = 30;

void Judge(const Patient& patient, Findings& findings) {
  const InputVitals& inputs = patient.inputs;
  if (inputs.tokens || inputs.columns == inputs.constant.size()) return;
  const std::vector<Evidence> evidence = {
      {"root mean square of the inputs", inputs.root_mean_square, kLarge},
      {"mean of a column / its deviation", inputs.offset / std::max(inputs.deviation, 1e-30), kOffset},
      {"widest column / usual column", inputs.widest / std::max(inputs.usual, 1e-30), kWidest}};
  std::string what;
  if (inputs.offset > kOffset * inputs.deviation && inputs.offset > 1) {
    what = fmt::format("the inputs are not centred: the columns' means are about {:.3g}, their deviations {:.3g}",
                       inputs.offset, inputs.deviation);
  } else if (inputs.widest > kLarge && inputs.widest > kWidest * inputs.usual) {
    what = fmt::format("the inputs are not scaled alike: {} has deviation {:.3g}, the usual one {:.3g}",
                       inputs.Name(inputs.widest_column), inputs.widest, inputs.usual);
  } else if (inputs.root_mean_square > kLarge) {
    what =
        fmt::format("the inputs are not scaled: their size is about {:.3g} where 1 is usual", inputs.root_mean_square);
  } else if (inputs.root_mean_square < kSmall) {
    what =
        fmt::format("the inputs are not scaled: their size is about {:.2g} where 1 is usual", inputs.root_mean_square);
  } else {
    return;
  }
  findings.push_back({.severity = Severity::kWarning, .what = what, .evidence = evidence, .confidence = 0.95});
}

}  // namespace

Monitor InputScaleMonitor() {
  return {.name = kInputScale,
          .sees =
              "the inputs' size, the columns' means and deviations: fires at a size above 10 or below 0.005, means "
              "above 3 deviations, or a column 30 times as wide as the usual one",
          .why =
              "the start of the weights counts on inputs of size 1 around 0; others saturate or kill units, and make "
              "one learning rate wrong for all",
          .cause = "inputs that are not scaled or centred",
          .outlook = "units die or saturate in the first steps, or the training crawls (LeCun et al., 1998)",
          .remedies = {"scale-inputs", "batch-norm", "lower-rate"},
          .explains = {kBadStart, kLargeUpdates, kSmallUpdates, kVanishingGradient, kCorrelationCollapse,
                       kExplodingGradient, kOscillatingLoss, kNonFinite, kDeadUnits, kAlwaysOpen, kTooSparse,
                       kSaturation, kNotCentred, kTrivialPredictor, kPlateau},
          .moments = static_cast<unsigned>(Moment::kStart),
          .judge = Judge};
}

}  // namespace ramp
