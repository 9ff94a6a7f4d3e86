// The family of activations: one table, and the kernels of each row on the best instruction set of this machine. Usable
// without the rest of the library.
//
// Arrays are [rows, units], row-major and dense; a flat array of n values is rows = 1, units = n. Any length and any
// alignment will do.
#ifndef RAMP_ACTIVATION_ACTIVATION_H_
#define RAMP_ACTIVATION_ACTIVATION_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ramp/activation/cache.h"
#include "ramp/activation/gates.h"

namespace ramp {

// The least that backward reads: one bit per unit, the output y, or the input x (after the bias).
enum class Saves { kGate, kOutput, kInput };

inline constexpr size_t kMostParameters = 2;
using ActivationParameters = std::array<float, kMostParameters>;

struct ActivationParameter {
  std::string_view name;     // "slope"
  float initial;             // the usual value
  float low, high;           // the values that make sense
  bool learned;              // a value per unit, trained with the weights (prelu)
  std::string_view meaning;  // "what is left of a negative input"
};

// What a forward pass can say of its outputs without reading them again. It is added to what is there, so that parts of
// an array can be counted one after the other. The same call gives the same bits; the last ones of the two sums depend
// on the instruction set, and on the alignment of arrays that are written past the caches.
struct ForwardStatistics {
  uint64_t open = 0;   // gates
  double sum = 0;      // of the outputs: a NaN or opposite infinities make it NaN
  double squares = 0;  // the sum of their squares
  float largest = 0;   // absolute value of an output; NaN if one of them is NaN
};

// What the loops of one activation take. Pointers that are null are not read or written.
struct ForwardArguments {
  size_t rows = 1;
  size_t units = 0;
  const float* input = nullptr;  // [rows, units]
  const float* bias = nullptr;   // [units], added to the input first
  float* output = nullptr;       // [rows, units], may be the input itself
  float* saved_input = nullptr;  // [rows, units], input + bias is kept here; may be the input itself
  uint64_t* gates = nullptr;     // [rows, Gates::WordsPerRow(units)]: the activation's gate, x > 0 for the smooth ones
  ActivationParameters parameters = {};
  const float* learned = nullptr;           // [units], the learned parameter, in place of parameters[0]
  ForwardStatistics* statistics = nullptr;  // null: none are wanted
  Stores stores = Stores::kBySize;          // of the output and the gates
};

struct BackwardArguments {
  size_t rows = 1;
  size_t units = 0;
  const float* gradient = nullptr;  // [rows, units], dL/dy
  // The one of these that `saves` names must be there, or the input, from which every backward can be computed: with
  // the slopes of Saves::kOutput it is slower, but exact also where y is rounded to its limit.
  const uint64_t* gates = nullptr;  // [rows, Gates::WordsPerRow(units)]
  const float* output = nullptr;    // [rows, units]
  const float* input = nullptr;     // [rows, units], after the bias
  float* input_gradient = nullptr;  // [rows, units], dL/dx; may be `gradient` itself
  float* bias_gradient = nullptr;   // [units], the column sums of dL/dx are added to it
  ActivationParameters parameters = {};
  const float* learned = nullptr;     // [units]
  float* learned_gradient = nullptr;  // [units], the sums of dL/dy dy/dparameter are added to it
  Stores stores = Stores::kBySize;    // of the input gradient
};

// One row of the family. `value` and `slope` are the reference in double precision, which draws the plots and is the
// oracle of the tests; the kernels are checked against it.
struct Activation {
  std::string_view name;     // "elu"
  std::string_view formula;  // "x > 0 ? x : slope x"
  std::string_view derivative;
  // The form in ONNX's operators at opset 17 over the input x and the parameters by name, for example
  // "LeakyRelu(x, alpha=slope)" or "Mul(x, Sigmoid(x))": numbers and parameter names as arguments become constants,
  // name=value becomes an attribute. Export writes it, import recognises it.
  std::string_view onnx;
  std::string_view source;  // paper, year
  // The names of the gated pairs made of it, layers on two halves a and b of the units: f(a) b, and f(a) f(b). Empty
  // where nobody uses one.
  std::string_view gated, gated_twice;
  // In training each unit of each example has its own slope for negative inputs, drawn from between the two parameters
  // (ramp/kernel/random_slope.h). The kernels below are those of the trained network.
  bool random_slope = false;
  Saves saves = Saves::kGate;
  double low = 0, high = 0;  // the range of the output, infinite where it is unbounded
  double lipschitz = 1;      // the greatest slope, infinite where there is a jump or the slope grows for ever
  double gain = 1;           // the variance that weights need, times fan_in, to keep the second moment (2 for relu)
  std::vector<ActivationParameter> parameters;
  double (*value)(double x, std::span<const double> parameters) = nullptr;
  double (*slope)(double x, std::span<const double> parameters) = nullptr;  // the conventions at kinks included

  // The first parameter has a value per unit that is trained.
  bool learned() const { return !parameters.empty() && parameters[0].learned; }
  // The output has finite ends on both sides, towards which the derivative vanishes.
  bool saturates() const;
  // With the initial parameters: the output never falls where the input rises.
  bool monotone() const;
  // With the initial parameters: f(-x) = -f(x), so that inputs around 0 give outputs around 0.
  bool zero_centred() const;
  ActivationParameters initial_parameters() const;
};

std::span<const Activation> Activations();
// Throws UsageError with the nearest name.
const Activation& FindActivation(std::string_view name);
// Null when there is no such row.
const Activation* FindActivationOrNull(std::string_view name);

// The loops of one row of the table, for the best instruction set of this machine: look them up once, call them often.
// They run on the calling thread; split the rows to use several.
struct ActivationKernels {
  void (*forward)(const ForwardArguments&) = nullptr;
  void (*backward)(const BackwardArguments&) = nullptr;
};
ActivationKernels KernelsOf(const Activation& activation);

}  // namespace ramp

#endif  // RAMP_ACTIVATION_ACTIVATION_H_
