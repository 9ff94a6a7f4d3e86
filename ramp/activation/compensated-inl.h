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

// In what follows X is a vector of floats, or several that go side by side.

// The sum of two floats that is not rounded.
template <class X>
struct Pair {
  HWY_INLINE Pair(const X& high, const X& low) : high(high), low(low) {}
  HWY_INLINE Pair(const Pair& other) : high(other.high), low(other.low) {}

  X high, low;
};

// The sum of two floats of which the first is the greater in size, or 0.
template <class A, class X>
HWY_INLINE Pair<X> SumOfSorted(A a, X b) {
  const X sum = Add(a, b);
  return {sum, Sub(b, Sub(sum, a))};
}

// a b + c for an a b that is the smaller in size.
template <class A, class X>
HWY_INLINE Pair<X> ProductAndSum(A a, X b, X c) {
  const X sum = MulAdd(a, b, c);
  return {sum, MulAdd(a, b, Sub(c, sum))};
}

template <class A, class X>
HWY_INLINE Pair<X> Product(A a, X b) {
  const X product = Mul(a, b);
  return {product, MulSub(a, b, product)};
}

// 1 / (high + low), |low| < high / 8: the division's remainder is divided as well.
template <class D, class X>
HWY_INLINE X Reciprocal(D d, const Pair<X>& below) {
  const auto one = hn::Set(d, 1.0f);
  const X quotient = Div(one, Add(below.high, below.low));
  const X rest = NegMulAdd(quotient, below.low, NegMulAdd(quotient, below.high, one));
  return MulAdd(rest, quotient, quotient);
}

// Its square.
template <class D, class X>
HWY_INLINE X SquareOfReciprocal(D d, const Pair<X>& below) {
  const auto one = hn::Set(d, 1.0f);
  const X reciprocal = Div(one, Add(below.high, below.low));
  const X rest = NegMulAdd(reciprocal, below.low, NegMulAdd(reciprocal, below.high, one));
  const Pair<X> square = Product(reciprocal, reciprocal);
  return Add(square.high, MulAdd(square.high, Add(rest, rest), square.low));
}

// above / (high + low), likewise.
template <class D, class X>
HWY_INLINE X Quotient(D d, const X& above, const Pair<X>& below) {
  // The sum is rounded first, for with an `above` next to 0 the remainder would be as well.
  const Pair<X> sum = SumOfSorted(below.high, below.low);
  const X reciprocal = Div(hn::Set(d, 1.0f), sum.high);
  const X quotient = Mul(above, reciprocal);
  // Subtracted, so that -0 stays -0.
  const X excess = MulAdd(quotient, sum.low, MulSub(quotient, sum.high, above));
  return NegMulAdd(excess, reciprocal, quotient);
}
template <class D, class X>
HWY_INLINE X Quotient(D d, const Pair<X>& above, const Pair<X>& below) {
  const X reciprocal = Div(hn::Set(d, 1.0f), Add(below.high, below.low));
  const X quotient = Mul(above.high, reciprocal);
  const X excess = MulAdd(quotient, below.low, Sub(MulSub(quotient, below.high, above.high), above.low));
  return NegMulAdd(excess, reciprocal, quotient);
}

// 1 + |x| for |x| < 2^23.
template <class D, class X>
HWY_INLINE Pair<X> OnePlusSize(D d, X x) {
  const auto one = hn::Set(d, 1.0f);
  const X size = Abs(x), sum = Add(size, one);
  return {sum, Sub(size, Sub(sum, one))};
}

// (high + low) / 6, rounded once, for a low part that has some bits to spare.
template <class D, class X>
HWY_INLINE X Sixth(D d, const Pair<X>& sum) {
  const auto sixth = hn::Set(d, 1 / 6.0f);
  const X quotient = Mul(sum.high, sixth);
  const X rest = Add(NegMulAdd(quotient, hn::Set(d, 6.0f), sum.high), sum.low);
  // A product that is rounded makes half a unit of three, so that ties stay ties.
  return Add(quotient, Mul(rest, sixth));
}

// c[0] + c[1] x + ..., multiplied out from the last term on: the fewest operations, where waiting does not count.
template <class D, class X, class... C>
HWY_INLINE auto Nested(D d, X x, float first, C... others) {
  if constexpr (sizeof...(others) == 0) {
    return hn::Set(d, first);
  } else {
    return MulAdd(Nested(d, x, others...), x, hn::Set(d, first));
  }
}

// e^x = scale (1 + rest), |rest| < 0.05.
template <class X>
struct Exponential {
  HWY_INLINE Exponential(const X& scale, const X& rest) : scale(scale), rest(rest) {}
  HWY_INLINE Exponential(const Exponential& other) : scale(other.scale), rest(other.rest) {}

  X scale, rest;
};

// 2^(j/8 - 0.0037), less j/8 of the step of an exponent, twice. With this shift all eight are within 2^-28 of floats.
HWY_ALIGN inline constexpr int32_t kRootsOfTwo[16] = {
    0x3f7f5829, 0x3f7b3a3e, 0x3f77d424, 0x3f759202, 0x3f748e45, 0x3f74e5be, 0x3f76b7da, 0x3f7a26de,
    0x3f7f5829, 0x3f7b3a3e, 0x3f77d424, 0x3f759202, 0x3f748e45, 0x3f74e5be, 0x3f76b7da, 0x3f7a26de};

// 2^(n / 8 - 0.0037) for the n in the lowest bits of `count`.
template <class D>
HWY_INLINE hn::Vec<D> ShiftedRoot(D d, hn::Vec<D> count) {
  const hn::RebindToSigned<D> bits;
  const auto counts = hn::BitCast(bits, count);
  const auto roots = hn::Load(bits, kRootsOfTwo);
#if HWY_TARGET == HWY_AVX2
  const decltype(roots) root{_mm256_permutevar8x32_epi32(roots.raw, counts.raw)};  // looks at three bits alone
#else
  const auto root = hn::TableLookupLanes(roots, hn::IndicesFromVec(bits, hn::And(counts, hn::Set(bits, 7))));
#endif
  return hn::BitCast(d, hn::Add(root, hn::ShiftLeft<20>(counts)));
}

template <class D, class X>
requires OneIsSeveral<X> HWY_INLINE X ShiftedRoot(D d, const X& count) {
  return Each([d](auto v) HWY_ATTR { return ShiftedRoot(d, v); }, count);
}

// e^x, or e^-x if kNegated, for exponents from -87 to 88; off by 2^-25.5 with kDegree 3, with 4 by 2^-30.
template <int kDegree, bool kNegated = false, class D, class X>
HWY_INLINE Exponential<X> FastExp(D d, X x) {
  // Adding 1.5 2^23 rounds to an integer and leaves it in the lowest bits.
  const auto rounder = hn::Set(d, 0x1.8p23f);
  const X count = MulAdd(x, hn::Set(d, kNegated ? -0x1.715476p3f : 0x1.715476p3f), rounder);
  const X scale = ShiftedRoot(d, count);
  const X n = Sub(count, rounder);
  // ln 2 / 8 in two parts, of which the first product is subtracted without rounding.
  const auto step = hn::Set(d, 0x1.62e43p-4f), step_rest = hn::Set(d, 0x1.05c61p-32f);
  const X r = [&]() __attribute__((always_inline)) HWY_ATTR {
    if constexpr (kNegated) return NegMulSub(n, step, x);
    return NegMulAdd(n, step, x);
  }
  ();
  // e^(r + 0.0026) - 1, with the table's shift.
  if constexpr (kDegree == 3) {
    return {scale, MulAdd(Nested(d, r, 0x1.00a846p0f, 0x1.00b29p-1f, 0x1.562efp-3f), r,
                          MulAdd(n, step_rest, hn::Set(d, 0x1.5089f6p-9f)))};
  } else {
    return {scale, MulAdd(Nested(d, r, 0x1.00a846p0f, 0x1.00a84ap-1f, 0x1.562ebap-3f, 0x1.55c4ap-5f), r,
                          MulAdd(n, step_rest, hn::Set(d, 0x1.508a94p-9f)))};
  }
}

// 1 + e^x for |x| <= 16.
template <class D, class X>
HWY_INLINE Pair<X> OnePlus(D d, const Exponential<X>& e) {
  // Exact also where the one is the smaller.
  const Pair<X> whole = SumOfSorted(hn::Set(d, 1.0f), e.scale);
  return {whole.high, MulAdd(e.scale, e.rest, whole.low)};
}

// factor e^x.
template <class F, class X>
HWY_INLINE X Times(F factor, const Exponential<X>& e) {
  const Pair<X> scale = Product(factor, e.scale);
  return Add(scale.high, MulAdd(scale.high, e.rest, scale.low));
}

// x n / (n + 2) with n = e (e + 2), e = e^x, |x| <= 20.
template <class D, class X>
HWY_INLINE X TimesTanhOfSoftplus(D d, X x, const Exponential<X>& exponential) {
  const Pair<X> e = ProductAndSum(exponential.scale, exponential.rest, exponential.scale);
  const X twice = Add(e.high, e.high);
  const Pair<X> square = Product(e.high, e.high);
  // Not exact where the square is the greater; there n counts little.
  const Pair<X> sum = SumOfSorted(twice, square.high);
  const X low = Add(sum.low, MulAdd(twice, e.low, Add(square.low, Add(e.low, e.low))));
  const auto two = hn::Set(d, 2.0f);
  const Pair<X> below = SumOfSorted(Max(sum.high, two), Min(sum.high, two));
  const Pair<X> above = Product(x, sum.high);
  return Quotient(d, Pair<X>{above.high, MulAdd(x, low, above.low)}, Pair<X>{below.high, Add(below.low, low)});
}

// The slope of the logistic function, e / (1 + e)^2.
template <class D, class X>
HWY_INLINE X LogisticSlope(D d, const Exponential<X>& e) {
  const auto one = hn::Set(d, 1.0f);
  const Pair<X> below = OnePlus(d, e);
  const X reciprocal = Div(one, Add(below.high, below.low));
  const X rest = NegMulAdd(reciprocal, below.low, NegMulAdd(reciprocal, below.high, one));
  // reciprocal^2 (1 + rest)^2 scale (1 + e.rest)
  const Pair<X> square = Product(reciprocal, reciprocal);
  const Pair<X> product = Product(square.high, e.scale);
  const X low = MulAdd(square.low, e.scale, product.low);
  return Add(product.high, MulAdd(product.high, Add(Add(rest, rest), e.rest), low));
}

// e^(-x^2 / 2) for |x| <= 6, where the square's rounding would count.
template <class D, class X>
HWY_INLINE Exponential<X> FastNormalDensity(D d, X x) {
  const Pair<X> square = Product(Mul(x, hn::Set(d, 0.5f)), x);
  const Exponential<X> e = FastExp<4, true>(d, square.high);
  return {e.scale, NegMulAdd(square.low, Add(e.rest, hn::Set(d, 1.0f)), e.rest)};
}

// max(x, 0) - |x| tail for |x| <= 6 and the density of x, where tail is the probability that a standard normal variable
// exceeds |x|. With s = |x|, tail e^(s^2 / 2) 2 (1 + s) is 1 + a polynomial in t = (s - 4) / (s + 4), which stays
// between -0.1 and 0.05 and is 0 at 0; off by 2^-28.2.
template <class D, class X>
HWY_INLINE X LessNormalTail(D d, X x, const Exponential<X>& density) {
  const auto one = hn::Set(d, 1.0f);
  const X size = Abs(x);
  // 1 + s, and (4 + s) / ((1 + s) (4 + s)) with what it misses of the reciprocal of that.
  const X below = Add(one, size);
  const X below_rest = Sub(size, Sub(below, one));
  const X other = Add(size, hn::Set(d, 4.0f));
  const X both = Div(one, Mul(below, other));
  const X reciprocal = Mul(other, both);
  const X missing = NegMulAdd(reciprocal, below_rest, NegMulAdd(reciprocal, below, one));
  // t is 1 - 8 / (4 + s), rounded once, and 1 + t 2 s / (4 + s), which is exact next to 0.
  const X other_rest = Sub(size, Sub(other, hn::Set(d, 4.0f)));
  const X other_reciprocal = Mul(below, both);
  const X other_missing = NegMulAdd(other_reciprocal, other_rest, NegMulAdd(other_reciprocal, other, one));
  const auto minus_eight = hn::Set(d, -8.0f);
  const X t = MulAdd(Mul(other_reciprocal, minus_eight), other_missing, MulAdd(other_reciprocal, minus_eight, one));
  const Pair<X> twice = Product(Add(size, size), other_reciprocal);
  const X twice_low = MulAdd(twice.high, other_missing, twice.low);
  const X polynomial = Nested(d, t, -0x1.c9e15ap-5f, -0x1.19a096p-3f, 0x1.52f866p-3f, -0x1.bba7e4p-4f, 0x1.67aa7ep-5f,
                              -0x1.06fc7p-7f, -0x1.d0079cp-10f, 0x1.de37fcp-10f, 0x1.d5cep-12f);
  const X rest = MulAdd(twice.high, polynomial, Mul(twice_low, polynomial));
  const Pair<X> half = Product(Mul(size, hn::Set(d, 0.5f)), reciprocal);
  const Pair<X> tail = Product(half.high, density.scale);
  // tail (1 + rest) (1 + density.rest) (1 + missing), the rests from the least to the greatest.
  const X few = MulAdd(missing, Add(density.rest, one), density.rest);
  const X low = MulAdd(tail.high, MulAdd(few, rest, few), MulAdd(half.low, density.scale, tail.low));
  const Pair<X> sum = SumOfSorted(AtLeast(d, x, 0.0f), Neg(tail.high));
  const X difference = Add(sum.high, Sub(sum.low, MulAdd(tail.high, rest, low)));
  // Next to 0 the low parts would be lost among the subnormals.
  return IfThenElse(Lt(size, hn::Set(d, 0x1p-60f)), Mul(x, hn::Set(d, 0.5f)), difference);
}

// log(1 + e^x) for |x| <= 87, in two steps. With t = e^-|x|, (log(1 + t) - t) / t^2 is kFirstOfLog + `others`, off by
// 2^-27.
template <class X>
struct LogOnePlusStart {
  HWY_INLINE LogOnePlusStart(const Pair<X>& t, const X& others) : t(t), others(others) {}
  HWY_INLINE LogOnePlusStart(const LogOnePlusStart& other) : t(other.t), others(other.others) {}

  Pair<X> t;
  X others;
};
inline constexpr float kFirstOfLog = -0x1.83fa7p-2f;
template <class D, class X>
HWY_INLINE LogOnePlusStart<X> StartLogOnePlusExp(D d, X x) {
  const auto e = FastExp<4, true>(d, Abs(x));
  const Pair<X> t = ProductAndSum(e.scale, e.rest, e.scale);
  const X u = Sub(t.high, hn::Set(d, 0x1.fbcp-2f));  // the distance from the middle
  return {t, Mul(u, Nested(d, u, 0x1.70a49ep-3f, -0x1.807cb4p-4f, 0x1.a66da2p-5f, -0x1.e042dcp-6f, 0x1.1775a8p-6f,
                           -0x1.433fc4p-7f, 0x1.81458p-8f, -0x1.315ap-8f, 0x1.7d7034p-9f))};
}
template <class D, class X>
HWY_INLINE X LogOnePlusExp(D d, X x, const LogOnePlusStart<X>& start) {
  const auto first = hn::Set(d, kFirstOfLog);
  const Pair<X>& t = start.t;
  const Pair<X> square = Product(t.high, t.high);
  // The slope at t is about 1 - t / 2.
  const X slope = NegMulAdd(t.high, hn::Set(d, 0.5f), hn::Set(d, 1.0f));
  const X positive = Max(x, hn::Zero(d));
  const Pair<X> sum = SumOfSorted(Max(positive, t.high), Min(positive, t.high));
  const X small = MulAdd(square.high, start.others, MulAdd(square.low, first, MulAdd(t.low, slope, sum.low)));
  const Pair<X> most = ProductAndSum(first, square.high, sum.high);
  return Add(most.high, Add(most.low, small));
}

// e^x = scale (1 + r + r^2 power), scale a power of 2, |r| < 0.35.
template <class X>
struct ReducedExponential {
  HWY_INLINE ReducedExponential(const X& scale, const X& r, const X& power) : scale(scale), r(r), power(power) {}
  HWY_INLINE ReducedExponential(const ReducedExponential& other) : scale(other.scale), r(other.r), power(other.power) {}

  X scale, r, power;
};

// Where an error of 2^-29 of x does not count.
template <class D, class X>
HWY_INLINE ReducedExponential<X> ReduceExpNearZero(D d, X x) {
  const auto rounder = hn::Set(d, 0x1.8p23f);
  const X count = MulAdd(x, hn::Set(d, 0x1.715476p0f), rounder);
  const hn::RebindToSigned<D> bits;
  const X scale = BitCast(d, Add(BitCast(bits, hn::Set(d, 1.0f)), ShiftLeft<23>(BitCast(bits, count))));
  const X r = NegMulAdd(Sub(count, rounder), hn::Set(d, 0x1.62e43p-1f), x);
  return {scale, r,
          Nested(d, r, 0.5f, 0x1.555554p-3f, 0x1.5554fp-5f, 0x1.111306p-7f, 0x1.6d4388p-10f, 0x1.9e0ca4p-13f)};
}

// e^x - 1 for x <= 0. A power of 2 less 1 is exact down to 2^-24, and below it counts no more, so that what is rounded
// is the part beside r, that sum, and the result.
template <class D, class X>
HWY_INLINE X ExpLessOne(D d, X x) {
  const ReducedExponential<X> e = ReduceExpNearZero(d, x);
  return MulAdd(e.scale, MulAdd(Mul(e.r, e.r), e.power, e.r), Sub(e.scale, hn::Set(d, 1.0f)));
}

// e^x = scale (1 + rest), scale a power of 2, |rest| < 0.42.
template <class X>
struct SplitExponential {
  HWY_INLINE SplitExponential(const X& scale, const Pair<X>& rest) : scale(scale), rest(rest) {}
  HWY_INLINE SplitExponential(const SplitExponential& other) : scale(other.scale), rest(other.rest) {}

  X scale;
  Pair<X> rest;
};

// Likewise where an error of 2^-29 of x does not count.
template <class D, class X>
HWY_INLINE SplitExponential<X> SplitExpNearZero(D d, X x) {
  const ReducedExponential<X> e = ReduceExpNearZero(d, x);
  return {e.scale, ProductAndSum(Mul(e.r, e.r), e.power, e.r)};
}

// factor (e^x - 1) for x <= 0.
template <class F, class X>
HWY_INLINE X TimesLessOne(F factor, const SplitExponential<X>& e) {
  const X scale = Mul(factor, e.scale);
  const Pair<X> whole = SumOfSorted(Neg(factor), scale);
  return Add(whole.high, MulAdd(scale, e.rest.high, MulAdd(scale, e.rest.low, whole.low)));
}
// The same for a factor of which `factor_rest` is missing, less than half its last place.
template <class D, class X>
HWY_INLINE X TimesLessOne(D d, float factor, float factor_rest, const SplitExponential<X>& e) {
  const X scale = Mul(hn::Set(d, factor), e.scale);
  const Pair<X> whole = SumOfSorted(hn::Set(d, -factor), scale);
  const X less_one = MulAdd(e.scale, e.rest.high, Sub(e.scale, hn::Set(d, 1.0f)));
  const X low = MulAdd(hn::Set(d, factor_rest), less_one, MulAdd(scale, e.rest.low, whole.low));
  return Add(whole.high, MulAdd(scale, e.rest.high, low));
}

// e^x - 1 for x >= 0.
template <class D, class X>
HWY_INLINE Pair<X> LessOne(D d, const SplitExponential<X>& e) {
  const Pair<X> less = ProductAndSum(e.scale, e.rest.high, Sub(e.scale, hn::Set(d, 1.0f)));
  return {less.high, MulAdd(e.scale, e.rest.low, less.low)};
}

}  // namespace HWY_NAMESPACE
}  // namespace ramp::family
HWY_AFTER_NAMESPACE();

#endif
