#include "ramp/activation/storage.h"

#include <algorithm>

#include "ramp/activation/conversions.h"

namespace ramp {
namespace {

// A piece of the arrays is widened, computed in place, and rounded, while it is in the first-level cache. A multiple of
// 64, so that the gates of a piece of a row begin on a word.
constexpr size_t kPiece = 2048;

template <class T>
T* At(T* array, size_t place) {
  return array == nullptr ? nullptr : array + place;
}

// Calls piece(row, rows, unit, units) for pieces of at most kPiece values: whole rows, or parts of one.
template <class Piece>
void ForEachPiece(size_t rows, size_t units, const Piece& piece) {
  if (units == 0) return;
  if (units <= kPiece) {
    const size_t together = kPiece / units;
    for (size_t row = 0; row < rows; row += together) piece(row, std::min(together, rows - row), size_t{0}, units);
    return;
  }
  for (size_t row = 0; row < rows; ++row) {
    for (size_t unit = 0; unit < units; unit += kPiece) {
      piece(row, size_t{1}, unit, std::min(kPiece, units - unit));
    }
  }
}

class Converter {
 public:
  Converter(Storage storage, bool large) : conversions_(ConversionsOf(storage)), large_(large) {}
  void Widen(const uint16_t* from, size_t count, float* to) const { conversions_.widen(from, count, to); }
  void Narrow(const float* from, size_t count, uint16_t* to) const { conversions_.narrow(from, count, to); }
  // What is not there yet, and will not be read soon.
  void NarrowInto(const float* from, size_t count, uint16_t* to, const uint16_t* read) const {
    (large_ && to != read ? conversions_.stream : conversions_.narrow)(from, count, to);
  }

 private:
  Conversions conversions_;
  bool large_;
};

}  // namespace

void ForwardNarrow(const Activation& activation, const NarrowForwardArguments& a) {
  const ActivationKernels kernels = KernelsOf(activation);
  const Converter converter(a.storage, IsLarge(a.stores, a.rows * a.units / 2));
  ForEachPiece(a.rows, a.units, [&](size_t row, size_t rows, size_t unit, size_t units) {
    alignas(64) float values[kPiece], sums[kPiece];
    const size_t place = row * a.units + unit, count = rows * units;
    converter.Widen(a.input + place, count, values);
    kernels.forward({.rows = rows,
                     .units = units,
                     .input = values,
                     .bias = At(a.bias, unit),
                     .output = values,
                     .saved_input = a.saved_input == nullptr ? nullptr : sums,
                     .gates = At(a.gates, row * Gates::WordsPerRow(a.units) + unit / Gates::kBitsPerWord),
                     .parameters = a.parameters,
                     .learned = At(a.learned, unit),
                     .statistics = a.statistics,
                     .stores = Stores::kCached});
    if (a.saved_input != nullptr) converter.Narrow(sums, count, a.saved_input + place);
    converter.NarrowInto(values, count, a.output + place, a.input + place);
  });
}

void BackwardNarrow(const Activation& activation, const NarrowBackwardArguments& a) {
  const ActivationKernels kernels = KernelsOf(activation);
  const Converter converter(a.storage, IsLarge(a.stores, a.rows * a.units / 2));
  // The kernels read one of these arrays at most.
  const bool by_gates = activation.saves == Saves::kGate && a.gates != nullptr;
  const bool by_output = activation.saves == Saves::kOutput && a.output != nullptr;
  ForEachPiece(a.rows, a.units, [&](size_t row, size_t rows, size_t unit, size_t units) {
    alignas(64) float gradient[kPiece], source[kPiece];
    const size_t place = row * a.units + unit, count = rows * units;
    converter.Widen(a.gradient + place, count, gradient);
    if (!by_gates) converter.Widen((by_output ? a.output : a.input) + place, count, source);
    kernels.backward({.rows = rows,
                      .units = units,
                      .gradient = gradient,
                      .gates = At(a.gates, row * Gates::WordsPerRow(a.units) + unit / Gates::kBitsPerWord),
                      .output = by_output ? source : nullptr,
                      .input = source,
                      .input_gradient = gradient,
                      .bias_gradient = At(a.bias_gradient, unit),
                      .parameters = a.parameters,
                      .learned = At(a.learned, unit),
                      .learned_gradient = At(a.learned_gradient, unit),
                      .stores = Stores::kCached});
    converter.NarrowInto(gradient, count, a.input_gradient + place, a.gradient + place);
  });
}

}  // namespace ramp
