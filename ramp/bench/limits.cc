// The limits' loops, for every instruction set.
#include "ramp/bench/limits.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ramp/bench/limits.cc"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace ramp::limits {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::ScalableTag<float>;
using Vector = hn::Vec<Tag>;

// Calls four(i) for every four vectors from i = 0 on, then rest(i) for what is left.
template <class Four, class Rest>
HWY_INLINE void ForEachFour(size_t count, const Four& four, const Rest& rest) {
  const size_t step = 4 * hn::Lanes(Tag());
  size_t i = 0;
  for (; i + step <= count; i += step) four(i);
  for (; i < count; ++i) rest(i);
}

template <bool kStream>
HWY_INLINE void Put(Vector v, float* to) {
  if constexpr (kStream) {
    hn::Stream(v, Tag(), to);
  } else {
    hn::Store(v, Tag(), to);
  }
}

template <bool kStream>
void Copy(const float* from, float* to, size_t count) {
  const Tag d;
  const size_t lanes = hn::Lanes(d);
  ForEachFour(
      count,
      [&](size_t i) HWY_ATTR {
        const Vector v0 = hn::Load(d, from + i), v1 = hn::Load(d, from + i + lanes);
        const Vector v2 = hn::Load(d, from + i + 2 * lanes), v3 = hn::Load(d, from + i + 3 * lanes);
        Put<kStream>(v0, to + i);
        Put<kStream>(v1, to + i + lanes);
        Put<kStream>(v2, to + i + 2 * lanes);
        Put<kStream>(v3, to + i + 3 * lanes);
      },
      [&](size_t i) { to[i] = from[i]; });
  if constexpr (kStream) hwy::FlushStream();
}

template <bool kStream>
void Triad(const float* a, const float* b, float* to, size_t count) {
  constexpr float kFactor = 3;
  const Tag d;
  const size_t lanes = hn::Lanes(d);
  const Vector factor = hn::Set(d, kFactor);
  const auto one = [&](size_t i) HWY_ATTR { return hn::MulAdd(hn::Load(d, b + i), factor, hn::Load(d, a + i)); };
  ForEachFour(
      count,
      [&](size_t i) HWY_ATTR {
        const Vector v0 = one(i), v1 = one(i + lanes), v2 = one(i + 2 * lanes), v3 = one(i + 3 * lanes);
        Put<kStream>(v0, to + i);
        Put<kStream>(v1, to + i + lanes);
        Put<kStream>(v2, to + i + 2 * lanes);
        Put<kStream>(v3, to + i + 3 * lanes);
      },
      [&](size_t i) { to[i] = a[i] + kFactor * b[i]; });
  if constexpr (kStream) hwy::FlushStream();
}

// A multiply-add takes four or five cycles, and two start in each.
float MultiplyAdds(size_t count) {
  const Tag d;
  const Vector factor = hn::Set(d, 0.75f), summand = hn::Set(d, 0.25f);
  // Chains that began alike would be one to the compiler.
  Vector v0 = hn::Set(d, 0.0f), v1 = hn::Set(d, 0.1f), v2 = hn::Set(d, 0.2f), v3 = hn::Set(d, 0.3f);
  Vector v4 = hn::Set(d, 0.4f), v5 = hn::Set(d, 0.5f), v6 = hn::Set(d, 0.6f), v7 = hn::Set(d, 0.7f);
  Vector v8 = hn::Set(d, 0.8f), v9 = hn::Set(d, 0.9f);
  constexpr size_t kChains = 10;
  for (size_t done = 0; done < count; done += kChains * hn::Lanes(d)) {
    v0 = hn::MulAdd(v0, factor, summand);
    v1 = hn::MulAdd(v1, factor, summand);
    v2 = hn::MulAdd(v2, factor, summand);
    v3 = hn::MulAdd(v3, factor, summand);
    v4 = hn::MulAdd(v4, factor, summand);
    v5 = hn::MulAdd(v5, factor, summand);
    v6 = hn::MulAdd(v6, factor, summand);
    v7 = hn::MulAdd(v7, factor, summand);
    v8 = hn::MulAdd(v8, factor, summand);
    v9 = hn::MulAdd(v9, factor, summand);
  }
  const Vector sum = hn::Add(hn::Add(hn::Add(v0, v1), hn::Add(v2, v3)), hn::Add(hn::Add(v4, v5), hn::Add(v6, v7)));
  return hn::GetLane(hn::Add(sum, hn::Add(v8, v9)));
}

LimitLoops LoopsOfTarget() {
  return {.instruction_set = hwy::TargetName(HWY_TARGET),
          .copy = Copy<false>,
          .triad = Triad<false>,
          .stream_copy = Copy<true>,
          .stream_triad = Triad<true>,
          .multiply_adds = MultiplyAdds};
}

}  // namespace HWY_NAMESPACE
}  // namespace ramp::limits
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ramp {
namespace limits {
HWY_EXPORT(LoopsOfTarget);
}

LimitLoops BestLimitLoops() {
  using namespace limits;
  return HWY_DYNAMIC_DISPATCH(LoopsOfTarget)();
}

}  // namespace ramp
#endif
