// The arrays on which an activation is timed, and whether its results on them are right.
#ifndef RAMP_BENCH_ARRAYS_H_
#define RAMP_BENCH_ARRAYS_H_

#include <cstddef>
#include <cstdint>

#include "ramp/activation/activation.h"
#include "ramp/base/memory.h"
#include "ramp/bench/bench.h"

namespace ramp {

// A part of the elements, for a thread.
struct ElementRange {
  size_t begin = 0, end = 0;
};

// Flat arrays of `size` elements: inputs and gradients of a normal distribution, and room for the results.
class BenchArrays {
 public:
  explicit BenchArrays(size_t size);
  // What the constructor will ask the system for.
  static size_t BytesFor(size_t size);

  size_t size() const { return size_; }
  const float* input() const { return At(0); }
  const float* gradient() const { return At(1); }
  float* output() { return At(2); }
  float* result() { return At(3); }  // of backward, and of the limits' loops

  ForwardArguments Forward(const Activation& activation, ElementRange range, bool with_gates);
  // From what the activation saves, which must have been computed before.
  BackwardArguments Backward(const Activation& activation, ElementRange range);

  // Runs each operation once and compares a sample of the results, in all lanes of the vectors, with the activation's
  // reference. Throws Error, which names the first element that is wrong.
  void Check(const Activation& activation, const ActivationKernels& kernels);

 private:
  static constexpr size_t kArrays = 4;
  static size_t Stride(size_t size);
  const float* At(size_t array) const { return memory_.data() + array * Stride(size_); }
  float* At(size_t array) { return memory_.data() + array * Stride(size_); }

  size_t size_;
  Floats memory_;
  AlignedArray<uint64_t> gates_;
};

}  // namespace ramp

#endif  // RAMP_BENCH_ARRAYS_H_
