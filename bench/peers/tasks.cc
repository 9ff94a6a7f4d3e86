#include "tasks.h"

#include <algorithm>
#include <array>
#include <vector>

namespace peers {

std::span<const Task> Tasks() {
  using enum Function;
  using enum Direction;
  static constexpr Task kTasks[] = {{kRelu},
                                    {kRelu, kForward, true},
                                    {kLeakyRelu},
                                    {kHardswish},
                                    {kElu},
                                    {kSigmoid},
                                    {kTanh},
                                    {kGelu},
                                    {kSilu},
                                    {kSoftplus},
                                    {kRelu, kBackward},
                                    {kRelu, kBackward, true},
                                    {kLeakyRelu, kBackward},
                                    {kElu, kBackward},
                                    {kSigmoid, kBackward},
                                    {kTanh, kBackward}};
  return kTasks;
}

const ramp::Activation& ActivationOf(Function function) {
  static constexpr std::array<std::string_view, 9> kNames = {"relu", "leaky_relu", "elu",      "sigmoid",  "tanh",
                                                             "gelu", "silu",       "softplus", "hardswish"};
  return ramp::FindActivation(kNames[static_cast<size_t>(function)]);
}

std::string NameOf(const Task& task) {
  return std::string(ActivationOf(task.function).name) + (task.direction == Direction::kBackward ? " backward" : "") +
         (task.in_place ? " in place" : "");
}

double Exact(const Task& task, double input) {
  const ramp::Activation& activation = ActivationOf(task.function);
  const ramp::ActivationParameters parameters = activation.initial_parameters();
  const std::vector<double> exact(parameters.begin(), parameters.end());
  return (task.direction == Direction::kForward ? activation.value : activation.slope)(input, exact);
}

Workspace::Workspace(size_t size, const Generator& input, const Generator& gradient)
    : size_(size), input_(size), gradient_(size), output_(size), result_(size), gates_(ramp::Gates::WordsPerRow(size)) {
  // Drawing more different values would take longer than the measurement.
  constexpr size_t kDrawn = size_t{1} << 18;
  const auto fill = [&](ramp::Floats& values, const Generator& value) {
    const size_t drawn = std::min(size, kDrawn);
    for (size_t i = 0; i < drawn; ++i) values[i] = value(i);
    for (size_t i = drawn; i < size; i += drawn) {
      std::copy_n(values.data(), std::min(drawn, size - i), values.data() + i);
    }
  };
  fill(input_, input);
  fill(gradient_, gradient);
}

Arrays Workspace::For(const Task& task) {
  const ramp::Activation& activation = ActivationOf(task.function);
  ramp::KernelsOf(activation)
      .forward({.units = size_,
                .input = input_.data(),
                .output = output_.data(),
                .gates = gates_.data(),
                .parameters = activation.initial_parameters()});
  const ramp::Floats& overwritten = task.direction == Direction::kForward ? input_ : gradient_;
  std::ranges::copy(overwritten.span(), result_.span().begin());
  return {size_, input_.data(), output_.data(), gradient_.data(), gates_.data(), result_.data()};
}

Arrays PartOf(const Arrays& arrays, size_t begin, size_t end) {
  return {end - begin,
          arrays.input + begin,
          arrays.output + begin,
          arrays.gradient + begin,
          arrays.gates + begin / ramp::Gates::kBitsPerWord,
          arrays.result + begin};
}

}  // namespace peers
