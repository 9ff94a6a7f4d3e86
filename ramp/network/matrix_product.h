// c = a b with fixed shapes and addresses: small ones by our kernel on the calling thread, large ones by oneDNN.
#ifndef RAMP_NETWORK_MATRIX_PRODUCT_H_
#define RAMP_NETWORK_MATRIX_PRODUCT_H_

#include <cstddef>
#include <memory>

#include "ramp/network/precision.h"

namespace ramp {

struct Matrix {
  const float* values = nullptr;
  bool transposed = false;  // stored [columns, rows]
};

class MatrixProduct {
 public:
  // c [rows, columns] = a [rows, depth] b [depth, columns].
  struct Sizes {
    size_t rows = 0, columns = 0, depth = 0;
    Precision precision = Precision::kFloat32;  // of large ones; the processor must be able to (CanCompute)
  };

  // Empty: Run does nothing.
  MatrixProduct();
  MatrixProduct(const Sizes& sizes, const Matrix& a, const Matrix& b, float* c, float* scratch);
  MatrixProduct(MatrixProduct&&) noexcept;
  MatrixProduct& operator=(MatrixProduct&&) noexcept;
  ~MatrixProduct();

  // How many floats of scratch such a product needs.
  static size_t ScratchFloats(const Sizes& sizes, bool b_transposed);

  void Run();

 private:
  class Form;
  class SmallForm;
  class LibraryForm;
  std::unique_ptr<Form> form_;
};

}  // namespace ramp

#endif  // RAMP_NETWORK_MATRIX_PRODUCT_H_
