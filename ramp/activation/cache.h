// The caches of this machine, and how arrays that do not fit in them are written.
#ifndef RAMP_ACTIVATION_CACHE_H_
#define RAMP_ACTIVATION_CACHE_H_

#include <algorithm>
#include <cstddef>

namespace ramp {

// The size of the largest cache that a core of this machine reaches, as the processor tells it; 32 MiB where it does
// not.
size_t LastLevelCacheBytes();

// How an output array is written. Past the caches a large array is written in two thirds of the time, and does not
// displace what they hold; a small one is wanted in them by whoever reads it next.
enum class Stores {
  kBySize,  // past the caches if the input and the output of this call do not fit in the last-level cache together, or
            // are larger than 64 MiB
  kCached,  // as usual
  kStreamed,  // past the caches; for a call on a part of arrays that are large as a whole
};

// Larger caches are shared by dozens of cores, and slow for one of them, so that more than this is not counted on.
// Where 260 MiB were told, a copy and a reader of its result took 0.39 ns a float in the cache and 0.45 past it with 32
// MiB of input and output, but 0.60 and 0.45 with 128 MiB.
inline constexpr size_t kMostCacheBytes = size_t{64} << 20;

// Whether an output of `size` floats is to be written past the caches.
inline bool IsLarge(Stores stores, size_t size) {
  constexpr size_t kBytes = 2 * sizeof(float);           // of input and output
  constexpr size_t kLeast = (size_t{1} << 20) / kBytes;  // fits everywhere: no need to ask
  if (stores != Stores::kBySize) return stores == Stores::kStreamed;
  return size >= kLeast && size * kBytes > std::min(LastLevelCacheBytes(), kMostCacheBytes);
}

}  // namespace ramp

#endif  // RAMP_ACTIVATION_CACHE_H_
