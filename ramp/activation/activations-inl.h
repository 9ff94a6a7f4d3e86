// The definitions of the family: an activation is one struct below and its place in `Family`, and stands nowhere else.
// Compiled once for each instruction set; activation.cc makes the public table of it, kernels.cc the loops.
//
// A struct has
//   about                      what is told of it
//   Reference, ReferenceSlope  the function and its derivative in double precision, with the conventions at kinks
//   Value(d, x, p)             the function on a vector
//   Backward(d, g, saved, p)   the gradient g passed back; `saved` is what about.saves names: the mask of open gates,
//                              the output or the input
//   Closed(d, x, p)            the mask of closed gates. A NaN is never closed: it passes, and is seen.
//   LearnedSlope(d, x, p)      dy/dparameter, when about.parameters[0] is learned
// A NaN stays a NaN, and -0 stays -0 where the function is the identity there.
#if defined(RAMP_ACTIVATION_ACTIVATIONS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef RAMP_ACTIVATION_ACTIVATIONS_INL_H_
#undef RAMP_ACTIVATION_ACTIVATIONS_INL_H_
#else
#define RAMP_ACTIVATION_ACTIVATIONS_INL_H_
#endif

#include <hwy/highway.h>

#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <string_view>

#include "ramp/activation/activation.h"
#include "ramp/activation/exponentials-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ramp::family {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

struct About {
  std::string_view name, formula, derivative, onnx, source;
  Saves saves;
  double low, high, gain;
  std::array<ActivationParameter, kMostParameters> parameters = {};  // those without a name are none
};

inline constexpr double kUnbounded = std::numeric_limits<double>::infinity();
inline constexpr float kAnyFloat = std::numeric_limits<float>::max();

using ReferenceParameters = std::span<const double>;

// The parameters in all lanes; a learned one has its own value in each.
template <class V>
struct Parameters {
  V first, second;
};

// Closed at 0 and below.
struct Rectifier {
  template <class D, class V>
  static HWY_INLINE auto Closed(D d, V x, const Parameters<V>&) {
    return hn::Le(x, hn::Zero(d));
  }
};

// A smooth activation has no gate of its own; the sign of its input is kept, a NaN being closed.
struct Smooth {
  template <class D, class V>
  static HWY_INLINE auto Closed(D d, V x, const Parameters<V>&) {
    return hn::Not(hn::Gt(x, hn::Zero(d)));
  }
};

struct Relu : Rectifier {
  static constexpr About about = {
      .name = "relu",
      .formula = "max(0, x)",
      .derivative = "x > 0 ? 1 : 0",
      .onnx = "Relu(x)",
      .source = "Nair and Hinton, Rectified linear units improve restricted Boltzmann machines, 2010",
      .saves = Saves::kGate,
      .low = 0,
      .high = kUnbounded,
      .gain = 2};
  static double Reference(double x, ReferenceParameters) { return x < 0 ? 0 : x; }
  static double ReferenceSlope(double x, ReferenceParameters) { return x <= 0 ? 0 : 1; }
  template <class D, class V>
  static HWY_INLINE V Value(D d, V x, const Parameters<V>&) {
    return AtLeast(d, x, 0.0f);
  }
  template <class D, class V, class M>
  static HWY_INLINE V Backward(D, V gradient, M open, const Parameters<V>&) {
    return hn::IfThenElseZero(open, gradient);
  }
};

struct LeakyRelu : Rectifier {
  static constexpr About about = {
      .name = "leaky_relu",
      .formula = "x > 0 ? x : slope x",
      .derivative = "x > 0 ? 1 : slope",
      .onnx = "LeakyRelu(x, alpha=slope)",
      .source = "Maas, Hannun and Ng, Rectifier nonlinearities improve neural network acoustic models, 2013",
      .saves = Saves::kGate,
      .low = -kUnbounded,
      .high = kUnbounded,
      .gain = 2 / (1 + 0.01 * 0.01),
      .parameters = {{{"slope", 0.01f, 0, 1, false, "what is left of a negative input"}}}};
  static double Reference(double x, ReferenceParameters p) { return x <= 0 ? p[0] * x : x; }
  static double ReferenceSlope(double x, ReferenceParameters p) { return x <= 0 ? p[0] : 1; }
  template <class D, class V>
  static HWY_INLINE V Value(D d, V x, const Parameters<V>& p) {
    return hn::IfThenElse(Closed(d, x, p), hn::Mul(x, p.first), x);
  }
  template <class D, class V, class M>
  static HWY_INLINE V Backward(D, V gradient, M open, const Parameters<V>& p) {
    return hn::IfThenElse(open, gradient, hn::Mul(gradient, p.first));
  }
};

struct Prelu : Rectifier {
  static constexpr About about = {
      .name = "prelu",
      .formula = "x > 0 ? x : slope x, slope learned for each unit",
      .derivative = "x > 0 ? 1 : slope",
      .onnx = "PRelu(x, slope)",
      .source = "He, Zhang, Ren and Sun, Delving deep into rectifiers, 2015",
      .saves = Saves::kInput,
      .low = -kUnbounded,
      .high = kUnbounded,
      .gain = 2 / (1 + 0.25 * 0.25),
      .parameters = {{{"slope", 0.25f, -kAnyFloat, kAnyFloat, true, "what is left of a negative input"}}}};
  static double Reference(double x, ReferenceParameters p) { return x <= 0 ? p[0] * x : x; }
  static double ReferenceSlope(double x, ReferenceParameters p) { return x <= 0 ? p[0] : 1; }
  template <class D, class V>
  static HWY_INLINE V Value(D d, V x, const Parameters<V>& p) {
    return hn::IfThenElse(Closed(d, x, p), hn::Mul(x, p.first), x);
  }
  template <class D, class V>
  static HWY_INLINE V Backward(D d, V gradient, V x, const Parameters<V>& p) {
    return hn::IfThenElse(Closed(d, x, p), hn::Mul(gradient, p.first), gradient);
  }
  template <class D, class V>
  static HWY_INLINE V LearnedSlope(D d, V x, const Parameters<V>& p) {
    return hn::IfThenElseZero(Closed(d, x, p), x);
  }
};

struct Elu : Smooth {
  static constexpr About about = {
      .name = "elu",
      .formula = "x > 0 ? x : alpha (e^x - 1)",
      .derivative = "x > 0 ? 1 : alpha e^x",
      .onnx = "Elu(x, alpha=alpha)",
      .source =
          "Clevert, Unterthiner and Hochreiter, Fast and accurate deep network learning by exponential linear "
          "units, 2015",
      .saves = Saves::kOutput,
      .low = -1,
      .high = kUnbounded,
      .gain = 1.55,
      .parameters = {{{"alpha", 1, 0, kAnyFloat, false, "minus the limit at -infinity"}}}};
  static double Reference(double x, ReferenceParameters p) { return x > 0 ? x : p[0] * std::expm1(x); }
  static double ReferenceSlope(double x, ReferenceParameters p) { return x > 0 ? 1 : p[0] * std::exp(x); }
  template <class D, class V>
  static HWY_INLINE V Value(D d, V x, const Parameters<V>& p) {
    return hn::IfThenElse(hn::Gt(x, hn::Zero(d)), x, hn::Mul(p.first, ExponentialMinusOne(d, AtMost(d, x, 0.0f))));
  }
  template <class D, class V>
  static HWY_INLINE V Backward(D d, V gradient, V y, const Parameters<V>& p) {
    return hn::IfThenElse(hn::Gt(y, hn::Zero(d)), gradient, hn::Mul(gradient, hn::Add(y, p.first)));
  }
};

struct Sigmoid : Smooth {
  static constexpr About about = {.name = "sigmoid",
                                  .formula = "1 / (1 + e^-x)",
                                  .derivative = "y (1 - y)",
                                  .onnx = "Sigmoid(x)",
                                  .source =
                                      "Verhulst, Recherches mathematiques sur la loi d'accroissement de la "
                                      "population, 1845",
                                  .saves = Saves::kOutput,
                                  .low = 0,
                                  .high = 1,
                                  .gain = 1};
  static double Reference(double x, ReferenceParameters) {
    return x >= 0 ? 1 / (1 + std::exp(-x)) : std::exp(x) / (1 + std::exp(x));
  }
  static double ReferenceSlope(double x, ReferenceParameters) {
    const double e = std::exp(-std::abs(x));
    return e / ((1 + e) * (1 + e));
  }
  template <class D, class V>
  static HWY_INLINE V Value(D d, V x, const Parameters<V>&) {
    // e^-|x| never overflows, and is the numerator where the result is small.
    const V one = hn::Set(d, 1.0f);
    const V e = Exponential(d, hn::Neg(hn::Abs(x)));
    return hn::Div(hn::IfThenElse(hn::Lt(x, hn::Zero(d)), e, one), hn::Add(one, e));
  }
  template <class D, class V>
  static HWY_INLINE V Backward(D d, V gradient, V y, const Parameters<V>&) {
    return hn::Mul(gradient, hn::Mul(y, hn::Sub(hn::Set(d, 1.0f), y)));
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
                                  .gain = 25.0 / 9};
  static double Reference(double x, ReferenceParameters) { return std::tanh(x); }
  static double ReferenceSlope(double x, ReferenceParameters) { return 1 / (std::cosh(x) * std::cosh(x)); }
  template <class D, class V>
  static HWY_INLINE V Value(D d, V x, const Parameters<V>&) {
    const V magnitude = hn::Abs(x);
    const V e = ExponentialMinusOne(d, hn::Mul(magnitude, hn::Set(d, -2.0f)));
    return hn::CopySignToAbs(hn::Div(hn::Neg(e), hn::Add(hn::Set(d, 2.0f), e)), x);
  }
  template <class D, class V>
  static HWY_INLINE V Backward(D d, V gradient, V y, const Parameters<V>&) {
    return hn::Mul(gradient, hn::NegMulAdd(y, y, hn::Set(d, 1.0f)));
  }
};

struct Identity : Smooth {
  static constexpr About about = {.name = "identity",
                                  .formula = "x",
                                  .derivative = "1",
                                  .onnx = "Identity(x)",
                                  .source = "",
                                  .saves = Saves::kGate,
                                  .low = -kUnbounded,
                                  .high = kUnbounded,
                                  .gain = 1};
  static double Reference(double x, ReferenceParameters) { return x; }
  static double ReferenceSlope(double, ReferenceParameters) { return 1; }
  template <class D, class V>
  static HWY_INLINE V Value(D, V x, const Parameters<V>&) {
    return x;
  }
  template <class D, class V, class M>
  static HWY_INLINE V Backward(D, V gradient, M, const Parameters<V>&) {
    return gradient;
  }
};

template <class... A>
struct ActivationList {};
using Family = ActivationList<Relu, LeakyRelu, Prelu, Elu, Sigmoid, Tanh, Identity>;

}  // namespace HWY_NAMESPACE
}  // namespace ramp::family
HWY_AFTER_NAMESPACE();

#endif
