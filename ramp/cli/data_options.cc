#include "ramp/cli/data_options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cmath>

#include "ramp/cli/output.h"
#include "ramp/cli/terminal.h"
#include "ramp/data/augmentation.h"
#include "ramp/data/generated.h"

namespace ramp {
namespace {

constexpr const char* kGroup = "Data";

// One row for each answer to --task.
struct TaskName {
  const char* name;
  void (*choose)(DataRequest& request);
};
constexpr TaskName kTasks[] = {
    {"classification", [](DataRequest& request) { request.task = Task::kClassification; }},
    {"regression", [](DataRequest& request) { request.task = Task::kRegression; }},
    {"next-character", [](DataRequest& request) { request.next_character = true; }},
};

std::string TaskNames() {
  std::string names;
  for (const TaskName& task : kTasks) names += (names.empty() ? "" : "|") + std::string(task.name);
  return names;
}

std::string GeneratedNames() {
  std::string names;
  for (const GeneratedSet& set : GeneratedSets()) names += (names.empty() ? "" : ", ") + std::string(set.name);
  return names;
}

// "shift N, flip, ..."
std::string AugmentationNotation() {
  std::string notation;
  for (const AugmentationDefinition& row : Augmentations()) {
    notation += fmt::format("{}{}{}", notation.empty() ? "" : ", ", row.name, row.setting.high > 0 ? " N" : "");
  }
  return notation;
}

// What each generated set is, with its settings.
std::string GeneratedHelp() {
  std::string text = "Generated sets, named as DATA with settings behind them (\"spirals arms 5, noise 0.1\"):\n";
  for (const GeneratedSet& set : GeneratedSets()) {
    text += fmt::format("  {:<9} {}:", set.name, set.summary);
    for (const Setting& setting : set.settings) {
      text += fmt::format("{} {} {}", &setting == set.settings.data() ? "" : ",", setting.word, setting.initial);
    }
    text += "\n";
  }
  return text;
}

std::string AugmentationHelp() {
  std::string text = "Changes for --augment, such as \"shift 2, flip\":\n";
  for (const AugmentationDefinition& row : Augmentations()) text += fmt::format("  {:<9} {}\n", row.name, row.summary);
  return text;
}

}  // namespace

CLI::Validator NumberFrom(double low, bool included) {
  const std::string range = fmt::format("a number {} {}", included ? "from" : "above", low);
  return CLI::Validator(
      [=](std::string& text) {
        double number = 0;
        const bool read = CLI::detail::lexical_cast(text, number);
        const bool inside = included ? number >= low : number > low;
        return read && inside && std::isfinite(number) ? std::string() : fmt::format("'{}' is not {}", text, range);
      },
      "");
}

void AddDataOptions(CLI::App& command, DataRequest& request) {
  command
      .add_option("DATA", request.path,
                  "CSV, IDX or NPY file; folder of pictures (PNG), sound (WAV), text or arrays; text file; or a "
                  "generated set: " +
                      GeneratedNames() + " (default: the first)")
      ->group(kGroup);
  command.add_option("--target", request.target, "Column to predict: its name or number (default: the last)")
      ->group(kGroup);
  command
      .add_option_function<std::string>(
          "--task",
          [&request](const std::string& name) {
            for (const TaskName& task : kTasks) {
              if (name == task.name) task.choose(request);
            }
          },
          TaskNames() + " (default: by the target's values)")
      ->check(CLI::Validator(
          [](std::string& name) {
            for (const TaskName& task : kTasks) {
              if (name == task.name) return std::string();
            }
            return fmt::format("'{}' is none of {}", name, TaskNames());
          },
          ""))
      ->group(kGroup);
  command.add_option("--test", request.test, "Test data: a path, or a fraction of DATA (default: DATA's own, or 0.2)")
      ->group(kGroup);
  command
      .add_option("--hold-out", request.hold_out,
                  "Test on the rows with these values instead: COLUMN=VALUE,... of a table; of files a field of their "
                  "names, N=VALUE,... or VALUE,...")
      ->group(kGroup);
  command.add_option("--valid", request.valid, "Fraction of the training rows held out for validation")
      ->capture_default_str()
      ->group(kGroup);
  command.add_option("--size", request.size, "Pictures: bring all to one size, WIDTHxHEIGHT")->group(kGroup);
  command
      .add_option("--seconds", request.seconds,
                  "Sound: cut or fill up to this length (default: what 95 of 100 recordings fit into)")
      ->check(CLI::Range(0.01, 600.0))
      ->group(kGroup);
  command
      .add_option_function<std::string>(
          "--tokens", [&request](const std::string& name) { request.characters = name == "characters"; },
          "Text: words|characters (default: words)")
      ->check(CLI::IsMember({"words", "characters"}))
      ->group(kGroup);
  command
      .add_option("--length", request.length,
                  "Text: tokens of an example (default: the longest has); before the next character 64")
      ->check(CLI::Range(1, 100000))
      ->group(kGroup);
  command.add_option("--vocabulary", request.vocabulary, "Text: at most so many different tokens (default: 20000)")
      ->check(CLI::Range(1, 65000))
      ->group(kGroup);
  command
      .add_option("--augment", request.augment,
                  "Change training pictures and sounds at random: \"" + AugmentationNotation() + "\"")
      ->group(kGroup);
}

std::string DataHelp() { return "\n" + GeneratedHelp() + "\n" + AugmentationHelp(); }

Progress ReadingProgress() {
  if (!HasColour(Channel::kError)) return {};
  return [](std::string_view what, size_t done, size_t total) {
    PrintProgress(done < total ? fmt::format("\rreading {}: {} of {} \x1b[K", what, done, total) : "\r\x1b[K");
  };
}

}  // namespace ramp
