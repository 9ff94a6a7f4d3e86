// The usual norm of a training's gradients.
#ifndef RAMP_HEALTH_TREATMENTS_GRADIENT_NORM_H_
#define RAMP_HEALTH_TREATMENTS_GRADIENT_NORM_H_

#include "ramp/health/patient.h"

namespace ramp {

// The median over the steps of the epoch in hand; 0 where no step was made in it.
double MedianNorm(const Patient& patient);

}  // namespace ramp

#endif  // RAMP_HEALTH_TREATMENTS_GRADIENT_NORM_H_
