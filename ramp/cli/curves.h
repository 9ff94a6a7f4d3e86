// Activations as curves: what a person types, "elu(0.5)", and the points to draw.
#ifndef RAMP_CLI_CURVES_H_
#define RAMP_CLI_CURVES_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ramp/activation/activation.h"
#include "ramp/plot/plot.h"

namespace ramp {

// An activation with its parameters.
struct ChosenActivation {
  const Activation* row = nullptr;
  std::vector<double> parameters;  // all of the row's
  std::string label;               // as it was typed
};

// "relu", "elu(0.5)", "elu 0.5"; parameters that are left out have their initial values. Throws UsageError.
ChosenActivation ChooseActivation(std::string_view text);

struct PlotRange {
  double from = -5, to = 5;  // from < to
};

// Each activation's curve, followed by its derivative, dashed. A curve breaks where the function jumps.
Plot PlotOf(std::span<const ChosenActivation> chosen, PlotRange range, bool with_derivative);

}  // namespace ramp

#endif  // RAMP_CLI_CURVES_H_
