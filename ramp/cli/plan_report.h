// What a plan does and keeps, for people.
#ifndef RAMP_CLI_PLAN_REPORT_H_
#define RAMP_CLI_PLAN_REPORT_H_

#include <cstddef>
#include <string>

#include "ramp/network/plan.h"

namespace ramp {

// The memory that the process takes now: program, libraries and data.
size_t ResidentBytes();

// The bytes of a training.
struct PlannedMemory {
  size_t buffers, buffers_apart;  // as they are placed, and if each had its own place
  size_t parameters, gradients;   // the best weights so far take as much as the parameters
  size_t optimizer;
  size_t before;  // the program, its libraries and the data
  size_t peak;
};

// With `optimizer_floats` numbers a parameter, where `taken` bytes were taken before.
PlannedMemory MemoryOf(const Network& network, const Plan& plan, size_t optimizer_floats, size_t taken);

// The steps in order, then each buffer with its size, the steps from and to which it lives, and what it is kept for,
// then the memory.
std::string PlanText(const Plan& plan, const PlannedMemory& memory);
std::string PlanJson(const Plan& plan, const PlannedMemory& memory);

}  // namespace ramp

#endif  // RAMP_CLI_PLAN_REPORT_H_
