// What a layer of weights does behind its products: it adds the bias, and applies the activation that the plan lets it
// take in; over [rows, units], where units are the last axis of its output.
#ifndef RAMP_NETWORK_BIAS_AND_ACTIVATION_H_
#define RAMP_NETWORK_BIAS_AND_ACTIVATION_H_

#include <cstddef>
#include <optional>

#include "ramp/network/activation_loop.h"
#include "ramp/network/layer.h"

namespace ramp {

class BiasAndActivation {
 public:
  // `bias` is a block of the layer's parameters; the products have added it already where `added` is true.
  BiasAndActivation(const StepContext& context, size_t bias, bool added);

  // What it asks of the plan for so many rows, beside what the products need (their scratch may be the same).
  static MemoryDemand Demand(size_t rows, size_t units, bool training, const Activation* taken);

  // Where the products go: in place of the output, unless backward needs the activation's input.
  static float* Products(const StepContext& context);

  void Forward() const;
  // Turns context.output_gradient into the gradient of the products, in place, and sets the bias' and the learned
  // parameters'.
  void Backward() const;

 private:
  const float* bias_to_add_ = nullptr;
  float* bias_gradient_ = nullptr;
  float* output_;
  const float* output_gradient_;
  size_t rows_, units_;
  std::optional<ActivationLoop> loop_;
};

}  // namespace ramp

#endif  // RAMP_NETWORK_BIAS_AND_ACTIVATION_H_
