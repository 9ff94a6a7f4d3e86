// Watches a training and draws up the health report.
#ifndef RAMP_HEALTH_RECORDER_H_
#define RAMP_HEALTH_RECORDER_H_

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "ramp/health/report.h"
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
  void OnStep(const StepView& view) override;
  void OnEpoch(const EpochRecord& record) override;

  // Of the epoch that has ended last.
  const EpochHealth& epoch() const { return epoch_; }

  // Runs the network over the training rows (and so takes about a third of an epoch) and judges what it sees.
  HealthReport Report(const Network& network, const TrainingData& data) const;

 private:
  // What the gates of one activation did since the epoch began.
  struct GateHistory {
    std::vector<uint64_t> ever, always;
    size_t units = 0;
    size_t open = 0, seen = 0;
  };

  std::vector<GateHistory> histories_;  // of the running epoch, in the order of the plan's gates
  std::vector<double> norm_sums_;       // by parameter block
  double total_norm_sum_ = 0;
  size_t steps_ = 0;
  std::vector<double> epoch_norms_;  // by parameter block, means of the last epoch
  EpochHealth epoch_;
  std::optional<EpochRecord> last_record_;
};

}  // namespace ramp

#endif  // RAMP_HEALTH_RECORDER_H_
