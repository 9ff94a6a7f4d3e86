// Definitions: piecewise stand-ins of smooth functions, shrinkage, and the identity.
#if defined(RAMP_ACTIVATION_HARD_UNITS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef RAMP_ACTIVATION_HARD_UNITS_INL_H_
#undef RAMP_ACTIVATION_HARD_UNITS_INL_H_
#else
#define RAMP_ACTIVATION_HARD_UNITS_INL_H_
#endif

#include "ramp/activation/definition-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ramp::family {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

struct Hardtanh : HardRectifier {
  static constexpr About about = {.name = "hardtanh",
                                  .formula = "min(max(low, x), high)",
                                  .derivative = "low < x < high ? 1 : 0",
                                  .onnx = "Clip(x, low, high)",
                                  .source = "Collobert, Large scale machine learning, 2004",
                                  .saves = Saves::kGate,
                                  .low = -1,
                                  .high = 1,
                                  .lipschitz = 1,
                                  .gain = 1.93776,
                                  .parameters = {{{"low", -1, -kAnyFloat, kAnyFloat, false, "the least output"},
                                                  {"high", 1, -kAnyFloat, kAnyFloat, false, "the greatest output"}}}};
  static double Reference(double x, ReferenceParameters p) { return x < p[0] ? p[0] : x > p[1] ? p[1] : x; }
  static double ReferenceSlope(double x, ReferenceParameters p) { return x <= p[0] || x >= p[1] ? 0 : 1; }
  template <class D, class V>
  static HWY_INLINE V Value(D d, V x, const Parameters<V>& p) {
    return AtMost(d, AtLeast(d, x, p.first), p.second);
  }
  template <class D, class V>
  static HWY_INLINE auto Closed(D, V x, const Parameters<V>& p) {
    return hn::Or(hn::Le(x, p.first), hn::Ge(x, p.second));
  }
};

// The sum x + 3 must not be rounded, or little would be left of it near -3.
struct Hardsigmoid : HardRectifier {
  static constexpr About about = {.name = "hardsigmoid",
                                  .formula = "min(max(0, (x + 3) / 6), 1)",
                                  .derivative = "-3 < x < 3 ? 1/6 : 0",
                                  .onnx = "HardSigmoid(x, alpha=0.16666667, beta=0.5)",
                                  .source = "Courbariaux, Bengio and David, BinaryConnect, 2015",
                                  .saves = Saves::kGate,
                                  .low = 0,
                                  .high = 1,
                                  .lipschitz = 1 / 6.0,
                                  .gain = 3.6018};
  using Arithmetic = double;
  static double Reference(double x, ReferenceParameters) { return x <= -3 ? 0 : x >= 3 ? 1 : (x + 3) / 6; }
  static double ReferenceSlope(double x, ReferenceParameters) { return x <= -3 || x >= 3 ? 0 : 1 / 6.0; }
  template <class D, class V>
  static HWY_INLINE V Value(D d, V x, const Parameters<V>&) {
    const V bounded = AtMost(d, AtLeast(d, x, -3.0), 3.0);
    return hn::Mul(hn::Add(bounded, hn::Set(d, 3.0)), hn::Set(d, 1 / 6.0));
  }
  static constexpr float kFastValueUpTo = kAnySize;
  template <class D, class X>
  static HWY_INLINE InOneStep StartValue(D, X) {
    return {};
  }
  template <class D, class X, class V>
  static HWY_INLINE X FastValue(D d, X x, InOneStep, const Parameters<V>&) {
    return Sixth(d, SumOfSorted(hn::Set(d, 3.0f), AtMost(d, AtLeast(d, x, -3.0f), 3.0f)));
  }
  template <class D, class V>
  static HWY_INLINE auto Closed(D d, V x, const Parameters<V>&) {
    return hn::Or(hn::Le(x, hn::Set(d, -3.0f)), hn::Ge(x, hn::Set(d, 3.0f)));
  }
  template <class D, class V, class M>
  static HWY_INLINE V Pass(D d, V gradient, M open, const Parameters<V>&) {
    return hn::IfThenElseZero(open, hn::Mul(gradient, hn::Set(d, 1 / 6.0f)));
  }
};

// The slope is 0 at -3 and 1 at 3.
struct Hardswish : Smooth {
  static constexpr About about = {.name = "hardswish",
                                  .formula = "x min(max(0, (x + 3) / 6), 1)",
                                  .derivative = "-3 < x < 3 ? (2x + 3) / 6 : x < 0 ? 0 : 1",
                                  .onnx = "HardSwish(x)",
                                  .source = "Howard et al., Searching for MobileNetV3, 2019",
                                  .saves = Saves::kInput,
                                  .low = -0.375,
                                  .high = kUnbounded,
                                  .lipschitz = 1.5,
                                  .gain = 3.01598};
  static double Reference(double x, ReferenceParameters) { return x <= -3 ? -0.0 : x >= 3 ? x : x * ((x + 3) / 6); }
  static double ReferenceSlope(double x, ReferenceParameters) { return x <= -3 ? 0 : x >= 3 ? 1 : (2 * x + 3) / 6; }
  template <class D, class V>
  static HWY_INLINE V Value(D d, V x, const Parameters<V>&) {
    const V share = hn::Mul(hn::Add(AtMost(d, AtLeast(d, x, -3.0), 3.0), hn::Set(d, 3.0)), hn::Set(d, 1 / 6.0));
    return hn::Mul(AtLeast(d, x, -3.0), share);
  }
  template <class D, class V>
  static HWY_INLINE V Slope(D d, V x, const Parameters<V>&) {
    const V three = hn::Set(d, 3.0);
    const V inside = hn::Mul(hn::Add(hn::Add(x, x), three), hn::Set(d, 1 / 6.0));
    const V above = hn::IfThenElse(hn::Ge(x, three), hn::Set(d, 1.0), inside);
    return hn::IfThenZeroElse(hn::Le(x, hn::Neg(three)), above);
  }
  static constexpr float kFastSlopeUpTo = kAnySize;
  template <class D, class X>
  static HWY_INLINE InOneStep StartSlope(D, X) {
    return {};
  }
  template <class D, class X, class V>
  static HWY_INLINE X FastSlope(D d, X x, InOneStep, const Parameters<V>&) {
    const X inside = Sixth(d, SumOfSorted(hn::Set(d, 3.0f), Add(x, x)));
    const X above = IfThenElse(Ge(x, hn::Set(d, 3.0f)), hn::Set(d, 1.0f), inside);
    return IfThenZeroElse(Le(x, hn::Set(d, -3.0f)), above);
  }
};

// Closed for small inputs of either sign.
struct Hardshrink : HardRectifier {
  static constexpr About about = {
      .name = "hardshrink",
      .formula = "|x| > lambda ? x : 0",
      .derivative = "|x| > lambda ? 1 : 0",
      .onnx = "Shrink(x, bias=0, lambd=lambda)",
      .source = "Donoho and Johnstone, Ideal spatial adaptation by wavelet shrinkage, 1994",
      .saves = Saves::kGate,
      .low = -kUnbounded,
      .high = kUnbounded,
      .lipschitz = kUnbounded,
      .gain = 1.03194,
      .parameters = {{{"lambda", 0.5f, 0, kAnyFloat, false, "inputs up to this size give 0"}}}};
  static double Reference(double x, ReferenceParameters p) { return std::abs(x) <= p[0] ? 0 : x; }
  static double ReferenceSlope(double x, ReferenceParameters p) { return std::abs(x) <= p[0] ? 0 : 1; }
  template <class D, class V>
  static HWY_INLINE V Value(D d, V x, const Parameters<V>& p) {
    return hn::IfThenZeroElse(Closed(d, x, p), x);
  }
  template <class D, class V>
  static HWY_INLINE auto Closed(D, V x, const Parameters<V>& p) {
    return hn::Le(hn::Abs(x), p.first);
  }
};

struct Softshrink : HardRectifier {
  static constexpr About about = {
      .name = "softshrink",
      .formula = "x > lambda ? x - lambda : x < -lambda ? x + lambda : 0",
      .derivative = "|x| > lambda ? 1 : 0",
      .onnx = "Shrink(x, bias=lambda, lambd=lambda)",
      .source = "Donoho, De-noising by soft-thresholding, 1995",
      .saves = Saves::kGate,
      .low = -kUnbounded,
      .high = kUnbounded,
      .lipschitz = 1,
      .gain = 2.38505,
      .parameters = {{{"lambda", 0.5f, 0, kAnyFloat, false, "inputs up to this size give 0"}}}};
  static double Reference(double x, ReferenceParameters p) {
    return x > p[0] ? x - p[0] : x < -p[0] ? x + p[0] : std::isnan(x) ? x : 0;
  }
  static double ReferenceSlope(double x, ReferenceParameters p) { return std::abs(x) <= p[0] ? 0 : 1; }
  template <class D, class V>
  static HWY_INLINE V Value(D d, V x, const Parameters<V>& p) {
    return hn::Sub(x, AtMost(d, AtLeast(d, x, hn::Neg(p.first)), p.first));
  }
  template <class D, class V>
  static HWY_INLINE auto Closed(D, V x, const Parameters<V>& p) {
    return hn::Le(hn::Abs(x), p.first);
  }
};

struct Identity : Rectifier {
  static constexpr About about = {.name = "identity",
                                  .formula = "x",
                                  .derivative = "1",
                                  .onnx = "Identity(x)",
                                  .source = "",
                                  .saves = Saves::kGate,
                                  .low = -kUnbounded,
                                  .high = kUnbounded,
                                  .lipschitz = 1,
                                  .gain = 1};
  static double Reference(double x, ReferenceParameters) { return x; }
  static double ReferenceSlope(double, ReferenceParameters) { return 1; }
  template <class D, class V>
  static HWY_INLINE V Value(D, V x, const Parameters<V>&) {
    return x;
  }
  template <class D, class V>
  static HWY_INLINE auto Closed(D d, V x, const Parameters<V>&) {
    return NotGreater(x, hn::Zero(d));
  }
  template <class D, class V, class M>
  static HWY_INLINE V Pass(D, V gradient, M, const Parameters<V>&) {
    return gradient;
  }
};

using HardUnits = ActivationList<Hardtanh, Hardsigmoid, Hardswish, Hardshrink, Softshrink, Identity>;

}  // namespace HWY_NAMESPACE
}  // namespace ramp::family
HWY_AFTER_NAMESPACE();

#endif
