#include "ramp/kernel/random_slope.h"

#include <algorithm>
#include <cstring>

// clang-format off
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ramp/kernel/random_slope.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include "ramp/kernel/draw-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace ramp {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using D = hn::CappedTag<float, Gates::kBitsPerWord>;

HWY_INLINE hn::Vec<D> Slopes(size_t place, const RandomSlopeArguments& p) {
  const D d;
  const hn::RebindToUnsigned<D> bits;
  const hn::RebindToSigned<D> whole;
  // 24 bits, which a float holds.
  const auto share = hn::ConvertTo(d, hn::BitCast(whole, hn::ShiftRight<8>(DrawBits(bits, place, p.key))));
  return hn::Add(hn::Set(d, p.lower), hn::Mul(share, hn::Set(d, (p.upper - p.lower) * 0x1p-24f)));
}

// What becomes of 64 values, or fewer: x where open, else x by its slope. `open_at(x, i)` tells the mask from value i
// on.
template <class OpenAt>
HWY_INLINE void OfWord(const float* input, float* output, size_t count, size_t place, const RandomSlopeArguments& p,
                       const OpenAt& open_at) {
  const D d;
  HWY_ALIGN float values[Gates::kBitsPerWord] = {};
  std::copy_n(input, count, values);
  for (size_t i = 0; i < Gates::kBitsPerWord; i += hn::Lanes(d)) {
    const auto x = hn::Load(d, values + i);
    hn::Store(hn::IfThenElse(open_at(x, i), x, hn::Mul(x, Slopes(place + i, p))), d, values + i);
  }
  std::copy_n(values, count, output);
}

HWY_INLINE void ForwardWord(const float* input, float* output, size_t count, size_t place, uint64_t& gates,
                            const RandomSlopeArguments& p) {
  const D d;
  uint64_t open = 0;
  OfWord(input, output, count, place, p, [&](hn::Vec<D> x, size_t i) HWY_ATTR {
    const auto mask = hn::Not(hn::Le(x, hn::Zero(d)));
    uint8_t bytes[sizeof(uint64_t)] = {};
    hn::StoreMaskBits(d, mask, bytes);
    uint64_t bits = 0;
    std::memcpy(&bits, bytes, sizeof(bits));
    open |= bits << i;
    return mask;
  });
  gates = count == Gates::kBitsPerWord ? open : open & ((uint64_t{1} << count) - 1);
}

HWY_INLINE void BackwardWord(const float* input, float* output, size_t count, size_t place, const uint64_t& gates,
                             const RandomSlopeArguments& p) {
  OfWord(input, output, count, place, p, [&](hn::Vec<D>, size_t i) HWY_ATTR {
    const uint64_t bits = gates >> i;
    uint8_t bytes[sizeof(uint64_t)];
    std::memcpy(bytes, &bits, sizeof(bits));
    return hn::LoadMaskBits(D(), bytes);
  });
}

// Calls of_word(input, output, count, place, gates) for each word of gates.
template <class OfOneWord>
HWY_INLINE void ForEachWord(const RandomSlopeArguments& p, const OfOneWord& of_word) {
  uint64_t* gates = p.gates;
  for (size_t row = 0; row < p.rows; ++row) {
    for (size_t unit = 0; unit < p.units; unit += Gates::kBitsPerWord, ++gates) {
      const size_t at = row * p.units + unit;
      of_word(p.input + at, p.output + at, std::min(Gates::kBitsPerWord, p.units - unit), p.place(row) + unit, *gates);
    }
  }
}

void Forward(const RandomSlopeArguments& p) {
  ForEachWord(p, [&](const float* input, float* output, size_t count, size_t place, uint64_t& gates)
                     HWY_ATTR { ForwardWord(input, output, count, place, gates, p); });
}
void Backward(const RandomSlopeArguments& p) {
  ForEachWord(p, [&](const float* input, float* output, size_t count, size_t place, const uint64_t& gates)
                     HWY_ATTR { BackwardWord(input, output, count, place, gates, p); });
}

RandomSlopeKernel RandomSlopeForwardHere() { return Forward; }
RandomSlopeKernel RandomSlopeBackwardHere() { return Backward; }

}  // namespace HWY_NAMESPACE
}  // namespace ramp
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ramp {
namespace {

uint32_t Scrambled(uint32_t x) {
  x = (x ^ x >> 16) * 0x85ebca6bu;
  x = (x ^ x >> 13) * 0xc2b2ae35u;
  return x ^ x >> 16;
}

}  // namespace

HWY_EXPORT(RandomSlopeForwardHere);
HWY_EXPORT(RandomSlopeBackwardHere);

RandomSlopeKernel RandomSlopeForwardKernel() { return HWY_DYNAMIC_DISPATCH(RandomSlopeForwardHere)(); }
RandomSlopeKernel RandomSlopeBackwardKernel() { return HWY_DYNAMIC_DISPATCH(RandomSlopeBackwardHere)(); }

float RandomSlope(size_t row, size_t unit, const RandomSlopeArguments& p) {
  const size_t place = p.place(row) + unit;
  const uint32_t low = Scrambled(static_cast<uint32_t>(place) + static_cast<uint32_t>(p.key));
  const uint32_t bits = Scrambled(low ^ static_cast<uint32_t>(p.key >> 32) ^ static_cast<uint32_t>(place >> 32));
  return p.lower + static_cast<float>(bits >> 8) * ((p.upper - p.lower) * 0x1p-24f);
}

}  // namespace ramp
#endif
