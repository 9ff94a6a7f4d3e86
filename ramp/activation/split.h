// The loops on one or many threads.
#ifndef RAMP_ACTIVATION_SPLIT_H_
#define RAMP_ACTIVATION_SPLIT_H_

#include <cstddef>

#include "ramp/activation/activation.h"
#include "ramp/activation/storage.h"
#include "ramp/base/threads.h"

namespace ramp {

// The same calls on the arrays' rows [begin, end).
ForwardArguments RowsOf(const ForwardArguments& arguments, size_t begin, size_t end);
BackwardArguments RowsOf(const BackwardArguments& arguments, size_t begin, size_t end);

// kernels.forward(arguments) and kernels.backward(arguments) on up to `threads` threads: on fewer where a part would be
// done before another thread has begun. The rows are split between
// them, of a single row the units. Outputs have the same bits for any number of threads; sums (bias_gradient,
// learned_gradient, statistics) are added up part by part, so that their last bits depend on it.
void ForwardOnThreads(const ActivationKernels& kernels, const ForwardArguments& arguments, int threads = Threads());
// Allocates memory for the sums of each thread, if there are sums.
void BackwardOnThreads(const ActivationKernels& kernels, const BackwardArguments& arguments, int threads = Threads());

// Likewise with arrays of 16-bit numbers.
void ForwardOnThreads(const Activation& activation, const NarrowForwardArguments& arguments, int threads = Threads());
void BackwardOnThreads(const Activation& activation, const NarrowBackwardArguments& arguments, int threads = Threads());

}  // namespace ramp

#endif  // RAMP_ACTIVATION_SPLIT_H_
