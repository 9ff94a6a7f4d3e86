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

// How long a turn should be: one of several threads may have to be woken, which takes a tenth of a millisecond.
inline double TurnSeconds(size_t threads) { return threads == 1 ? 2e-4 : 3e-3; }

struct RoundsRequest {
  double turn_seconds = TurnSeconds(1);  // work is repeated until a turn takes about that long
  double seconds = 1;                    // for all rounds; those that it pays for, within the next two
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
