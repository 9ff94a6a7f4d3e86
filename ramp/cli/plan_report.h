// What a plan does and keeps, for people.
#ifndef RAMP_CLI_PLAN_REPORT_H_
#define RAMP_CLI_PLAN_REPORT_H_

#include <cstddef>
#include <string>

#include "ramp/network/plan.h"

namespace ramp {

// The memory that the process takes now: program, libraries and data.
size_t ResidentBytes();

// The steps in order, then each buffer with its size, the steps from and to which it lives, and what it is kept for,
// then the memory of a training with `optimizer_floats` numbers a parameter, where `taken` bytes were taken before.
std::string PlanText(const Network& network, const Plan& plan, size_t optimizer_floats, size_t taken);

}  // namespace ramp

#endif  // RAMP_CLI_PLAN_REPORT_H_
