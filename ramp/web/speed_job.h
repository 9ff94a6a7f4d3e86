// How fast the activations are on this machine, measured now.
#ifndef RAMP_WEB_SPEED_JOB_H_
#define RAMP_WEB_SPEED_JOB_H_

#include <cstddef>
#include <vector>

#include "ramp/activation/activation.h"
#include "ramp/web/jobs.h"

namespace ramp::web {

inline constexpr size_t kLeastSpeedSize = 64, kMostSpeedSize = size_t{1} << 22;

// The result is SpeedResult of README.md.
JobWork SpeedJob(std::vector<const Activation*> activations, size_t size);

}  // namespace ramp::web

#endif  // RAMP_WEB_SPEED_JOB_H_
