// How well the doctor finds what is wrong, and how often it alarms where nothing is: every sick and healthy training of
// bench_cases.h and bench_real_cases.h, and every activation of the family, with several seeds each; what the rules of
// other tools (bench_other_tools.h) make of the same trainings; and how well the clinic heals them.
//   ramp_health_bench [--quick] [--others] [--find | --heal | --cost] [--tell] [CASE]
// --quick takes one seed instead of five; --others takes seeds that the monitors were not tuned on; CASE is a part of
// the names to run; --find and --heal make one of the two parts alone; --tell tells every finding and treatment;
// --cost measures what the doctor takes of a step at batch 128, on 784-512-512-10 and on a small convolution network.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <ctime>
#include <future>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "ramp/activation/activation.h"
#include "ramp/base/threads.h"
#include "ramp/health/bench_cases.h"
#include "ramp/health/bench_healing.h"
#include "ramp/health/bench_other_tools.h"
#include "ramp/health/bench_real_cases.h"
#include "ramp/health/doctor.h"

namespace ramp {
namespace {

// What a tool made of a run.
struct Verdict {
  std::string_view tool;
  bool flagged = false, right = false;  // right: it names the cause, or what follows from it
  std::set<std::string_view> named = {};
};

struct Run {
  bool flagged = false;        // a warning or worse
  bool in_time = false;        // of a right cause or a consequence, by the epoch that the case asks for
  bool right = false;          // the first finding of the report is a right cause
  size_t epoch = 0, step = 0;  // of the first warning
  double score = 0;            // of validation, at the end
  std::string first;           // the monitor whose finding stands first
  Findings findings;           // warnings and worse
  std::vector<Verdict> others;
};

bool FollowsFrom(std::string_view named, const std::string& cause) {
  return named == cause || std::ranges::count(FindMonitor(cause).explains, named) > 0;
}

std::vector<Verdict> VerdictsOf(const OtherTools& others, const HealthCase& c) {
  std::vector<Verdict> verdicts;
  for (const auto& tool : others.tools()) {
    Verdict verdict{.tool = tool->name(), .flagged = !tool->named().empty(), .named = tool->named()};
    for (const std::string_view named : tool->named()) {
      for (const std::string& cause : c.causes) verdict.right = verdict.right || FollowsFrom(named, cause);
    }
    verdicts.push_back(verdict);
  }
  return verdicts;
}

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
  OtherTools others(network, data, options);
  trainer.Watch(others);
  const TrainingResult result = trainer.Run();
  others.End(result);
  const HealthReport report = doctor.Report(result);
  Run run;
  run.others = VerdictsOf(others, c);
  run.score = report.validation_score.value_or(0);
  for (const Finding& finding : doctor.findings()) {
    if (finding.severity == Severity::kNote) continue;
    run.findings.push_back(finding);
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

// The runs of one case, each seed in a thread of its own.
template <class RunOne>
auto RunSeeds(uint64_t first, size_t seeds, const RunOne& run) {
  using Result = decltype(run(first));
  std::vector<std::future<Result>> running;
  for (uint64_t seed = first; seed < first + seeds; ++seed) {
    running.push_back(std::async(std::launch::async, [&run, seed] {
      SetThreads(1);
      return run(seed);
    }));
  }
  std::vector<Result> results;
  for (std::future<Result>& one : running) results.push_back(one.get());
  return results;
}

struct Share {
  size_t flagged = 0, right = 0;
  std::map<std::string_view, size_t> named = {};  // in how many runs
};

struct Totals {
  size_t runs = 0, flagged = 0, in_time = 0, right = 0;
  std::map<std::string_view, Share> others = {};  // by tool
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
  std::vector<std::string> others;
  for (size_t tool = 0; tool < runs[0].others.size(); ++tool) {
    Share share;
    for (const Run& run : runs) {
      share.flagged += run.others[tool].flagged ? 1 : 0;
      share.right += run.others[tool].right ? 1 : 0;
    }
    Share& total = totals.others[runs[0].others[tool].tool];
    for (const Run& run : runs) {
      for (const std::string_view name : run.others[tool].named) ++total.named[name];
    }
    total.flagged += share.flagged;
    total.right += share.right;
    others.push_back(c.causes.empty() ? fmt::format("{}", share.flagged)
                                      : fmt::format("{}, {}", share.flagged, share.right));
  }
  totals.runs += runs.size();
  totals.flagged += flagged;
  totals.right += right;
  totals.in_time += in_time;
  if (c.causes.empty()) {
    fmt::print("| {} | {}/{} | {:.3f} | {} | {} |\n", c.name, flagged, runs.size(), score, fmt::join(firsts, ", "),
               fmt::join(others, " | "));
  } else {
    fmt::print("| {} | {}/{} | {}/{} | {} | {:.3f} | {} | {} |\n", c.name, flagged, runs.size(), right, runs.size(),
               epoch == 0 ? "start" : fmt::format("epoch {}", epoch), score, fmt::join(firsts, ", "),
               fmt::join(others, " | "));
  }
  std::fflush(stdout);
}

void PrintFindings(const std::vector<Run>& runs) {
  for (const Run& run : runs) {
    for (const Finding& finding : run.findings) {
      fmt::print("    epoch {} step {}: {}: {}\n", finding.epoch, finding.step, finding.monitor, finding.what);
    }
  }
}

Totals RunAll(const std::vector<HealthCase>& cases, const std::string& part, uint64_t first, size_t seeds, bool tells) {
  Totals totals;
  for (const HealthCase& c : cases) {
    if (c.name.find(part) == std::string::npos) continue;
    const std::vector<Run> runs = RunSeeds(first, seeds, [&](uint64_t seed) { return Examine(c, seed); });
    if (tells) PrintFindings(runs);
    Print(c, runs, totals);
  }
  return totals;
}

double Percent(size_t part, size_t all) {
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

void Append(std::vector<HealthCase>& cases, std::vector<HealthCase> more) {
  std::ranges::move(more, std::back_inserter(cases));
}

bool Has(const std::string& data) {
  if (!RealDataPath(data).empty()) return true;
  fmt::print(stderr, "left out: the cases over {}, which is not beside the sources (../shared/data)\n", data);
  return false;
}

std::vector<HealthCase> AllSickCases() {
  std::vector<HealthCase> cases = SickCases();
  if (Has("fashion-mnist")) Append(cases, SickPictureCases());
  if (Has("adult")) Append(cases, SickTableCases());
  return cases;
}

std::vector<HealthCase> AllHealthyCases() {
  std::vector<HealthCase> cases = WithAllActivations(HealthyCases());
  if (Has("fashion-mnist")) Append(cases, HealthyPictureCases());
  if (Has("adult")) Append(cases, HealthyTableCases());
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
    for (const HealingRun& run : RunSeeds(first, seeds, [&](uint64_t seed) { return Heal(c, seed); })) {
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

// Counts the processor time of what a watcher does.
class Stopwatch final : public TrainingObserver {
 public:
  explicit Stopwatch(TrainingObserver& watched) : watched_(watched) {}
  void OnStep(const StepView& view) override {
    const double begin = ProcessorSeconds();
    watched_.OnStep(view);
    steps_ += ProcessorSeconds() - begin;
  }
  void OnEpoch(const EpochRecord& record) override {
    const double begin = ProcessorSeconds();
    watched_.OnEpoch(record);
    epochs_ += ProcessorSeconds() - begin;
  }
  void Restart() { steps_ = epochs_ = 0; }
  double steps() const { return steps_; }
  double epochs() const { return epochs_; }

 private:
  TrainingObserver& watched_;
  double steps_ = 0, epochs_ = 0;
};

struct Costs {
  std::string network;
  Shape input;
  size_t rounds = 0, steps = 0;  // of a round
};

// Two trainings side by side, one watched; they take turns, so that the machine is the same for both. The rounds go
// over whole epochs, so what is done at their ends counts.
void MeasureCost(const Costs& of) {
  constexpr size_t kBatch = 128, kStepsPerEpoch = 50;
  TrainingData data = MakeClouds({.rows = kBatch * (kStepsPerEpoch + 4),
                                  .inputs = of.input.count(),
                                  .classes = 10,
                                  .training = kBatch * kStepsPerEpoch,
                                  .tested = 0},
                                 1);
  data.examples.encoding.shape = of.input;
  const TrainingOptions options{.epochs = 1000, .batch = kBatch};
  Network plain_network(of.network, of.input, 10), watched_network(of.network, of.input, 10);
  Trainer plain(plain_network, data, options), watched(watched_network, data, options);
  Doctor doctor(watched_network, data, options);
  Stopwatch stopwatch(doctor);
  watched.Watch(stopwatch);
  const auto seconds = [&](Trainer& trainer) {
    const double begin = ProcessorSeconds();
    for (size_t done = 0; done < of.steps; ++done) trainer.Advance(1);
    return ProcessorSeconds() - begin;
  };
  for (Trainer* trainer : {&plain, &watched}) seconds(*trainer);
  stopwatch.Restart();
  std::vector<double> ratios;
  double plain_sum = 0, watched_sum = 0;
  for (size_t round = 0; round < of.rounds; ++round) {
    const double before = seconds(plain), with = seconds(watched);
    plain_sum += before;
    watched_sum += with;
    ratios.push_back(with / before);
  }
  std::ranges::sort(ratios);
  fmt::print(
      "{}, batch {}: a watched step takes {:.4f} times a plain one\n  (median of {} rounds of {} steps, quartiles "
      "{:.4f} "
      "and {:.4f}; {:.4f} all in all, {:.1f} ms a step);\n  inside the doctor: {:.2f} % in steps, {:.2f} % between "
      "epochs of {} steps\n",
      of.network, kBatch, ratios[of.rounds / 2], of.rounds, of.steps, ratios[of.rounds / 4], ratios[of.rounds * 3 / 4],
      watched_sum / plain_sum, 1000 * plain_sum / static_cast<double>(of.rounds * of.steps),
      100 * stopwatch.steps() / plain_sum, 100 * stopwatch.epochs() / plain_sum, kStepsPerEpoch);
  std::fflush(stdout);
}

void MeasureCosts() {
  SetThreads(1);
  MeasureCost({"dense 512, relu, dense 512, relu, dense", {784}, 200, 25});
  MeasureCost({"conv 32 3x3, relu, conv 64 3x3, relu, maxpool 2, dense 128, relu, dense", {28, 28, 1}, 40, 10});
}

constexpr const char* kToolColumns = "AUTOTRAINER | DeepDiagnosis | SageMaker | without LossNotDecreasing";

void FindAll(const std::string& part, uint64_t first, size_t seeds, bool tells) {
  fmt::print("| sick training | flagged | right cause first | latest first warning | score | named first | {} |\n",
             kToolColumns);
  fmt::print("|---|---|---|---|---|---|---|---|---|---|\n");
  const Totals sick = RunAll(AllSickCases(), part, first, seeds, tells);
  fmt::print("\n| healthy training | alarms | score | named first | {} |\n|---|---|---|---|---|---|---|---|\n",
             kToolColumns);
  const Totals healthy = RunAll(AllHealthyCases(), part, first, seeds, tells);
  fmt::print(
      "\n| rules of | sick runs flagged | with the cause or what follows from it | healthy runs flagged | for (share "
      "of "
      "the healthy runs) |\n|---|---|---|---|---|\n");
  const auto row = [&](std::string_view name, const Share& of_sick, const Share& alarms) {
    std::vector<std::string> reasons;
    for (const auto& [monitor, runs] : alarms.named) {
      reasons.push_back(fmt::format("{} {:.0f} %", monitor, Percent(runs, healthy.runs)));
    }
    fmt::print("| {} | {:.1f} % | {:.1f} % | {:.1f} % | {} |\n", name, Percent(of_sick.flagged, sick.runs),
               Percent(of_sick.right, sick.runs), Percent(alarms.flagged, healthy.runs), fmt::join(reasons, ", "));
  };
  row("ramp (the cause itself, first)", {sick.flagged, sick.right}, {healthy.flagged});
  for (const auto& [tool, share] : sick.others) {
    const auto alarms = healthy.others.find(tool);
    row(tool, share, alarms == healthy.others.end() ? Share{} : alarms->second);
  }
  fmt::print("\n{} sick runs, {:.1f} % flagged in time; {} healthy runs\n", sick.runs, Percent(sick.in_time, sick.runs),
             healthy.runs);
}

int Main(const std::vector<std::string>& arguments) {
  size_t seeds = 5;
  uint64_t first = 1;
  bool finds = true, heals = true, tells = false;
  std::string part;
  for (const std::string& argument : arguments) {
    if (argument == "--quick") {
      seeds = 1;
    } else if (argument == "--others") {
      first = 301;
    } else if (argument == "--find") {
      heals = false;
    } else if (argument == "--heal") {
      finds = false;
    } else if (argument == "--tell") {
      tells = true;
    } else if (argument == "--cost") {
      MeasureCosts();
      return 0;
    } else if (argument.starts_with("-")) {
      fmt::print(stderr, "ramp_health_bench: there is no {}\n", argument);
      return 2;
    } else {
      part = argument;
    }
  }
  SetThreads(1);
  if (finds) FindAll(part, first, seeds, tells);
  if (heals) {
    fmt::print("\n| sick training | left alone | random remedy | treated | set up well | healed | cost | kept |\n");
    fmt::print("|---|---|---|---|---|---|---|---|\n");
    const HealingTotals totals = HealAll(AllSickCases(), part, first, seeds, tells);
    fmt::print(
        "\nwithin 2 points of the network set up well: {:.1f} % treated, {:.1f} % with a random remedy, {:.1f} % left "
        "alone ({} runs)\nmore than 2 points below the untreated run: {} of {}\nlargest share of a treatment: {:.1f} "
        "%\n",
        Percent(totals.healed, totals.runs), Percent(totals.healed_random, totals.runs),
        Percent(totals.healed_untreated, totals.runs), totals.runs, totals.worse, totals.all,
        100 * totals.largest_share);
  }
  return 0;
}

}  // namespace
}  // namespace ramp

int main(int argc, char** argv) { return ramp::Main({argv + 1, argv + argc}); }
