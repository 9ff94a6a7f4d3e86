#include "ramp/activation/split.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "ramp/base/parallel.h"

namespace ramp {
namespace {

constexpr size_t kGrain = 16384;

// A pointer to the place, where there is an array.
template <class T>
T* At(T* array, size_t place) {
  return array == nullptr ? nullptr : array + place;
}

// What a part of the arrays is to do with the caches is decided for the whole.
template <class Arguments>
Stores StoresOfPart(const Arguments& whole) {
  const size_t bytes = whole.rows * whole.units * sizeof(*whole.input);
  return IsLarge(whole.stores, bytes / sizeof(float)) ? Stores::kStreamed : Stores::kCached;
}

// The units [begin, end) of a single row; begin is a multiple of 64.
template <class Forward>
Forward ForwardUnits(const Forward& whole, size_t begin, size_t end) {
  Forward part = whole;
  part.units = end - begin;
  part.input = At(whole.input, begin);
  part.bias = At(whole.bias, begin);
  part.output = At(whole.output, begin);
  part.saved_input = At(whole.saved_input, begin);
  part.gates = At(whole.gates, begin / Gates::kBitsPerWord);
  part.learned = At(whole.learned, begin);
  part.stores = StoresOfPart(whole);
  return part;
}

template <class Backward>
Backward BackwardUnits(const Backward& whole, size_t begin, size_t end) {
  Backward part = whole;
  part.units = end - begin;
  part.gradient = At(whole.gradient, begin);
  part.gates = At(whole.gates, begin / Gates::kBitsPerWord);
  part.output = At(whole.output, begin);
  part.input = At(whole.input, begin);
  part.input_gradient = At(whole.input_gradient, begin);
  part.bias_gradient = At(whole.bias_gradient, begin);
  part.learned = At(whole.learned, begin);
  part.learned_gradient = At(whole.learned_gradient, begin);
  part.stores = StoresOfPart(whole);
  return part;
}

template <class Forward>
Forward ForwardRows(const Forward& whole, size_t begin, size_t end) {
  Forward part = whole;
  part.rows = end - begin;
  part.input = At(whole.input, begin * whole.units);
  part.output = At(whole.output, begin * whole.units);
  part.saved_input = At(whole.saved_input, begin * whole.units);
  part.gates = At(whole.gates, begin * Gates::WordsPerRow(whole.units));
  part.stores = StoresOfPart(whole);
  return part;
}

template <class Backward>
Backward BackwardRows(const Backward& whole, size_t begin, size_t end) {
  Backward part = whole;
  part.rows = end - begin;
  part.gradient = At(whole.gradient, begin * whole.units);
  part.gates = At(whole.gates, begin * Gates::WordsPerRow(whole.units));
  part.output = At(whole.output, begin * whole.units);
  part.input = At(whole.input, begin * whole.units);
  part.input_gradient = At(whole.input_gradient, begin * whole.units);
  part.stores = StoresOfPart(whole);
  return part;
}

void Add(const ForwardStatistics& part, ForwardStatistics& total) {
  total.open += part.open;
  total.sum += part.sum;
  total.squares += part.squares;
  if (std::isnan(part.largest) || part.largest > total.largest) total.largest = part.largest;
}

void AddTo(float* total, const float* part, size_t count) {
  if (total == nullptr) return;
  for (size_t i = 0; i < count; ++i) total[i] += part[i];
}

size_t PartsOf(size_t rows, size_t units, int threads) {
  const size_t most = rows == 1 ? Gates::WordsPerRow(units) : rows;
  const size_t wanted = std::clamp<size_t>(rows * units / kGrain, 1, static_cast<size_t>(std::max(threads, 1)));
  return std::clamp<size_t>(most, 1, wanted);
}

template <class Forward, class Kernel>
void SplitForward(const Kernel& kernel, const Forward& whole, int threads) {
  const size_t parts = PartsOf(whole.rows, whole.units, threads);
  if (parts == 1) return kernel(whole);
  const bool single = whole.rows == 1;
  std::vector<ForwardStatistics> statistics(whole.statistics == nullptr ? 0 : parts);
  ParallelRanges(single ? whole.units : whole.rows, parts, single ? Gates::kBitsPerWord : 1,
                 [&](size_t begin, size_t end, size_t index) {
                   Forward part = single ? ForwardUnits(whole, begin, end) : ForwardRows(whole, begin, end);
                   if (part.statistics != nullptr) part.statistics = &statistics[index];
                   kernel(part);
                 });
  for (const ForwardStatistics& part : statistics) Add(part, *whole.statistics);
}

template <class Backward, class Kernel>
void SplitBackward(const Kernel& kernel, const Backward& whole, int threads) {
  const size_t parts = PartsOf(whole.rows, whole.units, threads), units = whole.units;
  if (parts == 1) return kernel(whole);
  if (whole.rows == 1) {
    ParallelRanges(units, parts, Gates::kBitsPerWord,
                   [&](size_t begin, size_t end, size_t /*part*/) { kernel(BackwardUnits(whole, begin, end)); });
    return;
  }
  // [parts, 2, units]
  const bool has_sums = whole.bias_gradient != nullptr || whole.learned_gradient != nullptr;
  std::vector<float> sums(has_sums ? parts * 2 * units : 0);
  ParallelRanges(whole.rows, parts, 1, [&](size_t begin, size_t end, size_t index) {
    Backward part = BackwardRows(whole, begin, end);
    float* own = has_sums ? &sums[index * 2 * units] : nullptr;
    if (part.bias_gradient != nullptr) part.bias_gradient = own;
    if (part.learned_gradient != nullptr) part.learned_gradient = own + units;
    kernel(part);
  });
  for (size_t part = 0; has_sums && part < parts; ++part) {
    AddTo(whole.bias_gradient, sums.data() + part * 2 * units, units);
    AddTo(whole.learned_gradient, sums.data() + part * 2 * units + units, units);
  }
}

}  // namespace

ForwardArguments RowsOf(const ForwardArguments& whole, size_t begin, size_t end) {
  return ForwardRows(whole, begin, end);
}

BackwardArguments RowsOf(const BackwardArguments& whole, size_t begin, size_t end) {
  return BackwardRows(whole, begin, end);
}

void ForwardOnThreads(const ActivationKernels& kernels, const ForwardArguments& whole, int threads) {
  SplitForward(kernels.forward, whole, threads);
}

void BackwardOnThreads(const ActivationKernels& kernels, const BackwardArguments& whole, int threads) {
  SplitBackward(kernels.backward, whole, threads);
}

void ForwardOnThreads(const Activation& activation, const NarrowForwardArguments& whole, int threads) {
  SplitForward([&](const NarrowForwardArguments& part) { ForwardNarrow(activation, part); }, whole, threads);
}

void BackwardOnThreads(const Activation& activation, const NarrowBackwardArguments& whole, int threads) {
  SplitBackward([&](const NarrowBackwardArguments& part) { BackwardNarrow(activation, part); }, whole, threads);
}

}  // namespace ramp
