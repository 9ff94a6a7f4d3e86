#include "ramp/network/strided_view.h"

#include "ramp/network/loops.h"

namespace ramp {
namespace {

StridedView WholeView(const Shape& shape) {
  StridedView view{.sizes = shape.sizes(), .steps = std::vector<ptrdiff_t>(shape.rank()), .array_count = shape.count()};
  ptrdiff_t step = 1;
  for (size_t axis = shape.rank(); axis-- > 0;) {
    view.steps[axis] = step;
    step *= static_cast<ptrdiff_t>(shape[axis]);
  }
  return view;
}

}  // namespace

// body(first place in the array, first place in the compact values) for each run along the last axis.
template <class Body>
void StridedView::ForEachRow(size_t batch, const Body& body) const {
  const size_t length = sizes.empty() ? 1 : sizes.back(), rows = count() / length;
  ForEachRowRange(batch * rows, length, [&](size_t begin, size_t end, size_t /*part*/) {
    for (size_t row = begin; row < end; ++row) {
      size_t place = row % rows;
      auto from = static_cast<ptrdiff_t>(row / rows * array_count) + offset;
      for (size_t axis = sizes.size() - 1; axis-- > 0; place /= sizes[axis]) {
        from += static_cast<ptrdiff_t>(place % sizes[axis]) * steps[axis];
      }
      body(from, row * length, length);
    }
  });
}

void StridedView::Gather(const float* array, float* compact, size_t batch) const {
  ForEachRow(batch, [&](ptrdiff_t from, size_t to, size_t length) {
    for (size_t i = 0; i < length; ++i) compact[to + i] = array[from + static_cast<ptrdiff_t>(i) * steps.back()];
  });
}

void StridedView::Scatter(const float* compact, float* array, size_t batch) const {
  ForEachRow(batch, [&](ptrdiff_t to, size_t from, size_t length) {
    for (size_t i = 0; i < length; ++i) array[to + static_cast<ptrdiff_t>(i) * steps.back()] = compact[from + i];
  });
}

StridedView TransposedView(const Shape& shape, const std::vector<size_t>& axes) {
  const StridedView whole = WholeView(shape);
  StridedView view = whole;
  for (size_t i = 0; i < axes.size(); ++i) {
    view.sizes[i] = whole.sizes[axes[i]];
    view.steps[i] = whole.steps[axes[i]];
  }
  return view;
}

StridedView SlicedView(const Shape& shape, size_t axis, size_t begin, ptrdiff_t step, size_t count) {
  StridedView view = WholeView(shape);
  view.offset = static_cast<ptrdiff_t>(begin) * view.steps[axis];
  view.sizes[axis] = count;
  view.steps[axis] *= step;
  return view;
}

}  // namespace ramp
