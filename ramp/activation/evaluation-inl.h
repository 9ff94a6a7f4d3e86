// Values and derivatives of vectors of floats, computed in the arithmetic that suits. Compiled once for each
// instruction set.
#if defined(RAMP_ACTIVATION_EVALUATION_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef RAMP_ACTIVATION_EVALUATION_INL_H_
#undef RAMP_ACTIVATION_EVALUATION_INL_H_
#else
#define RAMP_ACTIVATION_EVALUATION_INL_H_
#endif

#include <hwy/highway.h>

#include <type_traits>

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

template <class A>
HWY_INLINE FloatVector ValueInDouble(FloatVector x, const ActivationParameters& parameters) {
  return InDouble(FloatTag(), x,
                  [&](auto d, auto wide) HWY_ATTR { return A::Value(d, wide, InAllLanes(d, parameters)); });
}
template <class A>
HWY_INLINE FloatVector SlopeInDouble(FloatVector x, const ActivationParameters& parameters) {
  return InDouble(FloatTag(), x,
                  [&](auto d, auto wide) HWY_ATTR { return A::Slope(d, wide, InAllLanes(d, parameters)); });
}

// Out of line, where it is seldom called.
template <class A>
HWY_NOINLINE FloatVector RareValueInDouble(FloatVector x, const ActivationParameters& parameters) {
  return ValueInDouble<A>(x, parameters);
}
template <class A>
HWY_NOINLINE FloatVector RareSlopeInDouble(FloatVector x, const ActivationParameters& parameters) {
  return SlopeInDouble<A>(x, parameters);
}

template <class A>
concept FastInFloats = kHasCompensated && requires(FloatVector v, Parameters<FloatVector> p) {
  A::FastValue(FloatTag(), v, p);
};
template <class A>
concept FastForSome = requires(FloatVector v, Parameters<FloatVector> p) {
  A::HasFastValue(FloatTag(), v, p);
};
template <class A>
concept FastSlopeInFloats = kHasCompensated && requires(FloatVector v, Parameters<FloatVector> p) {
  A::FastSlope(FloatTag(), v, p);
};
template <class A>
concept FastSlopeForSome = requires(FloatVector v, Parameters<FloatVector> p) {
  A::HasFastSlope(FloatTag(), v, p);
};

// `fast` where it holds, else slow(). A lane does not depend on its neighbours.
template <class M, class F>
HWY_INLINE FloatVector FastOrSlow(M holds, FloatVector fast, const F& slow) {
  if (HWY_LIKELY(hn::AllTrue(FloatTag(), holds))) return fast;
  return hn::IfThenElse(holds, fast, slow());
}

// The value of a vector of floats.
template <class A>
HWY_INLINE FloatVector ValueOf(FloatVector x, Parameters<FloatVector> p, const ActivationParameters& parameters) {
  if constexpr (std::is_same_v<typename A::Arithmetic, float>) {
    return A::Value(FloatTag(), x, p);
  } else if constexpr (FastInFloats<A>) {
    const FloatVector fast = A::FastValue(FloatTag(), x, p);
    if constexpr (FastForSome<A>) {
      return FastOrSlow(A::HasFastValue(FloatTag(), x, p), fast,
                        [&]() HWY_ATTR { return RareValueInDouble<A>(x, parameters); });
    }
    return fast;
  } else {
    return ValueInDouble<A>(x, parameters);
  }
}

// Its derivative, likewise.
template <class A>
HWY_INLINE FloatVector SlopeOf(FloatVector x, Parameters<FloatVector> p, const ActivationParameters& parameters) {
  if constexpr (std::is_same_v<typename A::SlopeArithmetic, float>) {
    return A::Slope(FloatTag(), x, p);
  } else if constexpr (FastSlopeInFloats<A>) {
    const FloatVector fast = A::FastSlope(FloatTag(), x, p);
    if constexpr (FastSlopeForSome<A>) {
      return FastOrSlow(A::HasFastSlope(FloatTag(), x, p), fast,
                        [&]() HWY_ATTR { return RareSlopeInDouble<A>(x, parameters); });
    }
    return fast;
  } else {
    return SlopeInDouble<A>(x, parameters);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace ramp::family
HWY_AFTER_NAMESPACE();

#endif
