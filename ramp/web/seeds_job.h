// The same settings from many seeds: how often it happens, instead of whether it happened.
#ifndef RAMP_WEB_SEEDS_JOB_H_
#define RAMP_WEB_SEEDS_JOB_H_

#include <cstddef>
#include <string>

#include "ramp/web/jobs.h"
#include "ramp/web/state.h"

namespace ramp::web {

struct SeedsRequest {
  DataChoice data = {};
  Settings settings = {};
  uint64_t first = 1;  // and those that follow it
  size_t count = 50;
  std::string run = {};  // "a"
};

// Each is a run of `ramp train` with one thread; the machine's cores share the seeds, and the results do not depend on
// how many they are. The result is SeedsResult of README.md.
JobWork SeedsJob(SeedsRequest request);

}  // namespace ramp::web

#endif  // RAMP_WEB_SEEDS_JOB_H_
