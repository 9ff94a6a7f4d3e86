// Losses: how wrong the outputs are, and the gradient that says in which direction to mend them.
#ifndef RAMP_TRAINING_LOSS_H_
#define RAMP_TRAINING_LOSS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "ramp/data/dataset.h"

namespace ramp {

// Sums over some examples, so that batches can be added up.
struct LossSums {
  double loss = 0;     // sum of weight x loss
  double weight = 0;   // sum of the examples' weights
  size_t correct = 0;  // classification: right answers
  size_t rows = 0;
  void Add(const LossSums& other);
  double mean_loss() const { return weight > 0 ? loss / weight : 0; }
};

// Softmax cross-entropy for a classification, the mean squared error for a regression (of standardised values). The
// gradient is that of the mean over the batch.
class Loss {
 public:
  // `class_weights` has one weight a class, or is empty for 1 each. `most_rows` is the largest batch. With label
  // smoothing the network is asked for 1 - smoothing + smoothing / classes instead of 1 for the right class, and for
  // smoothing / classes instead of 0 for the others (Szegedy et al., 2016).
  Loss(const Dataset& data, std::vector<float> class_weights, size_t most_rows, double label_smoothing = 0);

  // outputs [rows, outputs] against the targets of those rows; `gradient` [rows, outputs] may be empty.
  LossSums Compute(std::span<const float> outputs, std::span<const uint32_t> rows, std::span<float> gradient);

 private:
  LossSums CrossEntropy(std::span<const float> outputs, std::span<const uint32_t> rows, std::span<float> gradient);
  LossSums SquaredError(std::span<const float> outputs, std::span<const uint32_t> rows, std::span<float> gradient);

  const Dataset& data_;
  size_t outputs_;
  std::vector<float> class_weights_;
  double label_smoothing_;
  std::vector<float> probabilities_;    // [most_rows, outputs]
  std::vector<float> log_normalizers_;  // [most_rows]
};

// weight of class c = rows / (classes x rows of c), so that every class counts the same in sum.
std::vector<float> BalancedClassWeights(const Dataset& data, std::span<const uint32_t> rows);

}  // namespace ramp

#endif  // RAMP_TRAINING_LOSS_H_
