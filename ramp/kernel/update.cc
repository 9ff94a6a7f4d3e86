#include "ramp/kernel/update.h"

#include <algorithm>
#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ramp/kernel/update.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace ramp {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Calls body(d, i) for vectors of descending width, so that the tail is the same code.
template <class Body>
HWY_INLINE void ForEachVector(size_t count, const Body& body) {
  const hn::ScalableTag<float> d;
  size_t i = 0;
  for (; i + hn::Lanes(d) <= count; i += hn::Lanes(d)) body(d, i);
  const hn::CappedTag<float, 1> one;
  for (; i < count; ++i) body(one, i);
}

// What all the updates begin with. The factors are copied out of the arguments, whose memory the stores could change
// as far as the compiler knows.
struct Factors {
  explicit Factors(const UpdateArguments& u)
      : gradient_scale(u.gradient_scale), l2(u.l2), shrink(1.0f - u.learning_rate * u.decoupled_decay) {}

  // The gradient with clipping and L2.
  template <class D>
  HWY_INLINE hn::Vec<D> Gradient(D d, const float* gradient, hn::Vec<D> parameter) const {
    return hn::MulAdd(parameter, hn::Set(d, l2), hn::Mul(hn::LoadU(d, gradient), hn::Set(d, gradient_scale)));
  }
  template <class D>
  HWY_INLINE hn::Vec<D> Shrunk(D d, hn::Vec<D> parameter) const {
    return hn::Mul(parameter, hn::Set(d, shrink));
  }

  float gradient_scale, l2, shrink;
};

void GradientDescent(const UpdateArguments& u) {
  const Factors factors(u);
  float* const parameters = u.parameters;
  const float* const gradients = u.gradients;
  const float rate = u.learning_rate;
  ForEachVector(u.count, [=](auto d, size_t i) HWY_ATTR {
    const auto parameter = hn::LoadU(d, parameters + i);
    const auto gradient = factors.Gradient(d, gradients + i, parameter);
    hn::StoreU(hn::NegMulAdd(hn::Set(d, rate), gradient, factors.Shrunk(d, parameter)), d, parameters + i);
  });
}

void Momentum(const UpdateArguments& u) {
  const Factors factors(u);
  float* const parameters = u.parameters;
  const float* const gradients = u.gradients;
  float* const velocities = u.first;
  const float rate = u.learning_rate, beta = u.beta1;
  ForEachVector(u.count, [=](auto d, size_t i) HWY_ATTR {
    const auto parameter = hn::LoadU(d, parameters + i);
    const auto gradient = factors.Gradient(d, gradients + i, parameter);
    const auto velocity = hn::MulAdd(hn::LoadU(d, velocities + i), hn::Set(d, beta), gradient);
    hn::StoreU(velocity, d, velocities + i);
    hn::StoreU(hn::NegMulAdd(hn::Set(d, rate), velocity, factors.Shrunk(d, parameter)), d, parameters + i);
  });
}

void Nesterov(const UpdateArguments& u) {
  const Factors factors(u);
  float* const parameters = u.parameters;
  const float* const gradients = u.gradients;
  float* const velocities = u.first;
  const float rate = u.learning_rate, beta = u.beta1;
  ForEachVector(u.count, [=](auto d, size_t i) HWY_ATTR {
    const auto parameter = hn::LoadU(d, parameters + i);
    const auto gradient = factors.Gradient(d, gradients + i, parameter);
    const auto velocity = hn::MulAdd(hn::LoadU(d, velocities + i), hn::Set(d, beta), gradient);
    hn::StoreU(velocity, d, velocities + i);
    const auto ahead = hn::MulAdd(velocity, hn::Set(d, beta), gradient);
    hn::StoreU(hn::NegMulAdd(hn::Set(d, rate), ahead, factors.Shrunk(d, parameter)), d, parameters + i);
  });
}

void RmsProp(const UpdateArguments& u) {
  const Factors factors(u);
  float* const parameters = u.parameters;
  const float* const gradients = u.gradients;
  float* const second = u.second;
  const float rate = u.learning_rate, weight2 = 1.0f - u.beta2, epsilon = u.epsilon;
  ForEachVector(u.count, [=](auto d, size_t i) HWY_ATTR {
    const auto parameter = hn::LoadU(d, parameters + i);
    const auto gradient = factors.Gradient(d, gradients + i, parameter);
    const auto old_square = hn::LoadU(d, second + i);
    const auto square = hn::MulAdd(hn::Sub(hn::Mul(gradient, gradient), old_square), hn::Set(d, weight2), old_square);
    hn::StoreU(square, d, second + i);
    const auto step = hn::Div(hn::Mul(gradient, hn::Set(d, rate)), hn::Add(hn::Sqrt(square), hn::Set(d, epsilon)));
    hn::StoreU(hn::Sub(factors.Shrunk(d, parameter), step), d, parameters + i);
  });
}

void Adam(const UpdateArguments& u) {
  const Factors factors(u);
  float* const parameters = u.parameters;
  const float* const gradients = u.gradients;
  float* const first = u.first;
  float* const second = u.second;
  const float rate = u.learning_rate * u.first_correction, correction = u.second_correction;
  const float weight1 = 1.0f - u.beta1, weight2 = 1.0f - u.beta2, epsilon = u.epsilon;
  ForEachVector(u.count, [=](auto d, size_t i) HWY_ATTR {
    const auto parameter = hn::LoadU(d, parameters + i);
    const auto gradient = factors.Gradient(d, gradients + i, parameter);
    const auto old_mean = hn::LoadU(d, first + i);
    const auto old_square = hn::LoadU(d, second + i);
    const auto mean = hn::MulAdd(hn::Sub(gradient, old_mean), hn::Set(d, weight1), old_mean);
    const auto square = hn::MulAdd(hn::Sub(hn::Mul(gradient, gradient), old_square), hn::Set(d, weight2), old_square);
    hn::StoreU(mean, d, first + i);
    hn::StoreU(square, d, second + i);
    const auto deviation = hn::Sqrt(hn::Mul(square, hn::Set(d, correction)));
    const auto step = hn::Div(hn::Mul(mean, hn::Set(d, rate)), hn::Add(deviation, hn::Set(d, epsilon)));
    hn::StoreU(hn::Sub(factors.Shrunk(d, parameter), step), d, parameters + i);
  });
}

double SumOfSquares(const float* values, size_t count) {
  const hn::ScalableTag<float> d;
  const size_t lanes = hn::Lanes(d);
  // Long enough to hide the folding, short enough for single precision.
  constexpr size_t kRun = 4096;
  double total = 0;
  size_t i = 0;
  while (i < count) {
    const size_t begin = i;
    const size_t end = std::min(count, begin + kRun);
    auto sum0 = hn::Zero(d);
    auto sum1 = hn::Zero(d);
    auto sum2 = hn::Zero(d);
    auto sum3 = hn::Zero(d);
    for (; i + 4 * lanes <= end; i += 4 * lanes) {
      const auto value0 = hn::LoadU(d, values + i);
      const auto value1 = hn::LoadU(d, values + i + lanes);
      const auto value2 = hn::LoadU(d, values + i + 2 * lanes);
      const auto value3 = hn::LoadU(d, values + i + 3 * lanes);
      sum0 = hn::MulAdd(value0, value0, sum0);
      sum1 = hn::MulAdd(value1, value1, sum1);
      sum2 = hn::MulAdd(value2, value2, sum2);
      sum3 = hn::MulAdd(value3, value3, sum3);
    }
    const auto sum = hn::Add(hn::Add(sum0, sum1), hn::Add(sum2, sum3));
    const float folded = hn::GetLane(hn::SumOfLanes(d, sum));
    // Squares of numbers above 1.8e19 overflow a float, though the numbers themselves are finite.
    if (std::isinf(folded)) i = begin;
    total += std::isinf(folded) ? 0.0 : static_cast<double>(folded);
    for (; i < end; ++i) total += static_cast<double>(values[i]) * static_cast<double>(values[i]);
  }
  return total;
}

void WeightedSum(float x_weight, const float* x, float y_weight, const float* y, float* out, size_t count) {
  ForEachVector(count, [=](auto d, size_t i) HWY_ATTR {
    const auto part = hn::Mul(hn::LoadU(d, x + i), hn::Set(d, x_weight));
    hn::StoreU(hn::MulAdd(hn::LoadU(d, y + i), hn::Set(d, y_weight), part), d, out + i);
  });
}

void Clamp(float limit, float* values, size_t count) {
  ForEachVector(count, [=](auto d, size_t i) HWY_ATTR {
    const auto value = hn::LoadU(d, values + i);
    const auto high = hn::Set(d, limit);
    // A comparison with NaN is false, so it passes, which Min and Max do not promise.
    const auto outside = hn::Gt(hn::Abs(value), high);
    hn::StoreU(hn::IfThenElse(outside, hn::CopySign(high, value), value), d, values + i);
  });
}

UpdateKernel GetGradientDescent() { return GradientDescent; }
UpdateKernel GetMomentum() { return Momentum; }
UpdateKernel GetNesterov() { return Nesterov; }
UpdateKernel GetRmsProp() { return RmsProp; }
UpdateKernel GetAdam() { return Adam; }
SumOfSquaresKernel GetSumOfSquares() { return SumOfSquares; }
WeightedSumKernel GetWeightedSum() { return WeightedSum; }
ClampKernel GetClamp() { return Clamp; }

}  // namespace HWY_NAMESPACE
}  // namespace ramp
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ramp {

HWY_EXPORT(GetGradientDescent);
HWY_EXPORT(GetMomentum);
HWY_EXPORT(GetNesterov);
HWY_EXPORT(GetRmsProp);
HWY_EXPORT(GetAdam);
HWY_EXPORT(GetSumOfSquares);
HWY_EXPORT(GetWeightedSum);
HWY_EXPORT(GetClamp);

UpdateKernel GradientDescentKernel() { return HWY_DYNAMIC_DISPATCH(GetGradientDescent)(); }
UpdateKernel MomentumKernel() { return HWY_DYNAMIC_DISPATCH(GetMomentum)(); }
UpdateKernel NesterovKernel() { return HWY_DYNAMIC_DISPATCH(GetNesterov)(); }
UpdateKernel RmsPropKernel() { return HWY_DYNAMIC_DISPATCH(GetRmsProp)(); }
UpdateKernel AdamKernel() { return HWY_DYNAMIC_DISPATCH(GetAdam)(); }
SumOfSquaresKernel GetSumOfSquaresKernel() { return HWY_DYNAMIC_DISPATCH(GetSumOfSquares)(); }
WeightedSumKernel GetWeightedSumKernel() { return HWY_DYNAMIC_DISPATCH(GetWeightedSum)(); }
ClampKernel GetClampKernel() { return HWY_DYNAMIC_DISPATCH(GetClamp)(); }

}  // namespace ramp
#endif
