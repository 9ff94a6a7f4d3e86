// Optimizers: from gradients to better parameters.
#ifndef RAMP_TRAINING_OPTIMIZER_H_
#define RAMP_TRAINING_OPTIMIZER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "ramp/base/memory.h"
#include "ramp/network/network.h"

namespace ramp {

// One row of the table of optimizers.
struct OptimizerDefinition {
  std::string_view name;
  std::string_view summary;
  std::string_view source;       // paper, year
  double learning_rate = 0;      // the usual one
  bool uses_first = false;       // keeps one number a parameter
  bool uses_second = false;      // and another
  bool decoupled_decay = false;  // weight decay shrinks the weights instead of changing the gradient
  double beta1 = 0;
  void (*(*kernel)())(const struct UpdateArguments&) = nullptr;
};

std::span<const OptimizerDefinition> Optimizers();
// Throws UsageError with the nearest name.
const OptimizerDefinition& FindOptimizer(std::string_view name);

// A run of parameters of one block, short enough to share the work among threads. The runs depend on the network alone,
// so that sums over them do not depend on the number of threads.
struct ParameterRun {
  size_t block = 0;   // index into Network::blocks()
  size_t offset = 0;  // into the flat arrays
  size_t count = 0;
};
std::vector<ParameterRun> ParameterRuns(const Network& network);

class Optimizer {
 public:
  // Weight decay touches weights, never biases and slopes.
  Optimizer(const OptimizerDefinition& definition, Network& network, double weight_decay);

  // One step with network.gradients() x gradient_scale.
  void Step(double learning_rate, double gradient_scale);

 private:
  const OptimizerDefinition& definition_;
  Network& network_;
  double weight_decay_;
  std::vector<ParameterRun> runs_;
  uint64_t steps_ = 0;
  Floats first_, second_;
};

// The norms of the gradients by block, and of all together: clipping and health read them.
class GradientNorms {
 public:
  explicit GradientNorms(const Network& network);
  void Measure();
  double total() const { return total_; }
  std::span<const double> blocks() const { return blocks_; }

 private:
  const Network& network_;
  std::vector<ParameterRun> runs_;
  std::vector<double> squares_;  // by run
  std::vector<double> blocks_;
  double total_ = 0;
};

}  // namespace ramp

#endif  // RAMP_TRAINING_OPTIMIZER_H_
