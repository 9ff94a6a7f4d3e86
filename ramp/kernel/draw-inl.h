// Random numbers that are a function of a key and a place alone, so that they depend on no thread, no size of a part
// and no instruction set. Compiled once for each instruction set.
#if defined(RAMP_KERNEL_DRAW_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef RAMP_KERNEL_DRAW_INL_H_
#undef RAMP_KERNEL_DRAW_INL_H_
#else
#define RAMP_KERNEL_DRAW_INL_H_
#endif

#include <hwy/highway.h>

#include <cstddef>
#include <cstdint>

HWY_BEFORE_NAMESPACE();
namespace ramp {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// The finalizer of MurmurHash3 (Appleby, 2011): each bit of the result depends on each bit of x.
template <class V>
HWY_INLINE V Scramble(V x) {
  const hn::DFromV<V> d;
  x = hn::Mul(hn::Xor(x, hn::ShiftRight<16>(x)), hn::Set(d, 0x85ebca6bu));
  x = hn::Mul(hn::Xor(x, hn::ShiftRight<13>(x)), hn::Set(d, 0xc2b2ae35u));
  return hn::Xor(x, hn::ShiftRight<16>(x));
}

// 32 random bits for each place from `index` on; `d` is of uint32_t. No vector may go beyond a multiple of 2^32.
template <class D>
HWY_INLINE hn::Vec<D> DrawBits(D d, size_t index, uint64_t key) {
  const auto place = hn::Iota(d, static_cast<uint32_t>(index));
  const auto low = hn::Set(d, static_cast<uint32_t>(key));
  const auto high = hn::Set(d, static_cast<uint32_t>(key >> 32) ^ static_cast<uint32_t>(index >> 32));
  return Scramble(hn::Xor(Scramble(hn::Add(place, low)), high));
}

}  // namespace HWY_NAMESPACE
}  // namespace ramp
HWY_AFTER_NAMESPACE();

#endif
