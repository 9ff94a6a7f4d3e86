// The rectifier of rrelu in training (Xu et al., 2015): each negative value has its own slope, drawn evenly from
// [lower, upper]. The slope is a function of the key and the place alone, so it depends on no thread; backward draws it
// again, and one bit a value is saved, its gate.
#ifndef RAMP_KERNEL_RANDOM_SLOPE_H_
#define RAMP_KERNEL_RANDOM_SLOPE_H_

#include <cstddef>
#include <cstdint>

#include "ramp/activation/gates.h"

namespace ramp {

struct RandomSlopeArguments {
  size_t rows = 1;
  size_t units = 0;
  size_t first_row = 0;          // where a part of a larger array begins
  const float* input = nullptr;  // [rows, units]; backward: the gradient of the output
  float* output = nullptr;       // [rows, units], may be the input; backward: the gradient of the input
  uint64_t* gates = nullptr;     // [rows, Gates::WordsPerRow(units)]: forward writes them, backward reads them
  float lower = 0, upper = 1;
  uint64_t key = 0;

  // Where a row begins to what is drawn: at a whole word, as its gates do.
  size_t place(size_t row) const { return (first_row + row) * Gates::WordsPerRow(units) * Gates::kBitsPerWord; }
};

using RandomSlopeKernel = void (*)(const RandomSlopeArguments&);
RandomSlopeKernel RandomSlopeForwardKernel();
RandomSlopeKernel RandomSlopeBackwardKernel();

// The slope of one value, by its definition; `row` counts from first_row.
float RandomSlope(size_t row, size_t unit, const RandomSlopeArguments& arguments);

}  // namespace ramp

#endif  // RAMP_KERNEL_RANDOM_SLOPE_H_
