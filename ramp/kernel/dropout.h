// Dropout (Srivastava et al., 2014): each value is kept with probability `keep` and divided by it, else 0. Which are
// kept is a function of the key and the place alone, so it depends on no thread; it is saved as one bit a value.
#ifndef RAMP_KERNEL_DROPOUT_H_
#define RAMP_KERNEL_DROPOUT_H_

#include <cstddef>
#include <cstdint>

namespace ramp {

struct DropoutArguments {
  size_t count = 0;  // of values
  size_t first = 0;  // the index of the first value, a multiple of 64: where a part of a larger array begins
  const float* input = nullptr;  // [count]
  float* output = nullptr;       // [count], may be the input
  uint64_t* kept = nullptr;      // [(count + 63) / 64] bits: forward writes them, backward reads them
  float keep = 1;                // in (0, 1]
  uint64_t key = 0;
};

using DropoutKernel = void (*)(const DropoutArguments&);
DropoutKernel DropoutForwardKernel();
// output = input where kept, divided by `keep`, else 0.
DropoutKernel DropoutBackwardKernel();

}  // namespace ramp

#endif  // RAMP_KERNEL_DROPOUT_H_
