// Exponential functions on vectors of floats: what a rounding loses is kept in a second float where it counts, so that
// results are off by little more than half a unit in the last place, at a fraction of the time that doubles take. They
// need fused multiplication. No product is only added or subtracted: the compiler might fuse it here and not there, and
// the results would differ from call to call. Compiled once for each instruction set.
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

// The functions below can be used.
inline constexpr bool kHasCompensated = HWY_NATIVE_FMA != 0;

// The sum of two floats that is not rounded.
template <class V>
struct Pair {
  V high, low;
};

// The sum of two floats of which the first is the greater in size, or 0.
template <class V>
HWY_INLINE Pair<V> SumOfSorted(V a, V b) {
  const V sum = hn::Add(a, b);
  return {sum, hn::Sub(b, hn::Sub(sum, a))};
}

// a b + c for an a b that is the smaller in size.
template <class V>
HWY_INLINE Pair<V> ProductAndSum(V a, V b, V c) {
  const V sum = hn::MulAdd(a, b, c);
  return {sum, hn::MulAdd(a, b, hn::Sub(c, sum))};
}

template <class V>
HWY_INLINE Pair<V> Product(V a, V b) {
  const V product = hn::Mul(a, b);
  return {product, hn::MulSub(a, b, product)};
}

// 1 / (high + low), |low| < high / 8: the division's remainder is divided as well.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V Reciprocal(D d, Pair<V> below) {
  const V one = hn::Set(d, 1.0f);
  const V quotient = hn::Div(one, hn::Add(below.high, below.low));
  const V rest = hn::NegMulAdd(quotient, below.low, hn::NegMulAdd(quotient, below.high, one));
  return hn::MulAdd(rest, quotient, quotient);
}

// above / (high + low), likewise.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V Quotient(D d, V above, Pair<V> below) {
  const V reciprocal = hn::Div(hn::Set(d, 1.0f), hn::Add(below.high, below.low));
  const V quotient = hn::Mul(above, reciprocal);
  // Subtracted, so that -0 stays -0.
  const V excess = hn::MulAdd(quotient, below.low, hn::MulSub(quotient, below.high, above));
  return hn::NegMulAdd(excess, reciprocal, quotient);
}
template <class D, class V = hn::Vec<D>>
HWY_INLINE V Quotient(D d, Pair<V> above, Pair<V> below) {
  const V reciprocal = hn::Div(hn::Set(d, 1.0f), hn::Add(below.high, below.low));
  const V quotient = hn::Mul(above.high, reciprocal);
  const V rest =
      hn::NegMulAdd(quotient, below.low, hn::Add(hn::NegMulAdd(quotient, below.high, above.high), above.low));
  return hn::MulAdd(rest, reciprocal, quotient);
}

// e^x = scale (1 + rest), |rest| < 0.05, off by 2^-28.
template <class V>
struct Exponential {
  V scale, rest;
};

// 2^(j/8 - 0.0037), less j/8 of the step of an exponent, twice. With this shift all eight are within 2^-28 of floats.
HWY_ALIGN inline constexpr int32_t kRootsOfTwo[16] = {
    0x3f7f5829, 0x3f7b3a3e, 0x3f77d424, 0x3f759202, 0x3f748e45, 0x3f74e5be, 0x3f76b7da, 0x3f7a26de,
    0x3f7f5829, 0x3f7b3a3e, 0x3f77d424, 0x3f759202, 0x3f748e45, 0x3f74e5be, 0x3f76b7da, 0x3f7a26de};

// For -87 <= x <= 88.
template <class D, class V = hn::Vec<D>>
HWY_INLINE Exponential<V> FastExp(D d, V x) {
  const hn::RebindToSigned<D> bits;
  // Adding 1.5 2^23 rounds to an integer and leaves it in the lowest bits.
  const V rounder = hn::Set(d, 0x1.8p23f);
  const V count = hn::MulAdd(x, hn::Set(d, 0x1.715476p3f), rounder);
  const V n = hn::Sub(count, rounder);
  const auto count_bits = hn::BitCast(bits, count);
  const auto index = hn::IndicesFromVec(bits, hn::And(count_bits, hn::Set(bits, 7)));
  const auto root = hn::TableLookupLanes(hn::Load(bits, kRootsOfTwo), index);
  const V scale = hn::BitCast(d, hn::Add(root, hn::ShiftLeft<20>(count_bits)));
  // ln 2 / 8 in two parts, of which the first product is subtracted without rounding, and the table's shift.
  const V near = hn::NegMulAdd(n, hn::Set(d, 0x1.62e43p-4f), x);
  const V r = hn::Add(near, hn::MulAdd(n, hn::Set(d, 0x1.05c61p-32f), hn::Set(d, 0x1.501c2ap-9f)));
  // e^r - 1, off by 2^-32.
  const V square = hn::Mul(r, r);
  const V power = hn::MulAdd(square, hn::Set(d, 0x1.564c8ep-5f),
                             hn::MulAdd(r, hn::Set(d, 0x1.555c4ap-3f), hn::Set(d, 0x1.fffff8p-2f)));
  return {scale, hn::MulAdd(square, power, r)};
}

// 1 + e^x for |x| <= 16.
template <class D, class V = hn::Vec<D>>
HWY_INLINE Pair<V> OnePlus(D d, const Exponential<V>& e) {
  // Exact also where the one is the smaller.
  const Pair<V> whole = SumOfSorted(hn::Set(d, 1.0f), e.scale);
  return {whole.high, hn::MulAdd(e.scale, e.rest, whole.low)};
}
template <class D, class V = hn::Vec<D>>
HWY_INLINE Pair<V> OnePlusExp(D d, V x) {
  return OnePlus(d, FastExp(d, x));
}

// factor e^x.
template <class V>
HWY_INLINE V Times(V factor, const Exponential<V>& e) {
  const Pair<V> scale = Product(factor, e.scale);
  return hn::Add(scale.high, hn::MulAdd(scale.high, e.rest, scale.low));
}

// The slope of the logistic function, e^x / (1 + e^x)^2, for |x| <= 16.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V LogisticSlope(D d, V x) {
  const V one = hn::Set(d, 1.0f);
  const auto e = FastExp(d, hn::Neg(hn::Abs(x)));
  const Pair<V> below = OnePlus(d, e);
  const V reciprocal = hn::Div(one, hn::Add(below.high, below.low));
  const V rest = hn::NegMulAdd(reciprocal, below.low, hn::NegMulAdd(reciprocal, below.high, one));
  // reciprocal^2 (1 + rest)^2 scale (1 + e.rest)
  const Pair<V> square = Product(reciprocal, reciprocal);
  const Pair<V> product = Product(square.high, e.scale);
  const V low = hn::MulAdd(square.low, e.scale, product.low);
  return hn::Add(product.high, hn::MulAdd(product.high, hn::Add(hn::Add(rest, rest), e.rest), low));
}

// log(1 + e^x) for |x| <= 87.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V LogOnePlusExp(D d, V x) {
  const auto e = FastExp(d, hn::Neg(hn::Abs(x)));
  const Pair<V> t = ProductAndSum(e.scale, e.rest, e.scale);
  // (log(1 + t) - t) / t^2, off by 2^-27, is first + u Polynomial(u), u the distance from the middle.
  const V first = hn::Set(d, -0x1.83fa7p-2f);
  const V u = hn::Sub(t.high, hn::Set(d, 0x1.fbcp-2f));
  const V others =
      hn::Mul(u, Polynomial(d, u, 0x1.70a49ep-3f, -0x1.807cb4p-4f, 0x1.a66da2p-5f, -0x1.e042dcp-6f, 0x1.1775a8p-6f,
                            -0x1.433fc4p-7f, 0x1.81458p-8f, -0x1.315ap-8f, 0x1.7d7034p-9f));
  const Pair<V> square = Product(t.high, t.high);
  // The slope at t is about 1 - t / 2.
  const V slope = hn::NegMulAdd(t.high, hn::Set(d, 0.5f), hn::Set(d, 1.0f));
  const V positive = hn::Max(x, hn::Zero(d));
  const Pair<V> sum = SumOfSorted(hn::Max(positive, t.high), hn::Min(positive, t.high));
  const V small = hn::MulAdd(square.high, others, hn::MulAdd(square.low, first, hn::MulAdd(t.low, slope, sum.low)));
  const Pair<V> most = ProductAndSum(square.high, first, sum.high);
  return hn::Add(most.high, hn::Add(most.low, small));
}

// e^x = scale (1 + rest), scale a power of 2, |rest| < 0.42.
template <class V>
struct SplitExponential {
  V scale;
  Pair<V> rest;
};

// Where an error of 2^-29 of x does not count.
template <class D, class V = hn::Vec<D>>
HWY_INLINE SplitExponential<V> SplitExpNearZero(D d, V x) {
  const V rounder = hn::Set(d, 0x1.8p23f);
  const V count = hn::MulAdd(x, hn::Set(d, 0x1.715476p0f), rounder);
  const V n = hn::Sub(count, rounder);
  const hn::RebindToSigned<D> bits;
  const V scale =
      hn::BitCast(d, hn::Add(hn::BitCast(bits, hn::Set(d, 1.0f)), hn::ShiftLeft<23>(hn::BitCast(bits, count))));
  const V r = hn::NegMulAdd(n, hn::Set(d, 0x1.62e43p-1f), x);
  const V power =
      Polynomial(d, r, 0.5f, 0x1.555554p-3f, 0x1.5554fp-5f, 0x1.111306p-7f, 0x1.6d4388p-10f, 0x1.9e0ca4p-13f);
  return {scale, ProductAndSum(hn::Mul(r, r), power, r)};
}

// factor (e^x - 1) for x <= 0.
template <class V>
HWY_INLINE V TimesLessOne(V factor, const SplitExponential<V>& e) {
  const V scale = hn::Mul(factor, e.scale);
  const Pair<V> whole = SumOfSorted(hn::Neg(factor), scale);
  return hn::Add(whole.high, hn::MulAdd(scale, e.rest.high, hn::MulAdd(scale, e.rest.low, whole.low)));
}
// The same for a factor of which `factor_rest` is missing, less than half its last place.
template <class V>
HWY_INLINE V TimesLessOne(V factor, V factor_rest, const SplitExponential<V>& e) {
  const V scale = hn::Mul(factor, e.scale);
  const Pair<V> whole = SumOfSorted(hn::Neg(factor), scale);
  const V less_one = hn::MulAdd(e.scale, e.rest.high, hn::Sub(e.scale, hn::Set(hn::DFromV<V>(), 1.0f)));
  const V low = hn::MulAdd(factor_rest, less_one, hn::MulAdd(scale, e.rest.low, whole.low));
  return hn::Add(whole.high, hn::MulAdd(scale, e.rest.high, low));
}

// e^x - 1 for x >= 0.
template <class D, class V = hn::Vec<D>>
HWY_INLINE Pair<V> LessOne(D d, const SplitExponential<V>& e) {
  const Pair<V> less = ProductAndSum(e.scale, e.rest.high, hn::Sub(e.scale, hn::Set(d, 1.0f)));
  return {less.high, hn::MulAdd(e.scale, e.rest.low, less.low)};
}

}  // namespace HWY_NAMESPACE
}  // namespace ramp::family
HWY_AFTER_NAMESPACE();

#endif
