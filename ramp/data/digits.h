// Handwritten digits, drawn by the program: stroke skeletons with random slant, scale, thickness, jitter and noise.
#ifndef RAMP_DATA_DIGITS_H_
#define RAMP_DATA_DIGITS_H_

#include <cstddef>
#include <cstdint>

#include "ramp/data/dataset.h"

namespace ramp {

inline constexpr size_t kDigitSide = 28;

// `count` pictures of 28x28 bytes with their labels, the same for the same seed on every machine.
Dataset GenerateDigits(size_t count, uint64_t seed);

}  // namespace ramp

#endif  // RAMP_DATA_DIGITS_H_
