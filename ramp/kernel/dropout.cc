#include "ramp/kernel/dropout.h"

#include <algorithm>
#include <cstring>

// clang-format off
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ramp/kernel/dropout.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include "ramp/kernel/draw-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace ramp {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

constexpr size_t kBlock = 64;

// 64 bits, one for each of the values from `index` on.
HWY_INLINE uint64_t DrawWord(size_t index, uint64_t key, uint32_t threshold) {
  const hn::CappedTag<uint32_t, kBlock> d;
  const hn::Rebind<int32_t, decltype(d)> compared;
  // 31 bits, so that the comparison of signed numbers, which every instruction set has, will do.
  const auto limit = hn::Set(compared, static_cast<int32_t>(threshold));
  uint64_t word = 0;
  for (size_t i = 0; i < kBlock; i += hn::Lanes(d)) {
    const auto kept = hn::Lt(hn::BitCast(compared, hn::ShiftRight<1>(DrawBits(d, index + i, key))), limit);
    uint8_t bytes[kBlock / 8] = {};
    hn::StoreMaskBits(compared, kept, bytes);
    uint64_t bits = 0;
    std::memcpy(&bits, bytes, sizeof(bits));
    word |= bits << i;
  }
  return word;
}

// output = input * scale where the word has a bit, else 0; `size` is at most 64.
HWY_INLINE void ApplyWord(const float* input, float* output, uint64_t word, size_t size, float scale) {
  const hn::CappedTag<float, kBlock> d;
  size_t i = 0;
  for (; i + hn::Lanes(d) <= size; i += hn::Lanes(d)) {
    const uint64_t bits = word >> i;
    uint8_t bytes[kBlock / 8];
    std::memcpy(bytes, &bits, sizeof(bits));
    const auto kept = hn::LoadMaskBits(d, bytes);
    hn::StoreU(hn::IfThenElseZero(kept, hn::Mul(hn::LoadU(d, input + i), hn::Set(d, scale))), d, output + i);
  }
  for (; i < size; ++i) output[i] = (word >> i & 1u) != 0 ? input[i] * scale : 0.0f;
}

void Forward(const DropoutArguments& p) {
  const uint32_t threshold = static_cast<uint32_t>(std::min(static_cast<double>(p.keep) * 0x1p31, 0x1p31 - 1));
  for (size_t i = 0; i < p.count; i += kBlock) {
    const size_t size = std::min(kBlock, p.count - i);
    const uint64_t word = DrawWord(p.first + i, p.key, threshold);
    p.kept[i / kBlock] = word;
    ApplyWord(p.input + i, p.output + i, word, size, 1 / p.keep);
  }
}

void Backward(const DropoutArguments& p) {
  for (size_t i = 0; i < p.count; i += kBlock) {
    ApplyWord(p.input + i, p.output + i, p.kept[i / kBlock], std::min(kBlock, p.count - i), 1 / p.keep);
  }
}

DropoutKernel GetForward() { return Forward; }
DropoutKernel GetBackward() { return Backward; }

}  // namespace HWY_NAMESPACE
}  // namespace ramp
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ramp {

HWY_EXPORT(GetForward);
HWY_EXPORT(GetBackward);

DropoutKernel DropoutForwardKernel() { return HWY_DYNAMIC_DISPATCH(GetForward)(); }
DropoutKernel DropoutBackwardKernel() { return HWY_DYNAMIC_DISPATCH(GetBackward)(); }

}  // namespace ramp
#endif
