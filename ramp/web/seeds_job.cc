#include "ramp/web/seeds_job.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <optional>
#include <set>
#include <thread>

#include "ramp/base/threads.h"
#include "ramp/health/doctor.h"
#include "ramp/web/command_line.h"
#include "ramp/web/finding_json.h"
#include "ramp/web/play_data.h"
#include "ramp/web/play_run.h"
#include "ramp/web/statistics.h"

namespace ramp::web {
namespace {

using SteadyClock = std::chrono::steady_clock;

struct SeedOutcome {
  uint64_t seed = 0;
  Task task = Task::kClassification;
  TrainingResult result = {};
  Evaluation test = {};
  size_t dead = 0, units = 0, dead_layers = 0;
  std::set<std::string> findings = {};
};

std::string_view Name(Outcome outcome) {
  switch (outcome) {
    case Outcome::kFinished:
      return "finished";
    case Outcome::kStoppedEarly:
      return "stopped early";
    case Outcome::kInterrupted:
      return "interrupted";
    case Outcome::kDiverged:
      return "diverged";
  }
  return "";
}

SeedOutcome RunSeed(const SeedsRequest& request, uint64_t seed, const std::atomic<bool>& stop) {
  const PlayDataPointer data = MakePlayData(request.data, seed);
  Network network = MakePlayNetwork(*data, request.settings);
  TrainingOptions options = request.settings.training;
  options.seed = seed;
  options.stop = &stop;
  Trainer trainer(network, data->training, options);
  Doctor doctor(network, data->training, options);
  trainer.Watch(doctor);
  SeedOutcome outcome{.seed = seed, .task = data->training.examples.encoding.task, .result = trainer.Run()};
  outcome.test = trainer.Test();
  const HealthReport report = doctor.Report(outcome.result);
  for (const LayerHealth& layer : report.layers) {
    if (layer.activation == nullptr) continue;
    outcome.dead += layer.dead;
    outcome.units += layer.units;
    if (layer.dead == layer.units) ++outcome.dead_layers;
  }
  for (const Finding& finding : report.findings) {
    if (finding.severity >= Severity::kWarning) outcome.findings.emplace(finding.monitor);
  }
  return outcome;
}

Json OutcomeJson(const SeedOutcome& one) {
  const std::vector<EpochRecord>& epochs = one.result.epochs;
  const size_t best = one.result.best_epoch;
  return {{"seed", one.seed},
          {"outcome", Name(one.result.outcome)},
          {"epochs", epochs.size()},
          {"test_loss", LossJson(one.test)},
          {"test_score", ScoreJson(one.test)},
          {"valid_score", best > 0 && best <= epochs.size() ? ScoreJson(epochs[best - 1].validation) : Json(nullptr)},
          {"dead", one.dead},
          {"units", one.units},
          {"dead_layers", one.dead_layers},
          {"findings", one.findings}};
}

Json ResultJson(const SeedsRequest& request, const std::vector<std::optional<SeedOutcome>>& outcomes) {
  Json seeds = Json::array();
  std::vector<double> scores, losses;
  size_t with_dead = 0, with_dead_layer = 0, diverged = 0;
  Task task = Task::kClassification;
  for (const std::optional<SeedOutcome>& one : outcomes) {
    if (!one) continue;
    seeds.push_back(OutcomeJson(*one));
    scores.push_back(one->test.score);
    losses.push_back(one->test.loss);
    with_dead += one->dead > 0 ? 1 : 0;
    with_dead_layer += one->dead_layers > 0 ? 1 : 0;
    diverged += one->result.outcome == Outcome::kDiverged ? 1 : 0;
    task = one->task;
  }
  const size_t of = scores.size();
  const std::string train = TrainCommand(request.data, "$seed", request.settings);
  return {{"run", request.run},
          {"seeds", seeds},
          {"score", DistributionJson(scores)},
          {"loss", DistributionJson(losses)},
          {"with_dead", ShareJson(with_dead, of)},
          {"with_dead_layer", ShareJson(with_dead_layer, of)},
          {"diverged", ShareJson(diverged, of)},
          {"score_name", ScoreName(task)},
          {"command", fmt::format("for seed in $(seq {} {}); do {} --json --quiet; done", request.first,
                                  request.first + request.count - 1, train)}};
}

// The seeds, shared among threads.
class SeedsRun {
 public:
  SeedsRun(const SeedsRequest& request, JobDesk& desk) : request_(request), desk_(desk), outcomes_(request.count) {}

  Json Run() {
    SetThreads(0);
    const size_t threads = std::min<size_t>(static_cast<size_t>(Threads()), request_.count);
    {
      std::vector<std::jthread> workers;
      for (size_t i = 0; i < threads; ++i) workers.emplace_back([this] { Work(); });
    }
    if (failure_) std::rethrow_exception(failure_);
    return ResultJson(request_, outcomes_);
  }

 private:
  void Work() {
    SetThreads(1);
    for (size_t i = 0; (i = next_++) < request_.count && !desk_.stop() && !failed_;) {
      try {
        SeedOutcome outcome = RunSeed(request_, request_.first + i, desk_.stop());
        if (!desk_.stop()) Note(i, std::move(outcome));
      } catch (...) {
        const std::lock_guard lock(mutex_);
        failed_ = true;
        failure_ = std::current_exception();
      }
    }
  }

  void Note(size_t place, SeedOutcome outcome) {
    const std::lock_guard lock(mutex_);
    outcomes_[place] = std::move(outcome);
    const auto done =
        static_cast<size_t>(std::ranges::count_if(outcomes_, [](const auto& one) { return one.has_value(); }));
    const auto now = SteadyClock::now();
    if (now - told_ < std::chrono::milliseconds(200) && done < request_.count) return;
    told_ = now;
    const double seconds = std::chrono::duration<double>(now - begin_).count();
    const double left = seconds / static_cast<double>(done) * static_cast<double>(request_.count - done);
    desk_.Tell(done, request_.count, left, ResultJson(request_, outcomes_));
  }

  const SeedsRequest& request_;
  JobDesk& desk_;
  std::mutex mutex_;
  std::vector<std::optional<SeedOutcome>> outcomes_;
  std::atomic<size_t> next_ = 0;
  std::atomic<bool> failed_ = false;
  std::exception_ptr failure_;
  SteadyClock::time_point begin_ = SteadyClock::now(), told_ = {};
};

}  // namespace

JobWork SeedsJob(SeedsRequest request) {
  return [request = std::move(request)](JobDesk& desk) { return SeedsRun(request, desk).Run(); };
}

}  // namespace ramp::web
