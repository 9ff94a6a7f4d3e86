#include "ramp/kernel/product.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ramp/kernel/product.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace ramp {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

constexpr size_t kMostRows = 6;

// kRows x (kVectors of D) elements of c, summed in registers.
template <size_t kRows, size_t kVectors, class D>
HWY_INLINE void Tile(D d, const ProductArguments& p, size_t row, size_t column) {
  using V = hn::Vec<D>;
  const size_t lanes = hn::Lanes(d);
  V sums[kRows][kVectors];
  for (size_t r = 0; r < kRows; ++r) {
    for (size_t v = 0; v < kVectors; ++v) sums[r][v] = hn::Zero(d);
  }
  const float* HWY_RESTRICT a = p.a + row * p.a_row_stride;
  const float* HWY_RESTRICT b = p.b + column;
  for (size_t k = 0; k < p.depth; ++k) {
    V line[kVectors];
    for (size_t v = 0; v < kVectors; ++v) line[v] = hn::LoadU(d, b + v * lanes);
    for (size_t r = 0; r < kRows; ++r) {
      const V factor = hn::Set(d, a[r * p.a_row_stride]);
      for (size_t v = 0; v < kVectors; ++v) sums[r][v] = hn::MulAdd(factor, line[v], sums[r][v]);
    }
    a += p.a_depth_stride;
    b += p.columns;
  }
  for (size_t r = 0; r < kRows; ++r) {
    for (size_t v = 0; v < kVectors; ++v) hn::StoreU(sums[r][v], d, p.c + (row + r) * p.columns + column + v * lanes);
  }
}

// All rows of a panel of columns, in tiles of nearly equal height: 32 rows are 6 6 5 5 5 5, not five times 6 and a
// 2, whose few sums would wait for each other.
template <size_t kVectors, class D>
HWY_INLINE void Panel(D d, const ProductArguments& p, size_t column) {
  const size_t tiles = (p.rows + kMostRows - 1) / kMostRows;
  size_t row = 0;
  for (size_t tile = 0; tile < tiles; ++tile) {
    const size_t end = p.rows * (tile + 1) / tiles;
    switch (end - row) {
      case 1:
        Tile<1, kVectors>(d, p, row, column);
        break;
      case 2:
        Tile<2, kVectors>(d, p, row, column);
        break;
      case 3:
        Tile<3, kVectors>(d, p, row, column);
        break;
      case 4:
        Tile<4, kVectors>(d, p, row, column);
        break;
      case 5:
        Tile<5, kVectors>(d, p, row, column);
        break;
      default:
        Tile<6, kVectors>(d, p, row, column);
        break;
    }
    row = end;
  }
}

// The last columns, fewer than a vector: in vectors of half, a quarter ... the lanes.
template <size_t kLanes>
HWY_INLINE void LastColumns(const ProductArguments& p, size_t column) {
  const hn::CappedTag<float, kLanes> d;
  if (p.columns - column >= hn::Lanes(d)) {
    Panel<1>(d, p, column);
    column += hn::Lanes(d);
  }
  if constexpr (kLanes > 1) {
    if (column < p.columns) LastColumns<kLanes / 2>(p, column);
  }
}

void Transpose(const float* HWY_RESTRICT from, size_t rows, size_t columns, float* HWY_RESTRICT to) {
  // 4 x 4 blocks in vectors of four, which every instruction set has; the rest one by one.
  const size_t whole_rows = HWY_TARGET == HWY_SCALAR ? 0 : rows / 4 * 4;
  const size_t whole_columns = HWY_TARGET == HWY_SCALAR ? 0 : columns / 4 * 4;
#if HWY_TARGET != HWY_SCALAR
  const hn::Full128<float> d;
  const hn::RepartitionToWide<decltype(d)> wide;
  for (size_t i = 0; i < whole_rows; i += 4) {
    for (size_t j = 0; j < whole_columns; j += 4) {
      const float* block = from + i * columns + j;
      const auto row0 = hn::LoadU(d, block);
      const auto row1 = hn::LoadU(d, block + columns);
      const auto row2 = hn::LoadU(d, block + 2 * columns);
      const auto row3 = hn::LoadU(d, block + 3 * columns);
      const auto low01 = hn::BitCast(wide, hn::InterleaveLower(d, row0, row1));
      const auto low23 = hn::BitCast(wide, hn::InterleaveLower(d, row2, row3));
      const auto high01 = hn::BitCast(wide, hn::InterleaveUpper(d, row0, row1));
      const auto high23 = hn::BitCast(wide, hn::InterleaveUpper(d, row2, row3));
      float* out = to + j * rows + i;
      hn::StoreU(hn::BitCast(d, hn::InterleaveLower(wide, low01, low23)), d, out);
      hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(wide, low01, low23)), d, out + rows);
      hn::StoreU(hn::BitCast(d, hn::InterleaveLower(wide, high01, high23)), d, out + 2 * rows);
      hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(wide, high01, high23)), d, out + 3 * rows);
    }
  }
#endif
  for (size_t i = 0; i < rows; ++i) {
    const size_t first = i < whole_rows ? whole_columns : 0;
    for (size_t j = first; j < columns; ++j) to[j * rows + i] = from[i * columns + j];
  }
}

void Wide(const ProductArguments& p) {
  const hn::ScalableTag<float> d;
  const size_t lanes = hn::Lanes(d);
  size_t column = 0;
  for (; column + 2 * lanes <= p.columns; column += 2 * lanes) Panel<2>(d, p, column);
  if (column < p.columns) LastColumns<HWY_LANES(float)>(p, column);
}

// Few columns would leave most lanes empty. What fits in `kNarrowFloats` is computed with the lanes along the rows
// (where `a` is stored transposed, so that these are dense) or along the depth (where it is not).
constexpr size_t kNarrowFloats = 1024;

// c transposed = b transposed a transposed: a product with few rows, and then a transpose of little.
void NarrowByRows(const ProductArguments& p) {
  float turned[kNarrowFloats];
  Wide({.rows = p.columns,
        .columns = p.rows,
        .depth = p.depth,
        .a = p.b,
        .a_row_stride = 1,
        .a_depth_stride = p.columns,
        .b = p.a,
        .c = turned});
  Transpose(turned, p.columns, p.rows, p.c);
}

// Each element is a product of a row of `a` and a column of `b`, which is made dense first.
void NarrowByDepth(const ProductArguments& p) {
  const hn::ScalableTag<float> d;
  const size_t lanes = hn::Lanes(d);
  float columns[kNarrowFloats];
  Transpose(p.b, p.depth, p.columns, columns);
  for (size_t row = 0; row < p.rows; ++row) {
    const float* a = p.a + row * p.a_row_stride;
    for (size_t column = 0; column < p.columns; ++column) {
      const float* b = columns + column * p.depth;
      auto even = hn::Zero(d);
      auto odd = hn::Zero(d);
      size_t k = 0;
      for (; k + 2 * lanes <= p.depth; k += 2 * lanes) {
        even = hn::MulAdd(hn::LoadU(d, a + k), hn::LoadU(d, b + k), even);
        odd = hn::MulAdd(hn::LoadU(d, a + k + lanes), hn::LoadU(d, b + k + lanes), odd);
      }
      float sum = hn::GetLane(hn::SumOfLanes(d, hn::Add(even, odd)));
      for (; k < p.depth; ++k) sum += a[k] * b[k];
      p.c[row * p.columns + column] = sum;
    }
  }
}

void Product(const ProductArguments& p) {
  const bool narrow = 2 * p.columns <= hn::Lanes(hn::ScalableTag<float>());
  if (narrow && p.a_row_stride == 1 && p.a_depth_stride == p.rows && p.columns * p.rows <= kNarrowFloats) {
    NarrowByRows(p);
  } else if (narrow && p.a_depth_stride == 1 && p.columns * p.depth <= kNarrowFloats) {
    NarrowByDepth(p);
  } else {
    Wide(p);
  }
}

ProductKernel GetProduct() { return Product; }
TransposeKernel GetTranspose() { return Transpose; }

}  // namespace HWY_NAMESPACE
}  // namespace ramp
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ramp {

HWY_EXPORT(GetProduct);
HWY_EXPORT(GetTranspose);

ProductKernel SmallProductKernel() { return HWY_DYNAMIC_DISPATCH(GetProduct)(); }
TransposeKernel SmallTransposeKernel() { return HWY_DYNAMIC_DISPATCH(GetTranspose)(); }

}  // namespace ramp
#endif
