#include "ramp/network/bias_and_activation.h"

#include <algorithm>

#include "ramp/network/loops.h"

namespace ramp {
namespace {

// values [rows, units] += bias [units]
void AddBias(float* values, const float* bias, size_t rows, size_t units) {
  ForEachRowRange(rows, units, [&](size_t begin, size_t end, size_t) {
    for (size_t row = begin; row < end; ++row) {
      for (size_t unit = 0; unit < units; ++unit) values[row * units + unit] += bias[unit];
    }
  });
}

// sums [units] = the sums of values [rows, units] over the rows
void SumRows(const float* values, size_t rows, size_t units, float* sums) {
  constexpr size_t kCacheLine = kAlignment / sizeof(float);
  ParallelRanges(units, Parts(rows * units, kValuesPerPart), kCacheLine, [&](size_t begin, size_t end, size_t) {
    std::fill(sums + begin, sums + end, 0.0f);
    for (size_t row = 0; row < rows; ++row) {
      for (size_t unit = begin; unit < end; ++unit) sums[unit] += values[row * units + unit];
    }
  });
}

}  // namespace

BiasAndActivation::BiasAndActivation(const StepContext& c, size_t bias, bool added)
    : output_(c.output),
      output_gradient_(c.output_gradient),
      rows_(c.batch * c.output_shape.count() / c.output_shape.units()),
      units_(c.output_shape.units()) {
  if (!added) bias_to_add_ = c.parameters[bias];
  if (c.training) bias_gradient_ = c.parameter_gradients[bias];
  const ActivationContext& a = c.activation;
  if (a.activation == nullptr) return;
  const float* products = Products(c);
  const ForwardArguments forward{.rows = rows_,
                                 .units = units_,
                                 .input = products,
                                 .bias = bias_to_add_,
                                 .output = c.output,
                                 .saved_input = c.saved == nullptr ? nullptr : Products(c),
                                 .gates = a.gates,
                                 .parameters = a.parameters,
                                 .learned = a.learned};
  const BackwardArguments backward{.rows = rows_,
                                   .units = units_,
                                   .gradient = c.output_gradient,
                                   .gates = a.gates,
                                   .output = c.output,
                                   .input = products,
                                   .input_gradient = c.output_gradient,
                                   .bias_gradient = bias_gradient_,
                                   .parameters = a.parameters,
                                   .learned = a.learned,
                                   .learned_gradient = a.learned_gradient};
  loop_.emplace(*a.activation, forward, backward, reinterpret_cast<float*>(c.scratch));
}

MemoryDemand BiasAndActivation::Demand(size_t rows, size_t units, bool training, const Activation* taken) {
  const bool saves_input = training && taken != nullptr && taken->saves == Saves::kInput;
  return {.backward_reads_output = taken != nullptr && taken->saves == Saves::kOutput,
          .saved_bytes = saves_input ? rows * units * sizeof(float) : 0,
          .scratch_bytes = training ? ActivationLoop::ScratchFloats(rows, units) * sizeof(float) : 0};
}

float* BiasAndActivation::Products(const StepContext& c) {
  return c.saved == nullptr ? c.output : reinterpret_cast<float*>(c.saved);
}

void BiasAndActivation::Forward() const {
  if (loop_) {
    loop_->Forward();
  } else if (bias_to_add_ != nullptr) {
    AddBias(output_, bias_to_add_, rows_, units_);
  }
}

void BiasAndActivation::Backward() const {
  if (loop_) {
    loop_->Backward();
  } else {
    SumRows(output_gradient_, rows_, units_, bias_gradient_);
  }
}

}  // namespace ramp
