// Writes one run into the history while it goes on.
#ifndef RAMP_RUNS_RECORDER_H_
#define RAMP_RUNS_RECORDER_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ramp/runs/database.h"
#include "ramp/runs/run.h"
#include "ramp/runs/run_lock.h"

namespace ramp {

// Each call writes at once, so that a process which is killed loses no more than what it was about to write. Nothing
// here ever throws: a history that cannot be written must not cost a training. What could not be written (the disk is
// full, another program holds the file) is kept, and tried again with the next call.
class RunRecorder {
 public:
  // `warn` is told once, in a sentence, when something could not be written, and once more if it could be in the end.
  RunRecorder(std::string path, RunStart start, std::function<void(const std::string&)> warn);
  // A run that was not ended has failed.
  ~RunRecorder();
  RunRecorder(const RunRecorder&) = delete;
  RunRecorder& operator=(const RunRecorder&) = delete;

  const std::string& id() const { return run_.summary.id; }
  // All of it is in the file.
  bool succeeds() const { return !warned_; }

  void AddEpoch(const RunEpoch& epoch);
  // The training was put where these epochs are behind it (Trainer::Restore): later ones are forgotten.
  void Restore(std::span<const EpochRecord> epochs);
  // All that were made so far, in place of those from before.
  void SetFindings(std::vector<RunFinding> findings);
  void AddTreatment(RunTreatment treatment);
  void End(RunEnd end);

 private:
  // Makes the file equal to `run_`, or warns.
  void Save();
  void Open();
  // How long to wait for other processes.
  std::chrono::milliseconds Patience() const;
  void Write();
  int64_t WriteStart();
  void WriteEpochs(int64_t number);
  void WriteFindings(int64_t number);
  void WriteTreatments(int64_t number);
  void WriteEnd(int64_t number);

  std::string path_;
  std::function<void(const std::string&)> warn_;
  RecordedRun run_;
  bool ended_ = false;

  std::optional<RunLocks> locks_;
  std::optional<Database> database_;
  int64_t number_ = 0;  // of the run in the file; 0: it is not there yet
  // How much of `run_` is in the file. There are more epochs in it where some are to be deleted.
  size_t epochs_saved_ = 0, epochs_in_file_ = 0, treatments_saved_ = 0;
  bool findings_saved_ = true, end_saved_ = true;
  bool warned_ = false;
};

}  // namespace ramp

#endif  // RAMP_RUNS_RECORDER_H_
