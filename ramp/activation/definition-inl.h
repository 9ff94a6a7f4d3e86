// What the definition of an activation consists of. Compiled once for each instruction set.
//
// An activation is a struct with
//   about                      what is told of it
//   Arithmetic                 float, or double where floats would lose accuracy: the vectors of Value
//   SlopeArithmetic            likewise of Slope
//   Reference, ReferenceSlope  the function and its derivative, with the conventions at kinks: the oracle of the tests
//   Value(d, x, p)             the function
//   Closed(d, x, p)            the mask of closed gates, of a vector of floats
// if Arithmetic is double, perhaps, for one vector of floats and for several,
//   kFastValueUpTo             the greatest |x| for which there is a formula of floats, where multiplication and
//                              addition are fused (compensated-inl.h), kAnySize if it holds for all of them and for NaN
//   StartValue(d, x)           its first half
//   FastValue(d, x, start, p)  the function, with what that has given
// or, where registers are tables (pieces-inl.h),
//   kValueInPiecesUpTo         the greatest |x| for which there is such a formula, or, with
//                              kValueInPiecesIsOneSided, the greatest -x
//   ValueInPieces(x)           the function
// and, for the way back,
//   Pass(d, gradient, open, p)  what passes back where the derivative is known from the mask of open gates; else
//   Slope(d, x, p)              the derivative, with kFastSlopeUpTo, StartSlope, FastSlope, kSlopeInPiecesUpTo and
//                               SlopeInPieces like those of the value
//   SlopeOfOutput(d, y, p)      the derivative from the output, of floats, where there is a cheap formula
//   LearnedSlope(d, x, p)       dy/dparameter, of floats, when about.parameters[0] is learned
// and, if there is a faster formula for the parameters that it has when none are given,
//   Usual                       the activation with those
// Functions and derivatives are written twice, for the tests could not find a mistake in a formula that they share.
// A NaN stays a NaN and never closes a gate: it passes, and is seen. -0 stays -0 where the function is the identity
// or a product with its input. Infinities give the limits.
#if defined(RAMP_ACTIVATION_DEFINITION_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef RAMP_ACTIVATION_DEFINITION_INL_H_
#undef RAMP_ACTIVATION_DEFINITION_INL_H_
#else
#define RAMP_ACTIVATION_DEFINITION_INL_H_
#endif

#include <hwy/highway.h>

#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <string_view>

#include "ramp/activation/activation.h"
#include "ramp/activation/compensated-inl.h"
#include "ramp/activation/elementary-inl.h"
#include "ramp/activation/pieces-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ramp::family {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

struct About {
  std::string_view name, formula, derivative, onnx, source;
  Saves saves;
  double low, high, lipschitz, gain;
  std::array<ActivationParameter, kMostParameters> parameters = {};  // those without a name are none
  std::string_view gated = {}, gated_twice = {};                     // see Activation
  bool random_slope = false;                                         // likewise
};

inline constexpr double kUnbounded = std::numeric_limits<double>::infinity();
inline constexpr float kAnyFloat = std::numeric_limits<float>::max();
inline constexpr float kAnySize = std::numeric_limits<float>::infinity();

using ReferenceParameters = std::span<const double>;

// The first step of a formula that has one alone.
struct InOneStep {};

// The parameters in all lanes; a learned one has its own value in each.
template <class V>
struct Parameters {
  V first, second;
};

// Closed at 0 and below.
struct Rectifier {
  using Arithmetic = float;
  using SlopeArithmetic = float;
  template <class D, class V>
  static HWY_INLINE auto Closed(D d, V x, const Parameters<V>&) {
    return hn::Le(x, hn::Zero(d));
  }
};

// A rectifier that lets nothing through its closed gates.
struct HardRectifier : Rectifier {
  template <class D, class V, class M>
  static HWY_INLINE V Pass(D, V gradient, M open, const Parameters<V>&) {
    return hn::IfThenElseZero(open, gradient);
  }
};

// One that lets p.first of everything through them.
struct LeakyRectifier : Rectifier {
  static double Reference(double x, ReferenceParameters p) { return x <= 0 ? p[0] * x : x; }
  static double ReferenceSlope(double x, ReferenceParameters p) { return x <= 0 ? p[0] : 1; }
  template <class D, class V>
  static HWY_INLINE V Value(D d, V x, const Parameters<V>& p) {
#if HWY_TARGET <= HWY_AVX3
    return MulWhere(Closed(d, x, p), x, p.first, x);
#else
    return hn::MulAdd(p.first, AtMost(d, x, 0.0f), AtLeast(d, x, 0.0f));
#endif
  }
  template <class D, class V, class M>
  static HWY_INLINE V Pass(D, V gradient, M open, const Parameters<V>& p) {
    return hn::IfThenElse(open, gradient, hn::Mul(gradient, p.first));
  }
};

// A smooth activation has no gate of its own; the sign of its input is kept, a NaN being closed.
struct Smooth {
  using Arithmetic = double;
  using SlopeArithmetic = double;
  template <class D, class V>
  static HWY_INLINE auto Closed(D d, V x, const Parameters<V>&) {
    return NotGreater(x, hn::Zero(d));
  }
};

template <class... A>
struct ActivationList {};

}  // namespace HWY_NAMESPACE
}  // namespace ramp::family
HWY_AFTER_NAMESPACE();

#endif
