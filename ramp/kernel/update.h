// Flat loops over parameters: the optimizers' steps, and sums, norms and bounds of gradients, compiled for each
// instruction set. They are limited by memory: Adam moves 28 bytes a parameter, momentum 20, plain descent 12.
#ifndef RAMP_KERNEL_UPDATE_H_
#define RAMP_KERNEL_UPDATE_H_

#include <cstddef>

namespace ramp {

struct UpdateArguments {
  size_t count = 0;
  float* parameters = nullptr;       // [count]
  const float* gradients = nullptr;  // [count]
  float* first = nullptr;            // [count], momentum, or Adam's mean of the gradients
  float* second = nullptr;           // [count], the mean of their squares
  float gradient_scale = 1;          // clipping: each gradient is multiplied by it first
  float learning_rate = 0;
  float l2 = 0;               // added to the gradient: l2 * parameter
  float decoupled_decay = 0;  // the parameter shrinks by learning_rate * decoupled_decay
  float beta1 = 0, beta2 = 0, epsilon = 0;
  float first_correction = 1, second_correction = 1;  // Adam: 1 / (1 - beta^step)
};

using UpdateKernel = void (*)(const UpdateArguments&);
// w -= rate g
UpdateKernel GradientDescentKernel();
// first = beta1 first + g, w -= rate first (Polyak, 1964, as most libraries write it)
UpdateKernel MomentumKernel();
// first = beta1 first + g, w -= rate (g + beta1 first): the slope is taken where the momentum will lead (Nesterov,
// 1983; written in the weights that the network runs with, as Bengio, Boulanger-Lewandowski and Pascanu, 2013)
UpdateKernel NesterovKernel();
// second = beta2 second + (1 - beta2) g^2, w -= rate g / (sqrt(second) + epsilon) (Tieleman and Hinton, 2012)
UpdateKernel RmsPropKernel();
// Kingma and Ba, 2015; with decoupled_decay Loshchilov and Hutter, 2019
UpdateKernel AdamKernel();

// The sum of the squares, in single precision over short runs and in double beyond.
using SumOfSquaresKernel = double (*)(const float* values, size_t count);
SumOfSquaresKernel GetSumOfSquaresKernel();

// out = x_weight x + y_weight y, all [count]; out may be x or y.
using WeightedSumKernel = void (*)(float x_weight, const float* x, float y_weight, const float* y, float* out,
                                   size_t count);
WeightedSumKernel GetWeightedSumKernel();

// Moves each value into [-limit, limit]; a NaN stays one.
using ClampKernel = void (*)(float limit, float* values, size_t count);
ClampKernel GetClampKernel();

}  // namespace ramp

#endif  // RAMP_KERNEL_UPDATE_H_
