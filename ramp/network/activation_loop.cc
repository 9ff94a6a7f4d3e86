#include "ramp/network/activation_loop.h"

#include <algorithm>

#include "ramp/activation/split.h"
#include "ramp/network/loops.h"

namespace ramp {

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
  ParallelRanges(forward_.rows, parts_, 1,
                 [&](size_t begin, size_t end, size_t /*part*/) { kernels_.forward(RowsOf(forward_, begin, end)); });
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
    BackwardArguments part = RowsOf(backward_, begin, end);
    float* sums = partial_sums_ + index * 2 * units;
    std::fill_n(sums, 2 * units, 0.0f);
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
