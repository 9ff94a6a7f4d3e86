// The live display of a training, on the standard error: a line for each epoch, and on a terminal a bar that moves.
#ifndef RAMP_CLI_PROGRESS_H_
#define RAMP_CLI_PROGRESS_H_

#include <chrono>
#include <string>

#include "ramp/health/recorder.h"

namespace ramp {

class ProgressDisplay : public TrainingObserver {
 public:
  // `health` must watch the same training, and before this display.
  ProgressDisplay(const HealthRecorder& health, Task task, size_t epochs);
  void OnStep(const StepView& view) override;
  void OnEpoch(const EpochRecord& record) override;
  // A line above the progress.
  void Show(const Finding& finding);
  void Show(const TreatmentRecord& record);
  // Takes the bar away, if there is one.
  void Clear();

 private:
  const HealthRecorder& health_;
  Task task_;
  size_t epochs_;
  bool live_;
  std::chrono::steady_clock::time_point drawn_{};
};

}  // namespace ramp

#endif  // RAMP_CLI_PROGRESS_H_
