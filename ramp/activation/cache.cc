#include "ramp/activation/cache.h"

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

#include <algorithm>

namespace ramp {
namespace {

constexpr size_t kUsual = size_t{32} << 20;

// The largest cache in a list of leaves of the form that Intel (leaf 4) and AMD (leaf 0x8000001D) share; see Intel's
// Software Developer's Manual, volume 2, CPUID.
#if defined(__x86_64__) || defined(__i386__)
size_t LargestCache(unsigned leaf) {
  constexpr unsigned kMostCaches = 16;
  size_t largest = 0;
  for (unsigned index = 0; index < kMostCaches; ++index) {
    unsigned a = 0, b = 0, c = 0, d = 0;
    if (__get_cpuid_count(leaf, index, &a, &b, &c, &d) == 0 || (a & 0x1fu) == 0) break;
    const size_t ways = (b >> 22) + 1, partitions = (b >> 12 & 0x3ffu) + 1, line = (b & 0xfffu) + 1;
    largest = std::max(largest, ways * partitions * line * (size_t{c} + 1));
  }
  return largest;
}

size_t Measure() { return std::max(LargestCache(4), LargestCache(0x8000001d)); }
#else
size_t Measure() { return 0; }
#endif

}  // namespace

size_t LastLevelCacheBytes() {
  static const size_t bytes = [] {
    const size_t measured = Measure();
    return measured == 0 ? kUsual : measured;
  }();
  return bytes;
}

}  // namespace ramp
