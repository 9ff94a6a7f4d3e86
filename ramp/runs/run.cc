#include "ramp/runs/run.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <random>

#include "ramp/base/checksum.h"

namespace ramp {

std::string_view Name(RunOutcome outcome) {
  switch (outcome) {
    case RunOutcome::kRunning:
      return "running";
    case RunOutcome::kDone:
      return "done";
    case RunOutcome::kFailed:
      return "failed";
    case RunOutcome::kInterrupted:
      return "interrupted";
    case RunOutcome::kKilled:
      return "killed";
  }
  return "";
}

std::string_view TaskName(Task task) { return task == Task::kClassification ? "classification" : "regression"; }

std::string ShortId(std::string_view id) { return std::string(id.substr(0, 7)); }

std::string NewRunId(const RunStart& start, RunTime started) {
  Checksum sum;
  sum.Add(start.command);
  sum.Add(start.data_hash);
  sum.Add(fmt::format("{} {}", started.time_since_epoch().count(), ::getpid()));
  // Two runs may begin in one process at one time.
  sum.Add(fmt::format("{}", std::random_device()()));
  return fmt::format("{:016x}", sum.sum());
}

std::vector<SettingDifference> Differences(const RecordedRun& first, const RecordedRun& second) {
  const auto value = [](const RecordedRun& run, const std::string& name) {
    const auto& settings = run.summary.start.settings;
    const auto found = std::ranges::find(settings, name, &std::pair<std::string, std::string>::first);
    return found == settings.end() ? std::string() : found->second;
  };
  std::vector<SettingDifference> differences;
  const auto compare = [&](const std::string& name) {
    SettingDifference difference{name, value(first, name), value(second, name)};
    if (difference.first != difference.second) differences.push_back(std::move(difference));
  };
  for (const auto& [name, text] : first.summary.start.settings) compare(name);
  for (const auto& [name, text] : second.summary.start.settings) {
    if (value(first, name).empty()) compare(name);
  }
  return differences;
}

}  // namespace ramp
