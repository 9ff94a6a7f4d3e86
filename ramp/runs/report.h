// Runs as JSON and CSV, for programs: the command line and the web page show the same.
#ifndef RAMP_RUNS_REPORT_H_
#define RAMP_RUNS_REPORT_H_

#include <span>
#include <string>

#include "ramp/runs/run.h"

namespace ramp {

// "2026-03-01T14:05:09.120Z"
std::string IsoText(RunTime time);

// One document each, ending in a line feed; numbers that are not finite are null.
//
// An array of {"id", "started", "ended", "outcome", "reason", "command", "folder", "version", "data", "data_hash",
// "network", "parameters", "task", "epochs_planned", "epochs_done", "best_epoch", "seconds", "shown", "test", "model",
// "findings", "warnings", "errors", "treatments"}. "shown" is the best epoch, or the last one while it runs, as in
// ToJson(RecordedRun).
std::string ToJson(std::span<const RunSummary> runs);
// The same and "settings"; "epochs", "findings" and "treatments" are arrays of objects. An epoch is {"epoch",
// "train_loss", "train_accuracy" (or "train_r2"), "valid_loss", "valid_accuracy" (or "valid_r2"), "seconds",
// "samples_per_second", "open_share", "dead", "units", "gradient_norm"}; what is not known is left out.
std::string ToJson(const RecordedRun& run);
std::string ToJson(std::span<const RecordedRun> runs);  // an array
// {"runs": [first, second], "differences": [{"setting", "first", "second"}]}
std::string ToJson(const RecordedRun& first, const RecordedRun& second);

// A row for each epoch with the run's id, outcome, data, network and settings in front; a run without epochs has one
// row. The settings' columns are those that any of the runs has.
std::string ToCsv(std::span<const RecordedRun> runs);

}  // namespace ramp

#endif  // RAMP_RUNS_REPORT_H_
