// PEERS_LOOPS is the name under which this compilation of them is known.
#include "loops.h"

#include <math.h>

namespace peers {
namespace {

template <class F>
void Apply(const float* __restrict x, float* __restrict y, size_t size, F f) {
  for (size_t i = 0; i < size; ++i) y[i] = f(x[i]);
}

template <class F>
void Apply(const float* __restrict g, const float* __restrict s, float* __restrict r, size_t size, F f) {
  for (size_t i = 0; i < size; ++i) r[i] = f(g[i], s[i]);
}

constexpr float kLeak = 0.01f;

}  // namespace

extern const Loops PEERS_LOOPS = {
    .relu = [](const float* x, float* y, size_t n) { Apply(x, y, n, [](float v) { return v > 0 ? v : 0; }); },
    .leaky_relu = [](const float* x, float* y,
                     size_t n) { Apply(x, y, n, [](float v) { return v > 0 ? v : kLeak * v; }); },
    .elu = [](const float* x, float* y, size_t n) { Apply(x, y, n, [](float v) { return v > 0 ? v : expm1f(v); }); },
    .sigmoid = [](const float* x, float* y, size_t n) { Apply(x, y, n, [](float v) { return 1 / (1 + expf(-v)); }); },
    .tanh = [](const float* x, float* y, size_t n) { Apply(x, y, n, [](float v) { return tanhf(v); }); },
    .gelu = [](const float* x, float* y,
               size_t n) { Apply(x, y, n, [](float v) { return 0.5f * v * (1 + erff(v * 0.70710678f)); }); },
    .silu = [](const float* x, float* y, size_t n) { Apply(x, y, n, [](float v) { return v / (1 + expf(-v)); }); },
    .softplus = [](const float* x, float* y,
                   size_t n) { Apply(x, y, n, [](float v) { return (v > 0 ? v : 0) + log1pf(expf(-fabsf(v))); }); },
    .hardswish = [](const float* x, float* y,
                    size_t n) { Apply(x, y, n, [](float v) { return v * fminf(fmaxf(v + 3, 0), 6) / 6; }); },
    .relu_in_place =
        [](const float*, float* y, size_t n) {
          for (size_t i = 0; i < n; ++i) y[i] = y[i] > 0 ? y[i] : 0;
        },
    .relu_back = [](const float* g, const float* x, float* r,
                    size_t n) { Apply(g, x, r, n, [](float d, float v) { return v > 0 ? d : 0; }); },
    .leaky_relu_back = [](const float* g, const float* x, float* r,
                          size_t n) { Apply(g, x, r, n, [](float d, float v) { return v > 0 ? d : kLeak * d; }); },
    .elu_back = [](const float* g, const float* y, float* r,
                   size_t n) { Apply(g, y, r, n, [](float d, float v) { return v > 0 ? d : d * (v + 1); }); },
    .sigmoid_back = [](const float* g, const float* y, float* r,
                       size_t n) { Apply(g, y, r, n, [](float d, float v) { return d * v * (1 - v); }); },
    .tanh_back = [](const float* g, const float* y, float* r,
                    size_t n) { Apply(g, y, r, n, [](float d, float v) { return d * (1 - v * v); }); },
    .relu_back_in_place =
        [](const float*, const float* __restrict x, float* __restrict r, size_t n) {
          for (size_t i = 0; i < n; ++i) r[i] = x[i] > 0 ? r[i] : 0;
        }};

}  // namespace peers
