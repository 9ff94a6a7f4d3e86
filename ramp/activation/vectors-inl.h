// Vectors of floats, whole and in part, and the bits of their masks. Compiled once for each instruction set.
#if defined(RAMP_ACTIVATION_VECTORS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef RAMP_ACTIVATION_VECTORS_INL_H_
#undef RAMP_ACTIVATION_VECTORS_INL_H_
#else
#define RAMP_ACTIVATION_VECTORS_INL_H_
#endif

#include <hwy/highway.h>

#include <array>
#include <cstring>

#include "ramp/activation/gates.h"

HWY_BEFORE_NAMESPACE();
namespace ramp::family {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using FloatTag = hn::CappedTag<float, Gates::kBitsPerWord>;
using FloatVector = hn::Vec<FloatTag>;
inline constexpr size_t kLanes = hn::MaxLanes(FloatTag());

// A whole vector.
struct Whole {
  HWY_INLINE FloatVector Load(const float* from) const { return hn::LoadU(FloatTag(), from); }
  HWY_INLINE void Store(FloatVector v, float* to) const { hn::StoreU(v, FloatTag(), to); }
};

// The first `count` lanes of a vector; the others are 0 and stay unwritten. `count` is at least 1.
struct Part {
  size_t count;
#if HWY_TARGET <= HWY_AVX2
  HWY_INLINE FloatVector Load(const float* from) const {
    return hn::MaskedLoad(hn::FirstN(FloatTag(), count), FloatTag(), from);
  }
#else
  HWY_INLINE FloatVector Load(const float* from) const {
    HWY_ALIGN float copy[kLanes] = {};
    for (size_t i = 0; i < count; ++i) copy[i] = from[i];
    return hn::Load(FloatTag(), copy);
  }
#endif
  HWY_INLINE void Store(FloatVector v, float* to) const {
#if HWY_TARGET <= HWY_AVX3
    hn::BlendedStore(v, hn::FirstN(FloatTag(), count), FloatTag(), to);
#else
    HWY_ALIGN float copy[kLanes];
    hn::Store(v, FloatTag(), copy);
    for (size_t i = 0; i < count; ++i) to[i] = copy[i];
#endif
  }
};

using FloatMask = hn::Mask<FloatTag>;

// One bit a lane, lowest first.
HWY_INLINE uint64_t BitsOf(FloatMask mask) {
  uint8_t bytes[8] = {};
  hn::StoreMaskBits(FloatTag(), mask, bytes);
  uint64_t bits;
  std::memcpy(&bits, bytes, sizeof(bits));
  return bits;
}

// The masks whose bits one instruction can fetch. Fetching those of each takes as long as the rest of a rectifier.
#if HWY_TARGET == HWY_AVX2
inline constexpr size_t kJoinedMasks = 4;
HWY_INLINE uint64_t JoinedBits(FloatMask a, FloatMask b, FloatMask c, FloatMask d) {
  const __m256i ab = _mm256_packs_epi32(_mm256_castps_si256(a.raw), _mm256_castps_si256(b.raw));
  const __m256i cd = _mm256_packs_epi32(_mm256_castps_si256(c.raw), _mm256_castps_si256(d.raw));
  // Packing goes by halves of vectors: a, b, c, d of the lower halves, then of the upper ones.
  const __m256i in_order =
      _mm256_permutevar8x32_epi32(_mm256_packs_epi16(ab, cd), _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
  return static_cast<uint32_t>(_mm256_movemask_epi8(in_order));
}
#elif HWY_TARGET == HWY_SSE4
inline constexpr size_t kJoinedMasks = 4;
HWY_INLINE uint64_t JoinedBits(FloatMask a, FloatMask b, FloatMask c, FloatMask d) {
  const __m128i ab = _mm_packs_epi32(_mm_castps_si128(a.raw), _mm_castps_si128(b.raw));
  const __m128i cd = _mm_packs_epi32(_mm_castps_si128(c.raw), _mm_castps_si128(d.raw));
  return static_cast<uint32_t>(_mm_movemask_epi8(_mm_packs_epi16(ab, cd)));
}
#elif HWY_TARGET <= HWY_AVX3
inline constexpr size_t kJoinedMasks = 4;
HWY_INLINE uint64_t JoinedBits(FloatMask a, FloatMask b, FloatMask c, FloatMask d) {
  const uint64_t low = _cvtmask32_u32(_mm512_kunpackw(b.raw, a.raw));
  const uint64_t high = _cvtmask32_u32(_mm512_kunpackw(d.raw, c.raw));
  return high << 32 | low;
}
#else
inline constexpr size_t kJoinedMasks = 1;
HWY_INLINE uint64_t JoinedBits(FloatMask a, FloatMask, FloatMask, FloatMask) { return BitsOf(a); }
#endif

// Calls vector(i), which gives a mask, for the whole vectors of a block of 64 units; returns the masks' bits if kBits.
// With kUnrolled, which is for small bodies, they are fetched together.
template <bool kBits, bool kUnrolled, class Vector>
HWY_INLINE uint64_t BitsOfBlock(const Vector& vector) {
  uint64_t bits = 0;
  if constexpr (kBits && kUnrolled && kJoinedMasks == 4) {
    for (size_t i = 0; i < Gates::kBitsPerWord; i += 4 * kLanes) {
      const FloatMask a = vector(i), b = vector(i + kLanes), c = vector(i + 2 * kLanes), d = vector(i + 3 * kLanes);
      bits |= JoinedBits(a, b, c, d) << i;
    }
  } else {
    for (size_t i = 0; i < Gates::kBitsPerWord; i += kLanes) {
      const FloatMask mask = vector(i);
      if constexpr (kBits) bits |= BitsOf(mask) << i;
    }
  }
  return bits;
}

// The masks of a block of 64 units from its word of bits, which lies there as long as they are used.
#if HWY_TARGET == HWY_SCALAR || HWY_TARGET <= HWY_AVX3
class BlockMasks {
 public:
  explicit HWY_INLINE BlockMasks(const uint64_t* word) : word_(word) {}
  // Of the vector that begins at unit i: each is fetched from memory, for shifting the word takes longer.
  HWY_INLINE FloatMask At(size_t i) const {
#if HWY_TARGET == HWY_SCALAR
    const uint64_t bits = *word_ >> i;
    uint8_t bytes[8];
    std::memcpy(bytes, &bits, sizeof(bits));
    return hn::LoadMaskBits(FloatTag(), bytes);
#else
    __mmask16 bits;
    std::memcpy(&bits, reinterpret_cast<const char*>(word_) + i / 8, sizeof(bits));
    return FloatMask{bits};
#endif
  }

 private:
  const uint64_t* word_;
};
#else
class BlockMasks {
 public:
  explicit HWY_INLINE BlockMasks(const uint64_t* word)
      : halves_{hn::Set(BitTag(), static_cast<uint32_t>(*word)),
                hn::Set(BitTag(), static_cast<uint32_t>(*word >> 32))} {}
  // Of the vector that begins at unit i.
  HWY_INLINE FloatMask At(size_t i) const {
    return hn::RebindMask(FloatTag(), hn::TestBit(halves_[i / 32], hn::LoadU(BitTag(), kBits.data() + i % 32)));
  }

 private:
  using BitTag = hn::RebindToUnsigned<FloatTag>;
  static constexpr std::array<uint32_t, 32> kBits = [] {
    std::array<uint32_t, 32> bits = {};
    for (size_t i = 0; i < bits.size(); ++i) bits[i] = uint32_t{1} << i;
    return bits;
  }();
  hn::Vec<BitTag> halves_[2];
};
#endif

// The lowest `count` bits, which is 1 to 64.
HWY_INLINE uint64_t LowestBits(size_t count) { return ~uint64_t{0} >> (Gates::kBitsPerWord - count); }

}  // namespace HWY_NAMESPACE
}  // namespace ramp::family
HWY_AFTER_NAMESPACE();

#endif
