// One window of a pooling layer over [height, width, channels]; the channels are neighbours in memory and fill the
// vectors.
#ifndef RAMP_KERNEL_POOL_H_
#define RAMP_KERNEL_POOL_H_

#include <cstddef>
#include <cstdint>

namespace ramp {

// The part of a window that lies within the picture.
struct PoolWindow {
  size_t rows = 0, columns = 0;
  size_t row_stride = 0, column_stride = 0;  // in floats
  size_t channels = 0;
  // Elements of the window are numbered: the first of the part, and the step from row to row.
  size_t first_index = 0, index_stride = 0;
};

// For this machine's instruction set; they run on the calling thread. Inputs and input gradients are given from the
// part's first element on.
struct PoolKernels {
  // output [channels] = the largest of each channel, index [channels] = which element that is: the first of equals. A
  // NaN is larger than any number. Small indices are for windows of at most 256 elements.
  void (*max_small)(const PoolWindow& window, const float* input, float* output, uint8_t* index) = nullptr;
  void (*max_large)(const PoolWindow& window, const float* input, float* output, uint32_t* index) = nullptr;
  // Adds output_gradient [channels] to the elements that were the largest.
  void (*max_backward_small)(const PoolWindow& window, const float* output_gradient, const uint8_t* index,
                             float* input_gradient) = nullptr;
  void (*max_backward_large)(const PoolWindow& window, const float* output_gradient, const uint32_t* index,
                             float* input_gradient) = nullptr;
  // output [channels] = the mean over the part.
  void (*average)(const PoolWindow& window, const float* input, float* output) = nullptr;
  // Adds output_gradient [channels] / (elements of the part) to each element.
  void (*average_backward)(const PoolWindow& window, const float* output_gradient, float* input_gradient) = nullptr;
};
PoolKernels GetPoolKernels();

}  // namespace ramp

#endif  // RAMP_KERNEL_POOL_H_
