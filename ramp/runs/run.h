// A training as the run history keeps it.
#ifndef RAMP_RUNS_RUN_H_
#define RAMP_RUNS_RUN_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ramp/data/dataset.h"
#include "ramp/training/trainer.h"

namespace ramp {

using RunTime = std::chrono::sys_time<std::chrono::milliseconds>;

// A killed run is one that never said how it ended and whose process is gone.
enum class RunOutcome { kRunning, kDone, kFailed, kInterrupted, kKilled };
std::string_view Name(RunOutcome outcome);  // "interrupted"

std::string_view TaskName(Task task);  // "regression"

// What is known before the first step.
struct RunStart {
  std::string command = {};                                        // the command line
  std::string folder = {};                                         // in which it was given
  std::string version = {};                                        // of the program
  std::vector<std::pair<std::string, std::string>> settings = {};  // all of them, by the options' names
  std::string data = {}, data_hash = {};                           // "digits", and a checksum of what was read
  std::string network = {};                                        // its text
  size_t parameters = 0;
  Task task = Task::kClassification;
  size_t epochs_planned = 0;
};

// What the gates and gradients of an epoch were like.
struct EpochGates {
  double open_share = 0;
  size_t dead = 0, units = 0;
  double gradient_norm = 0;
};

struct RunEpoch {
  EpochRecord record = {};
  std::optional<EpochGates> gates = {};  // nothing: the epoch was taken over from a checkpoint
};

// What a monitor found.
struct RunFinding {
  std::string monitor = {}, severity = {};     // "dead-units", "warning"
  size_t epoch = 0, step = 0, last_epoch = 0;  // when it was made, from 1 (0: before the first update); last seen
  std::string what = {}, cause = {}, outlook = {};
  double confidence = 0;
  std::string explained_by = {};           // the monitor whose finding is its cause; empty: none is
  std::vector<std::string> remedies = {};  // names
  std::vector<size_t> layers = {};
  size_t units = 0;
  bool operator==(const RunFinding&) const = default;
};

// What was done about a finding while the training ran.
struct RunTreatment {
  size_t epoch = 0, step = 0;
  std::string monitor = {}, remedy = {};  // of the finding that was treated; the remedy's name
  std::string what = {};                  // the sentence that people were told
  bool kept = true;                       // false: it did not help, and was undone
};

// What is known behind the last step.
struct RunEnd {
  RunOutcome outcome = RunOutcome::kDone;
  std::string reason = {};  // why it failed; or "stopped early"
  std::string model = {};   // the path of the file; empty: none was written
  size_t best_epoch = 0;    // whose weights the model has
  Evaluation test = {};
};

// A run in a line.
struct RunSummary {
  std::string id = {};  // 16 hexadecimal digits; people type the first few
  RunTime started = {};
  std::optional<RunTime> ended = {};  // nothing while it runs, or if it was killed
  RunStart start = {};
  RunEnd end = {};  // its outcome may be kRunning or kKilled
  size_t epochs_done = 0;
  std::optional<RunEpoch> shown = {};             // the best epoch; while it is not known the last one
  double seconds = 0;                             // that its epochs took
  size_t findings = 0, warnings = 0, errors = 0;  // findings are all of them, notes as well
  size_t treatments = 0;
};

struct RecordedRun {
  RunSummary summary = {};
  std::vector<RunEpoch> epochs = {};
  std::vector<RunFinding> findings = {};
  std::vector<RunTreatment> treatments = {};
};

// As people see it: the first seven digits.
std::string ShortId(std::string_view id);

// Another one for each start.
std::string NewRunId(const RunStart& start, RunTime started);

// Settings that the two do not share, with a value of each; empty where one lacks it.
struct SettingDifference {
  std::string name, first, second;
};
std::vector<SettingDifference> Differences(const RecordedRun& first, const RecordedRun& second);

}  // namespace ramp

#endif  // RAMP_RUNS_RUN_H_
