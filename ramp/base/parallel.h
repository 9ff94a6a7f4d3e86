// Loops over the cores, on the one thread pool of the process (OpenMP's, which oneDNN uses as well).
#ifndef RAMP_BASE_PARALLEL_H_
#define RAMP_BASE_PARALLEL_H_

#include <omp.h>

#include <algorithm>
#include <cstddef>

#include "ramp/base/threads.h"

namespace ramp {

// How many parts `count` items are split in when a part should have at least `grain` of them.
inline size_t Parts(size_t count, size_t grain) {
  return std::clamp<size_t>(count / std::max<size_t>(grain, 1), 1, static_cast<size_t>(Threads()));
}

// Calls body(begin, end, part) for `parts` consecutive ranges that cover [0, count), all but the last a multiple of
// `multiple` long. The ranges depend on nothing but the arguments, so that results do not depend on timing. The body
// must not throw.
template <class Body>
void ParallelRanges(size_t count, size_t parts, size_t multiple, const Body& body) {
  const size_t blocks = (count + multiple - 1) / multiple;
  const auto begin_of = [&](size_t part) { return std::min(count, blocks * part / parts * multiple); };
  if (parts <= 1) {
    body(size_t{0}, count, size_t{0});
    return;
  }
#pragma omp parallel for num_threads(static_cast <int>(parts)) schedule(static, 1)
  for (size_t part = 0; part < parts; ++part) body(begin_of(part), begin_of(part + 1), part);
}

}  // namespace ramp

#endif  // RAMP_BASE_PARALLEL_H_
