#include "ramp/activation/conversions.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ramp/activation/conversions.cc"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace ramp {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using FloatTag = hn::ScalableTag<float>;
using BitTag = hn::RebindToUnsigned<FloatTag>;
using SignedTag = hn::RebindToSigned<FloatTag>;
using NarrowTag = hn::Rebind<uint16_t, FloatTag>;
using FloatVector = hn::Vec<FloatTag>;
using BitVector = hn::Vec<BitTag>;
using NarrowVector = hn::Vec<NarrowTag>;

constexpr uint32_t kSign = 0x80000000, kInfinity = 0x7f800000;

HWY_INLINE BitVector Bits(uint32_t bits) { return hn::Set(BitTag(), bits); }

// Bits without the sign are compared as signed numbers, which every instruction set has.
HWY_INLINE auto IsAbove(BitVector a, uint32_t b) {
  const SignedTag d;
  return hn::RebindMask(BitTag(), hn::Gt(hn::BitCast(d, a), hn::Set(d, static_cast<int32_t>(b))));
}

// The lowest 16 bits of each; the others are 0.
HWY_INLINE NarrowVector LowHalves(BitVector bits) { return hn::DemoteTo(NarrowTag(), hn::BitCast(SignedTag(), bits)); }

// Adds just under a half of the last bit that is kept, and the rest if that bit is odd: ties go to even.
template <int kDropped>
HWY_INLINE BitVector RoundedOff(BitVector bits) {
  const BitVector odd = hn::And(hn::ShiftRight<kDropped>(bits), Bits(1));
  return hn::ShiftRight<kDropped>(hn::Add(bits, hn::Add(Bits((1u << (kDropped - 1)) - 1), odd)));
}

struct Bfloat16 {
  static HWY_INLINE FloatVector Widen(NarrowVector v) {
    return hn::BitCast(FloatTag(), hn::ShiftLeft<16>(hn::PromoteTo(BitTag(), v)));
  }
  static HWY_INLINE NarrowVector Narrow(FloatVector v) {
    constexpr uint32_t kQuiet = 0x40;
    const BitVector bits = hn::BitCast(BitTag(), v);
    const BitVector nan = hn::Or(hn::ShiftRight<16>(bits), Bits(kQuiet));
    const auto is_nan = IsAbove(hn::AndNot(Bits(kSign), bits), kInfinity);
    return LowHalves(hn::IfThenElse(is_nan, nan, RoundedOff<16>(bits)));
  }
};

// With instructions of their own where there are; the others of Highway 1.0.3 round nothing that is subnormal.
struct Float16 {
#if HWY_TARGET <= HWY_AVX2 && HWY_ARCH_X86 && !defined(HWY_DISABLE_F16C)
  using HalfTag = hn::Rebind<hwy::float16_t, FloatTag>;
  static HWY_INLINE FloatVector Widen(NarrowVector v) { return hn::PromoteTo(FloatTag(), hn::BitCast(HalfTag(), v)); }
  static HWY_INLINE NarrowVector Narrow(FloatVector v) { return hn::BitCast(NarrowTag(), hn::DemoteTo(HalfTag(), v)); }
#else
  static constexpr int kDropped = 13;  // bits of the fraction
  static HWY_INLINE FloatVector Widen(NarrowVector v) {
    constexpr uint32_t kRebias = (127 - 15) << 23, kExponent = 0x1f << 23;
    // The number 2^-14 of a subnormal's leading bit, which it does not have: it is put there, and taken off again.
    constexpr uint32_t kHidden = (127 - 14) << 23;
    const BitVector wide = hn::PromoteTo(BitTag(), v);
    const BitVector sign = hn::ShiftLeft<16>(hn::And(wide, Bits(0x8000)));
    const BitVector size = hn::ShiftLeft<kDropped>(hn::And(wide, Bits(0x7fff)));
    const BitVector normal = hn::Add(size, Bits(kRebias));
    const FloatVector lifted = hn::BitCast(FloatTag(), hn::Add(size, Bits(kHidden)));
    const FloatVector hidden = hn::BitCast(FloatTag(), Bits(kHidden));
    const BitVector subnormal = hn::BitCast(BitTag(), hn::Sub(lifted, hidden));
    const BitVector infinite = hn::Or(size, Bits(kInfinity));
    BitVector result = hn::IfThenElse(IsAbove(size, (1u << 23) - 1), normal, subnormal);
    result = hn::IfThenElse(IsAbove(size, kExponent - 1), infinite, result);
    return hn::BitCast(FloatTag(), hn::Or(sign, result));
  }
  static HWY_INLINE NarrowVector Narrow(FloatVector v) {
    constexpr uint32_t kTooLarge = (127 + 16) << 23, kLeastNormal = (127 - 14) << 23;
    constexpr uint32_t kNarrowInfinity = 0x7c00, kQuiet = 0x200;
    const BitVector bits = hn::BitCast(BitTag(), v);
    const BitVector sign = hn::ShiftRight<16>(hn::And(bits, Bits(kSign)));
    const BitVector size = hn::AndNot(Bits(kSign), bits);
    const BitVector normal = RoundedOff<kDropped>(hn::Sub(size, Bits(kLeastNormal - (1u << 23))));
    // The last bit of 0.5 is worth as much as that of a subnormal, so the sum is rounded where it should be.
    const FloatVector half = hn::Set(FloatTag(), 0.5f);
    const BitVector subnormal =
        hn::Sub(hn::BitCast(BitTag(), hn::Add(hn::BitCast(FloatTag(), size), half)), hn::BitCast(BitTag(), half));
    const BitVector nan = hn::Or(hn::And(hn::ShiftRight<kDropped>(size), Bits(0x3ff)), Bits(kNarrowInfinity | kQuiet));
    BitVector result = hn::IfThenElse(IsAbove(size, kLeastNormal - 1), normal, subnormal);
    result = hn::IfThenElse(IsAbove(size, kTooLarge - 1), Bits(kNarrowInfinity), result);
    result = hn::IfThenElse(IsAbove(size, kInfinity), nan, result);
    return LowHalves(hn::Or(sign, result));
  }
#endif
};

template <class Type>
void WidenAll(const uint16_t* from, size_t count, float* to) {
  const size_t lanes = hn::Lanes(FloatTag());
  size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    hn::StoreU(Type::Widen(hn::LoadU(NarrowTag(), from + i)), FloatTag(), to + i);
  }
  if (i == count) return;
  HWY_ALIGN uint16_t part[hn::MaxLanes(FloatTag())] = {};
  HWY_ALIGN float wide[hn::MaxLanes(FloatTag())];
  std::copy_n(from + i, count - i, part);
  hn::Store(Type::Widen(hn::Load(NarrowTag(), part)), FloatTag(), wide);
  std::copy_n(wide, count - i, to + i);
}

template <class Type>
void NarrowPart(const float* from, size_t count, uint16_t* to) {
  HWY_ALIGN float part[hn::MaxLanes(FloatTag())] = {};
  HWY_ALIGN uint16_t narrow[hn::MaxLanes(FloatTag())];
  std::copy_n(from, count, part);
  hn::Store(Type::Narrow(hn::Load(FloatTag(), part)), NarrowTag(), narrow);
  std::copy_n(narrow, count, to);
}

template <class Type>
void NarrowAll(const float* from, size_t count, uint16_t* to) {
  const size_t lanes = hn::Lanes(FloatTag());
  size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    hn::StoreU(Type::Narrow(hn::LoadU(FloatTag(), from + i)), NarrowTag(), to + i);
  }
  if (i < count) NarrowPart<Type>(from + i, count - i, to + i);
}

// By whole vectors: parts of one cannot be streamed.
template <class Type>
void StreamAll(const float* from, size_t count, uint16_t* to) {
#if HWY_TARGET == HWY_SCALAR
  NarrowAll<Type>(from, count, to);
#else
  const hn::Repartition<uint16_t, FloatTag> d;
  const size_t lanes = hn::Lanes(d), half = lanes / 2;
  const size_t past = reinterpret_cast<uintptr_t>(to) / sizeof(*to) % lanes;
  size_t i = std::min(count, past == 0 ? 0 : lanes - past);
  NarrowAll<Type>(from, i, to);
  for (; i + lanes <= count; i += lanes) {
    const NarrowVector low = Type::Narrow(hn::LoadU(FloatTag(), from + i));
    const NarrowVector high = Type::Narrow(hn::LoadU(FloatTag(), from + i + half));
    hn::Stream(hn::Combine(d, high, low), d, to + i);
  }
  NarrowAll<Type>(from + i, count - i, to + i);
  hwy::FlushStream();
#endif
}

Conversions ConversionsHere(Storage storage) {
  return storage == Storage::kBfloat16 ? Conversions{WidenAll<Bfloat16>, NarrowAll<Bfloat16>, StreamAll<Bfloat16>}
                                       : Conversions{WidenAll<Float16>, NarrowAll<Float16>, StreamAll<Float16>};
}

}  // namespace HWY_NAMESPACE
}  // namespace ramp
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ramp {

HWY_EXPORT(ConversionsHere);
Conversions ConversionsOf(Storage storage) { return HWY_DYNAMIC_DISPATCH(ConversionsHere)(storage); }

void Widen(Storage storage, const uint16_t* from, size_t count, float* to) {
  ConversionsOf(storage).widen(from, count, to);
}
void Narrow(Storage storage, const float* from, size_t count, uint16_t* to) {
  ConversionsOf(storage).narrow(from, count, to);
}

}  // namespace ramp
#endif
