// Definitions: sigmoids.
#if defined(RAMP_ACTIVATION_SIGMOIDS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef RAMP_ACTIVATION_SIGMOIDS_INL_H_
#undef RAMP_ACTIVATION_SIGMOIDS_INL_H_
#else
#define RAMP_ACTIVATION_SIGMOIDS_INL_H_
#endif

#include "ramp/activation/definition-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ramp::family {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

struct Sigmoid : Smooth {
  static constexpr About about = {
      .name = "sigmoid",
      .formula = "1 / (1 + e^-x)",
      .derivative = "y (1 - y)",
      .onnx = "Sigmoid(x)",
      .source = "Verhulst, Recherches mathematiques sur la loi d'accroissement de la population, 1845",
      .saves = Saves::kOutput,
      .low = 0,
      .high = 1,
      .lipschitz = 0.25,
      .gain = 1,
      .gated = "glu"};
  static double Reference(double x, ReferenceParameters) { return 1 / (1 + std::exp(-x)); }
  static double ReferenceSlope(double x, ReferenceParameters) {
    const double e = std::exp(-std::abs(x));
    return e / ((1 + e) * (1 + e));
  }
  template <class D, class V>
  static HWY_INLINE V Value(D d, V x, const Parameters<V>&) {
    return Logistic(d, AtMost(d, AtLeast(d, x, -200.0), 200.0));
  }
  static constexpr float kFastValueUpTo = 16, kFastSlopeUpTo = 16;
  template <class D, class X>
  static HWY_INLINE auto StartValue(D d, X x) {
    return OnePlus(d, FastExp<3, true>(d, x));
  }
  template <class D, class X, class S, class V>
  static HWY_INLINE X FastValue(D d, X, const S& start, const Parameters<V>&) {
    return Reciprocal(d, start);
  }
  template <class D, class V>
  static HWY_INLINE V Slope(D d, V x, const Parameters<V>&) {
    const V e = Exp(d, AtLeast(d, hn::Neg(hn::Abs(x)), -200.0));
    const V below = hn::Add(e, hn::Set(d, 1.0));
    return hn::Div(e, hn::Mul(below, below));
  }
  template <class D, class V>
  static HWY_INLINE V SlopeOfOutput([[maybe_unused]] D d, V y, const Parameters<V>&) {
#if HWY_NATIVE_FMA
    return hn::NegMulAdd(y, y, y);
#else
    return hn::Mul(y, hn::Sub(hn::Set(d, 1.0f), y));
#endif
  }
  template <class D, class X>
  static HWY_INLINE auto StartSlope(D d, X x) {
    return FastExp<4, true>(d, Abs(x));
  }
  template <class D, class X, class S, class V>
  static HWY_INLINE X FastSlope(D d, X, const S& start, const Parameters<V>&) {
    return LogisticSlope(d, start);
  }
  static constexpr float kValueInPiecesUpTo = kLogisticPieces.end;
  template <class X>
  static HWY_INLINE X ValueInPieces(const X& x) {
    return StepAndTail<kLogisticPieces>(x);
  }
  static constexpr float kSlopeInPiecesUpTo = 2 * kTanhSlopePieces.end;
  template <class X>
  static HWY_INLINE X SlopeInPieces(const X& x) {
    // That of tanh at x / 2, divided by 4.
    const X half = Mul(Abs(x), hn::Set(pieces::Floats(), 0.5f));
    return Mul(InPieces<kTanhSlopePieces>(half), hn::Set(pieces::Floats(), 0.25f));
  }
};

struct LogSigmoid : Smooth {
  static constexpr About about = {
      .name = "log_sigmoid",
      .formula = "log(1 / (1 + e^-x))",
      .derivative = "1 / (1 + e^x)",
      .onnx = "Neg(Softplus(Neg(x)))",
      .source = "Collobert, Kavukcuoglu and Farabet, Torch7: a Matlab-like environment for machine learning, 2011",
      .saves = Saves::kInput,
      .low = -kUnbounded,
      .high = 0,
      .lipschitz = 1,
      .gain = 1.08549};
  static double Reference(double x, ReferenceParameters) {
    return x < 0 ? x - std::log1p(std::exp(x)) : -std::log1p(std::exp(-x));
  }
  static double ReferenceSlope(double x, ReferenceParameters) { return 1 / (1 + std::exp(x)); }
  template <class D, class V>
  static HWY_INLINE V Value(D d, V x, const Parameters<V>&) {
    return hn::Sub(AtMost(d, x, 0.0), LogOnePlus(d, Exp(d, AtLeast(d, hn::Neg(hn::Abs(x)), -200.0))));
  }
  template <class D, class V>
  static HWY_INLINE V Slope(D d, V x, const Parameters<V>&) {
    return Logistic(d, hn::Neg(AtMost(d, AtLeast(d, x, -200.0), 200.0)));
  }
  static constexpr float kFastValueUpTo = 87, kFastSlopeUpTo = 16;
  template <class D, class X>
  static HWY_INLINE auto StartValue(D d, X x) {
    return StartLogOnePlusExp(d, x);
  }
  template <class D, class X, class S, class V>
  static HWY_INLINE X FastValue(D d, X x, const S& start, const Parameters<V>&) {
    return Neg(LogOnePlusExp(d, Neg(x), start));
  }
  template <class D, class X>
  static HWY_INLINE auto StartSlope(D d, X x) {
    return OnePlus(d, FastExp<3>(d, x));
  }
  template <class D, class X, class S, class V>
  static HWY_INLINE X FastSlope(D d, X, const S& start, const Parameters<V>&) {
    return Reciprocal(d, start);
  }
  static constexpr float kValueInPiecesUpTo = kSoftplusPieces.end;
  template <class X>
  static HWY_INLINE X ValueInPieces(const X& x) {
    return Neg(SoftplusInPieces(Neg(x)));
  }
  static constexpr float kSlopeInPiecesUpTo = kLogisticPieces.end;
  template <class X>
  static HWY_INLINE X SlopeInPieces(const X& x) {
    return StepAndTail<kLogisticPieces>(Neg(x));
  }
};

struct Tanh : Smooth {
  static constexpr About about = {.name = "tanh",
                                  .formula = "(e^x - e^-x) / (e^x + e^-x)",
                                  .derivative = "1 - y^2",
                                  .onnx = "Tanh(x)",
                                  .source = "LeCun, Bottou, Orr and Mueller, Efficient BackProp, 1998",
                                  .saves = Saves::kOutput,
                                  .low = -1,
                                  .high = 1,
                                  .lipschitz = 1,
                                  .gain = 25 / 9.0};
  static double Reference(double x, ReferenceParameters) { return std::tanh(x); }
  static double ReferenceSlope(double x, ReferenceParameters) {
    const double e = std::exp(-2 * std::abs(x));
    return 4 * e / ((1 + e) * (1 + e));
  }
  template <class D, class V>
  static HWY_INLINE V Value(D d, V x, const Parameters<V>&) {
    const V e = ExpMinusOne(d, hn::Mul(AtMost(d, hn::Abs(x), 20.0), hn::Set(d, 2.0)));
    return hn::CopySignToAbs(hn::Div(e, hn::Add(e, hn::Set(d, 2.0))), x);
  }
  // e = e^2|x| - 1; the result is e / (e + 2), and 1 from 9.01 on.
  template <class D, class X>
  static HWY_INLINE auto StartValue(D d, X x) {
    // Up to 8.66 the sums are exact; there the result is the float before 1, and is so up to 9.01.
    const X bounded = AtMost(d, Abs(x), 8.66f);
    return LessOne(d, SplitExpNearZero(d, Add(bounded, bounded)));
  }
  template <class D, class X, class S, class V>
  static HWY_INLINE X FastValue(D d, X x, const S& start, const Parameters<V>&) {
    const Pair<X> sum = SumOfSorted(hn::Set(d, 2.0f), start.high);
    const X quotient = Quotient(d, start, Pair<X>{sum.high, Add(sum.low, start.low)});
    return CopySignToAbs(IfThenElse(Gt(Abs(x), hn::Set(d, 9.01f)), hn::Set(d, 1.0f), quotient), x);
  }
  template <class D, class V>
  static HWY_INLINE V Slope(D d, V x, const Parameters<V>&) {
    const V e = Exp(d, hn::Mul(AtMost(d, hn::Abs(x), 100.0), hn::Set(d, -2.0)));
    const V below = hn::Add(e, hn::Set(d, 1.0));
    return hn::Div(hn::Mul(e, hn::Set(d, 4.0)), hn::Mul(below, below));
  }
  template <class D, class V>
  static HWY_INLINE V SlopeOfOutput(D d, V y, const Parameters<V>&) {
    return hn::NegMulAdd(y, y, hn::Set(d, 1.0f));
  }
  static constexpr float kFastValueUpTo = kAnySize, kFastSlopeUpTo = 8;
  template <class D, class X>
  static HWY_INLINE auto StartSlope(D d, X x) {
    const X size = Abs(x);
    return FastExp<4, true>(d, Add(size, size));
  }
  template <class D, class X, class S, class V>
  static HWY_INLINE X FastSlope(D d, X, const S& start, const Parameters<V>&) {
    return Mul(LogisticSlope(d, start), hn::Set(d, 4.0f));
  }
  static constexpr float kValueInPiecesUpTo = kAnySize;
  template <class X>
  static HWY_INLINE X ValueInPieces(const X& x) {
    const X s = AtMost(pieces::Floats(), Abs(x), kTanhPieces.end);
    return CopySignToAbs(IdentityAndPieces<kTanhPieces>(s), x);
  }
  static constexpr float kSlopeInPiecesUpTo = kTanhSlopePieces.end;
  template <class X>
  static HWY_INLINE X SlopeInPieces(const X& x) {
    return InPieces<kTanhSlopePieces>(Abs(x));
  }
};

struct Softsign : Smooth {
  static constexpr About about = {
      .name = "softsign",
      .formula = "x / (1 + |x|)",
      .derivative = "1 / (1 + |x|)^2",
      .onnx = "Softsign(x)",
      .source = "Turian, Bergstra and Bengio, Quadratic features and deep architectures for chunking, 2009",
      .saves = Saves::kInput,
      .low = -1,
      .high = 1,
      .lipschitz = 1,
      .gain = 5.46406};
  static double Reference(double x, ReferenceParameters) {
    return std::isinf(x) ? std::copysign(1.0, x) : x / (1 + std::abs(x));
  }
  static double ReferenceSlope(double x, ReferenceParameters) { return 1 / ((1 + std::abs(x)) * (1 + std::abs(x))); }
  template <class D, class V>
  static HWY_INLINE V Value(D d, V x, const Parameters<V>&) {
    const V bounded = AtMost(d, AtLeast(d, x, -1e40), 1e40);
    return hn::Div(bounded, hn::Add(hn::Abs(bounded), hn::Set(d, 1.0)));
  }
  template <class D, class V>
  static HWY_INLINE V Slope(D d, V x, const Parameters<V>&) {
    const V below = hn::Add(hn::Abs(x), hn::Set(d, 1.0));
    return hn::Div(hn::Set(d, 1.0), hn::Mul(below, below));
  }
  // From 2^23 on, 1 + |x| is no sum of floats.
  static constexpr float kFastValueUpTo = 0x1p23f, kFastSlopeUpTo = 0x1p23f;
  template <class D, class X>
  static HWY_INLINE Pair<X> StartValue(D d, X x) {
    return OnePlusSize(d, x);
  }
  template <class D, class X, class S, class V>
  static HWY_INLINE X FastValue(D d, X x, const S& below, const Parameters<V>&) {
    return Quotient(d, x, below);
  }
  template <class D, class X>
  static HWY_INLINE Pair<X> StartSlope(D d, X x) {
    return OnePlusSize(d, x);
  }
  template <class D, class X, class S, class V>
  static HWY_INLINE X FastSlope(D d, X, const S& below, const Parameters<V>&) {
    return SquareOfReciprocal(d, below);
  }
};

using Sigmoids = ActivationList<Sigmoid, LogSigmoid, Tanh, Softsign>;

}  // namespace HWY_NAMESPACE
}  // namespace ramp::family
HWY_AFTER_NAMESPACE();

#endif
