// ramp itself, through its public interface.
#include "peers.h"
#include "ramp/activation/activation.h"
#include "tasks.h"

namespace peers {

Call PrepareRamp(const Task& task, const Arrays& arrays) {
  const ramp::Activation& activation = ActivationOf(task.function);
  const ramp::ActivationKernels kernels = ramp::KernelsOf(activation);
  if (task.direction == Direction::kForward) {
    const ramp::ForwardArguments arguments = {.units = arrays.size,
                                              .input = task.in_place ? arrays.result : arrays.input,
                                              .output = arrays.result,
                                              .parameters = activation.initial_parameters()};
    return [=] { kernels.forward(arguments); };
  }
  ramp::BackwardArguments arguments = {.units = arrays.size,
                                       .gradient = task.in_place ? arrays.result : arrays.gradient,
                                       .input_gradient = arrays.result,
                                       .parameters = activation.initial_parameters()};
  switch (activation.saves) {
    case ramp::Saves::kGate:
      arguments.gates = arrays.gates;
      break;
    case ramp::Saves::kOutput:
      arguments.output = arrays.output;
      break;
    case ramp::Saves::kInput:
      arguments.input = arrays.input;
      break;
  }
  return [=] { kernels.backward(arguments); };
}

}  // namespace peers
