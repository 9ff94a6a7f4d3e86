// SLEEF's vector functions of at most one unit in the last place, in a loop. It has none for the others.
#include <sleef.h>

#include "peers.h"

namespace peers {

#ifdef __AVX2__
namespace {

using V = __m256;
constexpr size_t kLanes = 8;

V Set(float value) { return _mm256_set1_ps(value); }
V Absolute(V x) { return _mm256_andnot_ps(Set(-0.0f), x); }
V Positive(V x) { return _mm256_max_ps(x, _mm256_setzero_ps()); }
V Logistic(V x) {
  return _mm256_div_ps(Set(1), _mm256_add_ps(Set(1), Sleef_expf8_u10avx2(_mm256_xor_ps(Set(-0.0f), x))));
}

V Elu(V x) {
  const V open = _mm256_cmp_ps(x, _mm256_setzero_ps(), _CMP_GT_OQ);
  return _mm256_blendv_ps(Sleef_expm1f8_u10avx2(x), x, open);
}
V Tanh(V x) { return Sleef_tanhf8_u10avx2(x); }
V Gelu(V x) {
  const V erf = Sleef_erff8_u10avx2(_mm256_mul_ps(x, Set(0.70710678f)));
  return _mm256_mul_ps(_mm256_mul_ps(Set(0.5f), x), _mm256_add_ps(Set(1), erf));
}
V Silu(V x) { return _mm256_mul_ps(x, Logistic(x)); }
V Softplus(V x) {
  const V e = Sleef_expf8_u10avx2(_mm256_or_ps(Set(-0.0f), Absolute(x)));
  return _mm256_add_ps(Positive(x), Sleef_log1pf8_u10avx2(e));
}

template <V (*kFunction)(V)>
Call Loop(const Arrays& arrays, const float* input) {
  return [=, size = arrays.size, result = arrays.result] {
    size_t i = 0;
    for (; i + kLanes <= size; i += kLanes) {
      _mm256_storeu_ps(result + i, kFunction(_mm256_loadu_ps(input + i)));
    }
    if (i == size) return;
    float rest[kLanes] = {};
    for (size_t k = 0; i + k < size; ++k) rest[k] = input[i + k];
    _mm256_storeu_ps(rest, kFunction(_mm256_loadu_ps(rest)));
    for (size_t k = 0; i + k < size; ++k) result[i + k] = rest[k];
  };
}

}  // namespace

Call PrepareSleef(const Task& task, const Arrays& arrays) {
  if (task.direction == Direction::kBackward) return {};
  const float* input = task.in_place ? arrays.result : arrays.input;
  switch (task.function) {
    case Function::kElu:
      return Loop<Elu>(arrays, input);
    case Function::kSigmoid:
      return Loop<Logistic>(arrays, input);
    case Function::kTanh:
      return Loop<Tanh>(arrays, input);
    case Function::kGelu:
      return Loop<Gelu>(arrays, input);
    case Function::kSilu:
      return Loop<Silu>(arrays, input);
    case Function::kSoftplus:
      return Loop<Softplus>(arrays, input);
    default:
      return {};
  }
}
#else
Call PrepareSleef(const Task&, const Arrays&) { return {}; }
#endif

}  // namespace peers
