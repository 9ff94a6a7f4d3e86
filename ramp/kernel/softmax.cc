#include "ramp/kernel/softmax.h"

#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ramp/kernel/softmax.cc"
// The order matters.
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include <hwy/contrib/math/math-inl.h>
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace ramp {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// values[i] = exp(values[i]); no value is above 0.
void ExpInPlace(float* values, size_t count) {
  const hn::ScalableTag<float> d;
  // Far below the last subnormal exp is 0; the library's polynomial is not made for such arguments.
  const float lowest = -104.0f;
  const auto exp = [&](auto tag, size_t i) HWY_ATTR {
    const auto x = hn::LoadU(tag, values + i);
    const auto bounded = hn::IfThenElse(hn::Lt(x, hn::Set(tag, lowest)), hn::Set(tag, lowest), x);
    const auto y = hn::Exp(tag, bounded);
    hn::StoreU(hn::IfThenElse(hn::IsNaN(x), x, y), tag, values + i);
  };
  size_t i = 0;
  for (; i + hn::Lanes(d) <= count; i += hn::Lanes(d)) exp(d, i);
  const hn::CappedTag<float, 1> one;
  for (; i < count; ++i) exp(one, i);
}

using ExpKernel = void (*)(float* values, size_t count);
ExpKernel GetExpInPlace() { return ExpInPlace; }

}  // namespace HWY_NAMESPACE
}  // namespace ramp
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ramp {

HWY_EXPORT(GetExpInPlace);

void Softmax(const float* logits, size_t rows, size_t classes, float* probabilities, float* log_normalizer) {
  const auto exp_in_place = HWY_DYNAMIC_DISPATCH(GetExpInPlace)();
  for (size_t r = 0; r < rows; ++r) {
    const float* in = logits + r * classes;
    float* out = probabilities + r * classes;
    float largest = in[0];
    for (size_t c = 1; c < classes; ++c) largest = in[c] > largest ? in[c] : largest;
    if (log_normalizer != nullptr) log_normalizer[r] = largest;
    for (size_t c = 0; c < classes; ++c) out[c] = in[c] - largest;
  }
  // All rows at once: with two classes a row alone would fill a quarter of a vector.
  exp_in_place(probabilities, rows * classes);
  for (size_t r = 0; r < rows; ++r) {
    float* out = probabilities + r * classes;
    float sum = 0;
    for (size_t c = 0; c < classes; ++c) sum += out[c];
    const float scale = 1 / sum;
    for (size_t c = 0; c < classes; ++c) out[c] *= scale;
    if (log_normalizer != nullptr) log_normalizer[r] += std::log(sum);
  }
}

}  // namespace ramp
#endif
