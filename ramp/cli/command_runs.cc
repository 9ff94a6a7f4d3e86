// ramp runs: what was trained, and how it went.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "ramp/base/error.h"
#include "ramp/cli/commands.h"
#include "ramp/cli/output.h"
#include "ramp/cli/runs_report.h"
#include "ramp/cli/terminal.h"
#include "ramp/runs/history.h"
#include "ramp/runs/home.h"
#include "ramp/runs/report.h"

namespace ramp {
namespace {

struct RunsCommand {
  std::vector<std::string> ids;
  size_t most = 20;
  bool json = false, csv = false;
};

constexpr const char* kIdHelp = "Its id, the beginning of it, or 'last'";

Page PageOf(size_t picture) {
  if (!IsTerminal(Channel::kOutput)) return {};
  return {.width = WidthOf(Channel::kOutput), .height = picture, .colour = HasColour(Channel::kOutput)};
}
constexpr size_t kPictureHeight = 14;

void ListRuns(const RunsCommand& command) {
  History history(HistoryPath());
  // One more tells whether there are more.
  std::vector<RunSummary> runs = history.Runs(command.most > 0 ? command.most + 1 : 0);
  const bool more = command.most > 0 && runs.size() > command.most;
  if (more) runs.pop_back();
  if (command.json) return PrintResult(ToJson(runs));
  if (runs.empty()) {
    return PrintResult(fmt::format("no run is recorded in {} yet: ramp train records each one\n", HistoryPath()));
  }
  PrintResult(ListText(runs, PageOf(0)) + (more ? "there are older ones: --most 0 lists all\n" : ""));
}

void ShowRun(const RunsCommand& command) {
  const RecordedRun run = History(HistoryPath()).Read(command.ids[0]);
  PrintResult(command.json ? ToJson(run) : RunText(run, PageOf(kPictureHeight)));
}

void CompareRuns(const RunsCommand& command) {
  History history(HistoryPath());
  const RecordedRun first = history.Read(command.ids[0]), second = history.Read(command.ids[1]);
  PrintResult(command.json ? ToJson(first, second) : ComparisonText(first, second, PageOf(kPictureHeight)));
}

void DeleteRuns(const RunsCommand& command) {
  History history(HistoryPath());
  nlohmann::json deleted = nlohmann::json::array();
  for (const std::string& id : command.ids) {
    deleted.push_back(history.Delete(id));
    if (!command.json) PrintResult(fmt::format("deleted {}\n", deleted.back().get<std::string>()));
  }
  if (command.json) PrintResult(nlohmann::json({{"deleted", deleted}}).dump(2) + "\n");
}

void ExportRuns(const RunsCommand& command) {
  if (command.json == command.csv) throw UsageError("say how to export: --csv or --json");
  History history(HistoryPath());
  std::vector<std::string> ids = command.ids;
  if (ids.empty()) {
    for (const RunSummary& run : history.Runs()) ids.push_back(run.id);
  }
  std::vector<RecordedRun> runs;
  for (const std::string& id : ids) runs.push_back(history.Read(id));
  PrintResult(command.csv ? ToCsv(runs) : ToJson(runs));
}

using Action = void (*)(const RunsCommand& command);

CLI::App* AddAction(CLI::App& runs, const std::shared_ptr<RunsCommand>& command, const char* name, const char* summary,
                    Action action) {
  CLI::App* app = runs.add_subcommand(name, summary);
  app->add_flag("--json", command->json, "Print one JSON document");
  app->callback([command, action] { action(*command); });
  return app;
}

}  // namespace

void AddRunsCommand(CLI::App& app) {
  auto command = std::make_shared<RunsCommand>();
  CLI::App* runs = app.add_subcommand("runs", "List what was trained, and how it went");
  runs->require_subcommand(0, 1);
  runs->add_option("--most", command->most, "List at most so many, the newest first; 0: all")
      ->capture_default_str()
      ->check(CLI::Range(0, 1000000));
  runs->add_flag("--json", command->json, "Print one JSON document");
  AddAction(*runs, command, "show", "Tell everything about one run", ShowRun)
      ->add_option("ID", command->ids, kIdHelp)
      ->required()
      ->expected(1);
  AddAction(*runs, command, "compare", "Show two runs side by side: which settings differ, and what came of it",
            CompareRuns)
      ->add_option("ID", command->ids, kIdHelp)
      ->required()
      ->expected(2);
  AddAction(*runs, command, "delete", "Forget runs; the models stay", DeleteRuns)
      ->add_option("ID", command->ids, kIdHelp)
      ->required();
  CLI::App* exported =
      AddAction(*runs, command, "export", "Print runs with all their epochs, for other programs", ExportRuns);
  exported->add_option("ID", command->ids, "Those (default: all)");
  exported->add_flag("--csv", command->csv, "A row for each epoch");
  runs->footer(
      "The history is runs.db in the folder that RAMP_HOME names (default: $XDG_DATA_HOME/ramp, else\n"
      "~/.local/share/ramp). ramp train --no-record leaves a run out of it.");
  runs->callback([command, runs] {
    if (runs->get_subcommands().empty()) ListRuns(*command);
  });
}

}  // namespace ramp
