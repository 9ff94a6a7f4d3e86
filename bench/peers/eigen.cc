// Eigen's array expressions, in the forms that it vectorises: its expm1 and log1p would be exact, and some times as
// slow. The slopes are as TensorFlow writes them.
#include <Eigen/Core>
#include <unsupported/Eigen/SpecialFunctions>

#include "peers.h"

namespace peers {
namespace {

using Values = Eigen::Map<const Eigen::ArrayXf>;
using Result = Eigen::Map<Eigen::ArrayXf>;

Call Forward(Function function, Values x, Result r) {
  switch (function) {
    case Function::kRelu:
      return [=]() mutable { r = x.max(0.0f); };
    case Function::kLeakyRelu:
      return [=]() mutable { r = x.max(kLeak * x); };
    case Function::kElu:
      return [=]() mutable { r = x.max(0.0f) + (x.min(0.0f).exp() - 1.0f); };
    case Function::kSigmoid:
      return [=]() mutable { r = x.logistic(); };
    case Function::kTanh:
      return [=]() mutable { r = x.tanh(); };
    case Function::kGelu:
      return [=]() mutable { r = 0.5f * x * (1.0f + (x * 0.70710678f).erf()); };
    case Function::kSilu:
      return [=]() mutable { r = x * x.logistic(); };
    case Function::kSoftplus:
      return [=]() mutable { r = x.max(0.0f) + ((-x.abs()).exp() + 1.0f).log(); };
    case Function::kHardswish:
      return [=]() mutable { r = x * (x + 3.0f).max(0.0f).min(6.0f) * (1 / 6.0f); };
  }
  return {};
}

Call Backward(Function function, Values g, Values x, Values y, Result r) {
  switch (function) {
    case Function::kRelu:
      return [=]() mutable { r = g * (x > 0.0f).cast<float>(); };
    case Function::kLeakyRelu:
      return [=]() mutable { r = (x > 0.0f).select(g, kLeak * g); };
    case Function::kElu:
      return [=]() mutable { r = (y < 0.0f).select((y + 1.0f) * g, g); };
    case Function::kSigmoid:
      return [=]() mutable { r = g * y * (1.0f - y); };
    case Function::kTanh:
      return [=]() mutable { r = g * (1.0f - y * y); };
    default:
      return {};
  }
}

}  // namespace

Call PrepareEigen(const Task& task, const Arrays& arrays) {
  const auto size = static_cast<Eigen::Index>(arrays.size);
  const auto on = [size](const float* values) { return Values(values, size); };
  const Result result(arrays.result, size);
  if (task.direction == Direction::kForward) {
    return Forward(task.function, on(task.in_place ? arrays.result : arrays.input), result);
  }
  return Backward(task.function, on(task.in_place ? arrays.result : arrays.gradient), on(arrays.input),
                  on(arrays.output), result);
}

}  // namespace peers
