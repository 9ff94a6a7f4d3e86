// Running an experiment: trials on all cores, their estimates against what was expected, and the verdict.
#ifndef RAMP_LAB_RUN_H_
#define RAMP_LAB_RUN_H_

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ramp/lab/experiment.h"

namespace ramp::lab {

enum class Result { kMet, kMissed, kOpen };
std::string_view Name(Result result);  // "met", "missed", "open"

// An expectation beside what was measured. It is met where the whole interval of the estimate lies within its bounds,
// missed where all of the interval lies beyond one of them, and open between.
struct Judgement {
  Expectation expectation;
  Estimate estimate;
  Result result = Result::kOpen;
};
Judgement Judge(Expectation expectation, const Estimate& estimate);

enum class Verdict { kHolds, kDoesNotHold, kDepends };
std::string_view Name(Verdict verdict);  // "holds", "does not hold", "depends"

// It holds where all are met, does not hold where an essential one or all are missed, and depends otherwise.
Verdict VerdictOf(const std::vector<Judgement>& judgements);
// On what: "6 of 7 met; missed: relu does not saturate for x < 0 (1, expected at most 0)".
std::string ReasonOf(const std::vector<Judgement>& judgements);

struct Outcome {
  const Experiment* experiment = nullptr;
  Settings settings = {};
  size_t trials = 0;
  std::string data = {};  // the name of what was read; empty: nothing was
  double seconds = 0;
  std::vector<Estimate> estimates = {};  // of all figures
  std::vector<Judgement> judgements = {};
  Verdict verdict = Verdict::kDepends;
  std::string reason = {};
  Presentation presentation = {};
};

struct RunProgress {
  const Experiment& experiment;
  size_t done = 0, of = 0;  // trials
  double seconds = 0;       // since the run began
};

struct RunControl {
  // Called whenever a trial is done, from the thread that did it, never from two at a time.
  std::function<void(const RunProgress&)> watch = {};
  const std::atomic<bool>* stop = nullptr;  // when it becomes true, the run is given up
};

// Throws Error where some of them take the data of the settings, and it cannot be read.
void CheckData(std::span<const Experiment* const> experiments, const Settings& settings);

// Nothing when it was given up. The same settings give the same figures, but for experiments that measure times.
// Throws UsageError for settings that make no sense, and Error where the data cannot be read.
std::optional<Outcome> RunExperiment(const Experiment& experiment, const Settings& settings,
                                     const RunControl& control = {});

size_t TrialsOf(const Experiment& experiment, const Settings& settings);
// About how long it takes on so many threads, to tell the time left.
double PlannedSeconds(const Experiment& experiment, const Settings& settings);

// The command that repeats it: "ramp lab vanishing --quick --seed 3".
std::string CommandOf(const Experiment& experiment, const Settings& settings);

}  // namespace ramp::lab

#endif  // RAMP_LAB_RUN_H_
