// Values and derivatives of vectors of floats, computed in the arithmetic that suits. Compiled once for each
// instruction set.
#if defined(RAMP_ACTIVATION_EVALUATION_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef RAMP_ACTIVATION_EVALUATION_INL_H_
#undef RAMP_ACTIVATION_EVALUATION_INL_H_
#else
#define RAMP_ACTIVATION_EVALUATION_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <type_traits>
#include <utility>

#include "ramp/activation/definition-inl.h"
#include "ramp/activation/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ramp::family {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <class D, class V = hn::Vec<D>>
HWY_INLINE Parameters<V> InAllLanes(D d, const ActivationParameters& parameters) {
  return {hn::Set(d, parameters[0]), hn::Set(d, parameters[1])};
}

// The value of an activation, and its derivative, under the same names.
template <class A>
struct ValueOf {
  static constexpr bool kInFloats = std::is_same_v<typename A::Arithmetic, float>;
  static constexpr bool kIsFast = kHasCompensated && requires { A::kFastValueUpTo; };
  template <class D, class V>
  static HWY_INLINE V Exact(D d, V x, const Parameters<V>& p) {
    return A::Value(d, x, p);
  }
  static constexpr float FastUpTo() { return A::kFastValueUpTo; }
  template <class X>
  static HWY_INLINE auto Start(const X& x) {
    return A::StartValue(FloatTag(), x);
  }
  template <class X, class S>
  static HWY_INLINE X Fast(const X& x, const S& start, const Parameters<FloatVector>& p) {
    return A::FastValue(FloatTag(), x, start, p);
  }
};
template <class A>
struct SlopeOf {
  static constexpr bool kInFloats = std::is_same_v<typename A::SlopeArithmetic, float>;
  static constexpr bool kIsFast = kHasCompensated && requires { A::kFastSlopeUpTo; };
  template <class D, class V>
  static HWY_INLINE V Exact(D d, V x, const Parameters<V>& p) {
    return A::Slope(d, x, p);
  }
  static constexpr float FastUpTo() { return A::kFastSlopeUpTo; }
  template <class X>
  static HWY_INLINE auto Start(const X& x) {
    return A::StartSlope(FloatTag(), x);
  }
  template <class X, class S>
  static HWY_INLINE X Fast(const X& x, const S& start, const Parameters<FloatVector>& p) {
    return A::FastSlope(FloatTag(), x, start, p);
  }
};

template <class F>
HWY_INLINE FloatVector OfVectorInDouble(FloatVector x, const ActivationParameters& parameters) {
  return InDouble(FloatTag(), x,
                  [&](auto d, auto wide) HWY_ATTR { return F::Exact(d, wide, InAllLanes(d, parameters)); });
}

// F of one vector, lane by lane by the formula that holds there. Out of line, for it is long and seldom called.
template <class F>
HWY_NOINLINE FloatVector OfVectorByLanes(FloatVector x, const Parameters<FloatVector>& p,
                                         const ActivationParameters& parameters) {
  if (F::FastUpTo() == kAnySize) return F::Fast(x, F::Start(x), p);
  const auto holds = hn::Le(hn::Abs(x), hn::Set(FloatTag(), F::FastUpTo()));
  if (hn::AllFalse(FloatTag(), holds)) return OfVectorInDouble<F>(x, parameters);
  const FloatVector fast = F::Fast(x, F::Start(x), p);
  if (hn::AllTrue(FloatTag(), holds)) return fast;
  return hn::IfThenElse(holds, fast, OfVectorInDouble<F>(x, parameters));
}

// F of one vector.
template <class F>
HWY_INLINE FloatVector OfVector(FloatVector x, const Parameters<FloatVector>& p,
                                const ActivationParameters& parameters) {
  if constexpr (F::kInFloats) {
    return F::Exact(FloatTag(), x, p);
  } else if constexpr (F::kIsFast) {
    return OfVectorByLanes<F>(x, p, parameters);
  } else {
    return OfVectorInDouble<F>(x, parameters);
  }
}

// No |x| of a block of 64 exceeds the bound, or is a NaN.
HWY_INLINE bool BlockIsUpTo(float bound, const float* x) {
  const hn::RebindToSigned<FloatTag> bits;
  // As integers, so that a NaN is the largest of all.
  auto largest = hn::Zero(bits);
  for (size_t i = 0; i < Gates::kBitsPerWord; i += kLanes) {
    largest = hn::Max(largest, hn::BitCast(bits, hn::Abs(hn::LoadU(FloatTag(), x + i))));
  }
  return hn::AllFalse(bits, hn::Gt(largest, hn::BitCast(bits, hn::Set(FloatTag(), bound))));
}

// Calls put(F(x), i) for the vectors of a block of 64 inputs, which begin at unit i. The formulae's first halves are
// computed for all of them before the second ones, and some vectors go side by side, so that few wait for each other.
template <class F, class Put>
HWY_INLINE void OfBlock(const float* x, const Parameters<FloatVector>& p, const ActivationParameters& parameters,
                        const Put& put) {
  if (F::FastUpTo() != kAnySize && HWY_UNLIKELY(!BlockIsUpTo(F::FastUpTo(), x))) {
    for (size_t i = 0; i < Gates::kBitsPerWord; i += kLanes) {
      put(OfVectorByLanes<F>(hn::LoadU(FloatTag(), x + i), p, parameters), i);
    }
    return;
  }
  constexpr size_t kTogether = std::min<size_t>(2, Gates::kBitsPerWord / kLanes);
  constexpr size_t kStep = kTogether * kLanes;
  const auto load = [&](size_t i) __attribute__((always_inline)) HWY_ATTR {
    return SeveralOf<kTogether>([&](auto k) __attribute__((always_inline))
                                HWY_ATTR { return hn::LoadU(FloatTag(), x + i + k * kLanes); });
  };
  const auto starts = [&]<size_t... kPlaces>(std::index_sequence<kPlaces...>) __attribute__((always_inline)) HWY_ATTR {
    return std::array<decltype(F::Start(load(0))), sizeof...(kPlaces)>{{F::Start(load(kPlaces * kStep))...}};
  }
  (std::make_index_sequence<Gates::kBitsPerWord / kStep>());
  for (size_t i = 0; i < Gates::kBitsPerWord; i += kStep) {
    const auto y = F::Fast(load(i), starts[i / kStep], p);
    ForEachPlace<kTogether>([&](auto k) __attribute__((always_inline)) HWY_ATTR { put(y.of[k], i + k * kLanes); });
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace ramp::family
HWY_AFTER_NAMESPACE();

#endif
