#include "ramp/cli/patience.h"

#include <unistd.h>

#include <cstdlib>

namespace ramp {

void SpinBriefly(char** argv) {
  if (std::getenv("GOMP_SPINCOUNT") != nullptr || std::getenv("OMP_WAIT_POLICY") != nullptr) return;
  ::setenv("GOMP_SPINCOUNT", "3000", 1);
  // Where this fails, the program goes on with the usual patience.
  ::execv("/proc/self/exe", argv);
}

}  // namespace ramp
