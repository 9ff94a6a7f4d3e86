// Definitions: rectifiers, piecewise linear but for one.
#if defined(RAMP_ACTIVATION_RECTIFIERS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef RAMP_ACTIVATION_RECTIFIERS_INL_H_
#undef RAMP_ACTIVATION_RECTIFIERS_INL_H_
#else
#define RAMP_ACTIVATION_RECTIFIERS_INL_H_
#endif

#include "ramp/activation/definition-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ramp::family {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

struct Relu : HardRectifier {
  static constexpr About about = {
      .name = "relu",
      .formula = "max(0, x)",
      .derivative = "x > 0 ? 1 : 0",
      .onnx = "Relu(x)",
      .source = "Nair and Hinton, Rectified linear units improve restricted Boltzmann machines, 2010",
      .saves = Saves::kGate,
      .low = 0,
      .high = kUnbounded,
      .lipschitz = 1,
      .gain = 2,
      .gated = "reglu",
      .gated_twice = "drelu"};
  static double Reference(double x, ReferenceParameters) { return x < 0 ? 0 : x; }
  static double ReferenceSlope(double x, ReferenceParameters) { return x <= 0 ? 0 : 1; }
  template <class D, class V>
  static HWY_INLINE V Value(D d, V x, const Parameters<V>&) {
    return AtLeast(d, x, 0.0f);
  }
};

struct LeakyRelu : LeakyRectifier {
  static constexpr About about = {
      .name = "leaky_relu",
      .formula = "x > 0 ? x : slope x",
      .derivative = "x > 0 ? 1 : slope",
      .onnx = "LeakyRelu(x, alpha=slope)",
      .source = "Maas, Hannun and Ng, Rectifier nonlinearities improve neural network acoustic models, 2013",
      .saves = Saves::kGate,
      .low = -kUnbounded,
      .high = kUnbounded,
      .lipschitz = 1,
      .gain = 2 / (1 + 0.01 * 0.01),
      .parameters = {{{"slope", 0.01f, 0, 1, false, "what is left of a negative input"}}}};
};

struct Prelu : LeakyRectifier {
  static constexpr About about = {
      .name = "prelu",
      .formula = "x > 0 ? x : slope x, slope learned for each unit",
      .derivative = "x > 0 ? 1 : slope",
      .onnx = "PRelu(x, slope)",
      .source = "He, Zhang, Ren and Sun, Delving deep into rectifiers, 2015",
      .saves = Saves::kInput,
      .low = -kUnbounded,
      .high = kUnbounded,
      .lipschitz = 1,
      .gain = 2 / (1 + 0.25 * 0.25),
      .parameters = {{{"slope", 0.25f, -kAnyFloat, kAnyFloat, true, "what is left of a negative input"}}}};
  template <class D, class V>
  static HWY_INLINE V LearnedSlope(D d, V x, const Parameters<V>& p) {
    return hn::IfThenElseZero(Closed(d, x, p), x);
  }
};

// Training draws the slope of each unit at random from [lower, upper]; this is the function of the trained network,
// whose slope is their mean.
struct Rrelu : Rectifier {
  static constexpr About about = {
      .name = "rrelu",
      .formula = "x > 0 ? x : (lower + upper) / 2 x",
      .derivative = "x > 0 ? 1 : (lower + upper) / 2",
      .onnx = "PRelu(x, Mul(Add(lower, upper), 0.5))",
      .source = "Xu, Wang, Chen and Li, Empirical evaluation of rectified activations in convolutional network, 2015",
      .saves = Saves::kGate,
      .low = -kUnbounded,
      .high = kUnbounded,
      .lipschitz = 1,
      .gain = 1.90021,
      .parameters = {{{"lower", 0.125f, 0, 1, false, "the least slope of a negative input"},
                      {"upper", 1 / 3.0f, 0, 1, false, "the greatest slope of a negative input"}}},
      .random_slope = true};
  static double Reference(double x, ReferenceParameters p) { return x <= 0 ? ReferenceSlope(x, p) * x : x; }
  static double ReferenceSlope(double x, ReferenceParameters p) {
    return x <= 0 ? static_cast<double>((static_cast<float>(p[0]) + static_cast<float>(p[1])) * 0.5f) : 1;
  }
  template <class D, class V>
  static HWY_INLINE V Value(D d, V x, const Parameters<V>& p) {
    return hn::IfThenElse(Closed(d, x, p), hn::Mul(x, MeanSlope(d, p)), x);
  }
  template <class D, class V, class M>
  static HWY_INLINE V Pass(D d, V gradient, M open, const Parameters<V>& p) {
    return hn::IfThenElse(open, gradient, hn::Mul(gradient, MeanSlope(d, p)));
  }
  template <class D, class V>
  static HWY_INLINE V MeanSlope(D d, const Parameters<V>& p) {
    return hn::Mul(hn::Add(p.first, p.second), hn::Set(d, 0.5f));
  }
};

struct Relu6 : HardRectifier {
  static constexpr About about = {.name = "relu6",
                                  .formula = "min(max(0, x), 6)",
                                  .derivative = "0 < x < 6 ? 1 : 0",
                                  .onnx = "Clip(x, 0, 6)",
                                  .source = "Krizhevsky, Convolutional deep belief networks on CIFAR-10, 2010",
                                  .saves = Saves::kGate,
                                  .low = 0,
                                  .high = 6,
                                  .lipschitz = 1,
                                  .gain = 2};
  static double Reference(double x, ReferenceParameters) { return x < 0 ? 0 : x > 6 ? 6 : x; }
  static double ReferenceSlope(double x, ReferenceParameters) { return x <= 0 || x >= 6 ? 0 : 1; }
  template <class D, class V>
  static HWY_INLINE V Value(D d, V x, const Parameters<V>&) {
    return AtMost(d, AtLeast(d, x, 0.0f), 6.0f);
  }
  template <class D, class V>
  static HWY_INLINE auto Closed(D d, V x, const Parameters<V>&) {
    return hn::Or(hn::Le(x, hn::Zero(d)), hn::Ge(x, hn::Set(d, 6.0f)));
  }
};

struct ClippedRelu : HardRectifier {
  static constexpr About about = {
      .name = "clipped_relu",
      .formula = "min(max(0, x), max)",
      .derivative = "0 < x < max ? 1 : 0",
      .onnx = "Clip(x, 0, max)",
      .source = "Hannun et al., Deep speech: scaling up end-to-end speech recognition, 2014",
      .saves = Saves::kGate,
      .low = 0,
      .high = 20,
      .lipschitz = 1,
      .gain = 2,
      .parameters = {{{"max", 20, 0, kAnyFloat, false, "the greatest output"}}}};
  static double Reference(double x, ReferenceParameters p) { return x < 0 ? 0 : x > p[0] ? p[0] : x; }
  static double ReferenceSlope(double x, ReferenceParameters p) { return x <= 0 || x >= p[0] ? 0 : 1; }
  template <class D, class V>
  static HWY_INLINE V Value(D d, V x, const Parameters<V>& p) {
    return AtMost(d, AtLeast(d, x, 0.0f), p.first);
  }
  template <class D, class V>
  static HWY_INLINE auto Closed(D d, V x, const Parameters<V>& p) {
    return hn::Or(hn::Le(x, hn::Zero(d)), hn::Ge(x, p.first));
  }
};

struct ThresholdedRelu : HardRectifier {
  static constexpr About about = {
      .name = "thresholded_relu",
      .formula = "x > alpha ? x : 0",
      .derivative = "x > alpha ? 1 : 0",
      .onnx = "ThresholdedRelu(x, alpha=alpha)",
      .source = "Konda, Memisevic and Krueger, Zero-bias autoencoders and the benefits of co-adapting features, 2014",
      .saves = Saves::kGate,
      .low = 0,
      .high = kUnbounded,
      .lipschitz = kUnbounded,
      .gain = 2.49685,
      .parameters = {{{"alpha", 1, 0, kAnyFloat, false, "inputs up to here give 0"}}}};
  static double Reference(double x, ReferenceParameters p) { return x <= p[0] ? 0 : x; }
  static double ReferenceSlope(double x, ReferenceParameters p) { return x <= p[0] ? 0 : 1; }
  template <class D, class V>
  static HWY_INLINE V Value(D d, V x, const Parameters<V>& p) {
    return hn::IfThenZeroElse(Closed(d, x, p), x);
  }
  template <class D, class V>
  static HWY_INLINE auto Closed(D, V x, const Parameters<V>& p) {
    return hn::Le(x, p.first);
  }
};

struct Fatrelu : HardRectifier {
  static constexpr About about = {
      .name = "fatrelu",
      .formula = "x >= threshold ? x : 0",
      .derivative = "x >= threshold ? 1 : 0",
      .onnx = "Where(Less(x, threshold), 0, x)",
      .source =
          "Kurtz et al., Inducing and exploiting activation sparsity for fast inference on deep neural networks, 2020",
      .saves = Saves::kGate,
      .low = 0,
      .high = kUnbounded,
      .lipschitz = kUnbounded,
      .gain = 2.00052,
      .parameters = {{{"threshold", 0.1f, 0, kAnyFloat, false, "inputs below it give 0"}}}};
  static double Reference(double x, ReferenceParameters p) { return x < p[0] ? 0 : x; }
  static double ReferenceSlope(double x, ReferenceParameters p) { return x < p[0] ? 0 : 1; }
  template <class D, class V>
  static HWY_INLINE V Value(D d, V x, const Parameters<V>& p) {
    return hn::IfThenZeroElse(Closed(d, x, p), x);
  }
  template <class D, class V>
  static HWY_INLINE auto Closed(D, V x, const Parameters<V>& p) {
    return hn::Lt(x, p.first);
  }
};

struct ShiftedRelu : HardRectifier {
  static constexpr About about = {
      .name = "shifted_relu",
      .formula = "max(0, x - shift)",
      .derivative = "x > shift ? 1 : 0",
      .onnx = "Relu(Sub(x, shift))",
      .source = "Mirzadeh et al., ReLU strikes back: exploiting activation sparsity in large language models, 2023",
      .saves = Saves::kGate,
      .low = 0,
      .high = kUnbounded,
      .lipschitz = 1,
      .gain = 13.2732,
      .parameters = {{{"shift", 1, -kAnyFloat, kAnyFloat, false, "inputs up to here give 0"}}}};
  static double Reference(double x, ReferenceParameters p) { return x <= p[0] ? 0 : x - p[0]; }
  static double ReferenceSlope(double x, ReferenceParameters p) { return x <= p[0] ? 0 : 1; }
  template <class D, class V>
  static HWY_INLINE V Value(D d, V x, const Parameters<V>& p) {
    return AtLeast(d, hn::Sub(x, p.first), 0.0f);
  }
  template <class D, class V>
  static HWY_INLINE auto Closed(D, V x, const Parameters<V>& p) {
    return hn::Le(x, p.first);
  }
};

struct SquaredRelu : Rectifier {
  static constexpr About about = {
      .name = "relu2",
      .formula = "max(0, x)^2",
      .derivative = "2 max(0, x)",
      .onnx = "Pow(Relu(x), 2)",
      .source = "So et al., Primer: searching for efficient transformers for language modeling, 2021",
      .saves = Saves::kInput,
      .low = 0,
      .high = kUnbounded,
      .lipschitz = kUnbounded,
      .gain = 2 / 3.0};
  static double Reference(double x, ReferenceParameters) { return x <= 0 ? 0 : x * x; }
  static double ReferenceSlope(double x, ReferenceParameters) { return x <= 0 ? 0 : 2 * x; }
  template <class D, class V>
  static HWY_INLINE V Value(D d, V x, const Parameters<V>&) {
    const V y = AtLeast(d, x, 0.0f);
    return hn::Mul(y, y);
  }
  template <class D, class V>
  static HWY_INLINE V Slope(D d, V x, const Parameters<V>&) {
    const V y = AtLeast(d, x, 0.0f);
    return hn::Add(y, y);
  }
};

using Rectifiers = ActivationList<Relu, LeakyRelu, Prelu, Rrelu, Relu6, ClippedRelu, ThresholdedRelu, Fatrelu,
                                  ShiftedRelu, SquaredRelu>;

}  // namespace HWY_NAMESPACE
}  // namespace ramp::family
HWY_AFTER_NAMESPACE();

#endif
