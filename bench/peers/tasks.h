// The tasks, in the order in which they are shown, and arrays to do them on.
#ifndef BENCH_PEERS_TASKS_H_
#define BENCH_PEERS_TASKS_H_

#include <functional>
#include <span>
#include <string>

#include "peers.h"
#include "ramp/activation/activation.h"
#include "ramp/base/memory.h"

namespace peers {

std::span<const Task> Tasks();
// ramp's row of the function, with its initial parameters the same function that the peers are asked for.
const ramp::Activation& ActivationOf(Function function);
// "elu", "relu backward in place"
std::string NameOf(const Task& task);
// The function or its derivative, in double precision.
double Exact(const Task& task, double input);

// Arrays for tasks on the same inputs and gradients.
class Workspace {
 public:
  using Generator = std::function<float(size_t)>;
  Workspace(size_t size, const Generator& input, const Generator& gradient);
  // With the outputs and gates of the task's function, and in the result what the task may overwrite.
  Arrays For(const Task& task);

 private:
  size_t size_;
  ramp::Floats input_, gradient_, output_, result_;
  ramp::AlignedArray<uint64_t> gates_;
};

// The part of the arrays from `begin`, a multiple of 64, to `end`.
Arrays PartOf(const Arrays& arrays, size_t begin, size_t end);

}  // namespace peers

#endif  // BENCH_PEERS_TASKS_H_
