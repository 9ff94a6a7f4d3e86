// Elementary functions on vectors of doubles, for results that are rounded to floats: each is off by less than 2^-27 of
// its value, so that a float made of it is off by little more than half a unit in the last place, on every instruction
// set, fused multiplication or not. Doubles also spare the special cases: no float argument of interest overflows or
// underflows, and rounding makes the subnormals. Compiled once for each instruction set.
//
// The polynomials were found with Sollya's fpminimax; the relative error of each is named.
#if defined(RAMP_ACTIVATION_ELEMENTARY_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef RAMP_ACTIVATION_ELEMENTARY_INL_H_
#undef RAMP_ACTIVATION_ELEMENTARY_INL_H_
#else
#define RAMP_ACTIVATION_ELEMENTARY_INL_H_
#endif

#include <hwy/highway.h>

#include <array>
#include <type_traits>

#include "ramp/activation/several-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ramp::family {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// max(x, low) that lets a NaN in x through, and -0 if low is 0.
template <class D, class X, class L>
requires(!std::is_arithmetic_v<L>) HWY_INLINE X AtLeast(D, X x, L low) {
#if HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR
  return Max(low, x);  // maxps returns its second operand for NaN and for zeros of either sign
#else
  return IfThenElse(Lt(x, low), low, x);
#endif
}
template <class D, class X>
HWY_INLINE X AtLeast(D d, X x, hn::TFromD<D> low) {
  return AtLeast(d, x, hn::Set(d, low));
}

// min(x, high), likewise.
template <class D, class X, class L>
requires(!std::is_arithmetic_v<L>) HWY_INLINE X AtMost(D, X x, L high) {
#if HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR
  return Min(high, x);
#else
  return IfThenElse(Gt(x, high), high, x);
#endif
}
template <class D, class X>
HWY_INLINE X AtMost(D d, X x, hn::TFromD<D> high) {
  return AtMost(d, x, hn::Set(d, high));
}

// a <= b, or one of them is a NaN.
template <class V>
HWY_INLINE auto NotGreater(V a, V b) {
#if HWY_TARGET <= HWY_AVX3
  return decltype(hn::Gt(a, b)){_mm512_cmp_ps_mask(a.raw, b.raw, _CMP_NGT_UQ)};
#else
  return hn::Not(hn::Gt(a, b));
#endif
}

#if HWY_TARGET <= HWY_AVX3
// An operation in the lanes of the mask, and `elsewhere` in the others. GCC does not join the two by itself.
template <class M, class V>
HWY_INLINE V MulWhere(M mask, V a, V b, V elsewhere) {
  return V{_mm512_mask_mul_ps(elsewhere.raw, mask.raw, a.raw, b.raw)};
}
template <class M, class V>
HWY_INLINE V SubWhere(M mask, V a, V b, V elsewhere) {
  return V{_mm512_mask_sub_ps(elsewhere.raw, mask.raw, a.raw, b.raw)};
}
#endif

// c[0] + c[1] x + ... by Estrin's scheme: neighbours are joined in pairs, and the pairs in pairs with x^2, so that few
// operations wait for each other.
template <class V, size_t kTerms>
HWY_INLINE V SumOfPowers(V x, const std::array<V, kTerms>& terms) {
  if constexpr (kTerms == 1) {
    return terms[0];
  } else {
    std::array<V, (kTerms + 1) / 2> pairs;
    for (size_t i = 0; i < kTerms / 2; ++i) pairs[i] = hn::MulAdd(terms[2 * i + 1], x, terms[2 * i]);
    if constexpr (kTerms % 2 == 1) pairs.back() = terms.back();
    if constexpr (kTerms <= 2) {
      return pairs[0];
    } else {
      return SumOfPowers(hn::Mul(x, x), pairs);
    }
  }
}
template <class D, class V = hn::Vec<D>, class... C>
HWY_INLINE V Polynomial(D d, V x, C... coefficients) {
  return SumOfPowers(x, std::array<V, sizeof...(C)>{hn::Set(d, coefficients)...});
}

// x = n ln 2 + rest, |rest| <= ln 2 / 2, n in the lowest bits of `count`, for |x| <= 700.
template <class V>
struct Reduced {
  V count, rest;
};
template <class D, class V = hn::Vec<D>>
HWY_INLINE Reduced<V> ReduceByLogTwo(D d, V x) {
  // Adding 1.5 2^52 rounds to an integer and leaves it in the lowest bits.
  const V rounder = hn::Set(d, 0x1.8p52);
  const V count = hn::MulAdd(x, hn::Set(d, 0x1.71547652b82fep0), rounder);
  return {count, hn::NegMulAdd(hn::Sub(count, rounder), hn::Set(d, 0x1.62e42fefa39efp-1), x)};
}

// x 2^n for the n that ReduceByLogTwo counted.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V Scale(D d, V x, V count) {
  const hn::Rebind<int64_t, D> bits;
  return hn::BitCast(d, hn::Add(hn::BitCast(bits, x), hn::ShiftLeft<52>(hn::BitCast(bits, count))));
}

// e^x for |x| <= 700. 2^-34.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V Exp(D d, V x) {
  const auto [count, r] = ReduceByLogTwo(d, x);
  const V power = Polynomial(d, r, 1.0, 1.0, 0x1.000000434a16bp-1, 0x1.555554ae95262p-3, 0x1.555480359f682p-5,
                             0x1.1111d780b9506p-7, 0x1.6d966a8509048p-10, 0x1.9fd786fc1a576p-13);
  return Scale(d, power, count);
}

// e^x - 1 for |x| <= 700, without loss near 0. 2^-32.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V ExpMinusOne(D d, V x) {
  const auto [count, r] = ReduceByLogTwo(d, x);
  const V one = hn::Set(d, 1.0);
  const V power = Scale(d, one, count);
  const V less_one = hn::Mul(r, Polynomial(d, r, 1.0, 0x1.000000281a96ap-1, 0x1.5555550d0821fp-3, 0x1.5554ada0c1f1bp-5,
                                           0x1.11115cc526ac8p-7, 0x1.6d74971984518p-10, 0x1.a071723f74df6p-13));
  return hn::MulAdd(power, less_one, hn::Sub(power, one));
}

// log(1 + x) for 0 <= x <= 1, by 2 artanh(x / (2 + x)). 2^-33.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V LogOnePlus(D d, V x) {
  const V z = hn::Div(x, hn::Add(x, hn::Set(d, 2.0)));
  return hn::Mul(z, Polynomial(d, hn::Mul(z, z), 0x1.ffffffff27146p0, 0x1.55555993a19bap-1, 0x1.99962ac697ea6p-2,
                               0x1.25138a393ff31p-2, 0x1.b62174adea762p-3, 0x1.f3fdf1dea8befp-3));
}

// 1 / (1 + e^-x) for |x| <= 700.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V Logistic(D d, V x) {
  const V one = hn::Set(d, 1.0);
  return hn::Div(one, hn::Add(one, Exp(d, hn::Neg(x))));
}

// The probability that a standard normal variable exceeds x, times e^(x^2 / 2), for 0 <= x <= 14.75 (Mills' ratio, but
// for a factor). A polynomial in (x - 4) / (x + 4), after Shepherd and Laframboise, Chebyshev approximation of
// (1 + 2x) exp(x^2) erfc x, 1981. 2^-31.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V ScaledNormalTail(D d, V x) {
  const V four = hn::Set(d, 4.0);
  const V t = hn::Div(hn::Sub(x, four), hn::Add(x, four));
  return Polynomial(d, t, 0x1.82b4bb8ce12ddp-4, -0x1.5cf97b19a9a71p-3, 0x1.fd751a22deec1p-4, -0x1.25b6a54186abp-4,
                    0x1.f9b0590b0ec06p-6, -0x1.164709d2b7884p-7, 0x1.0a1b848c6b57bp-11, 0x1.4fada04e399b2p-11,
                    -0x1.875c1df292e8ap-13, -0x1.9c82510220b35p-15, 0x1.afffa54a8a8f3p-16, 0x1.04d2cb682fd71p-17);
}

// Where a slope crosses 0, formulae cancel. Within 1/8 of the root it is (x - root) times a polynomial in x - root,
// which does not; further away it is `slope`. The root is given in two parts.
template <class D, class V, class... C>
HWY_INLINE V AroundRoot(D d, V x, V slope, double root, double root_rest, C... coefficients) {
  const V distance = hn::Sub(hn::Sub(x, hn::Set(d, root)), hn::Set(d, root_rest));
  return hn::IfThenElse(hn::Lt(hn::Abs(distance), hn::Set(d, 0.125)),
                        hn::Mul(distance, Polynomial(d, distance, coefficients...)), slope);
}

// f(x) in double precision for a vector of floats, rounded once.
template <class D, class V, class F>
HWY_INLINE V InDouble(D d, V x, const F& f) {
#if HWY_TARGET == HWY_SCALAR
  // Highway's own rounding makes infinities finite.
  return hn::Set(
      d, static_cast<float>(hn::GetLane(f(hn::Rebind<double, D>(), hn::PromoteTo(hn::Rebind<double, D>(), x)))));
#else
  const hn::Half<D> half;
  const hn::Rebind<double, decltype(half)> wide;
  const auto low = f(wide, hn::PromoteTo(wide, hn::LowerHalf(half, x)));
  const auto high = f(wide, hn::PromoteTo(wide, hn::UpperHalf(half, x)));
  return hn::Combine(d, hn::DemoteTo(half, high), hn::DemoteTo(half, low));
#endif
}

}  // namespace HWY_NAMESPACE
}  // namespace ramp::family
HWY_AFTER_NAMESPACE();

#endif
