// The run history for people.
#ifndef RAMP_CLI_RUNS_REPORT_H_
#define RAMP_CLI_RUNS_REPORT_H_

#include <span>
#include <string>

#include "ramp/runs/run.h"

namespace ramp {

// What a report is written for.
struct Page {
  size_t width = 0;   // lines are cut there; 0: never
  size_t height = 0;  // of a picture of the losses; 0: none is drawn
  bool colour = false;
};

// A line for each run.
std::string ListText(std::span<const RunSummary> runs, const Page& page);
// Everything about one.
std::string RunText(const RecordedRun& run, const Page& page);
// The settings that differ, and what came of them.
std::string ComparisonText(const RecordedRun& first, const RecordedRun& second, const Page& page);

}  // namespace ramp

#endif  // RAMP_CLI_RUNS_REPORT_H_
