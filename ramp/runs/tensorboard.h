// A training for TensorBoard: `tensorboard --logdir FOLDER` shows it while it runs.
//   TensorBoardLog log("logs/first", network, data, warn);
//   trainer.Watch(log);
#ifndef RAMP_RUNS_TENSORBOARD_H_
#define RAMP_RUNS_TENSORBOARD_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ramp/network/network.h"
#include "ramp/network/plan.h"
#include "ramp/runs/event_file.h"
#include "ramp/training/trainer.h"

namespace ramp {

// Writes behind each epoch, counted as steps from 1:
//   loss/train, loss/valid, accuracy/train, accuracy/valid (or R2/...), learning_rate, gradient_norm (the mean over the
//   steps), samples_per_second, seconds
//   open/LAYER, dead/LAYER: share of open gates and number of units without an open one, on some training rows
//   activations/LAYER: histogram of what comes out of each activation, on the same rows
//   gradients/LAYER/PARAMETER: histogram of the gradient in the last step of the epoch, before clipping
class TensorBoardLog : public TrainingObserver {
 public:
  // Throws Error when there can be no file in the folder. What cannot be written later on ends the log, not the
  // training; `warn` is told. Network and data must outlive this.
  TensorBoardLog(const std::string& folder, const Network& network, const TrainingData& data,
                 std::function<void(const std::string&)> warn);
  // Of a training whose network may be replaced, followed by OnRestore: `network` gives the one at work.
  TensorBoardLog(const std::string& folder, std::function<const Network&()> network, const TrainingData& data,
                 std::function<void(const std::string&)> warn);

  void OnRestore(std::span<const EpochRecord> epochs) override;
  void OnStep(const StepView& view) override;
  void OnEpoch(const EpochRecord& record) override;

 private:
  std::vector<EventValue> Scalars(const EpochRecord& record) const;
  void ExamineLayers(std::vector<EventValue>& values);
  template <class Action>
  void Try(const Action& action);

  std::function<const Network&()> network_;
  const TrainingData& data_;
  std::function<void(const std::string&)> warn_;
  EventFile file_;
  bool works_ = true;
  std::vector<uint32_t> rows_;               // of the training part, that are examined
  std::optional<Plan> plan_;                 // of the network at work, once it is needed
  double norm_sum_ = 0, learning_rate_ = 0;  // of the epoch in hand
  size_t steps_ = 0;
  std::vector<EventValue> gradients_;
};

}  // namespace ramp

#endif  // RAMP_RUNS_TENSORBOARD_H_
