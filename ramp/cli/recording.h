// Takes a training down in the run history, see ramp/runs.
#ifndef RAMP_CLI_RECORDING_H_
#define RAMP_CLI_RECORDING_H_

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "ramp/cli/training_report.h"
#include "ramp/health/clinic.h"
#include "ramp/runs/recorder.h"

namespace CLI {
class App;
}

namespace ramp {

// What is known before the first step. `words` are the command line; `app` is the command that was given.
RunStart DescribeRun(std::span<const std::string> words, const CLI::App& app, const TrainingOptions& options,
                     const Network& network, const TrainingData& data);

class TrainingRecording : public TrainingObserver {
 public:
  TrainingRecording(const std::string& path, RunStart start, const Clinic& clinic);

  void OnRestore(std::span<const EpochRecord> epochs) override;
  void OnEpoch(const EpochRecord& record) override;
  void Add(const TreatmentRecord& treatment);
  // `failure` says why the model was not saved where it should be; empty: it was.
  void Finish(const TrainingReport& report, const std::string& failure);

  const std::string& id() const { return recorder_.id(); }
  // False: nothing of it could be written.
  bool succeeds() const { return recorder_.succeeds(); }

 private:
  const Clinic& clinic_;
  RunRecorder recorder_;
};

// The clinic must lead the same training, and outlive the recording. What cannot be recorded is warned
// of on the standard error; null: nothing can.
std::unique_ptr<TrainingRecording> StartRecording(RunStart start, const Clinic& clinic);

// The same for an ensemble: the epochs of its recipes, one after another.
class EnsembleRecording {
 public:
  // Null where nothing can be recorded, of which the standard error is told.
  static std::shared_ptr<EnsembleRecording> Start(RunStart start);
  EnsembleRecording(const std::string& path, RunStart start);

  void Add(EpochRecord record);
  void Finish(const TrainingReport& report, const std::string& failure);

  const std::string& id() const { return recorder_.id(); }
  bool succeeds() const { return recorder_.succeeds(); }

 private:
  RunRecorder recorder_;
  size_t epochs_ = 0;
};

}  // namespace ramp

#endif  // RAMP_CLI_RECORDING_H_
