// What no activation can be faster than: loops that move the same bytes and compute nothing, or compute and move
// nothing. They are timed beside the kernels, on the best instruction set of this machine.
#ifndef RAMP_BENCH_LIMITS_H_
#define RAMP_BENCH_LIMITS_H_

#include <cstddef>
#include <string_view>

namespace ramp {

// The loops run on the calling thread; arrays are 64-byte aligned and do not overlap.
struct LimitLoops {
  std::string_view instruction_set;  // "AVX2"
  // What a forward pass moves, and a backward pass from gates: one array is read, one written.
  void (*copy)(const float* from, float* to, size_t count) = nullptr;
  // What a backward pass from the output or the input moves: two are read, one written. to = a + 3 b, the triad of
  // McCalpin's STREAM benchmark (1995).
  void (*triad)(const float* a, const float* b, float* to, size_t count) = nullptr;
  // The same past the cache, by non-temporal stores: faster where the arrays are larger than it, slower where not.
  void (*stream_copy)(const float* from, float* to, size_t count) = nullptr;
  void (*stream_triad)(const float* a, const float* b, float* to, size_t count) = nullptr;
  // At least `count` multiply-adds of floats, in so many independent chains that they wait for the units alone. The
  // result says nothing; it is there so that the work must be done.
  float (*multiply_adds)(size_t count) = nullptr;
};
LimitLoops BestLimitLoops();

}  // namespace ramp

#endif  // RAMP_BENCH_LIMITS_H_
