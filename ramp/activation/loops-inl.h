// The loops over [rows, units], written once for all activations. Compiled once for each instruction set.
//
// Work goes in blocks of 64 units, so that a block's gates are one word, which is put together in a register. A row
// that does not fill its last block goes on with whole vectors, and ends in a part of one.
#if defined(RAMP_ACTIVATION_LOOPS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef RAMP_ACTIVATION_LOOPS_INL_H_
#undef RAMP_ACTIVATION_LOOPS_INL_H_
#else
#define RAMP_ACTIVATION_LOOPS_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstring>
#include <type_traits>

#include "ramp/activation/definition-inl.h"
#include "ramp/activation/kernels.h"

HWY_BEFORE_NAMESPACE();
namespace ramp::family {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using FloatTag = hn::CappedTag<float, Gates::kBitsPerWord>;
using FloatVector = hn::Vec<FloatTag>;
inline constexpr size_t kLanes = hn::MaxLanes(FloatTag());

// A whole vector.
struct Whole {
  HWY_INLINE FloatVector Load(const float* from) const { return hn::LoadU(FloatTag(), from); }
  HWY_INLINE void Store(FloatVector v, float* to) const { hn::StoreU(v, FloatTag(), to); }
};

// The first `count` lanes of a vector; the others are 0 and stay unwritten. `count` is at least 1.
struct Part {
  size_t count;
#if HWY_TARGET <= HWY_AVX2
  HWY_INLINE FloatVector Load(const float* from) const {
    return hn::MaskedLoad(hn::FirstN(FloatTag(), count), FloatTag(), from);
  }
#else
  HWY_INLINE FloatVector Load(const float* from) const {
    HWY_ALIGN float copy[kLanes] = {};
    for (size_t i = 0; i < count; ++i) copy[i] = from[i];
    return hn::Load(FloatTag(), copy);
  }
#endif
  HWY_INLINE void Store(FloatVector v, float* to) const {
    HWY_ALIGN float copy[kLanes];
    hn::Store(v, FloatTag(), copy);
    for (size_t i = 0; i < count; ++i) to[i] = copy[i];
  }
};

// One bit a lane, lowest first.
template <class M>
HWY_INLINE uint64_t BitsOf(M mask) {
  uint8_t bytes[8] = {};
  hn::StoreMaskBits(FloatTag(), mask, bytes);
  if (kLanes <= 8) return bytes[0];
  uint16_t bits;
  std::memcpy(&bits, bytes, sizeof(bits));
  return bits;
}

// The mask of the lowest bits.
HWY_INLINE auto MaskOf(uint64_t bits) {
  uint8_t bytes[8];
  std::memcpy(bytes, &bits, sizeof(bits));
  return hn::LoadMaskBits(FloatTag(), bytes);
}

// The lowest `count` bits, which is 1 to 64.
HWY_INLINE uint64_t LowestBits(size_t count) { return ~uint64_t{0} >> (Gates::kBitsPerWord - count); }

template <class D, class V = hn::Vec<D>>
HWY_INLINE Parameters<V> InAllLanes(D d, const ActivationParameters& parameters) {
  return {hn::Set(d, parameters[0]), hn::Set(d, parameters[1])};
}

// The value of a vector of floats, computed in the arithmetic of the activation.
template <class A>
HWY_INLINE FloatVector ValueOf(FloatVector x, Parameters<FloatVector> p, const ActivationParameters& parameters) {
  if constexpr (std::is_same_v<typename A::Arithmetic, float>) {
    return A::Value(FloatTag(), x, p);
  } else {
    return InDouble(FloatTag(), x,
                    [&](auto d, auto wide) HWY_ATTR { return A::Value(d, wide, InAllLanes(d, parameters)); });
  }
}

// Its derivative, likewise.
template <class A>
HWY_INLINE FloatVector SlopeOf(FloatVector x, Parameters<FloatVector> p, const ActivationParameters& parameters) {
  if constexpr (std::is_same_v<typename A::SlopeArithmetic, float>) {
    return A::Slope(FloatTag(), x, p);
  } else {
    return InDouble(FloatTag(), x,
                    [&](auto d, auto wide) HWY_ATTR { return A::Slope(d, wide, InAllLanes(d, parameters)); });
  }
}

// Calls vector(lanes, i) for the vectors of `count` units from i = 0 on.
template <class Body>
HWY_INLINE void ForEachVector(size_t count, const Body& vector) {
  size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) vector(Whole(), i);
  if constexpr (kLanes > 1) {
    if (i < count) vector(Part{count - i}, i);
  }
}

// The same for a block of 64 units, whose vectors the compiler can unroll.
template <class Body>
HWY_INLINE void ForEachVectorOfBlock(const Body& vector) {
  for (size_t i = 0; i < Gates::kBitsPerWord; i += kLanes) vector(Whole(), i);
}

// One vector forward; `place` is its offset in the arrays, `unit` in a row. Returns its closed gates.
template <class A, bool kFused, bool kGates, class L>
HWY_INLINE uint64_t ForwardVector(const ForwardArguments& a, L lanes, Parameters<FloatVector> p, size_t place,
                                  size_t unit) {
  const FloatTag d;
  FloatVector x = lanes.Load(a.input + place);
  if constexpr (kFused) {
    if (a.bias != nullptr) x = hn::Add(x, lanes.Load(a.bias + unit));
    if (a.saved_input != nullptr) lanes.Store(x, a.saved_input + place);
    if (a.learned != nullptr) p.first = lanes.Load(a.learned + unit);
  }
  lanes.Store(ValueOf<A>(x, p, a.parameters), a.output + place);
  if constexpr (kGates) return BitsOf(A::Closed(d, x, p));
  return 0;
}

// kFused: there is a bias, a saved input or a learned parameter.
template <class A, bool kFused, bool kGates>
HWY_INLINE void ForwardRows(const ForwardArguments& arguments) {
  const ForwardArguments a = arguments;
  const Parameters<FloatVector> p = InAllLanes(FloatTag(), a.parameters);
  uint64_t* gates = a.gates;
  for (size_t row = 0; row < a.rows; ++row) {
    const size_t start = row * a.units;
    size_t unit = 0;
    for (; unit + Gates::kBitsPerWord <= a.units; unit += Gates::kBitsPerWord) {
      uint64_t closed = 0;
      ForEachVectorOfBlock([&](auto lanes, size_t i) HWY_ATTR {
        closed |= ForwardVector<A, kFused, kGates>(a, lanes, p, start + unit + i, unit + i) << i;
      });
      if constexpr (kGates) *gates++ = ~closed;
    }
    if (unit == a.units) continue;
    uint64_t closed = 0;
    ForEachVector(a.units - unit, [&](auto lanes, size_t i) HWY_ATTR {
      closed |= ForwardVector<A, kFused, kGates>(a, lanes, p, start + unit + i, unit + i) << i;
    });
    if constexpr (kGates) *gates++ = ~closed & LowestBits(a.units - unit);
  }
}

template <class A>
void Forward(const ForwardArguments& arguments) {
  const bool fused = arguments.bias != nullptr || arguments.saved_input != nullptr || arguments.learned != nullptr;
  const bool gates = arguments.gates != nullptr;
  if (fused) {
    gates ? ForwardRows<A, true, true>(arguments) : ForwardRows<A, true, false>(arguments);
    return;
  }
  ForwardArguments flat = arguments;
  // Nothing but a gate word that a row does not fill tells the rows apart.
  if (!gates || flat.units % Gates::kBitsPerWord == 0) {
    flat.units *= flat.rows;
    flat.rows = 1;
  }
  gates ? ForwardRows<A, false, true>(flat) : ForwardRows<A, false, false>(flat);
}

// The derivative is known from the mask of open gates.
template <class A>
concept PassesByGate = requires(FloatVector v, Parameters<FloatVector> p) {
  A::Pass(FloatTag(), v, hn::Gt(v, v), p);
};
template <class A>
concept HasLearnedSlope = requires(FloatVector v, Parameters<FloatVector> p) {
  A::LearnedSlope(FloatTag(), v, p);
};

// Sums of one vector of units over the rows.
struct Sums {
  FloatVector bias, learned;
};

// One vector backward from what kSource names. `open` has the gates of the block of 64 units; the vector's begin at
// bit i.
template <class A, Saves kSource, bool kSums, class L>
HWY_INLINE void BackwardVector(const BackwardArguments& a, L lanes, Parameters<FloatVector> p, size_t place,
                               size_t unit, uint64_t open, size_t i, Sums& sums) {
  const FloatTag d;
  const FloatVector gradient = lanes.Load(a.gradient + place);
  if (a.learned != nullptr) p.first = lanes.Load(a.learned + unit);
  FloatVector result;
  if constexpr (kSource == Saves::kGate) {
    result = A::Pass(d, gradient, MaskOf(open >> i), p);
  } else if constexpr (kSource == Saves::kOutput) {
    result = hn::Mul(gradient, A::SlopeOfOutput(d, lanes.Load(a.output + place), p));
  } else {
    const FloatVector x = lanes.Load(a.input + place);
    if constexpr (PassesByGate<A>) {
      result = A::Pass(d, gradient, hn::Not(A::Closed(d, x, p)), p);
    } else {
      result = hn::Mul(gradient, SlopeOf<A>(x, p, a.parameters));
    }
    if constexpr (kSums && HasLearnedSlope<A>) {
      sums.learned = hn::MulAdd(gradient, A::LearnedSlope(d, x, p), sums.learned);
    }
  }
  lanes.Store(result, a.input_gradient + place);
  if constexpr (kSums) sums.bias = hn::Add(sums.bias, result);
}

// The word of gates of the block that holds `unit`.
template <Saves kSource>
HWY_INLINE uint64_t GatesOf(const BackwardArguments& a, size_t row, size_t unit) {
  if constexpr (kSource != Saves::kGate) return 0;
  return a.gates[row * Gates::WordsPerRow(a.units) + unit / Gates::kBitsPerWord];
}

template <class A, Saves kSource>
HWY_INLINE void BackwardWithoutSums(const BackwardArguments& arguments) {
  const BackwardArguments a = arguments;
  const Parameters<FloatVector> p = InAllLanes(FloatTag(), a.parameters);
  Sums unused = {hn::Zero(FloatTag()), hn::Zero(FloatTag())};
  for (size_t row = 0; row < a.rows; ++row) {
    const size_t start = row * a.units;
    size_t unit = 0;
    for (; unit + Gates::kBitsPerWord <= a.units; unit += Gates::kBitsPerWord) {
      const uint64_t open = GatesOf<kSource>(a, row, unit);
      ForEachVectorOfBlock([&](auto lanes, size_t i) HWY_ATTR {
        BackwardVector<A, kSource, false>(a, lanes, p, start + unit + i, unit + i, open, i, unused);
      });
    }
    if (unit == a.units) continue;
    const uint64_t open = GatesOf<kSource>(a, row, unit);
    ForEachVector(a.units - unit, [&](auto lanes, size_t i) HWY_ATTR {
      BackwardVector<A, kSource, false>(a, lanes, p, start + unit + i, unit + i, open, i, unused);
    });
  }
}

// Adds to a column sum; the sums of a block are complete by then.
template <class L>
HWY_INLINE void AddTo(float* to, L lanes, FloatVector sum) {
  if (to != nullptr) lanes.Store(hn::Add(lanes.Load(to), sum), to);
}

// Block by block with all its rows, so that the column sums stay in registers. A column is summed from the first row
// to the last on each instruction set.
template <class A, Saves kSource>
HWY_INLINE void BackwardWithSums(const BackwardArguments& arguments) {
  const BackwardArguments a = arguments;
  const Parameters<FloatVector> p = InAllLanes(FloatTag(), a.parameters);
  const auto block = [&](size_t unit, const auto& for_each_vector) HWY_ATTR {
    Sums sums[Gates::kBitsPerWord / kLanes];
    for_each_vector([&](auto, size_t i) HWY_ATTR { sums[i / kLanes] = {hn::Zero(FloatTag()), hn::Zero(FloatTag())}; });
    for (size_t row = 0; row < a.rows; ++row) {
      const uint64_t open = GatesOf<kSource>(a, row, unit);
      for_each_vector([&](auto lanes, size_t i) HWY_ATTR {
        BackwardVector<A, kSource, true>(a, lanes, p, row * a.units + unit + i, unit + i, open, i, sums[i / kLanes]);
      });
    }
    for_each_vector([&](auto lanes, size_t i) HWY_ATTR {
      const size_t place = unit + i;
      if (a.bias_gradient != nullptr) AddTo(a.bias_gradient + place, lanes, sums[i / kLanes].bias);
      if (a.learned_gradient != nullptr) AddTo(a.learned_gradient + place, lanes, sums[i / kLanes].learned);
    });
  };
  size_t unit = 0;
  for (; unit + Gates::kBitsPerWord <= a.units; unit += Gates::kBitsPerWord) {
    block(unit, [](const auto& vector) HWY_ATTR { ForEachVectorOfBlock(vector); });
  }
  const size_t rest = a.units - unit;
  if (rest != 0) block(unit, [rest](const auto& vector) HWY_ATTR { ForEachVector(rest, vector); });
}

template <class A, Saves kSource>
HWY_INLINE void BackwardFrom(const BackwardArguments& arguments) {
  if (arguments.bias_gradient != nullptr || arguments.learned_gradient != nullptr) {
    BackwardWithSums<A, kSource>(arguments);
    return;
  }
  BackwardArguments flat = arguments;
  if (flat.learned == nullptr && (kSource != Saves::kGate || flat.units % Gates::kBitsPerWord == 0)) {
    flat.units *= flat.rows;
    flat.rows = 1;
  }
  BackwardWithoutSums<A, kSource>(flat);
}

// From what the activation saves, if it is there, for the other arrays may be there and hold something else by now.
template <class A>
void Backward(const BackwardArguments& arguments) {
  constexpr Saves kSaves = A::about.saves;
  if constexpr (kSaves == Saves::kGate) {
    if (arguments.gates != nullptr) return BackwardFrom<A, Saves::kGate>(arguments);
  }
  if constexpr (kSaves == Saves::kOutput) {
    if (arguments.output != nullptr) return BackwardFrom<A, Saves::kOutput>(arguments);
  }
  BackwardFrom<A, Saves::kInput>(arguments);
}

template <class... A>
ListOfKernels KernelsOfList(ActivationList<A...>) {
  static constexpr ActivationKernels kKernels[] = {{Forward<A>, Backward<A>}...};
  return kKernels;
}

}  // namespace HWY_NAMESPACE
}  // namespace ramp::family
HWY_AFTER_NAMESPACE();

#endif
