// Definitions: x times a smooth gate.
#if defined(RAMP_ACTIVATION_GATED_UNITS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef RAMP_ACTIVATION_GATED_UNITS_INL_H_
#undef RAMP_ACTIVATION_GATED_UNITS_INL_H_
#else
#define RAMP_ACTIVATION_GATED_UNITS_INL_H_
#endif

#include "ramp/activation/definition-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ramp::family {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

inline constexpr long double kInverseRootOfTwoPi = 0.398942280401432677939946059934L;

// slope(x), in greater precision where it is small by cancellation; its limits beyond `far`.
template <class F>
double SlopeNearAndFar(double x, double far, const F& slope) {
  if (std::abs(x) > far) return x > 0 ? 1 : 0;
  const double result = slope(x);
  const bool cancels = x > -2 && std::abs(result) < 0.05;
  return cancels ? static_cast<double>(slope(static_cast<long double>(x))) : result;
}

inline double SlopeOfSilu(double x) {
  return SlopeNearAndFar(x, 200, [](auto z) {
    const auto e = std::exp(-z);
    return (1 + z * (e / (1 + e))) / (1 + e);
  });
}

template <class D, class V>
HWY_INLINE V SlopeOfSilu(D d, V x) {
  const V bounded = AtMost(d, AtLeast(d, x, -200.0), 200.0);
  const V one = hn::Set(d, 1.0);
  const V e = Exp(d, hn::Neg(bounded));
  const V s = hn::Div(one, hn::Add(one, e));
  const V slope = hn::Mul(s, hn::MulAdd(bounded, hn::Mul(e, s), one));
  return AroundRoot(d, x, slope, -0x1.474973c84120bp0, -0x1.f8d74bc9ac154p-54, 0x1.be1410460527fp-3,
                    0x1.2c56345b729c9p-3, 0x1.353eb56f16efbp-6, -0x1.f2d13804c8c34p-7, -0x1.b0f806b03887cp-8,
                    0x1.142c40f35e15bp-13, 0x1.a21175a8d8206p-11);
}

// x times the probability that a standard normal variable is below x.
struct Gelu : Smooth {
  static constexpr About about = {.name = "gelu",
                                  .formula = "x (1 + erf(x / sqrt 2)) / 2",
                                  .derivative = "(1 + erf(x / sqrt 2)) / 2 + x e^(-x^2 / 2) / sqrt(2 pi)",
                                  .onnx = "Mul(Mul(x, 0.5), Add(Erf(Div(x, 1.41421356)), 1))",
                                  .source = "Hendrycks and Gimpel, Gaussian error linear units, 2016",
                                  .saves = Saves::kInput,
                                  .low = -0.16997121,
                                  .high = kUnbounded,
                                  .lipschitz = 1.128905,
                                  .gain = 2.35172,
                                  .gated = "geglu"};
  static double Reference(double x, ReferenceParameters) {
    return x < -40 ? -0.0 : x * (std::erfc(-x / std::sqrt(2.0)) / 2);
  }
  static double ReferenceSlope(double x, ReferenceParameters) {
    return SlopeNearAndFar(x, 16, [](auto z) {
      using std::exp, std::erfc, std::sqrt;
      const auto two = static_cast<decltype(z)>(2);
      return erfc(-z / sqrt(two)) / 2 + z * exp(-z * z / 2) * static_cast<decltype(z)>(kInverseRootOfTwoPi);
    });
  }
  template <class D, class V>
  static HWY_INLINE V Value(D d, V x, const Parameters<V>&) {
    const V size = AtMost(d, hn::Abs(x), 14.75);
    const V tail = hn::Mul(ScaledNormalTail(d, size), Exp(d, hn::Mul(hn::Set(d, -0.5), hn::Mul(size, size))));
    return hn::NegMulAdd(size, tail, AtLeast(d, x, 0.0));
  }
  static constexpr float kFastValueUpTo = 6;
  template <class D, class X>
  static HWY_INLINE auto StartValue(D d, X x) {
    return FastNormalDensity(d, x);
  }
  template <class D, class X, class S, class V>
  static HWY_INLINE X FastValue(D d, X x, const S& start, const Parameters<V>&) {
    return LessNormalTail(d, x, start);
  }
  template <class D, class V>
  static HWY_INLINE V Slope(D d, V x, const Parameters<V>&) {
    // With the left side's slope at -|x|: the slopes at x and -x add up to 1.
    const V size = AtMost(d, hn::Abs(x), 14.75);
    const V density = Exp(d, hn::Mul(hn::Set(d, -0.5), hn::Mul(size, size)));
    const V left = hn::Mul(
        density, hn::NegMulAdd(size, hn::Set(d, static_cast<double>(kInverseRootOfTwoPi)), ScaledNormalTail(d, size)));
    const V slope = hn::IfThenElse(hn::Gt(x, hn::Zero(d)), hn::Sub(hn::Set(d, 1.0), left), left);
    return AroundRoot(d, x, slope, -0x1.80ead197f00b4p-1, 0x1.13e74c58cada8p-56, 0x1.b9d98fa5a3215p-2,
                      0x1.8d9a940ddf711p-2, -0x1.2a2efa10ad847p-6, -0x1.d2f9cbf0985d4p-4, -0x1.e4072d949bc4fp-7,
                      0x1.3d33ff8df1772p-6, 0x1.2826b1ea8b35fp-8);
  }
  static constexpr float kValueInPiecesUpTo = kGeluPieces.end;
  static constexpr bool kValueInPiecesIsOneSided = kGeluPieces.vanishes;
  template <class X>
  static HWY_INLINE X ValueInPieces(const X& x) {
    return RectifierAndTail<kGeluPieces>(x);
  }
  static constexpr float kValueInFarPiecesUpTo = kGeluFarPieces.end;
  template <class X>
  static HWY_INLINE X ValueInFarPieces(const X& x) {
    return InPieces<kGeluFarPieces>(hn::Abs(x));
  }
  static constexpr float kSlopeInPiecesUpTo = kGeluSlopePieces.end;
  template <class X>
  static HWY_INLINE X SlopeInPieces(const X& x) {
    return StepAndTail<kGeluSlopePieces>(x);
  }
  static constexpr float kSlopeInFarPiecesUpTo = kGeluSlopeFarPieces.end;
  template <class X>
  static HWY_INLINE X SlopeInFarPieces(const X& x) {
    return StepAndTail<kGeluSlopeFarPieces>(x);
  }
};

// Its argument of the logistic function is twice that of tanh.
struct GeluTanh : Smooth {
  static constexpr About about = {
      .name = "gelu_tanh",
      .formula = "x (1 + tanh(0.79788456 (x + 0.044715 x^3))) / 2",
      .derivative = "s + x s (1 - s) u', s = 1 / (1 + e^-u), u = 1.5957691 (x + 0.044715 x^3)",
      .onnx = "Mul(Mul(x, 0.5), Add(Tanh(Mul(Add(x, Mul(Pow(x, 3), 0.044715)), 0.79788456)), 1))",
      .source = "Hendrycks and Gimpel, Gaussian error linear units, 2016",
      .saves = Saves::kInput,
      .low = -0.17004076,
      .high = kUnbounded,
      .lipschitz = 1.128994,
      .gain = 2.35187};
  static constexpr long double kLinear = 4 * kInverseRootOfTwoPi;
  static constexpr double kCubic = 0.044715;
  static double Reference(double x, ReferenceParameters) {
    return x < -40 ? -0.0 : x / (1 + std::exp(-static_cast<double>(kLinear) * (x + kCubic * x * x * x)));
  }
  static double ReferenceSlope(double x, ReferenceParameters) {
    return SlopeNearAndFar(x, 16, [](auto z) {
      using T = decltype(z);
      const T linear = static_cast<T>(kLinear), cubic = static_cast<T>(0.044715L);
      const T e = std::exp(-linear * (z + cubic * z * z * z));
      return (1 + z * e / (1 + e) * linear * (1 + 3 * cubic * z * z)) / (1 + e);
    });
  }
  template <class D, class V>
  static HWY_INLINE V Argument(D d, V x, V square) {
    return hn::Mul(hn::Mul(x, hn::Set(d, static_cast<double>(kLinear))),
                   hn::MulAdd(square, hn::Set(d, kCubic), hn::Set(d, 1.0)));
  }
  template <class D, class V>
  static HWY_INLINE V Value(D d, V x, const Parameters<V>&) {
    const V bounded = AtMost(d, AtLeast(d, x, -16.0), 16.0);
    return hn::Mul(AtLeast(d, x, -16.0), Logistic(d, Argument(d, bounded, hn::Mul(bounded, bounded))));
  }
  template <class D, class V>
  static HWY_INLINE V Slope(D d, V x, const Parameters<V>&) {
    const V bounded = AtMost(d, AtLeast(d, x, -16.0), 16.0);
    const V one = hn::Set(d, 1.0);
    const V square = hn::Mul(bounded, bounded);
    const V e = Exp(d, hn::Neg(Argument(d, bounded, square)));
    const V s = hn::Div(one, hn::Add(one, e));
    const V argument_slope = hn::MulAdd(square, hn::Set(d, 3 * static_cast<double>(kLinear) * kCubic),
                                        hn::Set(d, static_cast<double>(kLinear)));
    const V slope = hn::Mul(s, hn::MulAdd(hn::Mul(bounded, argument_slope), hn::Mul(e, s), one));
    return AroundRoot(d, x, slope, -0x1.81429f9e97e4dp-1, 0x1.4f523ed77dbdcp-55, 0x1.b8bacd2c96b91p-2,
                      0x1.8cd1a2a1af6d2p-2, -0x1.02961657aac81p-6, -0x1.d2b6e8ba8c602p-4, -0x1.1049afeaecad2p-6,
                      0x1.416452255a2eep-6, 0x1.5721928dc4523p-8);
  }
  static constexpr float kValueInPiecesUpTo = kGeluTanhPieces.end;
  static constexpr bool kValueInPiecesIsOneSided = kGeluTanhPieces.vanishes;
  template <class X>
  static HWY_INLINE X ValueInPieces(const X& x) {
    return RectifierAndTail<kGeluTanhPieces>(x);
  }
  static constexpr float kValueInFarPiecesUpTo = kGeluTanhFarPieces.end;
  template <class X>
  static HWY_INLINE X ValueInFarPieces(const X& x) {
    return InPieces<kGeluTanhFarPieces>(hn::Abs(x));
  }
  static constexpr float kSlopeInPiecesUpTo = kGeluTanhSlopePieces.end;
  template <class X>
  static HWY_INLINE X SlopeInPieces(const X& x) {
    return StepAndTail<kGeluTanhSlopePieces>(x);
  }
  static constexpr float kSlopeInFarPiecesUpTo = kGeluTanhSlopeFarPieces.end;
  template <class X>
  static HWY_INLINE X SlopeInFarPieces(const X& x) {
    return StepAndTail<kGeluTanhSlopeFarPieces>(x);
  }
};

struct Silu : Smooth {
  static constexpr About about = {.name = "silu",
                                  .formula = "x / (1 + e^-x)",
                                  .derivative = "s (1 + x (1 - s)), s = 1 / (1 + e^-x)",
                                  .onnx = "Mul(x, Sigmoid(x))",
                                  .source =
                                      "Elfwing, Uchibe and Doya, Sigmoid-weighted linear units for neural network "
                                      "function approximation in reinforcement learning, 2017",
                                  .saves = Saves::kInput,
                                  .low = -0.27846455,
                                  .high = kUnbounded,
                                  .lipschitz = 1.09984,
                                  .gain = 2.81076,
                                  .gated = "swiglu"};
  static double Reference(double x, ReferenceParameters) { return x < -800 ? -0.0 : x / (1 + std::exp(-x)); }
  static double ReferenceSlope(double x, ReferenceParameters) { return SlopeOfSilu(x); }
  template <class D, class V>
  static HWY_INLINE V Value(D d, V x, const Parameters<V>&) {
    return hn::Mul(AtLeast(d, x, -200.0), Logistic(d, AtMost(d, AtLeast(d, x, -200.0), 200.0)));
  }
  static constexpr float kFastValueUpTo = 16;
  template <class D, class X>
  static HWY_INLINE auto StartValue(D d, X x) {
    return OnePlus(d, FastExp<3, true>(d, x));
  }
  template <class D, class X, class S, class V>
  static HWY_INLINE X FastValue(D d, X x, const S& start, const Parameters<V>&) {
    return Quotient(d, x, start);
  }
  template <class D, class V>
  static HWY_INLINE V Slope(D d, V x, const Parameters<V>&) {
    return SlopeOfSilu(d, x);
  }
  static constexpr float kValueInPiecesUpTo = kSiluPieces.end;
  template <class X>
  static HWY_INLINE X ValueInPieces(const X& x) {
    return RectifierAndTail<kSiluPieces>(x);
  }
  static constexpr float kSlopeInPiecesUpTo = kSiluSlopePieces.end;
  template <class X>
  static HWY_INLINE X SlopeInPieces(const X& x) {
    return StepAndTail<kSiluSlopePieces>(x);
  }
};

struct Swish : Smooth {
  using Usual = Silu;  // with beta 1
  static constexpr About about = {.name = "swish",
                                  .formula = "x / (1 + e^(-beta x))",
                                  .derivative = "s (1 + beta x (1 - s)), s = 1 / (1 + e^(-beta x))",
                                  .onnx = "Mul(x, Sigmoid(Mul(x, beta)))",
                                  .source = "Ramachandran, Zoph and Le, Searching for activation functions, 2017",
                                  .saves = Saves::kInput,
                                  .low = -0.27846455,
                                  .high = kUnbounded,
                                  .lipschitz = 1.09984,
                                  .gain = 2.81076,
                                  .parameters = {{{"beta", 1, 0, kAnyFloat, false, "how sharp the bend is"}}}};
  static double Reference(double x, ReferenceParameters p) {
    return x * p[0] < -800 ? -0.0 : x / (1 + std::exp(-p[0] * x));
  }
  static double ReferenceSlope(double x, ReferenceParameters p) { return SlopeOfSilu(p[0] * x); }
  template <class D, class V>
  static HWY_INLINE V Value(D d, V x, const Parameters<V>& p) {
    const V bounded = AtLeast(d, x, -static_cast<double>(kAnyFloat));
    return hn::Mul(bounded, Logistic(d, AtMost(d, AtLeast(d, hn::Mul(p.first, bounded), -200.0), 200.0)));
  }
  template <class D, class V>
  static HWY_INLINE V Slope(D d, V x, const Parameters<V>& p) {
    return SlopeOfSilu(d, hn::Mul(p.first, x));
  }
};

// With e = e^x and n = e (e + 2), tanh(log(1 + e)) is n / (n + 2).
struct Mish : Smooth {
  static constexpr About about = {.name = "mish",
                                  .formula = "x tanh(log(1 + e^x))",
                                  .derivative = "t + x (1 - t^2) / (1 + e^-x), t = tanh(log(1 + e^x))",
                                  .onnx = "Mul(x, Tanh(Softplus(x)))",
                                  .source = "Misra, Mish: a self regularized non-monotonic activation function, 2019",
                                  .saves = Saves::kInput,
                                  .low = -0.30884342,
                                  .high = kUnbounded,
                                  .lipschitz = 1.0885,
                                  .gain = 2.21072};
  static double Reference(double x, ReferenceParameters) {
    return x < -800 ? -0.0 : x * std::tanh(std::log1p(std::exp(x)));
  }
  static double ReferenceSlope(double x, ReferenceParameters) {
    return SlopeNearAndFar(x, 200, [](auto z) {
      const auto cosh = std::cosh(std::log1p(std::exp(z)));
      return std::tanh(std::log1p(std::exp(z))) + z / (cosh * cosh * (1 + std::exp(-z)));
    });
  }
  template <class D, class V>
  static HWY_INLINE V Value(D d, V x, const Parameters<V>&) {
    const V e = Exp(d, AtMost(d, AtLeast(d, x, -200.0), 40.0));
    const V two = hn::Set(d, 2.0);
    const V n = hn::Mul(e, hn::Add(e, two));
    return hn::Mul(AtLeast(d, x, -200.0), hn::Div(n, hn::Add(n, two)));
  }
  static constexpr float kFastValueUpTo = 20;
  template <class D, class X>
  static HWY_INLINE auto StartValue(D d, X x) {
    return FastExp<4>(d, x);
  }
  template <class D, class X, class S, class V>
  static HWY_INLINE X FastValue(D d, X x, const S& start, const Parameters<V>&) {
    return TimesTanhOfSoftplus(d, x, start);
  }
  template <class D, class V>
  static HWY_INLINE V Slope(D d, V x, const Parameters<V>&) {
    const V bounded = AtMost(d, AtLeast(d, x, -200.0), 40.0);
    const V e = Exp(d, bounded);
    const V two = hn::Set(d, 2.0);
    const V e_and_two = hn::Add(e, two);
    const V below = hn::MulAdd(e, e_and_two, two);  // n + 2
    const V fraction = hn::Mul(hn::Set(d, 4.0), hn::Mul(bounded, hn::Add(e, hn::Set(d, 1.0))));
    const V slope = hn::Div(hn::Mul(e, hn::MulAdd(e_and_two, below, fraction)), hn::Mul(below, below));
    return AroundRoot(d, x, slope, -0x1.31432c0d12d84p0, -0x1.bf319154da210p-55, 0x1.115acb42500bbp-2,
                      0x1.a34a252bb73f0p-3, 0x1.574f122902c94p-5, -0x1.4c2312b1a00fep-6, -0x1.0336d7421db42p-6,
                      -0x1.b4f27813daca4p-9, 0x1.202e6c89e0c0cp-10);
  }
  static constexpr float kValueInPiecesUpTo = -kMishPieces.begin;
  static constexpr bool kValueInPiecesIsOneSided = true;
  template <class X>
  static HWY_INLINE X ValueInPieces(const X& x) {
    return IfThenElse(Gt(x, hn::Set(pieces::Floats(), kMishPieces.end)), x, HalfAndPieces<kMishPieces>(x));
  }
  static constexpr float kSlopeInPiecesUpTo = -kMishSlopePieces.begin;
  static constexpr bool kSlopeInPiecesIsOneSided = true;
  template <class X>
  static HWY_INLINE X SlopeInPieces(const X& x) {
    return InPieces<kMishSlopePieces>(AtMost(pieces::Floats(), x, kMishSlopePieces.end));
  }
};

using GatedUnits = ActivationList<Gelu, GeluTanh, Silu, Swish, Mish>;

}  // namespace HWY_NAMESPACE
}  // namespace ramp::family
HWY_AFTER_NAMESPACE();

#endif
