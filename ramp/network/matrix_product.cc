#include "ramp/network/matrix_product.h"

#include <algorithm>
#include <array>
#include <limits>

#include "ramp/kernel/product.h"
#include "ramp/network/onednn.h"

namespace ramp {
namespace {

// Below, a call of the library costs more than it gains (docs/measurements/performance.md has the measurement).
constexpr size_t kSmallestForLibrary = size_t{64} * 64 * 96;

bool IsSmall(const MatrixProduct::Sizes& sizes) {
  return sizes.rows * sizes.columns * sizes.depth < kSmallestForLibrary;
}

}  // namespace

class MatrixProduct::Form {
 public:
  virtual ~Form() = default;
  virtual void Run() = 0;
};

class MatrixProduct::SmallForm final : public Form {
 public:
  SmallForm(const Sizes& sizes, const Matrix& a, const Matrix& b, float* c, float* scratch)
      : from_(b.transposed ? b.values : nullptr), scratch_(scratch) {
    arguments_ = {.rows = sizes.rows,
                  .columns = sizes.columns,
                  .depth = sizes.depth,
                  .a = a.values,
                  .a_row_stride = a.transposed ? 1 : sizes.depth,
                  .a_depth_stride = a.transposed ? sizes.rows : 1,
                  .b = b.transposed ? scratch : b.values,
                  .c = c};
  }
  void Run() override {
    if (from_ != nullptr) transpose_(from_, arguments_.columns, arguments_.depth, scratch_);
    product_(arguments_);
  }

 private:
  ProductKernel product_ = SmallProductKernel();
  TransposeKernel transpose_ = SmallTransposeKernel();
  ProductArguments arguments_;
  const float* from_;
  float* scratch_;
};

class MatrixProduct::LibraryForm final : public Form {
 public:
  LibraryForm(const Sizes& sizes, const Matrix& a, const Matrix& b, float* c) {
    const auto describe = [](size_t rows, size_t columns, bool transposed) {
      const dnnl::memory::dims dims = {static_cast<dnnl_dim_t>(rows), static_cast<dnnl_dim_t>(columns)};
      const auto order = transposed ? dnnl::memory::format_tag::ba : dnnl::memory::format_tag::ab;
      return dnnl::memory::desc(dims, dnnl::memory::data_type::f32, order);
    };
    const auto a_description = describe(sizes.rows, sizes.depth, a.transposed);
    const auto b_description = describe(sizes.depth, sizes.columns, b.transposed);
    const auto c_description = describe(sizes.rows, sizes.columns, false);
    const OneDnn& one = OneDnn::Get();
    dnnl::primitive_attr attributes;
    if (sizes.precision == Precision::kBfloat16) attributes.set_fpmath_mode(dnnl::fpmath_mode::bf16);
    primitive_ = dnnl::matmul({{a_description, b_description, c_description}, attributes, one.engine});
    // oneDNN reads a and b only, although its memory takes no const.
    a_ = dnnl::memory(a_description, one.engine, const_cast<float*>(a.values));
    b_ = dnnl::memory(b_description, one.engine, const_cast<float*>(b.values));
    c_ = dnnl::memory(c_description, one.engine, c);
    result_ = c;
    result_size_ = sizes.rows * sizes.columns;
    arguments_ = {{{DNNL_ARG_SRC, a_.get()}, {DNNL_ARG_WEIGHTS, b_.get()}, {DNNL_ARG_DST, c_.get()}}};
  }
  void Run() override {
    // The C interface takes an array; the C++ one would build two maps for each call.
    const dnnl_status_t status = dnnl_primitive_execute(primitive_.get(), OneDnn::Get().stream.get(),
                                                        static_cast<int>(arguments_.size()), arguments_.data());
    // A step may not throw; a result that is no number is seen by the trainer before it does harm.
    if (status != dnnl_success) std::fill_n(result_, result_size_, std::numeric_limits<float>::quiet_NaN());
  }

 private:
  dnnl::primitive primitive_;
  dnnl::memory a_, b_, c_;
  std::array<dnnl_exec_arg_t, 3> arguments_{};
  float* result_ = nullptr;
  size_t result_size_ = 0;
};

MatrixProduct::MatrixProduct() = default;
MatrixProduct::MatrixProduct(MatrixProduct&&) noexcept = default;
MatrixProduct& MatrixProduct::operator=(MatrixProduct&&) noexcept = default;
MatrixProduct::~MatrixProduct() = default;

MatrixProduct::MatrixProduct(const Sizes& sizes, const Matrix& a, const Matrix& b, float* c, float* scratch) {
  if (IsSmall(sizes)) {
    form_ = std::make_unique<SmallForm>(sizes, a, b, c, scratch);
  } else {
    form_ = std::make_unique<LibraryForm>(sizes, a, b, c);
  }
}

size_t MatrixProduct::ScratchFloats(const Sizes& sizes, bool b_transposed) {
  return IsSmall(sizes) && b_transposed ? sizes.columns * sizes.depth : 0;
}

void MatrixProduct::Run() {
  if (form_) form_->Run();
}

}  // namespace ramp
