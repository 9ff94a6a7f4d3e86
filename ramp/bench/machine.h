// The machine that is measured, as far as it tells.
#ifndef RAMP_BENCH_MACHINE_H_
#define RAMP_BENCH_MACHINE_H_

#include <cstddef>
#include <string>
#include <vector>

namespace ramp {

struct Cache {
  int level = 0;
  size_t bytes = 0;
  size_t cores = 1;  // that share it
};

struct Machine {
  std::string processor = {};        // "AMD EPYC", empty where the system does not say
  std::string instruction_set = {};  // the best that ramp has for it: "AVX2"
  size_t cores = 1;                  // that this process may use
  std::vector<Cache> caches = {};    // for data, the nearest first; empty where the system does not say
  double gigahertz = 0;              // measured under load: what the clock is, not what is printed on the box
};
// Takes some milliseconds.
Machine ThisMachine();

// The bytes that can be had without swapping, in the process's own limits; 0 where the system does not say.
size_t AvailableMemory();

// How many of the cores that this thread may use are busy while it waits, for 0.3 s; 0 where the system does not say.
double BusyCores();

}  // namespace ramp

#endif  // RAMP_BENCH_MACHINE_H_
