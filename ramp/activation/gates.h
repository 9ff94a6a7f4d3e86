// Gates: one bit per unit, whether the unit lets its input through. For a rectifier that bit is the derivative, the
// sparsity, the sign of life of the unit, and the list of weights that an inference need not read.
#ifndef RAMP_ACTIVATION_GATES_H_
#define RAMP_ACTIVATION_GATES_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace ramp {

// A view of [rows, units] bits. A row starts on a 64-bit word; the spare bits of its last word are zero.
class Gates {
 public:
  static constexpr size_t kBitsPerWord = 64;
  static constexpr size_t WordsPerRow(size_t units) { return (units + kBitsPerWord - 1) / kBitsPerWord; }
  static constexpr size_t Words(size_t rows, size_t units) { return rows * WordsPerRow(units); }

  Gates() = default;
  // `words` holds Words(rows, units) words and outlives the view.
  Gates(uint64_t* words, size_t rows, size_t units) : words_(words), rows_(rows), units_(units) {}

  size_t rows() const { return rows_; }
  size_t units() const { return units_; }
  size_t words_per_row() const { return WordsPerRow(units_); }
  uint64_t* words() const { return words_; }
  std::span<uint64_t> row(size_t r) const { return {words_ + r * words_per_row(), words_per_row()}; }
  bool IsOpen(size_t row, size_t unit) const {
    return (words_[row * words_per_row() + unit / kBitsPerWord] >> (unit % kBitsPerWord) & 1u) != 0;
  }

  // The number of open gates of the first `rows` rows.
  size_t CountOpen(size_t rows) const;
  size_t CountOpen() const { return CountOpen(rows_); }
  // ever |= each row, always &= each row; both hold words_per_row() words. A unit with no bit in `ever` is dead on the
  // rows seen, one with its bit left in `always` was never closed.
  void Accumulate(size_t rows, std::span<uint64_t> ever, std::span<uint64_t> always) const;

 private:
  uint64_t* words_ = nullptr;
  size_t rows_ = 0;
  size_t units_ = 0;
};

}  // namespace ramp

#endif  // RAMP_ACTIVATION_GATES_H_
