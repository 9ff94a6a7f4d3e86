// Reads, in each step of a training, what the step has computed anyway: gates and norms.
#ifndef RAMP_HEALTH_RECORDER_H_
#define RAMP_HEALTH_RECORDER_H_

#include <cstdint>
#include <span>
#include <vector>

#include "ramp/health/probe.h"
#include "ramp/training/trainer.h"

namespace ramp {

// The gates of all layers over the last epoch, in one line's worth of figures.
struct EpochHealth {
  double open_share = 0;
  size_t dead = 0, units = 0;
  double gradient_norm = 0;  // the mean over the steps
};

class HealthRecorder : public TrainingObserver {
 public:
  // What was read of the epoch in hand is forgotten.
  void OnRestore(std::span<const EpochRecord> epochs) override;
  void OnStep(const StepView& view) override;
  void OnEpoch(const EpochRecord& record) override;

  // Of the epoch that has ended last.
  const EpochHealth& epoch() const { return epoch_; }

  // Of the epoch in hand, or after OnEpoch of the one that has ended: the steps, the mean norm of the gradient by
  // parameter block, and the gates in the order of Plan::gates(), of the nodes watched.
  size_t steps() const { return steps_; }
  double MeanNorm(size_t block) const;
  std::span<const GateHistory> histories() const { return histories_; }
  std::span<const size_t> nodes() const { return nodes_; }

 private:
  std::vector<GateHistory> histories_;
  std::vector<size_t> nodes_;
  std::vector<double> norm_sums_;  // by parameter block
  double total_norm_sum_ = 0;
  size_t steps_ = 0;
  bool ended_ = true;  // the next step begins an epoch
  EpochHealth epoch_;
};

}  // namespace ramp

#endif  // RAMP_HEALTH_RECORDER_H_
