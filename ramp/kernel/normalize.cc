#include "ramp/kernel/normalize.h"

#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ramp/kernel/normalize.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace ramp {
namespace HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

// Calls body(tag, unit) for vectors that cover the units: full ones, then single lanes.
template <class Body>
HWY_INLINE void OverUnits(size_t units, const Body& body) {
  const hn::ScalableTag<float> d;
  size_t u = 0;
  for (; u + hn::Lanes(d) <= units; u += hn::Lanes(d)) body(d, u);
  const hn::CappedTag<float, 1> one;
  for (; u < units; ++u) body(one, u);
}

void Apply(size_t rows, size_t units, const float* input, const float* center, const float* scale, const float* shift,
           float* output) {
  for (size_t row = 0; row < rows; ++row) {
    OverUnits(units, [&](auto d, size_t u) HWY_ATTR {
      const auto x = hn::Sub(hn::LoadU(d, input + u), hn::LoadU(d, center + u));
      hn::StoreU(hn::MulAdd(x, hn::LoadU(d, scale + u), hn::LoadU(d, shift + u)), d, output + u);
    });
    input += units;
    output += units;
  }
}

void Sums(size_t rows, size_t units, const float* input, float* sums) {
  OverUnits(units, [&](auto d, size_t u) HWY_ATTR {
    const auto first = hn::LoadU(d, input + u);
    auto sum = hn::Zero(d), squares = hn::Zero(d);
    for (size_t row = 0; row < rows; ++row) {
      const auto x = hn::Sub(hn::LoadU(d, input + row * units + u), first);
      sum = hn::Add(sum, x);
      squares = hn::MulAdd(x, x, squares);
    }
    hn::StoreU(sum, d, sums + u);
    hn::StoreU(squares, d, sums + units + u);
  });
}

void GradientSums(size_t rows, size_t units, const float* gradient, const float* input, const float* center,
                  float* sums) {
  OverUnits(units, [&](auto d, size_t u) HWY_ATTR {
    const auto middle = hn::LoadU(d, center + u);
    auto sum = hn::Zero(d), products = hn::Zero(d);
    for (size_t row = 0; row < rows; ++row) {
      const auto g = hn::LoadU(d, gradient + row * units + u);
      sum = hn::Add(sum, g);
      products = hn::MulAdd(g, hn::Sub(hn::LoadU(d, input + row * units + u), middle), products);
    }
    hn::StoreU(sum, d, sums + u);
    hn::StoreU(products, d, sums + units + u);
  });
}

void Gradient(size_t rows, size_t units, const float* gradient, const float* input, const float* center, const float* a,
              const float* b, const float* c, float* input_gradient) {
  for (size_t row = 0; row < rows; ++row) {
    OverUnits(units, [&](auto d, size_t u) HWY_ATTR {
      const auto x = hn::Sub(hn::LoadU(d, input + u), hn::LoadU(d, center + u));
      const auto rest = hn::MulAdd(x, hn::LoadU(d, b + u), hn::LoadU(d, c + u));
      hn::StoreU(hn::MulAdd(hn::LoadU(d, gradient + u), hn::LoadU(d, a + u), rest), d, input_gradient + u);
    });
    gradient += units;
    input += units;
    input_gradient += units;
  }
}

// The sum over the units of term(tag, unit), a vector: with a fixed order of additions.
template <class Term>
HWY_INLINE float SumOverUnits(size_t units, const Term& term) {
  const hn::ScalableTag<float> d;
  auto vectors = hn::Zero(d);
  size_t u = 0;
  for (; u + hn::Lanes(d) <= units; u += hn::Lanes(d)) vectors = hn::Add(vectors, term(d, u));
  float sum = hn::GetLane(hn::SumOfLanes(d, vectors));
  const hn::CappedTag<float, 1> one;
  for (; u < units; ++u) sum += hn::GetLane(term(one, u));
  return sum;
}

// Distances from the row's first value, and from these the mean's: exact where all values are far from 0.
void Layer(const LayerNormArguments& p) {
  const float count = static_cast<float>(p.units);
  for (size_t row = 0; row < p.rows; ++row) {
    const float* input = p.input + row * p.units;
    float* output = p.output + row * p.units;
    const float first = input[0];
    const float mean =
        SumOverUnits(p.units,
                     [&](auto d, size_t u) HWY_ATTR { return hn::Sub(hn::LoadU(d, input + u), hn::Set(d, first)); }) /
        count;
    const float variance =
        SumOverUnits(p.units,
                     [&](auto d, size_t u) HWY_ATTR {
                       const auto x = hn::Sub(hn::Sub(hn::LoadU(d, input + u), hn::Set(d, first)), hn::Set(d, mean));
                       return hn::Mul(x, x);
                     }) /
        count;
    const float inverse = 1 / std::sqrt(variance + p.epsilon);
    OverUnits(p.units, [&](auto d, size_t u) HWY_ATTR {
      const auto x = hn::Sub(hn::Sub(hn::LoadU(d, input + u), hn::Set(d, first)), hn::Set(d, mean));
      const auto normal = hn::Mul(x, hn::Set(d, inverse));
      hn::StoreU(hn::MulAdd(normal, hn::LoadU(d, p.scale + u), hn::LoadU(d, p.shift + u)), d, output + u);
    });
    if (p.statistics == nullptr) continue;
    p.statistics[2 * row] = mean;
    p.statistics[2 * row + 1] = inverse;
  }
}

// With n = (x - mean) * inverse and h = gradient * scale: the input's gradient is inverse * (h - mean of h - n * mean
// of h n) (Ba, Kiros and Hinton, 2016).
void LayerBackward(const LayerNormArguments& p) {
  const float count = static_cast<float>(p.units);
  for (size_t row = 0; row < p.rows; ++row) {
    const float* input = p.input + row * p.units;
    const float* gradient = p.gradient + row * p.units;
    const float first = input[0], mean = p.statistics[2 * row], inverse = p.statistics[2 * row + 1];
    const auto normal = [&](auto d, size_t u) HWY_ATTR {
      const auto x = hn::Sub(hn::Sub(hn::LoadU(d, input + u), hn::Set(d, first)), hn::Set(d, mean));
      return hn::Mul(x, hn::Set(d, inverse));
    };
    const auto scaled = [&](auto d, size_t u)
                            HWY_ATTR { return hn::Mul(hn::LoadU(d, gradient + u), hn::LoadU(d, p.scale + u)); };
    OverUnits(p.units, [&](auto d, size_t u) HWY_ATTR {
      const auto g = hn::LoadU(d, gradient + u);
      hn::StoreU(hn::Add(g, hn::LoadU(d, p.shift_gradient + u)), d, p.shift_gradient + u);
      hn::StoreU(hn::MulAdd(g, normal(d, u), hn::LoadU(d, p.scale_gradient + u)), d, p.scale_gradient + u);
    });
    if (p.input_gradient == nullptr) continue;
    const float mean_scaled = SumOverUnits(p.units, scaled) / count;
    const float mean_product =
        SumOverUnits(p.units, [&](auto d, size_t u) HWY_ATTR { return hn::Mul(scaled(d, u), normal(d, u)); }) / count;
    float* input_gradient = p.input_gradient + row * p.units;
    OverUnits(p.units, [&](auto d, size_t u) HWY_ATTR {
      const auto rest =
          hn::NegMulAdd(normal(d, u), hn::Set(d, mean_product), hn::Sub(scaled(d, u), hn::Set(d, mean_scaled)));
      hn::StoreU(hn::Mul(rest, hn::Set(d, inverse)), d, input_gradient + u);
    });
  }
}

}  // namespace

NormalizeKernels NormalizeKernelsOfTarget() { return {Apply, Sums, GradientSums, Gradient, Layer, LayerBackward}; }

}  // namespace HWY_NAMESPACE
}  // namespace ramp
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ramp {

HWY_EXPORT(NormalizeKernelsOfTarget);

NormalizeKernels GetNormalizeKernels() { return HWY_DYNAMIC_DISPATCH(NormalizeKernelsOfTarget)(); }

}  // namespace ramp
#endif
