// Watches a training and draws up the health report.
#ifndef RAMP_HEALTH_RECORDER_H_
#define RAMP_HEALTH_RECORDER_H_

#include <cstdint>
#include <span>
#include <vector>

#include "ramp/activation/gates.h"
#include "ramp/health/report.h"
#include "ramp/training/trainer.h"

namespace ramp {

// The gates of all layers over the last epoch, in one line's worth of figures.
struct EpochHealth {
  double open_share = 0;
  size_t dead = 0, units = 0;
  double gradient_norm = 0;  // the mean over the steps
};

// What the gates of one activation did over some rows.
class GateHistory {
 public:
  explicit GateHistory(size_t units);
  void Add(const Gates& gates, size_t rows);

  size_t units() const { return units_; }
  double open_share() const { return seen_ > 0 ? static_cast<double>(open_) / static_cast<double>(seen_) : 0; }
  size_t open() const { return open_; }
  size_t seen() const { return seen_; }
  // Units whose gate never opened, and whose gate never closed; none before the first row.
  size_t dead() const;
  size_t always_open() const;

 private:
  size_t units_;
  std::vector<uint64_t> ever_, always_;
  size_t open_ = 0, seen_ = 0;
};

class HealthRecorder : public TrainingObserver {
 public:
  // The epochs before are known by their records alone.
  void OnRestore(std::span<const EpochRecord> epochs) override;
  void OnStep(const StepView& view) override;
  void OnEpoch(const EpochRecord& record) override;

  // Of the epoch that has ended last.
  const EpochHealth& epoch() const { return epoch_; }

  // Runs the network over the training rows (and so takes about a third of an epoch) and judges what it sees. The
  // scores are those of the epoch that the network's weights come from, see TrainingResult::best_epoch.
  HealthReport Report(const Network& network, const TrainingData& data, size_t best_epoch) const;

 private:
  std::vector<GateHistory> histories_;  // of the running epoch, in the order of the plan's gates
  std::vector<double> norm_sums_;       // by parameter block
  double total_norm_sum_ = 0;
  size_t steps_ = 0;
  std::vector<double> epoch_norms_;  // by parameter block, means of the last epoch
  EpochHealth epoch_;
  std::vector<EpochRecord> records_;
};

}  // namespace ramp

#endif  // RAMP_HEALTH_RECORDER_H_
