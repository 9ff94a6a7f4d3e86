// Products of small matrices, where a library's call costs more than the arithmetic. Large ones are oneDNN's.
//
// The limit: a tile of 6 rows x 2 vectors keeps 12 sums in registers and does 12 multiply-adds for 2 loads and 6
// broadcasts, so with two multiply-adds and two loads a cycle the arithmetic is the limit (AVX2, 3.4 GHz: 109 GFLOP/s).
#ifndef RAMP_KERNEL_PRODUCT_H_
#define RAMP_KERNEL_PRODUCT_H_

#include <cstddef>

namespace ramp {

// c = a b. An element of `a` stands at a[row * a_row_stride + k * a_depth_stride], so that a transposed `a` needs no
// copy; b and c are dense.
struct ProductArguments {
  size_t rows = 0, columns = 0, depth = 0;
  const float* a = nullptr;  // [rows, depth], or [depth, rows] by the strides
  size_t a_row_stride = 0, a_depth_stride = 0;
  const float* b = nullptr;  // [depth, columns]
  float* c = nullptr;        // [rows, columns]
};

using ProductKernel = void (*)(const ProductArguments&);
// For this machine's instruction set; runs on the calling thread.
ProductKernel SmallProductKernel();

// to [columns, rows] = the transpose of from [rows, columns].
using TransposeKernel = void (*)(const float* from, size_t rows, size_t columns, float* to);
TransposeKernel SmallTransposeKernel();

}  // namespace ramp

#endif  // RAMP_KERNEL_PRODUCT_H_
