// Timing several pieces of work side by side: in rounds, in which each has its turn, so that what disturbs the machine
// for a while disturbs all of them; the medians are what is told.
#ifndef RAMP_BENCH_ROUNDS_H_
#define RAMP_BENCH_ROUNDS_H_

#include <atomic>
#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace ramp {

// Does its work so many times.
using Work = std::function<void(size_t times)>;

struct RoundsRequest {
  double turn_seconds = 2e-4;  // work is repeated until a turn takes about that long
  double seconds = 1;          // for all rounds; those that it pays for, within the next two
  size_t least = 5, most = 31;
  // Counts the processor time of the calling thread, which does all the work: other programs then disturb its caches
  // and its memory alone, not its clock.
  bool processor_time = false;
  const std::atomic<bool>* stop = nullptr;  // ends the rounds when it is set
};

// The median of the seconds that each piece of work takes once. Empty when it was stopped before the least number of
// rounds. The order within a round changes from round to round, and is the same in every run.
std::vector<double> MedianSeconds(std::span<const Work> works, const RoundsRequest& request);

}  // namespace ramp

#endif  // RAMP_BENCH_ROUNDS_H_
