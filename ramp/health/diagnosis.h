// A finished model, of any origin, looked at on data: what of it does nothing, and what can be taken out of it.
#ifndef RAMP_HEALTH_DIAGNOSIS_H_
#define RAMP_HEALTH_DIAGNOSIS_H_

#include <optional>
#include <vector>

#include "ramp/data/dataset.h"
#include "ramp/health/report.h"
#include "ramp/network/network.h"

namespace ramp {

struct Diagnosis {
  size_t rows = 0;
  std::vector<LayerHealth> layers = {};
  // By layer: units that give on every row what an earlier unit gives, and units that give 0 on every row.
  std::vector<size_t> duplicates = {}, silent = {};
  // Columns without which no output changes by more than 1/1000 of what the outputs vary; nothing where there are too
  // many to try.
  std::optional<std::vector<size_t>> unused_columns = {};
  // Classification with known answers: |confidence - accuracy|, the mean over 15 bins by their rows (Guo et al., 2017).
  std::optional<double> calibration_error = {};
  std::optional<double> accuracy = {};
};

// `gives_logits`: for certain, as of a model of ramp's and of one whose last softmax was left out. Of others the end
// and the outputs tell (GuessOutputMeaning); where they are no probabilities of classes, accuracy and calibration stay
// empty.
Diagnosis Diagnose(const Network& network, const Dataset& data, bool gives_logits = true);

struct Pruning {
  Network network;
  std::vector<size_t> removed = {};  // units, by layer
  double largest_difference = 0;     // of an output, over all rows
  double largest_output = 0;
};

// The network without the units that give 0 on every row of the data. Throws Error where it is no chain of dense layers
// and activations without parameters, where there is nothing to take out, or where an output changes by more than
// rounding (sums of fewer numbers are rounded otherwise): by 1e-5 of the largest output.
Pruning Prune(const Network& network, const Dataset& data);

}  // namespace ramp

#endif  // RAMP_HEALTH_DIAGNOSIS_H_
