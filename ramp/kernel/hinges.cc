#include "ramp/kernel/hinges.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ramp/kernel/hinges.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace ramp {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Calls body(d, unit) for vectors of descending width, so that the tail is the same code.
template <class Body>
HWY_INLINE void ForEachVector(size_t units, const Body& body) {
  const hn::ScalableTag<float> d;
  size_t unit = 0;
  for (; unit + hn::Lanes(d) <= units; unit += hn::Lanes(d)) body(d, unit);
  const hn::CappedTag<float, 1> one;
  for (; unit < units; ++unit) body(one, unit);
}

void Sum(const float* weights, size_t columns, size_t bins, size_t units, float* below) {
  for (size_t column = 0; column < columns; ++column) {
    const float* from = weights + column * bins * units;
    float* to = below + column * bins * units;
    ForEachVector(units, [=](auto d, size_t unit) HWY_ATTR {
      auto sum = hn::Zero(d);
      for (size_t bin = 0; bin < bins; ++bin) {
        hn::StoreU(sum, d, to + bin * units + unit);
        sum = hn::Add(sum, hn::LoadU(d, from + bin * units + unit));
      }
    });
  }
}

// One row: the sums stay in registers over all columns, four vectors at a time.
template <size_t kVectors, class D>
HWY_INLINE void AddRow(D d, const HingeForward& f, const int32_t* bins, const float* fractions, size_t unit,
                       float* sums) {
  hn::Vec<D> sum[kVectors];
  for (size_t v = 0; v < kVectors; ++v) sum[v] = hn::LoadU(d, sums + unit + v * hn::Lanes(d));
  for (size_t column = 0; column < f.places.columns; ++column) {
    if (bins[column] < 0) continue;
    const size_t row = (column * f.bins + static_cast<size_t>(bins[column])) * f.units + unit;
    const auto fraction = hn::Set(d, fractions[column]);
    for (size_t v = 0; v < kVectors; ++v) {
      const size_t place = row + v * hn::Lanes(d);
      const auto below = hn::Add(sum[v], hn::LoadU(d, f.below + place));
      sum[v] = hn::Add(below, hn::Mul(fraction, hn::LoadU(d, f.weights + place)));
    }
  }
  for (size_t v = 0; v < kVectors; ++v) hn::StoreU(sum[v], d, sums + unit + v * hn::Lanes(d));
}

void Add(const HingeForward& f) {
  const hn::ScalableTag<float> d;
  const hn::CappedTag<float, 1> one;
  const size_t lanes = hn::Lanes(d);
  for (size_t row = 0; row < f.places.rows; ++row) {
    const int32_t* bins = f.places.bins + row * f.places.columns;
    const float* fractions = f.places.fractions + row * f.places.columns;
    float* sums = f.sums + row * f.units;
    size_t unit = 0;
    for (; unit + 4 * lanes <= f.units; unit += 4 * lanes) AddRow<4>(d, f, bins, fractions, unit, sums);
    for (; unit + lanes <= f.units; unit += lanes) AddRow<1>(d, f, bins, fractions, unit, sums);
    for (; unit < f.units; ++unit) AddRow<1>(one, f, bins, fractions, unit, sums);
  }
}

// A row adds its gradient to its bin's bucket, for all rows of weights below the bin, and the fraction of it to the
// bin's own row. The sums of the buckets from the last bin down then give what each row of weights gets from above.
void Differentiate(const HingeBackward& b) {
  for (size_t column = 0; column < b.places.columns; ++column) {
    float* own = b.weight_gradient + column * b.bins * b.units;
    float* buckets = b.scratch;
    std::fill(own, own + b.bins * b.units, 0.0f);
    std::fill(buckets, buckets + b.bins * b.units, 0.0f);
    for (size_t row = 0; row < b.places.rows; ++row) {
      const size_t place = row * b.places.columns + column;
      if (b.places.bins[place] < 0) break;
      const float* gradient = b.gradient + row * b.units;
      const size_t begin = static_cast<size_t>(b.places.bins[place]) * b.units;
      const float fraction = b.places.fractions[place];
      ForEachVector(b.units, [=](auto d, size_t unit) HWY_ATTR {
        const auto g = hn::LoadU(d, gradient + unit);
        float* const bucket = buckets + begin + unit;
        float* const weight = own + begin + unit;
        hn::StoreU(hn::Add(hn::LoadU(d, bucket), g), d, bucket);
        hn::StoreU(hn::Add(hn::LoadU(d, weight), hn::Mul(hn::Set(d, fraction), g)), d, weight);
      });
    }
    const size_t bins = b.bins, units = b.units;
    ForEachVector(units, [=](auto d, size_t unit) HWY_ATTR {
      auto above = hn::Zero(d);
      for (size_t bin = bins; bin-- > 0;) {
        float* const weight = own + bin * units + unit;
        hn::StoreU(hn::Add(hn::LoadU(d, weight), above), d, weight);
        above = hn::Add(above, hn::LoadU(d, buckets + bin * units + unit));
      }
    });
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace ramp
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ramp {

HWY_EXPORT(Sum);
HWY_EXPORT(Add);
HWY_EXPORT(Differentiate);

void SumHinges(const float* weights, size_t columns, size_t bins, size_t units, float* below) {
  HWY_DYNAMIC_DISPATCH(Sum)(weights, columns, bins, units, below);
}

void AddHinges(const HingeForward& arguments) { HWY_DYNAMIC_DISPATCH(Add)(arguments); }

void DifferentiateHinges(const HingeBackward& arguments) { HWY_DYNAMIC_DISPATCH(Differentiate)(arguments); }

}  // namespace ramp
#endif
