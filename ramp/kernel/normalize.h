// The passes over memory of batch and layer normalisation. Values are [rows, units]; all run on the calling thread.
#ifndef RAMP_KERNEL_NORMALIZE_H_
#define RAMP_KERNEL_NORMALIZE_H_

#include <cstddef>

namespace ramp {

// Of one layer normalisation: y = (x - mean) * inverse_deviation * scale + shift, over each row.
struct LayerNormArguments {
  size_t rows = 0, units = 0;
  float epsilon = 0;
  const float* input = nullptr;     // [rows, units]
  const float* scale = nullptr;     // [units]
  const float* shift = nullptr;     // [units]
  float* output = nullptr;          // [rows, units]
  float* statistics = nullptr;      // [rows, 2]: the mean less the row's first value, and the inverse deviation
  const float* gradient = nullptr;  // [rows, units], of the output
  float* input_gradient = nullptr;  // [rows, units], may be `gradient`; null when nobody wants it
  float* scale_gradient = nullptr;  // [units], added to
  float* shift_gradient = nullptr;  // [units], added to
};

struct NormalizeKernels {
  // output = (input - center) * scale + shift, each [units]. The output may be the input.
  void (*apply)(size_t rows, size_t units, const float* input, const float* center, const float* scale,
                const float* shift, float* output) = nullptr;
  // sums [2, units] = the sums over the rows of input - input[0] and of its square. Meant for few rows: as long as
  // they are no more than 64, what is lost by cancellation stays under 64 roundings of the variance.
  void (*sums)(size_t rows, size_t units, const float* input, float* sums) = nullptr;
  // sums [2, units] = the sums over the rows of gradient and of gradient * (input - center).
  void (*gradient_sums)(size_t rows, size_t units, const float* gradient, const float* input, const float* center,
                        float* sums) = nullptr;
  // input_gradient = gradient * a + (input - center) * b + c, each [units]; it may be `gradient`.
  void (*gradient)(size_t rows, size_t units, const float* gradient, const float* input, const float* center,
                   const float* a, const float* b, const float* c, float* input_gradient) = nullptr;
  void (*layer)(const LayerNormArguments& arguments) = nullptr;
  void (*layer_backward)(const LayerNormArguments& arguments) = nullptr;
};
// For this machine's instruction set.
NormalizeKernels GetNormalizeKernels();

}  // namespace ramp

#endif  // RAMP_KERNEL_NORMALIZE_H_
