// Exponential functions on vectors of floats. Compiled once for each instruction set.
//
// The polynomials were found with Sollya's fpminimax, their coefficients being floats; the errors that are named are
// those of the polynomials alone, in units of 2^-24 of the result.
#if defined(RAMP_ACTIVATION_EXPONENTIALS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef RAMP_ACTIVATION_EXPONENTIALS_INL_H_
#undef RAMP_ACTIVATION_EXPONENTIALS_INL_H_
#else
#define RAMP_ACTIVATION_EXPONENTIALS_INL_H_
#endif

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace ramp::family {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// max(x, low) that lets a NaN in x through, and -0 if low is 0.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V AtLeast(D d, V x, float low) {
#if HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR
  return hn::Max(hn::Set(d, low), x);  // maxps returns its second operand for NaN and for zeros of either sign
#else
  return hn::IfThenElse(hn::Lt(x, hn::Set(d, low)), hn::Set(d, low), x);
#endif
}

// min(x, high), likewise.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V AtMost(D d, V x, float high) {
#if HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR
  return hn::Min(hn::Set(d, high), x);
#else
  return hn::IfThenElse(hn::Gt(x, hn::Set(d, high)), hn::Set(d, high), x);
#endif
}

// x = exponent ln 2 + rest, |rest| <= ln 2 / 2.
template <class D, class V = hn::Vec<D>>
struct ReducedExponent {
  hn::Vec<hn::Rebind<int32_t, D>> exponent;
  V rest;
};

template <class D, class V = hn::Vec<D>>
HWY_INLINE ReducedExponent<D> ReduceExponent(D d, V x) {
  const auto exponent = hn::NearestInt(hn::Mul(x, hn::Set(d, 0x1.715476p+0f)));
  const V count = hn::ConvertTo(d, exponent);
  // ln 2 in two parts; the product with the first is exact.
  V rest = hn::NegMulAdd(count, hn::Set(d, 0x1.62e4p-1f), x);
  rest = hn::NegMulAdd(count, hn::Set(d, 0x1.7f7d1cp-20f), rest);
  return {exponent, rest};
}

// (e^r - 1 - r) / r^2 for |r| <= ln 2 / 2; as e^r - 1 it is off by 0.01 units.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V ExponentialTail(D d, V r) {
  V tail = hn::Set(d, 0x1.a2d99ap-13f);
  tail = hn::MulAdd(tail, r, hn::Set(d, 0x1.6d2e06p-10f));
  tail = hn::MulAdd(tail, r, hn::Set(d, 0x1.110fc2p-7f));
  tail = hn::MulAdd(tail, r, hn::Set(d, 0x1.555502p-5f));
  tail = hn::MulAdd(tail, r, hn::Set(d, 0x1.555556p-3f));
  return hn::MulAdd(tail, r, hn::Set(d, 0.5f));
}

// 2^exponent for -126 <= exponent <= 127.
template <class D, class VI>
HWY_INLINE hn::Vec<D> PowerOfTwo(D d, VI exponent) {
  const hn::DFromV<VI> di;
  return hn::BitCast(d, hn::ShiftLeft<23>(hn::Add(exponent, hn::Set(di, 127))));
}

// e^x for x <= 88, down to the last subnormal.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V Exponential(D d, V x) {
  const auto [exponent, r] = ReduceExponent(d, AtLeast(d, x, -104.0f));
  const V mantissa = hn::Add(hn::Set(d, 1.0f), hn::MulAdd(hn::Mul(ExponentialTail(d, r), r), r, r));
  // In two steps, since 2^exponent itself may be no float where the result is one.
  const auto half = hn::ShiftRight<1>(exponent);
  return hn::Mul(hn::Mul(mantissa, PowerOfTwo(d, half)), PowerOfTwo(d, hn::Sub(exponent, half)));
}

// e^x - 1 for x <= 0, without loss near 0.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V ExponentialMinusOne(D d, V x) {
  // At -18 the result is -1 already.
  const auto [exponent, r] = ReduceExponent(d, AtLeast(d, x, -18.0f));
  const V power = PowerOfTwo(d, exponent);
  const V result =
      hn::MulAdd(power, hn::MulAdd(hn::Mul(ExponentialTail(d, r), r), r, r), hn::Sub(power, hn::Set(d, 1.0f)));
  // 0 + -0 would be 0.
  return hn::IfThenElse(hn::Eq(x, hn::Zero(d)), x, result);
}

}  // namespace HWY_NAMESPACE
}  // namespace ramp::family
HWY_AFTER_NAMESPACE();

#endif
