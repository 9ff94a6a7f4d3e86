// Exponential functions on vectors of floats, faster than in doubles: what a rounding loses is kept in a second float
// where it counts, so that results are off by less than one unit in the last place with fused multiplication, and by
// less than two without. Compiled once for each instruction set.
#if defined(RAMP_ACTIVATION_COMPENSATED_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef RAMP_ACTIVATION_COMPENSATED_INL_H_
#undef RAMP_ACTIVATION_COMPENSATED_INL_H_
#else
#define RAMP_ACTIVATION_COMPENSATED_INL_H_
#endif

#include <hwy/highway.h>

#include "ramp/activation/elementary-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ramp::family {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

inline constexpr bool kHasFusedMultiplication = HWY_NATIVE_FMA != 0;

// e^x = 2^n (1 + r + tail), |r| < 0.35, 0 <= tail < 0.07; n is in the lowest bits of `count`.
template <class V>
struct SplitExponential {
  V count, r, tail;
};

// For -180 <= x <= 0.
template <class D, class V = hn::Vec<D>>
HWY_INLINE SplitExponential<V> SplitExp(D d, V x) {
  // Adding 1.5 2^23 rounds to an integer and leaves it in the lowest bits.
  const V rounder = hn::Set(d, 0x1.8p23f);
  const V count = hn::MulAdd(x, hn::Set(d, 0x1.715476p0f), rounder);
  const V n = hn::Sub(count, rounder);
  // ln 2 in two parts; the product with the first is exact.
  const V r = hn::NegMulAdd(n, hn::Set(d, 0x1.7f7d1cp-20f), hn::NegMulAdd(n, hn::Set(d, 0x1.62e4p-1f), x));
  // (e^r - 1 - r) / r^2, off by 2^-30 of e^r - 1.
  const V square = hn::Mul(r, r);
  const V tail = hn::Mul(
      square, Polynomial(d, r, 0.5f, 0x1.555556p-3f, 0x1.555502p-5f, 0x1.110fc2p-7f, 0x1.6d2e06p-10f, 0x1.a2d99ap-13f));
  return {count, r, tail};
}

// 2^(n + 64), a normal float for -150 <= n <= 0 where 2^n may be none: scale by it, and then by 2^-64.
inline constexpr float kLift = 0x1p64f, kDrop = 0x1p-64f;
template <class D, class V = hn::Vec<D>>
HWY_INLINE V LiftedPower(D d, V count) {
  const hn::Rebind<int32_t, D> bits;
  return hn::BitCast(d, hn::Add(hn::BitCast(bits, hn::Set(d, kLift)), hn::ShiftLeft<23>(hn::BitCast(bits, count))));
}

// 2^n for n >= -126.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V Power(D d, V count) {
  const hn::Rebind<int32_t, D> bits;
  return hn::BitCast(d, hn::Add(hn::BitCast(bits, hn::Set(d, 1.0f)), hn::ShiftLeft<23>(hn::BitCast(bits, count))));
}

// The sum of two floats that is not rounded.
template <class V>
struct Pair {
  V high, low;
};

// The quotient: what the division leaves over is divided as well.
template <class D, class V = hn::Vec<D>>
HWY_INLINE Pair<V> Quotient(D d, Pair<V> above, Pair<V> below) {
  const V reciprocal = hn::Div(hn::Set(d, 1.0f), below.high);
  const V high = hn::Mul(above.high, reciprocal);
  const V rest = hn::NegMulAdd(high, below.low, hn::Add(hn::NegMulAdd(high, below.high, above.high), above.low));
  return {high, hn::Mul(rest, reciprocal)};
}

// e^x - 1 for x <= 0.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V FastExpMinusOne(D d, V x) {
  // At -18 the result is -1 already.
  const auto [count, r, tail] = SplitExp(d, AtLeast(d, x, -18.0f));
  const V power = Power(d, count);
  const V p = hn::Add(r, tail);
  const V p_rest = hn::Sub(tail, hn::Sub(p, r));
  return hn::MulAdd(power, p, hn::MulAdd(power, p_rest, hn::Sub(power, hn::Set(d, 1.0f))));
}

// e^-x / (1 + e^-x), the logistic function of -x, over `power`, which is 2^n, and is lifted by 2^64. For 0 <= x <= 120.
template <class V>
struct LiftedLogistic {
  Pair<V> value;
  V lifted;
};
template <class D, class V = hn::Vec<D>>
HWY_INLINE LiftedLogistic<V> LogisticOfNegative(D d, V x) {
  const auto [count, r, tail] = SplitExp(d, hn::Neg(x));
  const V lifted = LiftedPower(d, count);
  const V power = hn::Mul(lifted, hn::Set(d, kDrop));
  const V one = hn::Set(d, 1.0f);
  // e^-x / 2^n, and 1 + e^-x.
  const V mantissa = hn::Add(one, hn::Add(r, tail));
  const V mantissa_rest = hn::Add(tail, hn::Sub(r, hn::Sub(mantissa, one)));
  const V sum = hn::MulAdd(power, mantissa, one);
  const V sum_rest = hn::MulAdd(power, mantissa, hn::Sub(one, sum));
  return {Quotient(d, Pair<V>{mantissa, mantissa_rest}, Pair<V>{sum, sum_rest}), lifted};
}

// Takes back what LiftedPower lifted.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V Drop(D d, V x, V lifted) {
  return hn::Mul(hn::Mul(x, lifted), hn::Set(d, kDrop));
}

// tanh x for x >= 0.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V FastTanh(D d, V x) {
  // With e = e^-2x = 2^n (1 + p): (1 - e) / (1 + e). From 8.66 on 1 - 2^n is not exact; there the result is the float
  // before 1 up to 9.01, and 1 beyond.
  const auto [count, r, tail] = SplitExp(d, hn::Mul(AtMost(d, x, 8.66f), hn::Set(d, -2.0f)));
  const V power = Power(d, count);
  const V one = hn::Set(d, 1.0f);
  const V p = hn::Add(r, tail);
  const V p_rest = hn::Sub(tail, hn::Sub(p, r));
  const V less = hn::Sub(one, power);
  const V above = hn::NegMulAdd(power, p, less);
  const V below = hn::MulAdd(power, p, hn::Add(one, power));
  const V above_rest = hn::NegMulAdd(power, p_rest, hn::NegMulAdd(power, p, hn::Sub(less, above)));
  const V below_rest = hn::MulAdd(power, p, hn::Add(hn::Sub(one, below), power));
  const auto quotient = Quotient(d, Pair<V>{above, above_rest}, Pair<V>{below, below_rest});
  return hn::IfThenElse(hn::Gt(x, hn::Set(d, 9.01f)), one, hn::Add(quotient.high, quotient.low));
}

}  // namespace HWY_NAMESPACE
}  // namespace ramp::family
HWY_AFTER_NAMESPACE();

#endif
