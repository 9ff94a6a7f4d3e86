// How fast the activations are on this machine, and how near to what the machine allows.
#ifndef RAMP_BENCH_BENCH_H_
#define RAMP_BENCH_BENCH_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ramp/activation/activation.h"
#include "ramp/bench/machine.h"

namespace ramp {

// What is timed of an activation: y from x; y and the gates from x; and dL/dx from dL/dy and from what the activation
// saves for the way back. All from arrays to others.
enum class Operation { kForward, kForwardWithGates, kBackward };
inline constexpr std::array<Operation, 3> kOperations = {Operation::kForward, Operation::kForwardWithGates,
                                                         Operation::kBackward};

// The loops that bound them: what moves as many arrays, with ordinary stores or past the cache, whichever is faster.
enum class Limit { kCopy, kTriad };

struct OperationSpeed {
  Operation operation = Operation::kForward;
  double seconds = 0;  // per element, of processor time with one thread
  double bytes = 0;    // per element, read and written
  Limit limit = Limit::kCopy;
  double limit_seconds = 0;  // per element, measured in the same rounds
  // How many multiply-adds the machine could have done for each element in that time: what a computed activation, which
  // the memory does not hold up, costs.
  double multiply_adds = 0;

  double gigabytes_per_second() const { return bytes / seconds * 1e-9; }
  // 1 at the limit. Noise may take it over 1.
  double share_of_limit() const { return limit_seconds / seconds; }
};

struct ActivationSpeed {
  const Activation* activation = nullptr;
  size_t size = 0;  // elements
  std::array<OperationSpeed, kOperations.size()> operations;
};

// Seconds per element of the limits at one size, the medians over all activations; 0 where it was not needed.
struct LimitSpeed {
  size_t size = 0;
  double copy = 0, stream_copy = 0, triad = 0, stream_triad = 0;
};

struct BenchReport {
  Machine machine = {};
  size_t threads = 1;
  double multiply_adds_per_second = 0;  // of floats, over all threads
  std::vector<LimitSpeed> limits = {};
  std::vector<ActivationSpeed> speeds = {};  // by size, then in the order of the request
  std::vector<std::string> notes = {};       // sentences: what was measured otherwise than it was asked for
  bool complete = false;                     // not interrupted
};

struct BenchProgress {
  const Activation* activation = nullptr;  // whose turn begins
  size_t size = 0;
  size_t done = 0, of = 0;  // turns
  double seconds_left = 0;  // a guess
};

struct BenchRequest {
  std::vector<const Activation*> activations = {};
  std::vector<size_t> sizes = {};
  size_t threads = 1;
  double seconds = 2.5;  // for an activation at a size, unless the least number of rounds takes longer
  size_t least_rounds = 5, most_rounds = 31;
  const std::atomic<bool>* stop = nullptr;  // when it is set, what is complete so far is reported
  std::function<void(const BenchProgress&)> watch = {};
};

// Compares each result with the reference before it is timed, and throws Error when it is wrong. A size for which the
// memory does not suffice is replaced by one for which it does, with a note.
BenchReport RunBench(const BenchRequest& request);

// The size itself, or the largest half, quarter ... of it whose arrays leave some of the `available` bytes free, of
// which 0 means that nobody knows how many there are.
size_t SizeThatFits(size_t size, size_t available);

// "4 Ki", "64 Mi", "1000"
std::string SizeText(size_t size);

}  // namespace ramp

#endif  // RAMP_BENCH_BENCH_H_
