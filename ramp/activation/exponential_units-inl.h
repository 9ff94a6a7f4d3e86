// Definitions: units with an exponential left side.
#if defined(RAMP_ACTIVATION_EXPONENTIAL_UNITS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef RAMP_ACTIVATION_EXPONENTIAL_UNITS_INL_H_
#undef RAMP_ACTIVATION_EXPONENTIAL_UNITS_INL_H_
#else
#define RAMP_ACTIVATION_EXPONENTIAL_UNITS_INL_H_
#endif

#include "ramp/activation/definition-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ramp::family {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

struct UsualElu;
struct UsualCelu;
struct UsualSoftplus;

struct Elu : Smooth {
  using Usual = UsualElu;
  static constexpr About about = {.name = "elu",
                                  .formula = "x > 0 ? x : alpha (e^x - 1)",
                                  .derivative = "x > 0 ? 1 : alpha e^x",
                                  .onnx = "Elu(x, alpha=alpha)",
                                  .source =
                                      "Clevert, Unterthiner and Hochreiter, Fast and accurate deep network learning by "
                                      "exponential linear units, 2015",
                                  .saves = Saves::kOutput,
                                  .low = -1,
                                  .high = kUnbounded,
                                  .lipschitz = 1,
                                  .gain = 1.55052,
                                  .parameters = {{{"alpha", 1, 0, kAnyFloat, false, "minus the limit at -infinity"}}}};
  static double Reference(double x, ReferenceParameters p) { return x > 0 ? x : p[0] * std::expm1(x) + 0.0; }
  static double ReferenceSlope(double x, ReferenceParameters p) { return x > 0 ? 1 : p[0] * std::exp(x); }
  template <class D, class V>
  static HWY_INLINE V Value(D d, V x, const Parameters<V>& p) {
    const V negative = ExpMinusOne(d, AtMost(d, AtLeast(d, x, -200.0), 0.0));
    return hn::IfThenElse(hn::Gt(x, hn::Zero(d)), x, hn::Mul(p.first, negative));
  }
  template <class D, class X>
  static HWY_INLINE auto StartValue(D d, X x) {
    return SplitExpNearZero(d, AtLeast(d, x, -18.0f));  // there the exponential counts no more
  }
  template <class D, class X, class S, class V>
  static HWY_INLINE X FastValue(D d, X x, const S& start, const Parameters<V>& p) {
    return IfThenElse(Gt(x, hn::Zero(d)), x, TimesLessOne(p.first, start));
  }
  template <class D, class V>
  static HWY_INLINE V Slope(D d, V x, const Parameters<V>& p) {
    const V negative = hn::Mul(p.first, Exp(d, AtMost(d, AtLeast(d, x, -200.0), 0.0)));
    return hn::IfThenElse(hn::Gt(x, hn::Zero(d)), hn::Set(d, 1.0), negative);
  }
  static constexpr float kFastValueUpTo = kAnySize, kFastSlopeUpTo = 80;
  template <class D, class X>
  static HWY_INLINE auto StartSlope(D d, X x) {
    return FastExp<4>(d, x);
  }
  template <class D, class X, class S, class V>
  static HWY_INLINE X FastSlope(D d, X x, const S& start, const Parameters<V>& p) {
    return IfThenElse(Gt(x, hn::Zero(d)), hn::Set(d, 1.0f), Times(p.first, start));
  }
  template <class D, class V>
  static HWY_INLINE V SlopeOfOutput(D d, V y, const Parameters<V>& p) {
    return hn::IfThenElse(hn::Gt(y, hn::Zero(d)), hn::Set(d, 1.0f), hn::Add(y, p.first));
  }
};

// With alpha 1, a power of 2 less 1 is not rounded.
struct UsualElu : Elu {
  template <class D, class X>
  static HWY_INLINE InOneStep StartValue(D, X) {
    return {};
  }
  template <class D, class X, class V>
  static HWY_INLINE X FastValue(D d, X x, InOneStep, const Parameters<V>&) {
    return IfThenElse(Gt(x, hn::Zero(d)), x, ExpLessOne(d, AtLeast(d, x, -18.0f)));
  }
  static constexpr float kValueInPiecesUpTo = kAnySize;
  template <class X>
  static HWY_INLINE X ValueInPieces(const X& x) {
    return IfThenElse(Gt(x, hn::Zero(pieces::Floats())), x, ExpLessOneInPieces(x));
  }
  template <class D, class V>
  static HWY_INLINE V SlopeOfOutput(D d, V y, const Parameters<V>&) {
    return hn::Add(AtMost(d, y, 0.0f), hn::Set(d, 1.0f));
  }
};

struct Celu : Smooth {
  using Usual = UsualCelu;
  static constexpr About about = {
      .name = "celu",
      .formula = "x > 0 ? x : alpha (e^(x / alpha) - 1)",
      .derivative = "x > 0 ? 1 : e^(x / alpha)",
      .onnx = "Celu(x, alpha=alpha)",
      .source = "Barron, Continuously differentiable exponential linear units, 2017",
      .saves = Saves::kInput,
      .low = -1,
      .high = kUnbounded,
      .lipschitz = 1,
      .gain = 1.55052,
      .parameters = {{{"alpha", 1, 1e-6f, kAnyFloat, false, "minus the limit at -infinity"}}}};
  static double Reference(double x, ReferenceParameters p) { return x > 0 ? x : p[0] * std::expm1(x / p[0]) + 0.0; }
  static double ReferenceSlope(double x, ReferenceParameters p) { return x > 0 ? 1 : std::exp(x / p[0]); }
  template <class D, class V>
  static HWY_INLINE V Value(D d, V x, const Parameters<V>& p) {
    const V negative = ExpMinusOne(d, AtMost(d, AtLeast(d, hn::Div(x, p.first), -200.0), 0.0));
    return hn::IfThenElse(hn::Gt(x, hn::Zero(d)), x, hn::Mul(p.first, negative));
  }
  template <class D, class V>
  static HWY_INLINE V Slope(D d, V x, const Parameters<V>& p) {
    const V negative = Exp(d, AtMost(d, AtLeast(d, hn::Div(x, p.first), -200.0), 0.0));
    return hn::IfThenElse(hn::Gt(x, hn::Zero(d)), hn::Set(d, 1.0), negative);
  }
};

struct UsualCelu : UsualElu {
  static constexpr About about = Celu::about;
};

// Its constants keep mean 0 and variance 1.
struct Selu : Smooth {
  static constexpr About about = {
      .name = "selu",
      .formula = "x > 0 ? 1.0507 x : 1.7581 (e^x - 1)",
      .derivative = "x > 0 ? 1.0507 : 1.7581 e^x",
      .onnx = "Selu(x)",
      .source = "Klambauer, Unterthiner, Mayr and Hochreiter, Self-normalizing neural networks, 2017",
      .saves = Saves::kInput,
      .low = -1.7580995,
      .high = kUnbounded,
      .lipschitz = 1.7580994,
      .gain = 1};
  static constexpr double kScale = 1.0507009873554804934193349852946;
  static constexpr double kScaleAlpha = kScale * 1.6732632423543772848170429916717;
  static double Reference(double x, ReferenceParameters) {
    return x > 0 ? kScale * x : kScaleAlpha * std::expm1(x) + 0.0;
  }
  static double ReferenceSlope(double x, ReferenceParameters) { return x > 0 ? kScale : kScaleAlpha * std::exp(x); }
  template <class D, class V>
  static HWY_INLINE V Value(D d, V x, const Parameters<V>&) {
    const V negative = ExpMinusOne(d, AtMost(d, AtLeast(d, x, -200.0), 0.0));
    return hn::IfThenElse(hn::Gt(x, hn::Zero(d)), hn::Mul(x, hn::Set(d, kScale)),
                          hn::Mul(hn::Set(d, kScaleAlpha), negative));
  }
  template <class D, class V>
  static HWY_INLINE V Slope(D d, V x, const Parameters<V>&) {
    const V negative = hn::Mul(hn::Set(d, kScaleAlpha), Exp(d, AtMost(d, AtLeast(d, x, -200.0), 0.0)));
    return hn::IfThenElse(hn::Gt(x, hn::Zero(d)), hn::Set(d, kScale), negative);
  }
  // The floats next to the constants.
  static constexpr float kNearScale = 0x1.0cfabep+0f, kScaleRest = -0x1.2adddap-25f, kNearScaleAlpha = 0x1.c212ccp+0f,
                         kScaleAlphaRest = 0x1.903c0cp-26f;
  template <class D, class X>
  static HWY_INLINE auto StartValue(D d, X x) {
    return Elu::StartValue(d, x);
  }
  template <class D, class X, class S, class V>
  static HWY_INLINE X FastValue(D d, X x, const S& start, const Parameters<V>&) {
    const X negative = TimesLessOne(d, kNearScaleAlpha, kScaleAlphaRest, start);
    const X positive = MulAdd(x, hn::Set(d, kNearScale), Mul(x, hn::Set(d, kScaleRest)));
    return IfThenElse(Gt(x, hn::Zero(d)), positive, negative);
  }
  // Infinity times a constant's rest would be taken from infinity.
  static constexpr float kFastValueUpTo = kAnyFloat, kFastSlopeUpTo = Elu::kFastSlopeUpTo;
  template <class D, class X>
  static HWY_INLINE auto StartSlope(D d, X x) {
    return Elu::StartSlope(d, x);
  }
  template <class D, class X, class S, class V>
  static HWY_INLINE X FastSlope(D d, X x, const S& start, const Parameters<V>&) {
    const X negative = Times(hn::Set(d, kNearScaleAlpha), start);
    return IfThenElse(Gt(x, hn::Zero(d)), hn::Set(d, kNearScale), negative);
  }
};

struct Softplus : Smooth {
  using Usual = UsualSoftplus;
  static constexpr About about = {.name = "softplus",
                                  .formula = "log(1 + e^(beta x)) / beta",
                                  .derivative = "1 / (1 + e^(-beta x))",
                                  .onnx = "Div(Softplus(Mul(x, beta)), beta)",
                                  .source =
                                      "Dugas, Bengio, Belisle, Nadeau and Garcia, Incorporating second-order "
                                      "functional knowledge for better option pricing, 2000",
                                  .saves = Saves::kInput,
                                  .low = 0,
                                  .high = kUnbounded,
                                  .lipschitz = 1,
                                  .gain = 1.08549,
                                  .parameters = {{{"beta", 1, 1e-6f, kAnyFloat, false, "how sharp the bend is"}}}};
  static double Reference(double x, ReferenceParameters p) {
    return x < 0 ? std::log1p(std::exp(p[0] * x)) / p[0] : x + std::log1p(std::exp(-p[0] * x)) / p[0];
  }
  static double ReferenceSlope(double x, ReferenceParameters p) { return 1 / (1 + std::exp(-p[0] * x)); }
  template <class D, class V>
  static HWY_INLINE V Value(D d, V x, const Parameters<V>& p) {
    const V e = Exp(d, AtLeast(d, hn::Neg(hn::Abs(hn::Mul(p.first, x))), -200.0));
    const V inverse = hn::Div(hn::Set(d, 1.0), p.first);
    return hn::MulAdd(LogOnePlus(d, e), inverse, AtLeast(d, x, 0.0));
  }
  template <class D, class V>
  static HWY_INLINE V Slope(D d, V x, const Parameters<V>& p) {
    return Logistic(d, AtMost(d, AtLeast(d, hn::Mul(p.first, x), -200.0), 200.0));
  }
};

// With beta 1.
struct UsualSoftplus : Softplus {
  static constexpr float kFastValueUpTo = 87, kFastSlopeUpTo = 16;
  template <class D, class X>
  static HWY_INLINE auto StartValue(D d, X x) {
    return StartLogOnePlusExp(d, x);
  }
  template <class D, class X, class S, class V>
  static HWY_INLINE X FastValue(D d, X x, const S& start, const Parameters<V>&) {
    return LogOnePlusExp(d, x, start);
  }
  template <class D, class X>
  static HWY_INLINE auto StartSlope(D d, X x) {
    return OnePlus(d, FastExp<3, true>(d, x));
  }
  template <class D, class X, class S, class V>
  static HWY_INLINE X FastSlope(D d, X, const S& start, const Parameters<V>&) {
    return Reciprocal(d, start);
  }
  static constexpr float kValueInPiecesUpTo = kSoftplusPieces.end;
  static constexpr bool kValueInPiecesIsOneSided = kSoftplusPieces.vanishes;
  template <class X>
  static HWY_INLINE X ValueInPieces(const X& x) {
    return SoftplusInPieces(x);
  }
  static constexpr float kSlopeInPiecesUpTo = kLogisticPieces.end;
  template <class X>
  static HWY_INLINE X SlopeInPieces(const X& x) {
    return StepAndTail<kLogisticPieces>(x);
  }
};

using ExponentialUnits = ActivationList<Elu, Celu, Selu, Softplus>;

}  // namespace HWY_NAMESPACE
}  // namespace ramp::family
HWY_AFTER_NAMESPACE();

#endif
