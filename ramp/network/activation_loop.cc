#include "ramp/network/activation_loop.h"

#include <algorithm>

#include "ramp/network/loops.h"

namespace ramp {
namespace {

// A pointer to the row, where there is an array.
template <class T>
T* At(T* array, size_t row, size_t stride) {
  return array == nullptr ? nullptr : array + row * stride;
}

}  // namespace

ActivationLoop::ActivationLoop(const Activation& activation, const ForwardArguments& forward,
                               const BackwardArguments& backward, float* partial_sums)
    : kernels_(KernelsOf(activation)),
      forward_(forward),
      backward_(backward),
      partial_sums_(partial_sums),
      parts_(RowParts(forward.rows, forward.units)) {}

size_t ActivationLoop::ScratchFloats(size_t rows, size_t units) {
  const size_t parts = RowParts(rows, units);
  return parts == 1 ? 0 : parts * 2 * units;
}

void ActivationLoop::Forward() const {
  ParallelRanges(forward_.rows, parts_, 1, [&](size_t begin, size_t end, size_t /*part*/) {
    ForwardArguments part = forward_;
    part.rows = end - begin;
    part.input = At(forward_.input, begin, forward_.units);
    part.output = At(forward_.output, begin, forward_.units);
    part.saved_input = At(forward_.saved_input, begin, forward_.units);
    part.gates = At(forward_.gates, begin, Gates::WordsPerRow(forward_.units));
    kernels_.forward(part);
  });
}

void ActivationLoop::Backward() const {
  const size_t units = backward_.units;
  if (parts_ == 1) {
    if (backward_.bias_gradient != nullptr) std::fill_n(backward_.bias_gradient, units, 0.0f);
    if (backward_.learned_gradient != nullptr) std::fill_n(backward_.learned_gradient, units, 0.0f);
    kernels_.backward(backward_);
    return;
  }
  ParallelRanges(backward_.rows, parts_, 1, [&](size_t begin, size_t end, size_t index) {
    BackwardArguments part = backward_;
    float* sums = partial_sums_ + index * 2 * units;
    std::fill_n(sums, 2 * units, 0.0f);
    part.rows = end - begin;
    part.gradient = At(backward_.gradient, begin, units);
    part.gates = At(backward_.gates, begin, Gates::WordsPerRow(units));
    part.output = At(backward_.output, begin, units);
    part.input = At(backward_.input, begin, units);
    part.input_gradient = At(backward_.input_gradient, begin, units);
    part.bias_gradient = backward_.bias_gradient == nullptr ? nullptr : sums;
    part.learned_gradient = backward_.learned_gradient == nullptr ? nullptr : sums + units;
    kernels_.backward(part);
  });
  const auto reduce = [&](float* total, size_t place) {
    if (total == nullptr) return;
    std::copy_n(partial_sums_ + place, units, total);
    for (size_t part = 1; part < parts_; ++part) {
      const float* sums = partial_sums_ + part * 2 * units + place;
      for (size_t unit = 0; unit < units; ++unit) total[unit] += sums[unit];
    }
  };
  reduce(backward_.bias_gradient, 0);
  reduce(backward_.learned_gradient, units);
}

}  // namespace ramp
