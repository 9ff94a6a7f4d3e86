// What the loops do with finished blocks of 64 units besides computing them, where there is more to do: streams them
// past the caches, and sums. Compiled once for each instruction set, and once for all activations.
#if defined(RAMP_ACTIVATION_FINISHER_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef RAMP_ACTIVATION_FINISHER_INL_H_
#undef RAMP_ACTIVATION_FINISHER_INL_H_
#else
#define RAMP_ACTIVATION_FINISHER_INL_H_
#endif

#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include <algorithm>
#include <bit>

#include "ramp/activation/activation.h"
#include "ramp/activation/cache.h"
#include "ramp/activation/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ramp::family {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Asks for what comes 2 KiB after the block at `from`, which is about to be read. A block that is computed, kept and
// then streamed fills the core's window of instructions, so that it does not come to later blocks' reads by itself
// while memory answers: without this the loops took 1.05 to 1.19 times as long as a copy, with it 0.95 to 1.05 (1 KiB:
// 0.93 to 1.10, 4 KiB: 1.03 to 1.13). What comes later still is asked for the second cache, which may wait for more
// lines at once: with AVX-512 and two threads tanh took 1.11 times as long as a copy without this, 1.01 with it,
// gelu 1.17 and 1.12 (4 KiB, 16 KiB and 32 KiB ahead: the same).
HWY_INLINE void FetchAhead(const float* from) {
  constexpr size_t kAhead = 512, kLine = 16;
  for (size_t i = 0; i < Gates::kBitsPerWord; i += kLine) hwy::Prefetch(from + kAhead + i);
#if HWY_TARGET <= HWY_AVX3 && (HWY_COMPILER_GCC || HWY_COMPILER_CLANG)
  constexpr size_t kFarAhead = 2048;
  constexpr int kToRead = 0, kSecondCache = 2;
  for (size_t i = 0; i < Gates::kBitsPerWord; i += kLine) {
    __builtin_prefetch(from + kFarAhead + i, kToRead, kSecondCache);
  }
#endif
}

// Stores floats past the caches. Memory that is written in whole lines need not be read before, which spares a third of
// a copy's traffic.
class StreamedBlocks {
 public:
  // The floats before the first place to which a whole vector can be streamed.
  static size_t Head(const float* row, size_t units) {
    const size_t past = reinterpret_cast<uintptr_t>(row) / sizeof(float) % kLanes;
    return std::min(units, past == 0 ? 0 : kLanes - past);
  }
  float* block() { return block_; }
  HWY_INLINE void StreamTo(float* place) const {
    for (size_t i = 0; i < Gates::kBitsPerWord; i += kLanes) {
      hn::Stream(hn::Load(FloatTag(), block_ + i), FloatTag(), place + i);
    }
  }

 private:
  HWY_ALIGN float block_[Gates::kBitsPerWord];
};

// Writes the words of gates of consecutive rows, whose blocks may begin at any unit. Large ones go past the caches:
// between streamed blocks an ordinary store would wait for its line, and hold them up.
class GateWriter {
 public:
  GateWriter(uint64_t* words, bool streamed) : next_(words), first_(words), streamed_(streamed) {}

  // `count` more gates of the row, the others of `open` are 0.
  HWY_INLINE void Append(uint64_t open, size_t count) {
    const size_t end = filled_ + count;
    waiting_ |= open << filled_;
    if (end < Gates::kBitsPerWord) {
      filled_ = end;
      return;
    }
    Emit(waiting_);
    waiting_ = open >> 1 >> (Gates::kBitsPerWord - 1 - filled_);
    filled_ = end - Gates::kBitsPerWord;
  }
  HWY_INLINE void EndRow() {
    if (filled_ != 0) Emit(waiting_);
    waiting_ = filled_ = 0;
  }
  void End() {
    for (uint64_t* word = first_; word < next_; ++word) *word = line_[Slot(word)];
  }

 private:
  static constexpr size_t kLine = 8;
  static size_t Slot(const uint64_t* word) { return reinterpret_cast<uintptr_t>(word) / sizeof(*word) % kLine; }

  HWY_INLINE void Emit(uint64_t word) {
    line_[Slot(next_)] = word;
    ++next_;
    if (Slot(next_) != 0) return;
    if (streamed_ && static_cast<size_t>(next_ - first_) == kLine) {
      const hn::CappedTag<uint64_t, kLine> d;
      for (size_t i = 0; i < kLine; i += hn::Lanes(d)) hn::Stream(hn::Load(d, line_ + i), d, first_ + i);
    } else {
      End();
    }
    first_ = next_;
  }

  uint64_t* next_;
  uint64_t* first_;  // the first that waits in line_
  bool streamed_;
  uint64_t waiting_ = 0;  // the gates that do not fill a word yet
  size_t filled_ = 0;
  HWY_ALIGN uint64_t line_[kLine];
};

// Sums up outputs: in floats within a block, in doubles beyond.
class Observer {
 public:
  HWY_INLINE void Block(const float* block) {
    const FloatTag d;
    const hn::RebindToSigned<FloatTag> bits;
    FloatVector sum = hn::Zero(d), squares = hn::Zero(d);
    auto largest = hn::Load(bits, largest_);
    for (size_t i = 0; i < Gates::kBitsPerWord; i += kLanes) {
      const FloatVector y = hn::LoadU(d, block + i);
      sum = hn::Add(sum, y);
      squares = hn::MulAdd(y, y, squares);
      // As integers, so that a NaN is the largest of all.
      largest = hn::Max(largest, hn::BitCast(bits, hn::Abs(y)));
    }
    hn::Store(largest, bits, largest_);
    HWY_ALIGN float lanes[2][kLanes];
    hn::Store(sum, d, lanes[0]);
    hn::Store(squares, d, lanes[1]);
    for (size_t i = 0; i < kLanes; ++i) {
      sum_[i] += static_cast<double>(lanes[0][i]);
      squares_[i] += static_cast<double>(lanes[1][i]);
    }
  }
  void Part(const float* from, size_t count) {
    HWY_ALIGN float block[Gates::kBitsPerWord] = {};
    std::copy_n(from, count, block);
    Block(block);
  }
  void Open(uint64_t gates) { open_ += static_cast<uint64_t>(std::popcount(gates)); }
  void AddTo(ForwardStatistics& statistics) const {
    statistics.open += open_;
    auto largest = std::bit_cast<int32_t>(statistics.largest);
    for (size_t i = 0; i < kLanes; ++i) {
      statistics.sum += sum_[i];
      statistics.squares += squares_[i];
      largest = std::max(largest, largest_[i]);
    }
    statistics.largest = std::bit_cast<float>(largest);
  }

 private:
  HWY_ALIGN double sum_[kLanes] = {};
  HWY_ALIGN double squares_[kLanes] = {};
  HWY_ALIGN int32_t largest_[kLanes] = {};
  uint64_t open_ = 0;
};

// Its functions are called once a block, and not inline: they would be compiled into every loop of every activation.
class ForwardFinisher {
 public:
  ForwardFinisher(const ForwardArguments& a, bool large)
      : streamed_(large && a.input != a.output),
        has_gates_(a.gates != nullptr),
        statistics_(a.statistics),
        gates_(a.gates, large) {}
  ForwardFinisher(const ForwardFinisher&) = delete;
  ForwardFinisher& operator=(const ForwardFinisher&) = delete;
  ~ForwardFinisher() {
    if (has_gates_) gates_.End();
    if (statistics_ != nullptr) observer_.AddTo(*statistics_);
    hwy::FlushStream();
  }

  // How many units of a row come before its first whole block.
  size_t Head(const float* row, size_t units) const { return streamed_ ? StreamedBlocks::Head(row, units) : 0; }
  // Where a whole block is to be put that belongs to `place`.
  HWY_INLINE float* Place(float* place) { return streamed_ ? blocks_.block() : place; }
  HWY_NOINLINE void Block(float* place, uint64_t open) {
    if (statistics_ != nullptr) {
      observer_.Block(Place(place));
      observer_.Open(open);
    }
    if (streamed_) blocks_.StreamTo(place);
    if (has_gates_) gates_.Append(open, Gates::kBitsPerWord);
  }
  // A part of a block, which was put in its place.
  HWY_NOINLINE void Part(const float* place, size_t count, uint64_t open) {
    if (statistics_ != nullptr) {
      observer_.Part(place, count);
      observer_.Open(open);
    }
    if (has_gates_) gates_.Append(open, count);
  }
  HWY_NOINLINE void EndRow() {
    if (has_gates_) gates_.EndRow();
  }

 private:
  bool streamed_, has_gates_;
  ForwardStatistics* statistics_;
  GateWriter gates_;
  Observer observer_;
  StreamedBlocks blocks_;
};

class BackwardFinisher {
 public:
  explicit BackwardFinisher(const BackwardArguments& a)
      : streamed_(a.gradient != a.input_gradient), bias_gradient_(a.bias_gradient) {}
  BackwardFinisher(const BackwardFinisher&) = delete;
  BackwardFinisher& operator=(const BackwardFinisher&) = delete;
  ~BackwardFinisher() { hwy::FlushStream(); }

  size_t Head(const float* row, size_t units) const { return streamed_ ? StreamedBlocks::Head(row, units) : 0; }
  HWY_INLINE float* Place(float* place) { return streamed_ ? blocks_.block() : place; }
  HWY_NOINLINE void Block(float* place, size_t unit) {
    const float* block = Place(place);
    if (streamed_) blocks_.StreamTo(place);
    if (bias_gradient_ == nullptr) return;
    float* sums = bias_gradient_ + unit;
    for (size_t i = 0; i < Gates::kBitsPerWord; i += kLanes) {
      const FloatTag d;
      hn::StoreU(hn::Add(hn::LoadU(d, sums + i), hn::LoadU(d, block + i)), d, sums + i);
    }
  }
  HWY_NOINLINE void Part(const float* place, size_t unit, size_t count) {
    if (bias_gradient_ == nullptr) return;
    for (size_t i = 0; i < count; ++i) bias_gradient_[unit + i] += place[i];
  }

 private:
  bool streamed_;
  float* bias_gradient_;
  StreamedBlocks blocks_;
};

}  // namespace HWY_NAMESPACE
}  // namespace ramp::family
HWY_AFTER_NAMESPACE();

#endif
