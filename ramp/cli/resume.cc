#include "ramp/cli/resume.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <filesystem>

#include "ramp/base/error.h"

namespace ramp {
namespace {

// How the program talks, and where checkpoints are.
constexpr std::array<std::string_view, 8> kOfTheRun = {"--help",       "--json",   "--quiet",     "--plan",
                                                       "--checkpoint", "--resume", "--no-record", "--tensorboard"};
constexpr std::string_view kThreads = "--threads", kOut = "--out";

// A file that is there, or is to be: a training may be resumed from another folder.
std::string Absolute(const std::string& option, const std::string& value) {
  std::error_code failure;
  if (option != kOut && !std::filesystem::exists(value, failure)) return value;
  const std::filesystem::path path = std::filesystem::absolute(value, failure);
  return failure ? value : path.string();
}

}  // namespace

std::map<std::string, std::string> OptionsGiven(const CLI::App& command, int threads) {
  std::map<std::string, std::string> given;
  for (const CLI::Option* option : command.get_options()) {
    const std::string name = option->get_name();
    if (option->count() == 0 || std::ranges::find(kOfTheRun, name) != kOfTheRun.end()) continue;
    // Options that are no paths may have the name of a file by chance; those keep their value.
    const bool may_be_path = !name.starts_with("-") || name == kOut || name == "--test";
    const std::string value = option->results().back();
    given[name] = may_be_path ? Absolute(name, value) : value;
  }
  given[std::string(kThreads)] = fmt::format("{}", threads);
  return given;
}

void TakeOptions(CLI::App& command, const std::map<std::string, std::string>& options, const std::string& path) {
  for (const auto& [name, value] : options) {
    CLI::Option* option = command.get_option_no_throw(name);
    if (option == nullptr) {
      throw Error(fmt::format("{}: was made with an option {} that this program lacks: use the program that made it",
                              path, name));
    }
    if (option->count() > 0) continue;
    option->add_result(value);
    option->run_callback();
  }
}

}  // namespace ramp
