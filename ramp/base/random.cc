#include "ramp/base/random.h"

#include <cmath>

namespace ramp {

uint64_t Random::Below(uint64_t bound) {
  // The first 2^64 mod bound numbers would make the small results likelier.
  const uint64_t threshold = -bound % bound;
  for (;;) {
    const uint64_t number = Next();
    if (number >= threshold) return number % bound;
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
