#include "ramp/lab/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <exception>
#include <mutex>

#include "ramp/activation/activation.h"
#include "ramp/base/error.h"
#include "ramp/base/random.h"
#include "ramp/base/threads.h"
#include "ramp/lab/report.h"
#include "ramp/network/initialize.h"

namespace ramp::lab {
namespace {

using Clock = std::chrono::steady_clock;

constexpr uint64_t kTrialStream = 0x747269616c;  // "trial"

double SecondsSince(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

void Check(const Experiment& experiment, const Settings& settings) {
  FindActivation(settings.rectifier);
  FindInitialization(settings.initialization);
  if (!(settings.clip_norm >= 0)) throw UsageError("the norm that clips is a number from 0");
  if (settings.seeds == 1 && !experiment.exact) {
    throw UsageError("one seed shows no spread, so there is no interval to judge by: take 2 or more");
  }
}

int ThreadsFor(const Experiment& experiment, const Settings& settings) {
  if (experiment.timed) return 1;
  return settings.threads > 0 ? settings.threads : Threads();
}

// Runs the trials, which are dealt out one by one, for some take longer than others. Each computes on one thread, so
// that no figure depends on how many there are.
class Trials {
 public:
  Trials(const Experiment& experiment, const Settings& settings, const RunControl& control, const TrainingData* data)
      : experiment_(experiment), settings_(settings), control_(control), data_(data) {}

  std::vector<Figures> Run(size_t count) {
    std::vector<Figures> figures(count);
#pragma omp parallel for num_threads(ThreadsFor(experiment_, settings_)) schedule(dynamic, 1)
    for (size_t i = 0; i < count; ++i) {
      SetThreads(1);  // of this task alone
      if (GivenUp()) continue;
      try {
        figures[i] = experiment_.run({.settings = settings_,
                                      .seed = Random::Mix(settings_.seed ^ Random::Mix(kTrialStream + i)),
                                      .index = i,
                                      .count = count,
                                      .data = data_,
                                      .stop = control_.stop});
        Tell(count);
      } catch (...) {
        const std::scoped_lock lock(mutex_);
        if (!failure_) failure_ = std::current_exception();
      }
    }
    if (failure_) std::rethrow_exception(failure_);
    return figures;
  }

 private:
  bool GivenUp() {
    const std::scoped_lock lock(mutex_);
    return failure_ != nullptr || (control_.stop != nullptr && *control_.stop);
  }
  void Tell(size_t count) {
    const std::scoped_lock lock(mutex_);
    ++done_;
    if (control_.watch) control_.watch({experiment_, done_, count, SecondsSince(start_)});
  }

  const Experiment& experiment_;
  const Settings& settings_;
  const RunControl& control_;
  const TrainingData* data_;
  const Clock::time_point start_ = Clock::now();
  std::mutex mutex_;
  size_t done_ = 0;
  std::exception_ptr failure_;
};

std::string Measured(const Judgement& judgement) {
  return fmt::format("{} ({}, expected {})", judgement.expectation.when, ToText(judgement.estimate, 3),
                     BoundText(judgement.expectation));
}

}  // namespace

std::string_view Name(Result result) {
  constexpr std::string_view kNames[] = {"met", "missed", "open"};
  return kNames[static_cast<size_t>(result)];
}

std::string_view Name(Verdict verdict) {
  constexpr std::string_view kNames[] = {"holds", "does not hold", "depends"};
  return kNames[static_cast<size_t>(verdict)];
}

Judgement Judge(Expectation expectation, const Estimate& estimate) {
  Judgement judgement{.expectation = std::move(expectation), .estimate = estimate};
  const Expectation& expected = judgement.expectation;
  if (std::isnan(estimate.mean) || estimate.high < expected.low || estimate.low > expected.high) {
    judgement.result = Result::kMissed;
  } else if (estimate.low >= expected.low && estimate.high <= expected.high) {
    judgement.result = Result::kMet;
  }
  return judgement;
}

Verdict VerdictOf(const std::vector<Judgement>& judgements) {
  const auto is = [](Result result) { return [result](const Judgement& one) { return one.result == result; }; };
  if (std::ranges::all_of(judgements, is(Result::kMet))) return Verdict::kHolds;
  const bool hopeless = std::ranges::any_of(
      judgements, [](const Judgement& one) { return one.expectation.essential && one.result == Result::kMissed; });
  return hopeless || std::ranges::all_of(judgements, is(Result::kMissed)) ? Verdict::kDoesNotHold : Verdict::kDepends;
}

std::string ReasonOf(const std::vector<Judgement>& judgements) {
  const auto met = std::ranges::count(judgements, Result::kMet, &Judgement::result);
  std::string reason = fmt::format("{} of {} met", met, judgements.size());
  for (const auto& [result, word] : {std::pair{Result::kMissed, "missed"}, {Result::kOpen, "not decided"}}) {
    std::string cases;
    for (const Judgement& judgement : judgements) {
      if (judgement.result == result) cases += (cases.empty() ? "" : "; ") + Measured(judgement);
    }
    if (!cases.empty()) reason += fmt::format("; {}: {}", word, cases);
  }
  return reason;
}

size_t TrialsOf(const Experiment& experiment, const Settings& settings) {
  if (settings.seeds > 0 && !experiment.exact) return settings.seeds;
  return experiment.trials[static_cast<size_t>(settings.effort)];
}

double PlannedSeconds(const Experiment& experiment, const Settings& settings) {
  const size_t trials = TrialsOf(experiment, settings);
  const auto threads = static_cast<size_t>(ThreadsFor(experiment, settings));
  return experiment.trial_seconds[static_cast<size_t>(settings.effort)] *
         static_cast<double>((trials + threads - 1) / threads);
}

std::string CommandOf(const Experiment& experiment, const Settings& settings) {
  std::string command = fmt::format("ramp lab {}", experiment.name);
  if (settings.effort != Effort::kUsual) command += fmt::format(" --{}", Name(settings.effort));
  if (settings.seeds > 0) command += fmt::format(" --seeds {}", settings.seeds);
  if (settings.seed != 1) command += fmt::format(" --seed {}", settings.seed);
  if (!settings.data.empty() && experiment.takes_data) command += fmt::format(" --data '{}'", settings.data);
  return command;
}

void CheckData(std::span<const Experiment* const> experiments, const Settings& settings) {
  const bool takes = std::ranges::any_of(experiments, [](const Experiment* each) { return each->takes_data; });
  if (takes && !settings.data.empty()) ReadTrainingData({.path = settings.data, .seed = settings.seed});
}

std::optional<Outcome> RunExperiment(const Experiment& experiment, const Settings& settings,
                                     const RunControl& control) {
  Check(experiment, settings);
  const Clock::time_point start = Clock::now();
  Outcome outcome{.experiment = &experiment, .settings = settings, .trials = TrialsOf(experiment, settings)};
  std::optional<TrainingData> data;
  if (experiment.takes_data && !settings.data.empty()) {
    data = ReadTrainingData({.path = settings.data, .seed = settings.seed});
    outcome.data = data->name;
  }
  // Before the run, so that nothing that is measured can change it.
  const std::vector<Expectation> expectations = experiment.expect(settings);
  const std::vector<Figures> figures =
      Trials(experiment, settings, control, data ? &*data : nullptr).Run(outcome.trials);
  if (control.stop != nullptr && *control.stop) return std::nullopt;
  const Estimates estimates(figures, experiment.exact);
  for (const Expectation& expectation : expectations) {
    outcome.judgements.push_back(Judge(expectation, estimates.at(expectation.quantity)));
  }
  outcome.estimates.assign(estimates.all().begin(), estimates.all().end());
  outcome.verdict = VerdictOf(outcome.judgements);
  outcome.reason = ReasonOf(outcome.judgements);
  outcome.presentation = experiment.present(settings, estimates);
  outcome.seconds = SecondsSince(start);
  return outcome;
}

}  // namespace ramp::lab
