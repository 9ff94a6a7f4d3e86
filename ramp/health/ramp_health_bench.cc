// How well the doctor finds what is wrong, and how often it alarms where nothing is: every sick and healthy training of
// bench_cases.h, and every activation of the family, with several seeds each; and how well the clinic heals them.
//   ramp_health_bench [--quick] [--others] [--find | --heal | --cost] [--trials] [CASE]
// --quick takes one seed instead of five; --others takes seeds that the monitors were not tuned on; CASE is a part of
// the names to run; --find and --heal make one of the two tables alone; --trials tells every treatment that was tried;
// --cost measures what the doctor takes of a step at batch 128 on 784-512-512-10.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <string>
#include <vector>

#include "ramp/activation/activation.h"
#include "ramp/base/threads.h"
#include "ramp/health/bench_cases.h"
#include "ramp/health/bench_healing.h"
#include "ramp/health/doctor.h"

namespace ramp {
namespace {

struct Run {
  bool flagged = false;        // a warning or worse
  bool in_time = false;        // of a right cause or a consequence, by the epoch that the case asks for
  bool right = false;          // the first finding of the report is a right cause
  size_t epoch = 0, step = 0;  // of the first warning
  double score = 0;            // of validation, at the end
  std::string first;           // the monitor whose finding stands first
};

Run Examine(const HealthCase& c, uint64_t seed) {
  const TrainingData data = c.data(seed);
  const Encoding& encoding = data.examples.encoding;
  Network network(c.network, encoding.shape, encoding.outputs());
  TrainingOptions options = c.options;
  options.seed = seed;
  Trainer trainer(network, data, options);
  if (c.change) c.change(network);
  Doctor doctor(network, data, options);
  trainer.Watch(doctor);
  const TrainingResult result = trainer.Run();
  const HealthReport report = doctor.Report(result);
  Run run;
  run.score = report.validation_score.value_or(0);
  for (const Finding& finding : doctor.findings()) {
    if (finding.severity == Severity::kNote) continue;
    if (!run.flagged) {
      run.epoch = finding.epoch;
      run.step = finding.step;
      run.in_time = finding.epoch <= c.by_epoch;
    }
    run.flagged = true;
  }
  if (!run.flagged) return run;
  run.first = report.findings.front().monitor;
  run.right = std::find(c.causes.begin(), c.causes.end(), run.first) != c.causes.end();
  return run;
}

struct Totals {
  size_t runs = 0, flagged = 0, in_time = 0, right = 0;
};

void Print(const HealthCase& c, const std::vector<Run>& runs, Totals& totals) {
  size_t flagged = 0, right = 0, in_time = 0, epoch = 0;
  double score = 0;
  std::vector<std::string> firsts;
  for (const Run& run : runs) {
    flagged += run.flagged ? 1 : 0;
    right += run.right ? 1 : 0;
    in_time += run.in_time ? 1 : 0;
    epoch = std::max(epoch, run.epoch);
    score += run.score / static_cast<double>(runs.size());
    if (!run.first.empty() && std::find(firsts.begin(), firsts.end(), run.first) == firsts.end()) {
      firsts.push_back(run.first);
    }
  }
  totals.runs += runs.size();
  totals.flagged += flagged;
  totals.right += right;
  totals.in_time += in_time;
  if (c.causes.empty()) {
    fmt::print("| {} | {}/{} | {:.3f} | {} |\n", c.name, flagged, runs.size(), score, fmt::join(firsts, ", "));
  } else {
    fmt::print("| {} | {}/{} | {}/{} | {} | {:.3f} | {} |\n", c.name, flagged, runs.size(), right, runs.size(),
               epoch == 0 ? "start" : fmt::format("epoch {}", epoch), score, fmt::join(firsts, ", "));
  }
  std::fflush(stdout);
}

Totals RunAll(const std::vector<HealthCase>& cases, const std::string& part, uint64_t first, size_t seeds) {
  Totals totals;
  for (const HealthCase& c : cases) {
    if (c.name.find(part) == std::string::npos) continue;
    std::vector<Run> runs;
    for (uint64_t seed = first; seed < first + seeds; ++seed) runs.push_back(Examine(c, seed));
    Print(c, runs, totals);
  }
  return totals;
}

double Share(size_t part, size_t all) {
  return 100 * static_cast<double>(part) / static_cast<double>(std::max<size_t>(all, 1));
}

std::vector<HealthCase> WithAllActivations(std::vector<HealthCase> cases) {
  for (const Activation& activation : Activations()) {
    cases.push_back({"activation " + std::string(activation.name),
                     Clouds({}),
                     Deep(2, 64, std::string(activation.name)),
                     {.epochs = 6, .batch = 32}});
  }
  return cases;
}

void PrintTrials(const HealingRun& run) {
  for (const TreatmentRecord& record : run.records) {
    fmt::print(
        "    epoch {} step {}: {} {} for {}: {}; loss {:.4g} -> {:.4g}, score {:.3f} -> {:.3f}, z {:.1f}, cost "
        "{:.0f}\n",
        record.epoch, record.step, record.kept ? "kept" : "undone", record.treatment, record.finding, record.what,
        record.untreated_loss, record.treated_loss, record.untreated_score, record.treated_score, record.confidence,
        record.cost);
  }
}

// Of the runs that treatment is meant for.
struct HealingTotals {
  size_t runs = 0, healed = 0, healed_untreated = 0, healed_random = 0;
  size_t all = 0, worse = 0;
  double largest_share = 0;
};

constexpr double kNear = 0.02;  // two points of accuracy, or of explained variance

HealingTotals HealAll(const std::vector<HealthCase>& cases, const std::string& part, uint64_t first, size_t seeds,
                      bool trials) {
  HealingTotals totals;
  for (const HealthCase& c : cases) {
    if (c.name.find(part) == std::string::npos) continue;
    HealingRun mean;
    size_t healed = 0;
    for (uint64_t seed = first; seed < first + seeds; ++seed) {
      const HealingRun run = Heal(c, seed);
      const auto count = static_cast<double>(seeds);
      mean.untreated += run.untreated / count;
      mean.treated += run.treated / count;
      mean.random += run.random / count;
      mean.well += run.well / count;
      mean.share = std::max(mean.share, run.share);
      for (const std::string& name : run.kept) {
        if (std::ranges::count(mean.kept, name) == 0) mean.kept.push_back(name);
      }
      const auto near = [&](double score) { return score >= run.well - kNear ? size_t{1} : size_t{0}; };
      healed += near(run.treated);
      ++totals.all;
      totals.worse += run.treated < run.untreated - kNear ? 1 : 0;
      totals.largest_share = std::max(totals.largest_share, run.share);
      if (trials) PrintTrials(run);
      if (!c.treatable) continue;
      ++totals.runs;
      totals.healed += near(run.treated);
      totals.healed_untreated += near(run.untreated);
      totals.healed_random += near(run.random);
    }
    fmt::print("| {} | {:.3f} | {:.3f} | {:.3f} | {:.3f} | {} | {:.0f} % | {} |\n", c.name, mean.untreated, mean.random,
               mean.treated, mean.well, c.treatable ? fmt::format("{}/{}", healed, seeds) : "-", 100 * mean.share,
               fmt::join(mean.kept, ", "));
    std::fflush(stdout);
  }
  return totals;
}

double ProcessorSeconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// Two trainings side by side, one watched; they take turns, so that the machine is the same for both.
void MeasureCost() {
  SetThreads(1);
  const TrainingData data =
      MakeClouds({.rows = 14000, .inputs = 784, .classes = 10, .training = 12800, .task = Task::kClassification}, 1);
  const std::string text = "dense 512, relu, dense 512, relu, dense";
  const TrainingOptions options{.epochs = 1000, .batch = 128};
  Network plain_network(text, {784}, 10), watched_network(text, {784}, 10);
  Trainer plain(plain_network, data, options), watched(watched_network, data, options);
  Doctor doctor(watched_network, data, options);
  watched.Watch(doctor);
  plain.Advance(5);
  watched.Advance(5);
  std::vector<double> ratios;
  for (int round = 0; round < 21; ++round) {
    const double begin = ProcessorSeconds();
    plain.Advance(25);
    const double middle = ProcessorSeconds();
    watched.Advance(25);
    ratios.push_back((ProcessorSeconds() - middle) / (middle - begin));
  }
  std::sort(ratios.begin(), ratios.end());
  fmt::print("a watched step takes {:.4f} times a plain one (median of 21 rounds of 25 steps; {:.4f} to {:.4f})\n",
             ratios[10], ratios[5], ratios[15]);
}

void FindAll(const std::string& part, uint64_t first, size_t seeds) {
  fmt::print("| sick training | flagged | right cause first | latest first warning | score | named first |\n");
  fmt::print("|---|---|---|---|---|---|\n");
  const Totals sick = RunAll(SickCases(), part, first, seeds);
  fmt::print("\n| healthy training | alarms | score | named first |\n|---|---|---|---|\n");
  const Totals healthy = RunAll(WithAllActivations(HealthyCases()), part, first, seeds);
  fmt::print("\nsick: {:.1f} % flagged, {:.1f} % in time, {:.1f} % with a right cause first ({} runs)\n",
             Share(sick.flagged, sick.runs), Share(sick.in_time, sick.runs), Share(sick.right, sick.runs), sick.runs);
  fmt::print("healthy: {:.1f} % with a warning or more ({} runs)\n", Share(healthy.flagged, healthy.runs),
             healthy.runs);
}

int Main(const std::vector<std::string>& arguments) {
  size_t seeds = 5;
  uint64_t first = 1;
  bool finds = true, heals = true, trials = false;
  std::string part;
  for (const std::string& argument : arguments) {
    if (argument == "--quick") {
      seeds = 1;
    } else if (argument == "--others") {
      first = 101;
    } else if (argument == "--find") {
      heals = false;
    } else if (argument == "--heal") {
      finds = false;
    } else if (argument == "--trials") {
      trials = true;
    } else if (argument == "--cost") {
      MeasureCost();
      return 0;
    } else {
      part = argument;
    }
  }
  SetThreads(1);
  if (finds) FindAll(part, first, seeds);
  if (heals) {
    fmt::print("\n| sick training | left alone | random remedy | treated | set up well | healed | cost | kept |\n");
    fmt::print("|---|---|---|---|---|---|---|---|\n");
    const HealingTotals totals = HealAll(SickCases(), part, first, seeds, trials);
    fmt::print(
        "\nwithin 2 points of the network set up well: {:.1f} % treated, {:.1f} % with a random remedy, {:.1f} % left "
        "alone ({} runs)\nmore than 2 points below the untreated run: {} of {}\nlargest share of a treatment: {:.1f} "
        "%\n",
        Share(totals.healed, totals.runs), Share(totals.healed_random, totals.runs),
        Share(totals.healed_untreated, totals.runs), totals.runs, totals.worse, totals.all, 100 * totals.largest_share);
  }
  return 0;
}

}  // namespace
}  // namespace ramp

int main(int argc, char** argv) { return ramp::Main({argv + 1, argv + argc}); }
