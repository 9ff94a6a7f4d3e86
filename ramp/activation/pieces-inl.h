// Functions as polynomials whose coefficients are looked up in registers, for instruction sets that find 16 floats in a
// table of 32 by one operation: some 20 operations for a vector, none of which waits for a division or an exponential.
// X is a vector of floats, or several that go side by side. Compiled once for each instruction set.
#if defined(RAMP_ACTIVATION_PIECES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef RAMP_ACTIVATION_PIECES_INL_H_
#undef RAMP_ACTIVATION_PIECES_INL_H_
#else
#define RAMP_ACTIVATION_PIECES_INL_H_
#endif

#include <hwy/highway.h>

#include <iterator>

#include "ramp/activation/compensated-inl.h"
#include "ramp/activation/elementary-inl.h"
#include "ramp/activation/pieces_of_slopes.h"
#include "ramp/activation/pieces_of_values.h"
#include "ramp/activation/several-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ramp::family {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// The functions below can be used. A NaN stays one.
inline constexpr bool kHasPieces = HWY_TARGET <= HWY_AVX3;

namespace pieces {
using Floats = hn::ScalableTag<float>;
using Vector = hn::Vec<Floats>;
}  // namespace pieces

// No |x|, or no -x, of four vectors exceeds the bound; a NaN may be overlooked.
template <bool kOneSided, class X>
HWY_INLINE bool AreUpTo(float bound, const X& x);

// f(s) for kTable.begin <= s <= kTable.end.
template <const auto& kTable, class X>
HWY_INLINE X InPieces(const X& s);

// The same, near 0 as s + s f(s), or as s / 2 + s f(s).
template <const auto& kTable, class X>
HWY_INLINE X IdentityAndPieces(const X& s);
template <const auto& kTable, class X>
HWY_INLINE X HalfAndPieces(const X& s);

// max(x, 0) + f(|x|) for |x| <= kTable.end, near 0 as x / 2 + |x| f(|x|). If f vanishes at the end, also for greater x.
template <const auto& kTable, class X>
HWY_INLINE X RectifierAndTail(const X& x);

// f(|x|) for negative x, 1 - f(|x|) for others.
template <const auto& kTable, class X>
HWY_INLINE X StepAndTail(const X& x);

// log(1 + e^x) for x >= -kSoftplusPieces.end.
template <class X>
HWY_INLINE X SoftplusInPieces(const X& x);

// e^x - 1 for x <= 0.
template <class X>
HWY_INLINE X ExpLessOneInPieces(const X& x);

#if HWY_TARGET <= HWY_AVX3

namespace pieces {

using Mask = hn::Mask<Floats>;
// The pieces in which the lanes are, in the lowest five bits.
using Places = Vector;

// The lanes without a sign, which -0 and some NaNs have.
HWY_INLINE Mask AreNotNegative(Vector v) {
  return Mask{_mm512_testn_epi32_mask(_mm512_castps_si512(v.raw), _mm512_set1_epi32(INT32_MIN))};
}

// The greater of |a| and |b|, and the smaller; of a NaN and a number mostly the number.
HWY_INLINE Vector GreaterSize(Vector a, Vector b) {
  constexpr int kGreaterWithoutSign = 0b1011;
  return Vector{_mm512_range_ps(a.raw, b.raw, kGreaterWithoutSign)};
}
HWY_INLINE Vector SmallerSize(Vector a, Vector b) {
  constexpr int kSmallerWithoutSign = 0b1010;
  return Vector{_mm512_range_ps(a.raw, b.raw, kSmallerWithoutSign)};
}

template <class F, class... X>
HWY_INLINE auto ForAll(const F& f, const X&... x) {
  if constexpr (OneIsSeveral<X...>) {
    return Each(f, x...);
  } else {
    return f(x...);
  }
}

template <class P>
HWY_INLINE auto LookUp(const OfEachPiece& table, const P& places) {
  const Vector low = hn::Load(Floats(), table), high = hn::Load(Floats(), table + kPieces / 2);
  return ForAll(
      [ low, high ](Places p) __attribute__((always_inline))
      HWY_ATTR { return Vector{_mm512_permutex2var_ps(low.raw, _mm512_castps_si512(p.raw), high.raw)}; },
      places);
}

template <const auto& kTable, class X>
HWY_INLINE auto PlacesOf(const X& s) {
  const Vector linear = hn::Set(Floats(), kTable.linear), start = hn::Set(Floats(), kTable.start);
  return ForAll(
      [ linear, start ](Vector size) __attribute__((always_inline)) HWY_ATTR {
        constexpr int kDownwards = _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC;
        constexpr int kToNearest = _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC;
        return Places{_mm512_fmadd_round_ps(linear.raw, size.raw, start.raw, kTable.nearest ? kToNearest : kDownwards)};
      },
      s);
}

template <class P>
HWY_INLINE auto AreIn(float place, const P& places) {
  return ForAll(
      [place](Places p) __attribute__((always_inline)) HWY_ATTR { return hn::Eq(p, hn::Set(Floats(), place)); },
      places);
}

// c[kFirst] + c[kFirst + 1] r + ...
template <const auto& kTable, size_t kFirst = 0, class P, class X>
HWY_INLINE X PolynomialOf(const P& places, const X& r) {
  if constexpr (kFirst + 1 == std::size(kTable.coefficients)) {
    return LookUp(kTable.coefficients[kFirst], places);
  } else {
    const X others = PolynomialOf<kTable, kFirst + 1>(places, r);
    return MulAdd(others, r, LookUp(kTable.coefficients[kFirst], places));
  }
}

// |x|, and the end of the range for those beyond it and for NaNs, if the function vanishes there.
template <const auto& kTable, class X>
HWY_INLINE X SizeUpToEnd(const X& x) {
  if constexpr (kTable.vanishes) {
    const Vector end = hn::Set(Floats(), kTable.end);
    return ForAll(
        [end](Vector v) __attribute__((always_inline)) HWY_ATTR { return SmallerSize(v, end); }, x);
  } else {
    return Abs(x);
  }
}

template <const auto& kTable, class P>
HWY_INLINE auto AreNear(const P& places) {
  static_assert(kTable.near != 0);
  return AreIn(kTable.near, places);
}

// x / 2, or `elsewhere`.
template <class M, class X>
HWY_INLINE X HalfWhere(const M& mask, const X& x, const X& elsewhere) {
  const Vector half = hn::Set(Floats(), 0.5f);
  return ForAll(
      [half](Mask m, Vector v, Vector e) __attribute__((always_inline)) HWY_ATTR { return MulWhere(m, v, half, e); },
      mask, x, elsewhere);
}

}  // namespace pieces

template <bool kOneSided, class X>
HWY_INLINE bool AreUpTo(float bound, const X& x) {
  static_assert(kCountOf<X> == 4);
  const pieces::Floats d;
  if constexpr (kOneSided) {
    const auto least = hn::Min(hn::Min(x.of[0], x.of[1]), hn::Min(x.of[2], x.of[3]));
    return hn::AllTrue(d, hn::Ge(least, hn::Set(d, -bound)));
  } else {
    const auto greatest =
        pieces::GreaterSize(pieces::GreaterSize(x.of[0], x.of[1]), pieces::GreaterSize(x.of[2], x.of[3]));
    return hn::AllTrue(d, hn::Le(greatest, hn::Set(d, bound)));
  }
}

template <const auto& kTable, class X>
HWY_INLINE X InPieces(const X& s) {
  static_assert(kTable.near == 0);
  const auto places = pieces::PlacesOf<kTable>(s);
  const X r = Sub(s, pieces::LookUp(kTable.centre, places));
  const X polynomial = pieces::PolynomialOf<kTable>(places, r);
  const X value = pieces::LookUp(kTable.value, places);
  const X ordinary = MulAdd(polynomial, r, value);
  if constexpr (kTable.root == 0) {
    return ordinary;
  } else {
    return IfThenElse(pieces::AreIn(kTable.root, places), MulAdd(value, r, polynomial), ordinary);
  }
}

template <const auto& kTable, class X>
HWY_INLINE X IdentityAndPieces(const X& s) {
  const auto places = pieces::PlacesOf<kTable>(s);
  const X r = Sub(s, pieces::LookUp(kTable.centre, places));
  const X start = IfThenElse(pieces::AreNear<kTable>(places), s, pieces::LookUp(kTable.value, places));
  return MulAdd(pieces::PolynomialOf<kTable>(places, r), r, start);
}

template <const auto& kTable, class X>
HWY_INLINE X HalfAndPieces(const X& s) {
  const auto places = pieces::PlacesOf<kTable>(s);
  const X r = Sub(s, pieces::LookUp(kTable.centre, places));
  const X start = pieces::HalfWhere(pieces::AreNear<kTable>(places), s, pieces::LookUp(kTable.value, places));
  return MulAdd(pieces::PolynomialOf<kTable>(places, r), r, start);
}

template <const auto& kTable, class X>
HWY_INLINE X RectifierAndTail(const X& x) {
  const X s = pieces::SizeUpToEnd<kTable>(x);
  const auto places = pieces::PlacesOf<kTable>(s);
  const X r = Sub(s, pieces::LookUp(kTable.centre, places));
  const X polynomial = pieces::PolynomialOf<kTable>(places, r);
  // The table's values are such that this is exact, but where it does not matter.
  const X sum = Add(AtLeast(pieces::Floats(), x, 0.0f), pieces::LookUp(kTable.value, places));
  return MulAdd(polynomial, r, pieces::HalfWhere(pieces::AreNear<kTable>(places), x, sum));
}

template <class X>
HWY_INLINE X SoftplusInPieces(const X& x) {
  constexpr const auto& kTable = kSoftplusPieces;
  const pieces::Floats d;
  const X s = pieces::SizeUpToEnd<kTable>(x);
  const auto places = pieces::PlacesOf<kTable>(s);
  const X r = Sub(s, pieces::LookUp(kTable.centre, places));
  const X polynomial = pieces::PolynomialOf<kTable>(places, r);
  const auto near = pieces::AreNear<kTable>(places);
  const X start = pieces::HalfWhere(near, x, pieces::LookUp(kTable.value, places));
  const auto log_two = hn::Set(d, 0x1.62e43p-1f);
  return Add(MulAdd(polynomial, r, start), IfThenElse(near, log_two, AtLeast(d, x, 0.0f)));
}

template <class X>
HWY_INLINE X ExpLessOneInPieces(const X& x) {
  constexpr const auto& kSteps = kExponentialSteps;
  const pieces::Floats d;
  const X bounded = AtLeast(d, x, kSteps.end);
  // Adding 1.5 2^23 rounds to an integer and leaves it in the lowest bits.
  const X count = NegMulAdd(bounded, hn::Set(d, kSteps.per_unit), hn::Set(d, 0x1.8p23f));
  const X r = Sub(bounded, pieces::LookUp(kSteps.centre, count));
  const X power = Nested(d, r, kSteps.power[0], kSteps.power[1], kSteps.power[2], kSteps.power[3], kSteps.power[4]);
  const X less_one = MulAdd(Mul(r, r), power, r);
  return MulAdd(pieces::LookUp(kSteps.scale, count), less_one, pieces::LookUp(kSteps.less_one, count));
}

template <const auto& kTable, class X>
HWY_INLINE X StepAndTail(const X& x) {
  const auto one = hn::Set(pieces::Floats(), 1.0f);
  return pieces::ForAll(
      [one](auto v, auto tail) __attribute__((always_inline))
      HWY_ATTR { return SubWhere(pieces::AreNotNegative(v), one, tail, tail); },
      x, InPieces<kTable>(Abs(x)));
}

#endif  // HWY_TARGET <= HWY_AVX3

}  // namespace HWY_NAMESPACE
}  // namespace ramp::family
HWY_AFTER_NAMESPACE();

#endif
