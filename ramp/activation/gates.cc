#include "ramp/activation/gates.h"

namespace ramp {
namespace {

// The bits of a word, by sums of neighbours in place (Warren, Hacker's Delight, 2002). The portable build has no
// instruction for it, and std::popcount would call a function where this loop is vectorised.
uint64_t CountBits(uint64_t word) {
  word -= word >> 1 & 0x5555555555555555u;
  word = (word & 0x3333333333333333u) + (word >> 2 & 0x3333333333333333u);
  word = (word + (word >> 4)) & 0x0f0f0f0f0f0f0f0fu;
  word += word >> 8;
  word += word >> 16;
  word += word >> 32;
  return word & 0x7f;
}

}  // namespace

size_t Gates::CountOpen(size_t rows) const {
  const size_t words = rows * words_per_row();
  uint64_t open = 0;
  for (size_t i = 0; i < words; ++i) open += CountBits(words_[i]);
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
