// ramp health: the monitors, from their table.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "ramp/cli/commands.h"
#include "ramp/cli/output.h"
#include "ramp/health/monitors.h"
#include "ramp/health/remedies.h"

namespace ramp {
namespace {

struct HealthCommand {
  std::string name;
  bool json = false;
};

nlohmann::ordered_json ToJson(const Monitor& monitor) {
  return {{"monitor", monitor.name},      {"sees", monitor.sees},        {"when", MomentsText(monitor)},
          {"why", monitor.why},           {"cause", monitor.cause},      {"outlook", monitor.outlook},
          {"remedies", monitor.remedies}, {"explains", monitor.explains}};
}

std::string List() {
  size_t width = 0;
  for (const Monitor& monitor : Monitors()) width = std::max(width, monitor.name.size());
  std::string text;
  for (const Monitor& monitor : Monitors()) {
    text += fmt::format("{:<{}}  {}\n", monitor.name, width, monitor.cause);
  }
  return text + "\nramp health NAME tells more of one; ramp train asks them all\n";
}

std::string Describe(const Monitor& monitor) {
  std::string text =
      fmt::format("{}\n  sees     {}\n  asked    {}\n  bad for  {}\n  cause    {}\n  else     {}\n", monitor.name,
                  monitor.sees, MomentsText(monitor), monitor.why, monitor.cause, monitor.outlook);
  std::string_view label = "try";
  for (const std::string_view name : monitor.remedies) {
    const Remedy& remedy = FindRemedy(name);
    const std::string treated = remedy.treatment.empty() ? "" : fmt::format(" [--treat: {}]", remedy.treatment);
    text += fmt::format("  {:<7}  {}: {}{}\n", label, name, remedy.text, treated);
    label = "then";
  }
  if (!monitor.explains.empty()) text += fmt::format("  explains {}\n", fmt::join(monitor.explains, ", "));
  return text;
}

void RunHealth(const HealthCommand& command) {
  if (command.json) {
    nlohmann::ordered_json json = nlohmann::ordered_json::array();
    for (const Monitor& monitor : Monitors()) {
      if (command.name.empty() || monitor.name == FindMonitor(command.name).name) json.push_back(ToJson(monitor));
    }
    PrintResult(json.dump(2) + "\n");
  } else {
    PrintResult(command.name.empty() ? List() : Describe(FindMonitor(command.name)));
  }
}

}  // namespace

void AddHealthCommand(CLI::App& app) {
  auto command = std::make_shared<HealthCommand>();
  CLI::App* health = app.add_subcommand("health", "List the monitors that watch a training");
  health->add_option("NAME", command->name, "Tell all about this one");
  health->add_flag("--json", command->json, "Print JSON");
  health->callback([command] { RunHealth(*command); });
}

}  // namespace ramp
