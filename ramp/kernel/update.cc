#include "ramp/kernel/update.h"

#include <algorithm>

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

// The gradient with clipping and L2.
template <class D>
HWY_INLINE hn::Vec<D> Gradient(D d, const UpdateArguments& u, hn::Vec<D> parameter, size_t i) {
  const auto scaled = hn::Mul(hn::LoadU(d, u.gradients + i), hn::Set(d, u.gradient_scale));
  return hn::MulAdd(parameter, hn::Set(d, u.l2), scaled);
}

template <class D>
HWY_INLINE hn::Vec<D> Decayed(D d, const UpdateArguments& u, hn::Vec<D> parameter) {
  return hn::Mul(parameter, hn::Set(d, 1.0f - u.learning_rate * u.decoupled_decay));
}

void GradientDescent(const UpdateArguments& u) {
  ForEachVector(u.count, [&](auto d, size_t i) HWY_ATTR {
    const auto parameter = hn::LoadU(d, u.parameters + i);
    const auto gradient = Gradient(d, u, parameter, i);
    hn::StoreU(hn::NegMulAdd(hn::Set(d, u.learning_rate), gradient, Decayed(d, u, parameter)), d, u.parameters + i);
  });
}

void Momentum(const UpdateArguments& u) {
  ForEachVector(u.count, [&](auto d, size_t i) HWY_ATTR {
    const auto parameter = hn::LoadU(d, u.parameters + i);
    const auto velocity = hn::MulAdd(hn::LoadU(d, u.first + i), hn::Set(d, u.beta1), Gradient(d, u, parameter, i));
    hn::StoreU(velocity, d, u.first + i);
    hn::StoreU(hn::NegMulAdd(hn::Set(d, u.learning_rate), velocity, Decayed(d, u, parameter)), d, u.parameters + i);
  });
}

void Adam(const UpdateArguments& u) {
  const float rate = u.learning_rate * u.first_correction;
  ForEachVector(u.count, [&](auto d, size_t i) HWY_ATTR {
    const auto parameter = hn::LoadU(d, u.parameters + i);
    const auto gradient = Gradient(d, u, parameter, i);
    const auto first = hn::LoadU(d, u.first + i);
    const auto second = hn::LoadU(d, u.second + i);
    const auto mean = hn::MulAdd(hn::Sub(gradient, first), hn::Set(d, 1.0f - u.beta1), first);
    const auto square = hn::Mul(gradient, gradient);
    const auto mean_square = hn::MulAdd(hn::Sub(square, second), hn::Set(d, 1.0f - u.beta2), second);
    hn::StoreU(mean, d, u.first + i);
    hn::StoreU(mean_square, d, u.second + i);
    const auto deviation = hn::Sqrt(hn::Mul(mean_square, hn::Set(d, u.second_correction)));
    const auto step = hn::Div(hn::Mul(mean, hn::Set(d, rate)), hn::Add(deviation, hn::Set(d, u.epsilon)));
    hn::StoreU(hn::Sub(Decayed(d, u, parameter), step), d, u.parameters + i);
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
    const size_t end = std::min(count, i + kRun);
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
    total += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, sum)));
    for (; i < end; ++i) total += static_cast<double>(values[i]) * static_cast<double>(values[i]);
  }
  return total;
}

UpdateKernel GetGradientDescent() { return GradientDescent; }
UpdateKernel GetMomentum() { return Momentum; }
UpdateKernel GetAdam() { return Adam; }
SumOfSquaresKernel GetSumOfSquares() { return SumOfSquares; }

}  // namespace HWY_NAMESPACE
}  // namespace ramp
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ramp {

HWY_EXPORT(GetGradientDescent);
HWY_EXPORT(GetMomentum);
HWY_EXPORT(GetAdam);
HWY_EXPORT(GetSumOfSquares);

UpdateKernel GradientDescentKernel() { return HWY_DYNAMIC_DISPATCH(GetGradientDescent)(); }
UpdateKernel MomentumKernel() { return HWY_DYNAMIC_DISPATCH(GetMomentum)(); }
UpdateKernel AdamKernel() { return HWY_DYNAMIC_DISPATCH(GetAdam)(); }
SumOfSquaresKernel GetSumOfSquaresKernel() { return HWY_DYNAMIC_DISPATCH(GetSumOfSquares)(); }

}  // namespace ramp
#endif
