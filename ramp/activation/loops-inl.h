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
#include <type_traits>

#include "ramp/activation/definition-inl.h"
#include "ramp/activation/evaluation-inl.h"
#include "ramp/activation/finisher-inl.h"
#include "ramp/activation/kernels.h"
#include "ramp/activation/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ramp::family {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

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

// Its vectors are a few instructions each, so that fetching their gates, and loops, count.
template <class A>
inline constexpr bool kIsCheap = std::is_base_of_v<Rectifier, A>;

// One vector forward; `place` is its offset in the arrays, `unit` in a row. Returns its closed gates.
template <class A, bool kFused, class L>
HWY_INLINE FloatMask ForwardVector(const ForwardArguments& a, const float* input_again, L lanes,
                                   Parameters<FloatVector> p, size_t place, size_t unit, float* output) {
  const FloatTag d;
  FloatVector x = lanes.Load(a.input + place);
  if constexpr (kFused) {
    if (a.bias != nullptr) x = hn::Add(x, lanes.Load(a.bias + unit));
    if (a.saved_input != nullptr) lanes.Store(x, a.saved_input + place);
    if (a.learned != nullptr) p.first = lanes.Load(a.learned + unit);
  }
  const FloatMask closed = A::Closed(d, kFused || !kIsCheap<A> ? x : lanes.Load(input_again + place), p);
  lanes.Store(OfVector<ValueOf<A>>(x, p, a.parameters), output);
  return closed;
}

// A block of 64 units forward, where floats are fast. Returns its closed gates.
template <class A, bool kFused, bool kGates>
HWY_INLINE uint64_t FastForwardBlock(const ForwardArguments& a, const Parameters<FloatVector>& p, size_t place,
                                     size_t unit, float* output) {
  const FloatTag d;
  const float* x = a.input + place;
  HWY_ALIGN float sums[Gates::kBitsPerWord];
  if constexpr (kFused) {
    for (size_t i = 0; i < Gates::kBitsPerWord; i += kLanes) {
      FloatVector sum = hn::LoadU(d, x + i);
      if (a.bias != nullptr) sum = hn::Add(sum, hn::LoadU(d, a.bias + unit + i));
      if (a.saved_input != nullptr) hn::StoreU(sum, d, a.saved_input + place + i);
      hn::Store(sum, d, sums + i);
    }
    x = sums;
  }
  const uint64_t closed =
      BitsOfBlock<kGates, true>([&](size_t i) HWY_ATTR { return A::Closed(d, hn::LoadU(d, x + i), p); });
  OfBlock<ValueOf<A>>(x, p, a.parameters, [&](FloatVector y, size_t i) HWY_ATTR { hn::StoreU(y, d, output + i); });
  return closed;
}

// The same array to read from, of which the compiler does not know that it is the same. A rectifier's value and gate
// then take their input from memory each, as an operand, which is cheaper on processors that issue few vector
// instructions at once than a load of its own. With AVX-512 more is saved where both are made of one mask.
HWY_INLINE const float* Again(const float* array) {
#if (HWY_COMPILER_GCC || HWY_COMPILER_CLANG) && HWY_TARGET > HWY_AVX3
  asm("" : "+r"(array));
#endif
  return array;
}

// A block of 64 units forward. Returns its closed gates.
template <class A, bool kFused, bool kGates>
HWY_INLINE uint64_t ForwardBlock(const ForwardArguments& a, const float* again, const Parameters<FloatVector>& p,
                                 size_t place, size_t unit, float* output) {
  if constexpr (ValueOf<A>::kIsFast) {
    return FastForwardBlock<A, kFused, kGates>(a, p, place, unit, output);
  } else {
    return BitsOfBlock<kGates, kIsCheap<A>>([&](size_t i) HWY_ATTR {
      return ForwardVector<A, kFused>(a, again, Whole(), p, place + i, unit + i, output + i);
    });
  }
}

// Fewer units than a block. Returns their open gates. Out of line, so that the loops over blocks have the arguments in
// registers.
template <class A, bool kFused, bool kGates>
HWY_NOINLINE uint64_t ForwardPart(const ForwardArguments& a, size_t place, size_t unit, size_t count) {
  const Parameters<FloatVector> p = InAllLanes(FloatTag(), a.parameters);
  uint64_t closed = 0;
  ForEachVector(count, [&](auto lanes, size_t i) HWY_ATTR {
    const FloatMask mask = ForwardVector<A, kFused>(a, a.input, lanes, p, place + i, unit + i, a.output + place + i);
    if constexpr (kGates) closed |= BitsOf(mask) << i;
  });
  return ~closed & LowestBits(count);
}

// The shape in which an array is walked through: as one row, where nothing tells the rows apart. The arguments are not
// copied for that: they were just written in small pieces, for which a large read would have to wait.
struct Shape {
  size_t rows, units;
};

// kFused: there is a bias, a saved input or a learned parameter. `finisher` may be null.
template <class A, bool kFused, bool kGates>
HWY_INLINE void ForwardRows(const ForwardArguments& arguments, Shape shape, ForwardFinisher* finisher) {
  const ForwardArguments a = arguments;
  const Parameters<FloatVector> p = InAllLanes(FloatTag(), a.parameters);
  const float* again = Again(a.input);
  uint64_t* gates = a.gates;
  for (size_t row = 0; row < shape.rows; ++row) {
    const size_t start = row * shape.units;
    size_t unit = 0;
    if (finisher == nullptr) {
      for (; unit + Gates::kBitsPerWord <= shape.units; unit += Gates::kBitsPerWord) {
        const size_t place = start + unit;
        const uint64_t closed = ForwardBlock<A, kFused, kGates>(a, again, p, place, unit, a.output + place);
        if constexpr (kGates) *gates++ = ~closed;
      }
    } else {
      const auto part = [&](size_t count) HWY_ATTR {
        const uint64_t open = ForwardPart<A, kFused, kGates>(arguments, start + unit, unit, count);
        finisher->Part(a.output + start + unit, count, open);
        unit += count;
      };
      const size_t head = finisher->Head(a.output + start, shape.units);
      if (head != 0) part(head);
      for (; unit + Gates::kBitsPerWord <= shape.units; unit += Gates::kBitsPerWord) {
        const size_t place = start + unit;
        FetchAhead(a.input + place);
        float* const output = finisher->Place(a.output + place);
        finisher->Block(a.output + place, ~ForwardBlock<A, kFused, kGates>(a, again, p, place, unit, output));
      }
      if (unit < shape.units) part(shape.units - unit);
      finisher->EndRow();
    }
    if (unit < shape.units) {
      const uint64_t open = ForwardPart<A, kFused, kGates>(arguments, start + unit, unit, shape.units - unit);
      if constexpr (kGates) *gates++ = open;
    }
  }
}

template <class A>
HWY_INLINE void ForwardAll(const ForwardArguments& arguments, ForwardFinisher* finisher) {
  const bool fused = arguments.bias != nullptr || arguments.saved_input != nullptr || arguments.learned != nullptr;
  const bool gates = arguments.gates != nullptr || arguments.statistics != nullptr;
  Shape shape = {arguments.rows, arguments.units};
  if (fused) {
    gates ? ForwardRows<A, true, true>(arguments, shape, finisher)
          : ForwardRows<A, true, false>(arguments, shape, finisher);
    return;
  }
  // Nothing but a gate word that a row does not fill tells the rows apart.
  if (arguments.gates == nullptr || shape.units % Gates::kBitsPerWord == 0) shape = {1, shape.rows * shape.units};
  gates ? ForwardRows<A, false, true>(arguments, shape, finisher)
        : ForwardRows<A, false, false>(arguments, shape, finisher);
}

// With some parameters, A is an activation with faster formulae.
template <class A>
concept HasUsual = !std::is_base_of_v<typename A::Usual, A>;
template <class A>
bool IsUsual(const ActivationParameters& parameters) {
  return parameters[0] == A::about.parameters[0].initial;
}

template <class A>
void Forward(const ForwardArguments& arguments) {
  if constexpr (HasUsual<A>) {
    if (IsUsual<A>(arguments.parameters)) return Forward<typename A::Usual>(arguments);
  }
  const bool large = IsLarge(arguments.stores, arguments.rows * arguments.units);
  if (large || arguments.statistics != nullptr) {
    ForwardFinisher finisher(arguments, large);
    ForwardAll<A>(arguments, &finisher);
  } else {
    ForwardAll<A>(arguments, nullptr);
  }
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

// One vector of the result backward from the gradient, where the slope is known.
template <bool kSums, class L>
HWY_INLINE void PutGradient(FloatVector result, L lanes, float* to, Sums& sums) {
  lanes.Store(result, to);
  if constexpr (kSums) sums.bias = hn::Add(sums.bias, result);
}

// One vector backward from what kSource names; `open` has the gates of its block, where it begins at unit i.
template <class A, Saves kSource, bool kSums, class L>
HWY_INLINE void BackwardVector(const BackwardArguments& a, L lanes, Parameters<FloatVector> p, size_t place,
                               size_t unit, const BlockMasks& open, size_t i, float* to, Sums& sums) {
  const FloatTag d;
  const FloatVector gradient = lanes.Load(a.gradient + place);
  if (a.learned != nullptr) p.first = lanes.Load(a.learned + unit);
  FloatVector result;
  if constexpr (kSource == Saves::kGate) {
    result = A::Pass(d, gradient, open.At(i), p);
  } else if constexpr (kSource == Saves::kOutput) {
    result = hn::Mul(gradient, A::SlopeOfOutput(d, lanes.Load(a.output + place), p));
  } else {
    const FloatVector x = lanes.Load(a.input + place);
    if constexpr (PassesByGate<A>) {
      result = A::Pass(d, gradient, hn::Not(A::Closed(d, x, p)), p);
    } else {
      result = hn::Mul(gradient, OfVector<SlopeOf<A>>(x, p, a.parameters));
    }
    if constexpr (kSums && HasLearnedSlope<A>) {
      sums.learned = hn::MulAdd(gradient, A::LearnedSlope(d, x, p), sums.learned);
    }
  }
  PutGradient<kSums>(result, lanes, to, sums);
}

// A block of 64 units backward, likewise; `sums` are those of each vector, or null without kSums.
template <class A, Saves kSource, bool kSums>
HWY_INLINE void BackwardBlock(const BackwardArguments& a, const Parameters<FloatVector>& p, size_t place, size_t unit,
                              const BlockMasks& open, float* to, Sums* sums) {
  const FloatTag d;
  Sums unused;
  const auto sums_at = [&](size_t i) HWY_ATTR -> Sums& { return kSums ? sums[i / kLanes] : unused; };
  if constexpr (kSource == Saves::kInput && !PassesByGate<A> && SlopeOf<A>::kIsFast) {
    OfBlock<SlopeOf<A>>(a.input + place, p, a.parameters, [&](FloatVector slope, size_t i) HWY_ATTR {
      PutGradient<kSums>(hn::Mul(hn::LoadU(d, a.gradient + place + i), slope), Whole(), to + i, sums_at(i));
    });
  } else {
    ForEachVectorOfBlock([&](auto lanes, size_t i) HWY_ATTR {
      BackwardVector<A, kSource, kSums>(a, lanes, p, place + i, unit + i, open, i, to + i, sums_at(i));
    });
  }
}

// Where the gates of the block lie that begins at `unit`, a multiple of 64.
template <Saves kSource>
HWY_INLINE const uint64_t* WordOf(const BackwardArguments& a, Shape shape, size_t row, size_t unit) {
  static constexpr uint64_t kNone = 0;
  if constexpr (kSource != Saves::kGate) return &kNone;
  return a.gates + row * Gates::WordsPerRow(shape.units) + unit / Gates::kBitsPerWord;
}

// The gates of `count` units, at most 64, from any unit on.
template <Saves kSource>
HWY_INLINE uint64_t GatesOf(const BackwardArguments& a, Shape shape, size_t row, size_t unit, size_t count) {
  if constexpr (kSource != Saves::kGate) return 0;
  const uint64_t* word = WordOf<kSource>(a, shape, row, unit);
  const size_t begin = unit % Gates::kBitsPerWord;
  if (begin + count <= Gates::kBitsPerWord) return word[0] >> begin;
  return word[0] >> begin | word[1] << (Gates::kBitsPerWord - begin);
}

// Fewer units than a block, likewise out of line.
template <class A, Saves kSource>
HWY_NOINLINE void BackwardPart(const BackwardArguments& a, Shape shape, size_t row, size_t unit, size_t count) {
  const Parameters<FloatVector> p = InAllLanes(FloatTag(), a.parameters);
  const size_t place = row * shape.units + unit;
  const uint64_t gates = GatesOf<kSource>(a, shape, row, unit, count);
  const BlockMasks open(&gates);
  Sums unused = {hn::Zero(FloatTag()), hn::Zero(FloatTag())};
  ForEachVector(count, [&](auto lanes, size_t i) HWY_ATTR {
    BackwardVector<A, kSource, false>(a, lanes, p, place + i, unit + i, open, i, a.input_gradient + place + i, unused);
  });
}

// `finisher` may be null.
template <class A, Saves kSource>
HWY_INLINE void BackwardRows(const BackwardArguments& arguments, Shape shape, BackwardFinisher* finisher) {
  const BackwardArguments a = arguments;
  const Parameters<FloatVector> p = InAllLanes(FloatTag(), a.parameters);
  for (size_t row = 0; row < shape.rows; ++row) {
    const size_t start = row * shape.units;
    size_t unit = 0;
    if (finisher == nullptr) {
      const uint64_t* word = WordOf<kSource>(a, shape, row, 0);
      for (; unit + Gates::kBitsPerWord <= shape.units; unit += Gates::kBitsPerWord) {
        const size_t place = start + unit;
        BackwardBlock<A, kSource, false>(a, p, place, unit, BlockMasks(word), a.input_gradient + place, nullptr);
        if constexpr (kSource == Saves::kGate) ++word;
      }
    } else {
      const auto part = [&](size_t count) HWY_ATTR {
        BackwardPart<A, kSource>(arguments, shape, row, unit, count);
        finisher->Part(a.input_gradient + start + unit, unit, count);
        unit += count;
      };
      const size_t head = finisher->Head(a.input_gradient + start, shape.units);
      if (head != 0) part(head);
      for (; unit + Gates::kBitsPerWord <= shape.units; unit += Gates::kBitsPerWord) {
        const size_t place = start + unit;
        FetchAhead(a.gradient + place);
        if constexpr (kSource == Saves::kInput) FetchAhead(a.input + place);
        if constexpr (kSource == Saves::kOutput) FetchAhead(a.output + place);
        // A block that is streamed may begin at any unit.
        const uint64_t gates = GatesOf<kSource>(a, shape, row, unit, Gates::kBitsPerWord);
        float* const to = finisher->Place(a.input_gradient + place);
        BackwardBlock<A, kSource, false>(a, p, place, unit, BlockMasks(&gates), to, nullptr);
        finisher->Block(a.input_gradient + place, unit);
      }
      if (unit < shape.units) part(shape.units - unit);
    }
    if (unit < shape.units) BackwardPart<A, kSource>(arguments, shape, row, unit, shape.units - unit);
  }
}

// Adds to a column sum; the sums of a block are complete by then.
template <class L>
HWY_INLINE void AddTo(float* to, L lanes, FloatVector sum) {
  if (to != nullptr) lanes.Store(hn::Add(lanes.Load(to), sum), to);
}

// Block by block with some rows, so that the column sums stay in registers while the memory is still read in about its
// order. A column is summed from the first row to the last on each instruction set.
template <class A, Saves kSource>
HWY_INLINE void BackwardWithSums(const BackwardArguments& arguments) {
  constexpr size_t kTogether = 16;
  const BackwardArguments a = arguments;
  const Parameters<FloatVector> p = InAllLanes(FloatTag(), a.parameters);
  const auto block = [&](size_t first_row, size_t unit, auto is_whole, const auto& for_each_vector) HWY_ATTR {
    Sums sums[Gates::kBitsPerWord / kLanes];
    for_each_vector([&](auto, size_t i) HWY_ATTR { sums[i / kLanes] = {hn::Zero(FloatTag()), hn::Zero(FloatTag())}; });
    const size_t end_row = std::min(first_row + kTogether, a.rows);
    for (size_t row = first_row; row < end_row; ++row) {
      const size_t place = row * a.units + unit;
      const BlockMasks open(WordOf<kSource>(a, {a.rows, a.units}, row, unit));
      float* const to = a.input_gradient + place;
      if constexpr (is_whole) {
        BackwardBlock<A, kSource, true>(a, p, place, unit, open, to, sums);
      } else {
        for_each_vector([&](auto lanes, size_t i) HWY_ATTR {
          BackwardVector<A, kSource, true>(a, lanes, p, place + i, unit + i, open, i, to + i, sums[i / kLanes]);
        });
      }
    }
    for_each_vector([&](auto lanes, size_t i) HWY_ATTR {
      const size_t place = unit + i;
      if (a.bias_gradient != nullptr) AddTo(a.bias_gradient + place, lanes, sums[i / kLanes].bias);
      if (a.learned_gradient != nullptr) AddTo(a.learned_gradient + place, lanes, sums[i / kLanes].learned);
    });
  };
  for (size_t row = 0; row < a.rows; row += kTogether) {
    size_t unit = 0;
    for (; unit + Gates::kBitsPerWord <= a.units; unit += Gates::kBitsPerWord) {
      block(row, unit, std::true_type(), [](const auto& vector) HWY_ATTR { ForEachVectorOfBlock(vector); });
    }
    const size_t rest = a.units - unit;
    if (rest != 0) {
      block(row, unit, std::false_type(), [rest](const auto& vector) HWY_ATTR { ForEachVector(rest, vector); });
    }
  }
}

template <class A, Saves kSource>
HWY_INLINE void BackwardFrom(const BackwardArguments& arguments) {
  const bool sums = arguments.bias_gradient != nullptr;
  const bool large = IsLarge(arguments.stores, arguments.rows * arguments.units);
  if (arguments.learned_gradient != nullptr || (sums && !large)) {
    BackwardWithSums<A, kSource>(arguments);
    return;
  }
  Shape shape = {arguments.rows, arguments.units};
  if (!sums && arguments.learned == nullptr && (kSource != Saves::kGate || shape.units % Gates::kBitsPerWord == 0)) {
    shape = {1, shape.rows * shape.units};
  }
  if (large) {
    BackwardFinisher finisher(arguments);
    BackwardRows<A, kSource>(arguments, shape, &finisher);
  } else {
    BackwardRows<A, kSource>(arguments, shape, nullptr);
  }
}

// From what the activation saves, if it is there, for the other arrays may be there and hold something else by now.
template <class A>
void Backward(const BackwardArguments& arguments) {
  if constexpr (HasUsual<A>) {
    if (IsUsual<A>(arguments.parameters)) return Backward<typename A::Usual>(arguments);
  }
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
