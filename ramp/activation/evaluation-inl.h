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

// The value of an activation, and its derivative, under the same names. kInPieces, kHasFarPieces and kIsFast tell which
// formulae of floats there are beside the exact one, FastUpTo and FarUpTo the greatest |x| for which they hold, and
// kIsOneSided whether the first of them holds for all greater x as well.
template <class A>
struct ValueOf {
  static constexpr bool kInFloats = std::is_same_v<typename A::Arithmetic, float>;
  static constexpr bool kInPieces = kHasPieces && requires { A::kValueInPiecesUpTo; };
  static constexpr bool kIsOneSided = requires { requires A::kValueInPiecesIsOneSided; };
  static constexpr bool kHasFarPieces = kInPieces && requires { A::kValueInFarPiecesUpTo; };
  static constexpr bool kIsFast = kInPieces || (kHasCompensated && requires { A::kFastValueUpTo; });
  template <class D, class V>
  static HWY_INLINE V Exact(D d, V x, const Parameters<V>& p) {
    return A::Value(d, x, p);
  }
  static constexpr float FastUpTo() {
    if constexpr (kInPieces) {
      return A::kValueInPiecesUpTo;
    } else {
      return A::kFastValueUpTo;
    }
  }
  template <class X>
  static HWY_INLINE X Pieces(const X& x) {
    return A::ValueInPieces(x);
  }
  static constexpr float FarUpTo() { return A::kValueInFarPiecesUpTo; }
  template <class X>
  static HWY_INLINE X FarPieces(const X& x) {
    return A::ValueInFarPieces(x);
  }
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
  static constexpr bool kInPieces = kHasPieces && requires { A::kSlopeInPiecesUpTo; };
  static constexpr bool kIsOneSided = requires { requires A::kSlopeInPiecesIsOneSided; };
  static constexpr bool kHasFarPieces = kInPieces && requires { A::kSlopeInFarPiecesUpTo; };
  static constexpr bool kIsFast = kInPieces || (kHasCompensated && requires { A::kFastSlopeUpTo; });
  template <class D, class V>
  static HWY_INLINE V Exact(D d, V x, const Parameters<V>& p) {
    return A::Slope(d, x, p);
  }
  static constexpr float FastUpTo() {
    if constexpr (kInPieces) {
      return A::kSlopeInPiecesUpTo;
    } else {
      return A::kFastSlopeUpTo;
    }
  }
  template <class X>
  static HWY_INLINE X Pieces(const X& x) {
    return A::SlopeInPieces(x);
  }
  static constexpr float FarUpTo() { return A::kSlopeInFarPiecesUpTo; }
  template <class X>
  static HWY_INLINE X FarPieces(const X& x) {
    return A::SlopeInFarPieces(x);
  }
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

// The same, out of line, for it is long and seldom called. Where something is out of line, the parameters go by value:
// nobody else may see an address in the arguments of a call, or the loops have to keep a copy of those in memory, which
// waits for what was just written.
template <class F>
HWY_NOINLINE FloatVector OfRareVectorInDouble(FloatVector x, ActivationParameters parameters) {
  return OfVectorInDouble<F>(x, parameters);
}

// F of one vector by its fast formula.
template <class F>
HWY_INLINE FloatVector OfVectorFast(FloatVector x, const Parameters<FloatVector>& p) {
  if constexpr (F::kInPieces) {
    return F::Pieces(x);
  } else {
    return F::Fast(x, F::Start(x), p);
  }
}

// Where that holds. A NaN is elsewhere.
template <class F>
HWY_INLINE FloatMask FastHolds(FloatVector x) {
  const FloatTag d;
  if constexpr (F::kInPieces && F::kIsOneSided) {
    return hn::Ge(x, hn::Set(d, -F::FastUpTo()));
  } else {
    return hn::Le(hn::Abs(x), hn::Set(d, F::FastUpTo()));
  }
}

// F of one vector where the fast formula does not hold.
template <class F>
HWY_INLINE FloatVector OfVectorBeyond(FloatVector x, ActivationParameters parameters) {
  if constexpr (F::kHasFarPieces) {
    const FloatTag d;
    const FloatVector far = F::FarPieces(x);
    const FloatMask holds = hn::Le(hn::Abs(x), hn::Set(d, F::FarUpTo()));
    if (HWY_LIKELY(hn::AllTrue(d, holds))) return far;
    return hn::IfThenElse(holds, far, OfRareVectorInDouble<F>(x, parameters));
  } else {
    return OfRareVectorInDouble<F>(x, parameters);
  }
}

// F of one vector, lane by lane by the formula that holds there. Out of line, for it is long and seldom called.
template <class F>
HWY_NOINLINE FloatVector OfVectorByLanes(FloatVector x, const Parameters<FloatVector>& p,
                                         ActivationParameters parameters) {
  if (F::FastUpTo() == kAnySize) return OfVectorFast<F>(x, p);
  const FloatMask holds = FastHolds<F>(x);
  if (hn::AllFalse(FloatTag(), holds)) return OfVectorBeyond<F>(x, parameters);
  const FloatVector fast = OfVectorFast<F>(x, p);
  if (hn::AllTrue(FloatTag(), holds)) return fast;
  return hn::IfThenElse(holds, fast, OfVectorBeyond<F>(x, parameters));
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

// `kCount` vectors from x on.
template <size_t kCount>
HWY_INLINE auto LoadSeveral(const float* x) {
  return SeveralOf<kCount>([x](auto k) __attribute__((always_inline))
                           HWY_ATTR { return hn::LoadU(FloatTag(), x + k * kLanes); });
}

// Computes those of a block of 64 for which the fast formula does not hold: mostly one or two, which are gathered in
// the lanes of a vector. Out of line, for it is long.
template <class F>
HWY_NOINLINE void MendBlock(const float* from, float* to, ActivationParameters parameters) {
  const FloatTag d;
  FloatVector gathered = hn::Zero(d);
  FloatMask taken = hn::FirstN(d, 0), taken_twice = taken;
  for (size_t i = 0; i < Gates::kBitsPerWord; i += kLanes) {
    const FloatVector x = hn::LoadU(d, from + i);
    const FloatMask beyond = hn::Not(FastHolds<F>(x));
    gathered = hn::IfThenElse(beyond, x, gathered);
    taken_twice = hn::Or(taken_twice, hn::And(taken, beyond));
    taken = hn::Or(taken, beyond);
  }
  const bool once = hn::AllFalse(d, taken_twice);
  FloatVector mended = gathered;
  if (HWY_LIKELY(once)) mended = OfVectorBeyond<F>(gathered, parameters);
  for (size_t i = 0; i < Gates::kBitsPerWord; i += kLanes) {
    const FloatVector x = hn::LoadU(d, from + i);
    const FloatMask holds = FastHolds<F>(x);
    if (HWY_UNLIKELY(!once)) mended = OfVectorBeyond<F>(hn::IfThenZeroElse(holds, x), parameters);
    hn::Store(hn::IfThenElse(holds, hn::Load(d, to + i), mended), d, to + i);
  }
}

// Calls put(F(x), i) for the vectors of a block of 64 inputs, which begin at unit i. All of them go side by side, so
// that few operations wait for each other.
template <class F, class Put>
HWY_INLINE void OfBlockInPieces(const float* from, const ActivationParameters& parameters, const Put& put) {
  constexpr size_t kCount = Gates::kBitsPerWord / kLanes;
  const FloatTag d;
  const auto x = LoadSeveral<kCount>(from);
  const auto y = F::Pieces(x);
  if (F::FastUpTo() == kAnySize || HWY_LIKELY(AreUpTo<F::kIsOneSided>(F::FastUpTo(), x))) {
    ForEachPlace<kCount>([&](auto k) __attribute__((always_inline)) HWY_ATTR { put(y.of[k], k * kLanes); });
    return;
  }
  HWY_ALIGN float mended[Gates::kBitsPerWord];
  ForEachPlace<kCount>([&](auto k) __attribute__((always_inline))
                       HWY_ATTR { hn::Store(y.of[k], d, mended + k * kLanes); });
  MendBlock<F>(from, mended, parameters);
  for (size_t i = 0; i < Gates::kBitsPerWord; i += kLanes) put(hn::Load(d, mended + i), i);
}

// The same where they are few: the formula's first half is computed for all vectors before the second one, two side by
// side.
template <class F, class Put>
HWY_INLINE void OfBlockInTwoSteps(const float* x, const Parameters<FloatVector>& p, const Put& put) {
  constexpr size_t kTogether = std::min<size_t>(2, Gates::kBitsPerWord / kLanes);
  constexpr size_t kStep = kTogether * kLanes;
  const auto starts = [&]<size_t... kPlaces>(std::index_sequence<kPlaces...>) __attribute__((always_inline)) HWY_ATTR {
    return std::array<decltype(F::Start(LoadSeveral<kTogether>(x))), sizeof...(kPlaces)>{
        {F::Start(LoadSeveral<kTogether>(x + kPlaces * kStep))...}};
  }
  (std::make_index_sequence<Gates::kBitsPerWord / kStep>());
  for (size_t i = 0; i < Gates::kBitsPerWord; i += kStep) {
    const auto y = F::Fast(LoadSeveral<kTogether>(x + i), starts[i / kStep], p);
    ForEachPlace<kTogether>([&](auto k) __attribute__((always_inline)) HWY_ATTR { put(y.of[k], i + k * kLanes); });
  }
}

// The same, vector by vector.
template <class F, class Put>
HWY_INLINE void OfBlockByLanes(const float* x, const Parameters<FloatVector>& p, const ActivationParameters& parameters,
                               const Put& put) {
  for (size_t i = 0; i < Gates::kBitsPerWord; i += kLanes) {
    put(OfVectorByLanes<F>(hn::LoadU(FloatTag(), x + i), p, parameters), i);
  }
}

// The same by the formula that holds.
template <class F, class Put>
HWY_INLINE void OfBlock(const float* x, const Parameters<FloatVector>& p, const ActivationParameters& parameters,
                        const Put& put) {
  if constexpr (F::kInPieces) {
    OfBlockInPieces<F>(x, parameters, put);
  } else if (F::FastUpTo() == kAnySize || HWY_LIKELY(BlockIsUpTo(F::FastUpTo(), x))) {
    OfBlockInTwoSteps<F>(x, p, put);
  } else {
    OfBlockByLanes<F>(x, p, parameters, put);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace ramp::family
HWY_AFTER_NAMESPACE();

#endif
