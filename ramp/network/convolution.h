// The three products of a convolution over [batch, height, width, channels], with fixed sizes and addresses.
//
// Weights are [kernel_height, kernel_width, in_channels / groups, out_channels]; group g of the output channels sees
// group g of the input channels. What is done on them is our own kernel's (ramp/kernel/window_product), which needs no
// other layout in memory: docs/measurements/performance.md compares it with oneDNN's.
//
// The same arrays give the same bits on the same number of threads.
#ifndef RAMP_NETWORK_CONVOLUTION_H_
#define RAMP_NETWORK_CONVOLUTION_H_

#include <cstddef>
#include <memory>
#include <vector>

#include "ramp/network/window.h"

namespace ramp {

struct ConvolutionSizes {
  size_t batch = 1;
  size_t in_channels = 1, out_channels = 1;
  size_t groups = 1;  // divides both
  WindowAxis height = {}, width = {};
};

class Convolution {
 public:
  // Empty: Run does nothing.
  Convolution();
  Convolution(Convolution&&) noexcept;
  Convolution& operator=(Convolution&&) noexcept;
  ~Convolution();

  // `scratch` holds ScratchFloats(sizes) floats, which nobody else uses while Run works; it keeps nothing in them
  // between two calls.
  static size_t ScratchFloats(const ConvolutionSizes& sizes);

  // output = input * weights + bias, where there is a bias ([out_channels] or null).
  static Convolution Forward(const ConvolutionSizes& sizes, const float* input, const float* weights, const float* bias,
                             float* output, float* scratch);
  static Convolution InputGradient(const ConvolutionSizes& sizes, const float* output_gradient, const float* weights,
                                   float* input_gradient, float* scratch);
  static Convolution WeightGradient(const ConvolutionSizes& sizes, const float* input, const float* output_gradient,
                                    float* weight_gradient, float* scratch);

  void Run();

 private:
  class Form;
  class ProductForm;
  class SumsForm;
  explicit Convolution(std::vector<std::unique_ptr<Form>> forms);
  std::vector<std::unique_ptr<Form>> forms_;
};

}  // namespace ramp

#endif  // RAMP_NETWORK_CONVOLUTION_H_
