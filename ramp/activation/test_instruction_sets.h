// For tests: runs a body on each instruction set that is compiled and that this machine has.
#ifndef RAMP_ACTIVATION_TEST_INSTRUCTION_SETS_H_
#define RAMP_ACTIVATION_TEST_INSTRUCTION_SETS_H_

#include <gtest/gtest.h>
#include <hwy/highway.h>

namespace ramp {

template <class Body>
void OnEveryInstructionSet(const Body& body) {
  for (const int64_t target : hwy::SupportedAndGeneratedTargets()) {
    SCOPED_TRACE(hwy::TargetName(target));
    hwy::SetSupportedTargetsForTest(target);
    body();
  }
  hwy::SetSupportedTargetsForTest(0);
}

}  // namespace ramp

#endif  // RAMP_ACTIVATION_TEST_INSTRUCTION_SETS_H_
