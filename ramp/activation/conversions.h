// The conversions between floats and 16-bit numbers, for the best instruction set of this machine.
#ifndef RAMP_ACTIVATION_CONVERSIONS_H_
#define RAMP_ACTIVATION_CONVERSIONS_H_

#include <cstddef>
#include <cstdint>

#include "ramp/activation/storage.h"

namespace ramp {

struct Conversions {
  void (*widen)(const uint16_t* from, size_t count, float* to) = nullptr;
  void (*narrow)(const float* from, size_t count, uint16_t* to) = nullptr;
  // Past the caches.
  void (*stream)(const float* from, size_t count, uint16_t* to) = nullptr;
};
Conversions ConversionsOf(Storage storage);

}  // namespace ramp

#endif  // RAMP_ACTIVATION_CONVERSIONS_H_
