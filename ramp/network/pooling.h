// Max and average pooling over [batch, height, width, channels], with fixed sizes and addresses. A window as large as
// the picture makes global pooling.
//
// Padding takes no part: it is never the largest, and an average is over the elements within the picture (ONNX'
// count_include_pad = 0, PyTorch's count_include_pad=False). Of equal values the first is the largest, and gets the
// gradient; a NaN is larger than any number.
#ifndef RAMP_NETWORK_POOLING_H_
#define RAMP_NETWORK_POOLING_H_

#include <cstddef>

#include "ramp/kernel/pool.h"
#include "ramp/network/window.h"

namespace ramp {

struct PoolingSizes {
  size_t batch = 1, channels = 1;
  // Windows must reach into the picture: padding is smaller than the window. No dilation.
  WindowAxis height = {}, width = {};

  size_t outputs() const { return batch * height.output() * width.output() * channels; }
};

class MaxPooling {
 public:
  // Forward saves which element was the largest: one byte for each output where a window has at most 256 elements, else
  // four.
  static size_t SavedBytes(const PoolingSizes& sizes);

  // The gradients are null where there is no backward.
  MaxPooling(const PoolingSizes& sizes, const float* input, float* output, std::byte* saved,
             const float* output_gradient, float* input_gradient);
  void Forward() const;
  void Backward() const;

 private:
  PoolingSizes sizes_;
  const float* input_;
  float* output_;
  std::byte* saved_;
  const float* output_gradient_;
  float* input_gradient_;
  PoolKernels kernels_;
};

class AveragePooling {
 public:
  AveragePooling(const PoolingSizes& sizes, const float* input, float* output, const float* output_gradient,
                 float* input_gradient);
  void Forward() const;
  void Backward() const;

 private:
  PoolingSizes sizes_;
  const float* input_;
  float* output_;
  const float* output_gradient_;
  float* input_gradient_;
  PoolKernels kernels_;
};

}  // namespace ramp

#endif  // RAMP_NETWORK_POOLING_H_
