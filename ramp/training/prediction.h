// Answers of a trained network.
#ifndef RAMP_TRAINING_PREDICTION_H_
#define RAMP_TRAINING_PREDICTION_H_

#include <vector>

#include "ramp/data/dataset.h"
#include "ramp/network/network.h"

namespace ramp {

// [data.rows, outputs]: what the network gives, as it is.
std::vector<float> Outputs(const Network& network, const Dataset& data);
// [data.rows, outputs]: the probability of each class, or the value in the target's own unit.
std::vector<float> Predict(const Network& network, const Dataset& data);

}  // namespace ramp

#endif  // RAMP_TRAINING_PREDICTION_H_
