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
  std::string_view formula;  // with the gradient g, the weights w, and what the optimizer remembers: v, m and s
  std::string_view summary;
  std::string_view source;       // paper, year
  double learning_rate = 0;      // the usual one
  bool uses_first = false;       // keeps one number a parameter
  bool uses_second = false;      // and another
  bool decoupled_decay = false;  // weight decay shrinks the weights instead of changing the gradient
  double beta1 = 0, beta2 = 0;
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

// Everything that an optimizer remembers. It is as long as Network::parameters(), or empty where the optimizer does
// not keep it.
struct OptimizerState {
  uint64_t steps = 0;
  std::vector<float> first, second;
};

class Optimizer {
 public:
  // Weight decay touches weights alone: biases, slopes, and the scales, shifts and statistics of norms stay.
  Optimizer(const OptimizerDefinition& definition, Network& network, double weight_decay);

  // One step with network.gradients() x gradient_scale.
  void Step(double learning_rate, double gradient_scale);

  OptimizerState Save() const;
  // Throws Error when the state is another optimizer's, or another network's.
  void Restore(const OptimizerState& state);

 private:
  const OptimizerDefinition& definition_;
  Network& network_;
  double weight_decay_;
  std::vector<ParameterRun> runs_;
  uint64_t steps_ = 0;
  Floats first_, second_;
};

// Sums the gradients of several batches, so that one step takes them all: what a batch too large for the memory would
// give, up to rounding (batch norms still see the small batches). The gradient of a batch is that of its mean loss, so
// each counts by the sum of its examples' weights.
class GradientSum {
 public:
  // `batches` that are summed; one needs no memory, and the gradients are left as they are.
  GradientSum(Network& network, size_t batches);

  // Takes network.gradients() in. True when the batches are complete or no other follows (`last`): then the gradients
  // are the mean over all of them, and the sum begins anew.
  bool Add(double weight, bool last);
  // Counts a batch without its gradients. Like Add, but false when all of the batches were left out.
  bool LeaveOut(bool last);

  // What was summed so far, for a checkpoint.
  struct State {
    uint64_t batches = 0;
    double weight = 0;
    std::vector<float> sum;  // as long as Network::parameters(), or empty where nothing was summed
  };
  State Save() const;
  // Throws Error when the state is another network's.
  void Restore(const State& state);

 private:
  // out = x_weight x + y_weight y, for all parameters.
  void Mix(double x_weight, std::span<const float> x, double y_weight, std::span<const float> y, std::span<float> out);
  // Counts a batch; true when it was the last one of its sum.
  bool Completes(bool last);

  Network& network_;
  std::vector<ParameterRun> runs_;
  size_t batches_;
  uint64_t taken_ = 0;
  double weight_ = 0;
  Floats sum_;
};

// Bounds each gradient.
void ClampGradients(Network& network, double limit);

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
