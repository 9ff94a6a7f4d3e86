// The caches of this machine, and how arrays that do not fit in them are written.
#ifndef RAMP_ACTIVATION_CACHE_H_
#define RAMP_ACTIVATION_CACHE_H_

#include <cstddef>

namespace ramp {

// The size of the largest cache that a core of this machine reaches, as the processor tells it; 32 MiB where it does
// not.
size_t LastLevelCacheBytes();

// How an output array is written. Past the caches a large array is written in two thirds of the time, and does not
// displace what they hold; a small one is wanted in them by whoever reads it next.
enum class Stores {
  kBySize,    // past the caches if the input and the output of this call do not fit in the last-level cache together
  kCached,    // as usual
  kStreamed,  // past the caches; for a call on a part of arrays that are large as a whole
};

// Whether an output of `size` floats is to be written past the caches.
inline bool IsLarge(Stores stores, size_t size) {
  constexpr size_t kBytes = 2 * sizeof(float);           // of input and output
  constexpr size_t kLeast = (size_t{1} << 20) / kBytes;  // fits everywhere: no need to ask
  if (stores != Stores::kBySize) return stores == Stores::kStreamed;
  return size >= kLeast && size * kBytes > LastLevelCacheBytes();
}

}  // namespace ramp

#endif  // RAMP_ACTIVATION_CACHE_H_
