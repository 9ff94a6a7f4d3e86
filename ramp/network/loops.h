// Loops of a step over its values, split over the threads where there are enough of them.
#ifndef RAMP_NETWORK_LOOPS_H_
#define RAMP_NETWORK_LOOPS_H_

#include <algorithm>
#include <cstddef>

#include "ramp/base/memory.h"
#include "ramp/base/parallel.h"

namespace ramp {

// Fewer values than this are done before another thread has begun.
inline constexpr size_t kValuesPerPart = 16384;

inline size_t RowParts(size_t rows, size_t units) { return std::min(Parts(rows * units, kValuesPerPart), rows); }

// Calls body(begin, end, part) for ranges of rows of `units` values; `part` counts to RowParts(rows, units).
template <class Body>
void ForEachRowRange(size_t rows, size_t units, const Body& body) {
  ParallelRanges(rows, RowParts(rows, units), 1, body);
}

// Calls body(begin, end) for ranges of values that begin on cache lines.
template <class Body>
void ForEachValueRange(size_t count, const Body& body) {
  ParallelRanges(count, Parts(count, kValuesPerPart), kAlignment / sizeof(float),
                 [&](size_t begin, size_t end, size_t /*part*/) { body(begin, end); });
}

}  // namespace ramp

#endif  // RAMP_NETWORK_LOOPS_H_
