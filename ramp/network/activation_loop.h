// One activation over the rows of a step, split over the threads.
#ifndef RAMP_NETWORK_ACTIVATION_LOOP_H_
#define RAMP_NETWORK_ACTIVATION_LOOP_H_

#include <cstddef>

#include "ramp/activation/activation.h"

namespace ramp {

class ActivationLoop {
 public:
  // The arguments are those of the whole; backward may be left empty in inference. `partial_sums` holds
  // ScratchFloats(...) floats where the threads sum the bias' and the learned parameter's gradients.
  ActivationLoop(const Activation& activation, const ForwardArguments& forward, const BackwardArguments& backward,
                 float* partial_sums);
  static size_t ScratchFloats(size_t rows, size_t units);

  void Forward() const;
  // Sets bias_gradient and learned_gradient, where wanted.
  void Backward() const;

 private:
  ActivationKernels kernels_;
  ForwardArguments forward_;
  BackwardArguments backward_;
  float* partial_sums_;  // [parts, 2, units]
  size_t parts_;
};

}  // namespace ramp

#endif  // RAMP_NETWORK_ACTIVATION_LOOP_H_
