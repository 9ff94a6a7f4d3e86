// A checksum of bytes, against accidents: a file that was cut or changed, data that is not the same as before.
#ifndef RAMP_BASE_CHECKSUM_H_
#define RAMP_BASE_CHECKSUM_H_

#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "ramp/base/random.h"

namespace ramp {

// 64 bits, eight bytes at a time. Each step is a bijection of the sum so far and of the bytes that it takes in, so a
// change within eight bytes is always seen, and any other but for one chance in 2^64. It is no protection against
// people who want to deceive.
class Checksum {
 public:
  void Add(std::span<const std::byte> bytes) {
    for (; bytes.size() >= 8; bytes = bytes.subspan(8)) Take(bytes.data(), 8);
    if (!bytes.empty()) Take(bytes.data(), bytes.size());
    // So that "ab", "c" is not "a", "bc".
    sum_ = Random::Mix(sum_ ^ size_);
  }
  void Add(std::string_view text) { Add(std::as_bytes(std::span(text))); }
  template <class T>
  void AddAll(std::span<const T> values) {
    Add(std::as_bytes(values));
  }

  uint64_t sum() const { return sum_; }

 private:
  void Take(const std::byte* bytes, size_t count) {
    uint64_t word = 0;
    std::memcpy(&word, bytes, count);
    sum_ = Random::Mix((sum_ + kStep) ^ word);
    size_ += count;
  }

  static constexpr uint64_t kStep = 0x9e3779b97f4a7c15u;
  uint64_t sum_ = 0;
  uint64_t size_ = 0;
};

}  // namespace ramp

#endif  // RAMP_BASE_CHECKSUM_H_
