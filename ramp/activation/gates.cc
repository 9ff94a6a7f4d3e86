#include "ramp/activation/gates.h"

namespace ramp {

size_t Gates::CountOpen(size_t rows) const {
  size_t open = 0;
  for (size_t i = 0; i < rows * words_per_row(); ++i) open += static_cast<size_t>(std::popcount(words_[i]));
  return open;
}

void Gates::Accumulate(size_t rows, std::span<uint64_t> ever, std::span<uint64_t> always) const {
  const size_t words = words_per_row();
  for (size_t r = 0; r < rows; ++r) {
    for (size_t w = 0; w < words; ++w) {
      ever[w] |= words_[r * words + w];
      always[w] &= words_[r * words + w];
    }
  }
}

}  // namespace ramp
