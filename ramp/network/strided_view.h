// Views of an array, by which values are moved: axes in another order, a part of an axis.
#ifndef RAMP_NETWORK_STRIDED_VIEW_H_
#define RAMP_NETWORK_STRIDED_VIEW_H_

#include <cstddef>
#include <vector>

#include "ramp/base/shape.h"

namespace ramp {

// The values of a row-major array that lie at `offset` plus the sum of index * step over the axes.
struct StridedView {
  std::vector<size_t> sizes;     // of at least one axis
  std::vector<ptrdiff_t> steps;  // of each axis, in values
  ptrdiff_t offset = 0;
  size_t array_count = 0;  // how many values the array has

  size_t count() const {
    size_t product = 1;
    for (const size_t size : sizes) product *= size;
    return product;
  }
  // compact [batch, sizes] = the view of array [batch, array_count]
  void Gather(const float* array, float* compact, size_t batch) const;
  // The view of array = compact; the array's other values stay as they are.
  void Scatter(const float* compact, float* array, size_t batch) const;

 private:
  template <class Body>
  void ForEachRow(size_t batch, const Body& body) const;
};

// Axis i of the view is axis axes[i] of an array of that shape.
StridedView TransposedView(const Shape& shape, const std::vector<size_t>& axes);
// The places begin, begin + step, ... of an axis, `count` of them; the step may be negative.
StridedView SlicedView(const Shape& shape, size_t axis, size_t begin, ptrdiff_t step, size_t count);

}  // namespace ramp

#endif  // RAMP_NETWORK_STRIDED_VIEW_H_
