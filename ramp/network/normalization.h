// Batch normalisation (Ioffe and Szegedy, 2015) and layer normalisation (Ba, Kiros and Hinton, 2016) over values
// [rows, units], with fixed sizes and addresses. Units are the last axis, rows all the others: the batch of a dense
// layer, batch x height x width of a picture.
//
// Means and variances lose nothing to cancellation: values around 10,000 with deviation 1 are normalised as well as
// others. The same arrays give the same bits on the same number of threads.
#ifndef RAMP_NETWORK_NORMALIZATION_H_
#define RAMP_NETWORK_NORMALIZATION_H_

#include <cstddef>

#include "ramp/kernel/normalize.h"

namespace ramp {

// As PyTorch has them.
inline constexpr float kNormalizationEpsilon = 1e-5f;
inline constexpr double kStatisticsMomentum = 0.1;

// The arrays of one normalisation. Those of backward are null where there is none.
struct NormalizationArrays {
  size_t rows = 0, units = 0;
  float epsilon = kNormalizationEpsilon;  // is added to the variance
  const float* input = nullptr;           // [rows, units]; backward reads it
  const float* scale = nullptr;           // [units]
  const float* shift = nullptr;           // [units]
  float* output = nullptr;                // [rows, units]; without backward it may be the input
  const float* gradient = nullptr;        // [rows, units], of the output
  float* input_gradient = nullptr;        // [rows, units], may be `gradient`, or null when nobody wants it
  float* scale_gradient = nullptr;        // [units]
  float* shift_gradient = nullptr;        // [units]
  float* saved = nullptr;                 // SavedFloats(...), from forward to backward
  float* scratch = nullptr;               // ScratchFloats(...), within one call
};

class BatchNormalization {
 public:
  static size_t SavedFloats(size_t units);
  static size_t ScratchFloats(size_t rows, size_t units);

  explicit BatchNormalization(const NormalizationArrays& arrays);

  // Moves the running mean and (unbiased) variance, [units] each, by kStatisticsMomentum towards those of the batch. A
  // batch of one row has no unbiased variance, and leaves the running one alone.
  void TrainingForward(float* running_mean, float* running_variance) const;
  // Normalises with the running statistics.
  void InferenceForward(const float* running_mean, const float* running_variance) const;
  // After TrainingForward: sets the gradients.
  void Backward() const;

 private:
  void Apply(const float* center, const float* scale, const float* shift) const;

  NormalizationArrays arrays_;
  size_t parts_;
  NormalizeKernels kernels_;
};

class LayerNormalization {
 public:
  static size_t SavedFloats(size_t rows);
  static size_t ScratchFloats(size_t rows, size_t units);

  explicit LayerNormalization(const NormalizationArrays& arrays);

  void Forward() const;
  // Sets the gradients.
  void Backward() const;

 private:
  NormalizationArrays arrays_;
  size_t parts_;
  NormalizeKernels kernels_;
};

}  // namespace ramp

#endif  // RAMP_NETWORK_NORMALIZATION_H_
