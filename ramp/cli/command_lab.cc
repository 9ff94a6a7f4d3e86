// ramp lab: the claims that are made about rectifiers, measured.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <ctime>
#include <memory>
#include <thread>

#include "ramp/base/error.h"
#include "ramp/base/file.h"
#include "ramp/base/threads.h"
#include "ramp/bench/machine.h"
#include "ramp/cli/commands.h"
#include "ramp/cli/interrupt.h"
#include "ramp/cli/output.h"
#include "ramp/cli/status.h"
#include "ramp/cli/terminal.h"
#include "ramp/cli/time_text.h"
#include "ramp/lab/report.h"

namespace ramp {
namespace {

using lab::Effort;
using lab::Experiment;
using lab::Experiments;
using lab::Outcome;
using lab::Provenance;
using lab::RunProgress;
using lab::Settings;

struct LabCommand {
  std::vector<std::string> names;
  Settings settings;
  std::string report, markdown;
  bool quick = false, full = false, list = false, json = false, quiet = false;
};

std::vector<const Experiment*> Chosen(const std::vector<std::string>& names) {
  std::vector<const Experiment*> chosen;
  for (const std::string& name : names) {
    const Experiment* experiment = &lab::FindExperiment(name);
    if (std::ranges::find(chosen, experiment) == chosen.end()) chosen.push_back(experiment);
  }
  if (!chosen.empty()) return chosen;
  for (const Experiment& experiment : Experiments()) chosen.push_back(&experiment);
  return chosen;
}

size_t LongestName() {
  size_t longest = 0;
  for (const Experiment& experiment : Experiments()) longest = std::max(longest, experiment.name.size());
  return longest;
}

std::string List() {
  std::string text;
  for (const Experiment& experiment : Experiments()) {
    text += fmt::format("{:<{}}  {}\n", experiment.name, LongestName(), experiment.claim);
  }
  return text;
}

// What is done and how long the rest will take, by how the time so far compares with the plan.
class LabDisplay {
 public:
  LabDisplay(const std::vector<const Experiment*>& chosen, const Settings& settings, bool quiet)
      : settings_(settings), live_(!quiet && HasColour(Channel::kError)), quiet_(quiet), count_(chosen.size()) {
    for (const Experiment* experiment : chosen) left_ += lab::PlannedSeconds(*experiment, settings);
    if (!quiet_) PrintNote(fmt::format("{} to measure, about {}", Claims(), TimeText(left_)));
  }
  void Begin(const Experiment& experiment) {
    ++number_;
    if (!live_ && !quiet_) PrintNote(fmt::format("{}/{}  {}", number_, count_, experiment.name));
    Show({experiment, 0, lab::TrialsOf(experiment, settings_), 0});
  }
  void Show(const RunProgress& progress) {
    if (!live_) return;
    const double planned = lab::PlannedSeconds(progress.experiment, settings_);
    const double share = static_cast<double>(progress.done) / static_cast<double>(progress.of);
    const double plan_left = left_ - share * planned;
    const double plan_done = done_plan_ + share * planned;
    const double pace = plan_done > 0 ? (done_seconds_ + progress.seconds) / plan_done : 1;
    PrintProgress(fmt::format("\r{}/{}  {}, {} of {} trials, about {} left\x1b[K", number_, count_,
                              progress.experiment.name, progress.done, progress.of, TimeText(pace * plan_left)));
  }
  void End(const Outcome& outcome) {
    const double planned = lab::PlannedSeconds(*outcome.experiment, settings_);
    left_ -= planned;
    done_plan_ += planned;
    done_seconds_ += outcome.seconds;
    Clear();
  }
  void Clear() const {
    if (live_) PrintProgress("\r\x1b[K");
  }

 private:
  std::string Claims() const { return count_ == 1 ? "one claim" : fmt::format("{} claims", count_); }

  const Settings& settings_;
  bool live_, quiet_;
  size_t count_, number_ = 0;
  double left_ = 0;  // planned seconds
  double done_plan_ = 0, done_seconds_ = 0;
};

// "dying          depends        4.1 s"
std::string LineOf(const Outcome& outcome) {
  constexpr size_t kVerdictWidth = 13;
  return fmt::format("{:<{}}  {:<{}}  {:>6.1f} s  {}\n", outcome.experiment->name, LongestName(),
                     lab::Name(outcome.verdict), kVerdictWidth, outcome.seconds, outcome.experiment->claim);
}

std::string MachineText() {
  const Machine machine = ThisMachine();
  return fmt::format("{}{}{} {}, {}", machine.processor, machine.processor.empty() ? "" : ", ", machine.cores,
                     machine.cores == 1 ? "core" : "cores", machine.instruction_set);
}

std::string CommandText(const LabCommand& command) {
  std::string text = "ramp lab";
  for (const std::string& name : command.names) text += " " + name;
  if (command.quick) text += " --quick";
  if (command.full) text += " --full";
  if (command.settings.seeds > 0) text += fmt::format(" --seeds {}", command.settings.seeds);
  if (command.settings.seed != 1) text += fmt::format(" --seed {}", command.settings.seed);
  if (!command.settings.data.empty()) text += fmt::format(" --data {}", command.settings.data);
  return text;
}

Provenance ProvenanceOf(const LabCommand& command) {
  const std::time_t now = std::time(nullptr);
  return {.version = "ramp " RAMP_VERSION,
          .machine = MachineText(),
          .date = fmt::format("{:%Y-%m-%d}", fmt::gmtime(now)),
          .command = CommandText(command)};
}

void WriteFile(const std::string& path, const std::string& text, bool quiet) {
  if (path.empty()) return;
  WriteFileWhole(path, text);
  if (!quiet) PrintNote(fmt::format("wrote {} ({} bytes)", path, text.size()));
}

void RunLab(const LabCommand& command) {
  if (command.list) {
    PrintResult(List());
    return;
  }
  const std::vector<const Experiment*> chosen = Chosen(command.names);
  for (const std::string& path : {command.report, command.markdown}) {
    if (!path.empty()) CheckWritable(path);
  }
  Settings settings = command.settings;
  settings.effort = command.quick ? Effort::kQuick : command.full ? Effort::kFull : Effort::kUsual;
  const InterruptWatch watch;
  SetThreads(settings.threads);
  lab::CheckData(chosen, settings);
  LabDisplay display(chosen, settings, command.quiet);
  const bool details = !command.names.empty();
  std::vector<Outcome> outcomes;
  const auto write = [&] {
    display.Clear();
    const Provenance provenance = ProvenanceOf(command);
    if (command.json) PrintResult(lab::ToJson(outcomes, provenance));
    if (!outcomes.empty()) {
      WriteFile(command.report, lab::ToHtml(outcomes, provenance), command.quiet);
      WriteFile(command.markdown, lab::ToMarkdown(outcomes, provenance), command.quiet);
    }
  };
  bool complete = true;
  try {
    for (const Experiment* experiment : chosen) {
      display.Begin(*experiment);
      std::optional<Outcome> outcome = lab::RunExperiment(
          *experiment, settings,
          {.watch = [&display](const RunProgress& progress) { display.Show(progress); }, .stop = &watch.interrupted()});
      if (!outcome) {
        complete = false;
        break;
      }
      display.End(*outcome);
      if (!command.json) {
        PrintResult(details ? lab::ToText(*outcome, WidthOf(Channel::kOutput)) + "\n" : LineOf(*outcome));
      }
      outcomes.push_back(std::move(*outcome));
    }
  } catch (const Error&) {
    write();  // what took minutes to measure is not lost with what failed
    throw;
  }
  write();
  if (!complete) {
    if (!command.quiet) PrintNote("interrupted: this is what was measured so far");
    throw ExitStatus{kInterruptedStatus};
  }
  if (!command.json && !details) {
    PrintResult(fmt::format("\n{}; ramp lab NAME tells more of one, --report FILE.html of all\n",
                            lab::CountVerdicts(outcomes)));
  }
}

}  // namespace

void AddLabCommand(CLI::App& app) {
  auto command = std::make_shared<LabCommand>();
  Settings& settings = command->settings;
  CLI::App* lab = app.add_subcommand("lab", "Measure the claims that are made about ReLU");
  lab->add_option("CLAIM", command->names, "Claims, and all that was found of each (default: all claims, a line each)");
  CLI::Option* quick =
      lab->add_flag("--quick", command->quick, "Few seeds and small networks: under 3 minutes on 2 cores");
  lab->add_flag("--full", command->full, "Many seeds and larger networks: takes as long as it takes")->excludes(quick);
  lab->add_flag("--list", command->list, "List the claims");
  lab->add_option("--seeds", settings.seeds, "Trials of each experiment (default: by the effort)")
      ->check(CLI::Range(2, 100000));
  lab->add_option("--seed", settings.seed, "From which those of the trials come")->capture_default_str();
  lab->add_option("--threads", settings.threads, "Trials at one time; no figure depends on it (default: all cores)")
      ->check(CLI::Range(1, 1024));
  lab->add_option("--data", settings.data,
                  "Pictures to use instead of generated digits, where an experiment trains on pictures: as ramp train "
                  "reads them");
  lab->add_option("--report", command->report, "Write a web page that stands alone, with plots, as an HTML file");
  lab->add_option("--markdown", command->markdown, "Write the same in Markdown, without plots");
  lab->add_flag("--json", command->json, "Print one JSON document on the standard output");
  lab->add_flag("--quiet", command->quiet, "No progress and no notes");
  lab->footer(
      "What is expected is written down before the run; the verdict is computed. The exit status is 0 whatever it is.\n"
      "Two runs with the same seeds give the same figures, those of times apart.");
  lab->callback([command] { RunLab(*command); });
}

}  // namespace ramp
