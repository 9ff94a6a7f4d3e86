// Measures, in some steps, how much an update changes the weights of each layer. It remembers a few thousand weights a
// layer before the update and compares them afterwards.
#ifndef RAMP_HEALTH_UPDATE_WATCH_H_
#define RAMP_HEALTH_UPDATE_WATCH_H_

#include <cstddef>
#include <span>
#include <vector>

#include "ramp/training/trainer.h"

namespace ramp {

class UpdateWatch {
 public:
  // `accumulate` batches make one update.
  UpdateWatch(const Network& network, size_t accumulate);

  // In each step, before the update.
  void OnStep(const StepView& view);
  // The weights were put elsewhere: what was remembered is of no use.
  void Forget() { pending_ = 0; }
  // Begins a new mean.
  void Clear();

  size_t samples() const { return samples_; }
  // |change| / |weights| of a layer, the mean over the samples, in the order of LayerNodes.
  double ratio(size_t layer) const { return samples_ > 0 ? sums_[layer] / static_cast<double>(samples_) : 0; }

 private:
  void Remember(const Network& network);
  void Compare(const Network& network);

  struct Sample {
    size_t block = 0, stride = 1;
    std::vector<float> weights = {};
  };
  size_t accumulate_;
  std::vector<Sample> layers_;
  std::vector<double> sums_;
  size_t pending_ = 0;  // steps until the remembered weights have had their update; 0: none are remembered
  size_t samples_ = 0, since_ = 0;
};

}  // namespace ramp

#endif  // RAMP_HEALTH_UPDATE_WATCH_H_
