#include "ramp/kernel/pool.h"

#include <limits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ramp/kernel/pool.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace ramp {
namespace HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

// Calls body(tag, channel) for vectors that cover the channels: full ones, then single lanes.
template <class Body>
HWY_INLINE void OverChannels(size_t channels, const Body& body) {
  const hn::ScalableTag<float> d;
  size_t c = 0;
  for (; c + hn::Lanes(d) <= channels; c += hn::Lanes(d)) body(d, c);
  const hn::CappedTag<float, 1> one;
  for (; c < channels; ++c) body(one, c);
}

// Calls body(offset, index) for each element of the part.
template <class Body>
HWY_INLINE void OverElements(const PoolWindow& w, const Body& body) {
  for (size_t row = 0; row < w.rows; ++row) {
    for (size_t column = 0; column < w.columns; ++column) {
      body(row * w.row_stride + column * w.column_stride, w.first_index + row * w.index_stride + column);
    }
  }
}

template <class D>
using Indices = hn::Vec<hn::RebindToSigned<D>>;

template <class D>
HWY_INLINE void StoreIndices(D d, Indices<D> indices, uint8_t* to) {
  const hn::Rebind<uint8_t, D> bytes;
  (void)d;
  hn::StoreU(hn::DemoteTo(bytes, indices), bytes, to);
}
template <class D>
HWY_INLINE void StoreIndices(D d, Indices<D> indices, uint32_t* to) {
  const hn::RebindToUnsigned<D> words;
  (void)d;
  hn::StoreU(hn::BitCast(words, indices), words, to);
}
template <class D>
HWY_INLINE Indices<D> LoadIndices(D d, const uint8_t* from) {
  (void)d;
  return hn::PromoteTo(hn::RebindToSigned<D>(), hn::LoadU(hn::Rebind<uint8_t, D>(), from));
}
template <class D>
HWY_INLINE Indices<D> LoadIndices(D d, const uint32_t* from) {
  (void)d;
  return hn::BitCast(hn::RebindToSigned<D>(), hn::LoadU(hn::RebindToUnsigned<D>(), from));
}

template <class Index>
void Max(const PoolWindow& w, const float* input, float* output, Index* index) {
  OverChannels(w.channels, [&](auto d, size_t c) HWY_ATTR {
    const hn::RebindToSigned<decltype(d)> whole;
    auto largest = hn::LoadU(d, input + c);
    auto place = hn::Set(whole, static_cast<int32_t>(w.first_index));
    OverElements(w, [&](size_t offset, size_t i) HWY_ATTR {
      const auto value = hn::LoadU(d, input + offset + c);
      const auto larger = hn::Or(hn::Gt(value, largest), hn::IsNaN(value));
      largest = hn::IfThenElse(larger, value, largest);
      place = hn::IfThenElse(hn::RebindMask(whole, larger), hn::Set(whole, static_cast<int32_t>(i)), place);
    });
    hn::StoreU(largest, d, output + c);
    StoreIndices(d, place, index + c);
  });
}

template <class Index>
void MaxBackward(const PoolWindow& w, const float* output_gradient, const Index* index, float* input_gradient) {
  OverChannels(w.channels, [&](auto d, size_t c) HWY_ATTR {
    const hn::RebindToSigned<decltype(d)> whole;
    const auto gradient = hn::LoadU(d, output_gradient + c);
    const auto place = LoadIndices(d, index + c);
    OverElements(w, [&](size_t offset, size_t i) HWY_ATTR {
      float* to = input_gradient + offset + c;
      const auto here = hn::RebindMask(d, hn::Eq(place, hn::Set(whole, static_cast<int32_t>(i))));
      hn::StoreU(hn::Add(hn::LoadU(d, to), hn::IfThenElseZero(here, gradient)), d, to);
    });
  });
}

void Average(const PoolWindow& w, const float* input, float* output) {
  const float scale = 1 / static_cast<float>(w.rows * w.columns);
  OverChannels(w.channels, [&](auto d, size_t c) HWY_ATTR {
    auto sum = hn::Zero(d);
    OverElements(w, [&](size_t offset, size_t) HWY_ATTR { sum = hn::Add(sum, hn::LoadU(d, input + offset + c)); });
    hn::StoreU(hn::Mul(sum, hn::Set(d, scale)), d, output + c);
  });
}

void AverageBackward(const PoolWindow& w, const float* output_gradient, float* input_gradient) {
  const float scale = 1 / static_cast<float>(w.rows * w.columns);
  OverChannels(w.channels, [&](auto d, size_t c) HWY_ATTR {
    const auto gradient = hn::Mul(hn::LoadU(d, output_gradient + c), hn::Set(d, scale));
    OverElements(w, [&](size_t offset, size_t) HWY_ATTR {
      float* to = input_gradient + offset + c;
      hn::StoreU(hn::Add(hn::LoadU(d, to), gradient), d, to);
    });
  });
}

}  // namespace

PoolKernels PoolKernelsOfTarget() {
  return {Max<uint8_t>, Max<uint32_t>, MaxBackward<uint8_t>, MaxBackward<uint32_t>, Average, AverageBackward};
}

}  // namespace HWY_NAMESPACE
}  // namespace ramp
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ramp {

HWY_EXPORT(PoolKernelsOfTarget);

PoolKernels GetPoolKernels() { return HWY_DYNAMIC_DISPATCH(PoolKernelsOfTarget)(); }

}  // namespace ramp
#endif
