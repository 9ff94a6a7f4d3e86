// Random numbers that are the same on every machine and compiler: the generator and its distributions are our own.
#ifndef RAMP_BASE_RANDOM_H_
#define RAMP_BASE_RANDOM_H_

#include <cstdint>
#include <span>
#include <utility>

namespace ramp {

// SplitMix64 (Steele, Lea, Flood, 2014): the state is a counter, so it can be written into a checkpoint as one number,
// and independent streams come from one seed.
class Random {
 public:
  // `stream` separates the uses of one seed (weights, shuffling, dropout ...) so that none disturbs another.
  explicit Random(uint64_t seed, uint64_t stream = 0) : state_(Mix(seed ^ Mix(stream + 0x632be59bd9b4e019u))) {}

  uint64_t Next() { return Mix(state_ += kStep); }
  // In [0, 1), 53 bits.
  double Uniform() { return static_cast<double>(Next() >> 11) * 0x1p-53; }
  double Uniform(double low, double high) { return low + (high - low) * Uniform(); }
  // In [0, bound); `bound` is at least 1.
  uint64_t Below(uint64_t bound);
  // Standard normal (Marsaglia's polar method; the spare value is dropped so that the state stays one number).
  double Normal();

  template <class T>
  void Shuffle(std::span<T> items) {
    for (size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[Below(i)]);
  }

  uint64_t state() const { return state_; }
  void set_state(uint64_t state) { state_ = state; }

  // A fixed bijection of 64-bit numbers whose output looks random.
  static uint64_t Mix(uint64_t x) {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
  }

 private:
  static constexpr uint64_t kStep = 0x9e3779b97f4a7c15u;
  uint64_t state_;
};

}  // namespace ramp

#endif  // RAMP_BASE_RANDOM_H_
