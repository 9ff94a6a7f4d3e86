#include "ramp/base/random.h"

#include <cmath>

namespace ramp {

uint64_t Random::Below(uint64_t bound) {
  // Lemire's multiplication with rejection (2019): exact, and rarely a second draw.
  const uint64_t threshold = -bound % bound;
  for (;;) {
    const unsigned __int128 product = static_cast<unsigned __int128>(Next()) * bound;
    if (static_cast<uint64_t>(product) >= threshold) return static_cast<uint64_t>(product >> 64);
  }
}

double Random::Normal() {
  for (;;) {
    const double u = Uniform(-1, 1);
    const double v = Uniform(-1, 1);
    const double square = u * u + v * v;
    if (square > 0 && square < 1) return u * std::sqrt(-2 * std::log(square) / square);
  }
}

}  // namespace ramp
