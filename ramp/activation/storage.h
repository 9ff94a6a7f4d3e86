// The activations on arrays of 16-bit numbers. They are widened to floats, which is exact, computed as floats, and
// rounded to the nearest number of the storage, ties to even. A NaN stays a NaN.
#ifndef RAMP_ACTIVATION_STORAGE_H_
#define RAMP_ACTIVATION_STORAGE_H_

#include <cstddef>
#include <cstdint>

#include "ramp/activation/activation.h"

namespace ramp {

enum class Storage {
  kBfloat16,  // the upper half of a float: 8 bits of exponent, 7 of fraction
  kFloat16,   // IEEE 754 binary16: 5 bits of exponent, 10 of fraction, so 65504 at most
};

// As ForwardArguments, with the large arrays in 16 bits. What belongs to a unit, and not to each row, stays in floats.
struct NarrowForwardArguments {
  Storage storage = Storage::kBfloat16;
  size_t rows = 1;
  size_t units = 0;
  const uint16_t* input = nullptr;  // [rows, units]
  const float* bias = nullptr;      // [units]
  uint16_t* output = nullptr;       // [rows, units], may be the input itself
  uint16_t* saved_input = nullptr;  // [rows, units], may be the input itself
  uint64_t* gates = nullptr;        // [rows, Gates::WordsPerRow(units)]
  ActivationParameters parameters = {};
  const float* learned = nullptr;           // [units]
  ForwardStatistics* statistics = nullptr;  // of the outputs before they are rounded
  Stores stores = Stores::kBySize;
};

struct NarrowBackwardArguments {
  Storage storage = Storage::kBfloat16;
  size_t rows = 1;
  size_t units = 0;
  const uint16_t* gradient = nullptr;  // [rows, units]
  const uint64_t* gates = nullptr;     // one of these, see BackwardArguments
  const uint16_t* output = nullptr;    // [rows, units]
  const uint16_t* input = nullptr;     // [rows, units]
  uint16_t* input_gradient = nullptr;  // [rows, units], may be `gradient` itself
  ActivationParameters parameters = {};
  float* bias_gradient = nullptr;     // [units], of the gradients before they are rounded
  const float* learned = nullptr;     // [units]
  float* learned_gradient = nullptr;  // [units]
  Stores stores = Stores::kBySize;
};

void ForwardNarrow(const Activation& activation, const NarrowForwardArguments& arguments);
void BackwardNarrow(const Activation& activation, const NarrowBackwardArguments& arguments);

// Conversions on the best instruction set of this machine. The arrays may not overlap.
void Widen(Storage storage, const uint16_t* from, size_t count, float* to);
void Narrow(Storage storage, const float* from, size_t count, uint16_t* to);

}  // namespace ramp

#endif  // RAMP_ACTIVATION_STORAGE_H_
