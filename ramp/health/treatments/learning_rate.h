// How much larger or smaller the learning rate should be, by what the updates do to the weights.
#ifndef RAMP_HEALTH_TREATMENTS_LEARNING_RATE_H_
#define RAMP_HEALTH_TREATMENTS_LEARNING_RATE_H_

#include "ramp/health/patient.h"

namespace ramp {

// The rate that the optimizer usually has, where `options` have more than three times as much, and from more than 200
// times their geometric mean; else the one that brings the change of the weights in one step to 1 % of them, between
// 1/1000 and 1/10 of what it is.
double SmallerRate(const TrainingOptions& options, const Patient& patient);
// The usual one where they have less than a third of it; else the one that brings the change to 0.3 %, between 10 and
// 10,000 times what it is.
double LargerRate(const TrainingOptions& options, const Patient& patient);

}  // namespace ramp

#endif  // RAMP_HEALTH_TREATMENTS_LEARNING_RATE_H_
