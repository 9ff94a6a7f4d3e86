#include "ramp/bench/arrays.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "ramp/base/error.h"
#include "ramp/base/random.h"

namespace ramp {
namespace {

// Values beyond the first so many repeat them: drawing more would take longer than the measurement.
constexpr size_t kDrawn = size_t{1} << 18;
constexpr size_t kSample = size_t{1} << 14;

void Draw(uint64_t stream, double scale, float* values, size_t size) {
  Random random(1, stream);
  const size_t drawn = std::min(size, kDrawn);
  for (size_t i = 0; i < drawn; ++i) values[i] = static_cast<float>(scale * random.Normal());
  for (size_t i = drawn; i < size; i += drawn) std::copy_n(values, std::min(drawn, size - i), values + i);
}

// In units of the last place of a float of exact's size.
double UlpError(float value, double exact) {
  const int exponent = exact == 0 ? -126 : std::max(std::ilogb(exact), -126);
  return std::abs(static_cast<double>(value) - exact) / std::ldexp(1.0, exponent - 23);
}

[[noreturn]] void Complain(const Activation& activation, std::string_view what, size_t i, float input, float value,
                           double exact) {
  throw Error(fmt::format(
      "{} {} is wrong on this machine: element {}, input {}, gave {}, the reference is {}. It was not timed; please "
      "report this, with the name of the processor",
      activation.name, what, i, input, value, exact));
}

}  // namespace

// Arrays that begin at the same place of a page would seem to overlap to processors that compare the lowest bits of
// addresses alone.
size_t BenchArrays::Stride(size_t size) {
  constexpr size_t kLine = kAlignment / sizeof(float), kApart = 9;
  return (size + kLine - 1) / kLine * kLine + kApart * kLine;
}

size_t BenchArrays::BytesFor(size_t size) {
  return kArrays * Stride(size) * sizeof(float) + Gates::WordsPerRow(size) * sizeof(uint64_t);
}

BenchArrays::BenchArrays(size_t size) : size_(size), memory_(kArrays * Stride(size)), gates_(Gates::WordsPerRow(size)) {
  Draw(0, 2, At(0), size);
  Draw(1, 1, At(1), size);
}

ForwardArguments BenchArrays::Forward(const Activation& activation, ElementRange range, bool with_gates) {
  return {.units = range.end - range.begin,
          .input = input() + range.begin,
          .output = output() + range.begin,
          .gates = with_gates ? gates_.data() + range.begin / Gates::kBitsPerWord : nullptr,
          .parameters = activation.initial_parameters()};
}

BackwardArguments BenchArrays::Backward(const Activation& activation, ElementRange range) {
  BackwardArguments arguments = {.units = range.end - range.begin,
                                 .gradient = gradient() + range.begin,
                                 .input_gradient = result() + range.begin,
                                 .parameters = activation.initial_parameters()};
  switch (activation.saves) {
    case Saves::kGate:
      arguments.gates = gates_.data() + range.begin / Gates::kBitsPerWord;
      break;
    case Saves::kOutput:
      arguments.output = output() + range.begin;
      break;
    case Saves::kInput:
      arguments.input = input() + range.begin;
      break;
  }
  return arguments;
}

void BenchArrays::Check(const Activation& activation, const ActivationKernels& kernels) {
  const ActivationParameters parameters = activation.initial_parameters();
  const std::vector<double> exact_parameters(parameters.begin(), parameters.end());
  const ElementRange all = {0, size_};
  const auto spoil = [this](float* values) { std::fill_n(values, size_, std::numeric_limits<float>::quiet_NaN()); };
  // An odd step meets all lanes of the vectors; the last element is always looked at.
  const size_t step = std::max<size_t>(size_ / kSample, 1) | 1;
  const auto for_each_sample = [&](const auto& check) {
    for (size_t back = 0; back < size_; back += step) check(size_ - 1 - back);
  };
  // What the family keeps to on every instruction set.
  constexpr double kMostUlp = 2;
  const auto check_output = [&](std::string_view what) {
    for_each_sample([&](size_t i) {
      const double exact = activation.value(input()[i], exact_parameters);
      if (!(UlpError(output()[i], exact) <= kMostUlp)) Complain(activation, what, i, input()[i], output()[i], exact);
    });
  };

  spoil(output());
  kernels.forward(Forward(activation, all, false));
  check_output("forward");
  spoil(output());
  kernels.forward(Forward(activation, all, true));
  check_output("forward with gates");
  // The gates of the others are not what their backward reads, so that it would not see a mistake there.
  if (activation.saves != Saves::kGate) {
    const Gates gates(gates_.data(), 1, size_);
    for_each_sample([&](size_t i) {
      const bool open = gates.IsOpen(0, i), right = input()[i] > 0;
      if (open != right) Complain(activation, "gate", i, input()[i], open ? 1 : 0, right ? 1 : 0);
    });
  }
  spoil(result());
  kernels.backward(Backward(activation, all));
  for_each_sample([&](size_t i) {
    const double slope = activation.slope(input()[i], exact_parameters), exact = slope * double{gradient()[i]};
    // A slope from the output suffers from the output's rounding. The product is rounded once more.
    constexpr double kOfOutput = 0x1p-21;
    const bool right = activation.saves == Saves::kOutput
                           ? std::abs(double{result()[i]} - exact) <= kOfOutput * std::abs(double{gradient()[i]})
                           : UlpError(result()[i], exact) <= 2 * kMostUlp;
    if (!right) Complain(activation, "backward", i, input()[i], result()[i], exact);
  });
}

}  // namespace ramp
