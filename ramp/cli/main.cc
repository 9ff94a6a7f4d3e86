// The program `ramp`. Results go to the standard output, progress and notes to the standard error; the exit status is 0
// done, 1 failed, 2 wrong usage, 3 found unhealthy (--fail-on).
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <memory>
#include <new>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "ramp/base/error.h"
#include "ramp/cli/commands.h"
#include "ramp/cli/output.h"
#include "ramp/cli/patience.h"
#include "ramp/cli/status.h"
#include "ramp/cli/terminal.h"
#include "ramp/cli/wrapped.h"

namespace {

constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;

int Complain(const char* what, int status) {
  ramp::PrintNote(std::string("ramp: ") + what);
  return status;
}

// Where the sentence of a line of help begins, behind a name and a gap.
size_t SentenceColumn(std::string_view line) {
  const size_t begin = std::min(line.find_first_not_of(' '), line.size());
  const size_t gap = line.find("  ", begin);
  return gap == std::string_view::npos ? begin : std::min(line.find_first_not_of(' ', gap), line.size());
}

// Help that keeps to the terminal's width.
class NarrowHelp : public CLI::Formatter {
 public:
  std::string make_option_desc(const CLI::Option* option) const override {
    return ramp::Wrapped(CLI::Formatter::make_option_desc(option), Width() - get_column_width(), "");
  }
  std::string make_subcommand(const CLI::App* command) const override {
    std::ostringstream line;
    const std::string description = ramp::Wrapped(command->get_description(), Width() - get_column_width(), "");
    CLI::detail::format_help(line, command->get_display_name(true), description, get_column_width());
    return line.str();
  }
  std::string make_footer(const CLI::App* app) const override {
    std::istringstream lines(CLI::Formatter::make_footer(app));
    std::string footer;
    for (std::string line; std::getline(lines, line);) {
      footer += ramp::Wrapped(line, Width(), std::string(std::min(SentenceColumn(line), Width() / 2), ' ')) + "\n";
    }
    return footer;
  }

 private:
  static size_t Width() { return std::clamp<size_t>(ramp::WidthOf(ramp::Channel::kOutput), 60, 120); }
};

int PrintHelp(const CLI::App& app, const CLI::ParseError& error) {
  std::ostringstream text;
  const int status = app.exit(error, text, text);
  try {
    ramp::PrintResult(text.str());
  } catch (const ramp::Error& failure) {
    return Complain(failure.what(), kFailed);
  }
  return status;
}

// The first word that looks like an option of the command and is none: "there is no option '--epoch' (did you mean
// '--epochs'?)"; empty if there is no such word.
std::string ExplainOption(const CLI::App& command, int argc, char** argv) {
  std::vector<std::string> known;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  }
  for (int i = 1; i < argc; ++i) {
    std::string word = argv[i];
    word.resize(std::min(word.find('='), word.size()));
    if (!word.starts_with("--") || word == "--" || std::ranges::count(known, word) > 0) continue;
    return fmt::format("there is no option '{}'{}", word, ramp::DidYouMean(word, known));
  }
  return "";
}

// CLI11's own sentence for a wrong command line, and the nearest command or option for a mistyped one.
int ExplainUsage(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv) {
  if (error.get_exit_code() == 0) return PrintHelp(app, error);  // --help, --version
  std::vector<std::string> commands;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    commands.push_back(command->get_name());
  }
  if (app.get_subcommands().empty() && argc > 1 && argv[1][0] != '-') {
    ramp::PrintNote(fmt::format("ramp: there is no command '{}'{}; ramp --help lists them", argv[1],
                                ramp::DidYouMean(argv[1], commands)));
    return kWrongUsage;
  }
  const CLI::App* command = app.get_subcommands().empty() ? &app : app.get_subcommands()[0];
  std::string what;
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) what = ExplainOption(*command, argc, argv);
  ramp::PrintNote(fmt::format("ramp: {}\nramp {}--help shows what there is", what.empty() ? error.what() : what,
                              command == &app ? "" : command->get_name() + " "));
  return kWrongUsage;
}

}  // namespace

int main(int argc, char** argv) {
  ramp::SpinBriefly(argv);
  // A reader that goes away (ramp predict ... | head) ends the program quietly, as it does with every filter.
  std::signal(SIGPIPE, SIG_DFL);
  CLI::App app("Trains, examines and runs neural networks built on rectifiers.", "ramp");
  app.formatter(std::make_shared<NarrowHelp>());
  app.set_version_flag("--version", "ramp " RAMP_VERSION);
  app.require_subcommand(1);
  app.set_help_all_flag("--help-all", "Print the help of all commands");
  std::vector<std::string> words(argv, argv + argc);
  if (words.empty()) words.emplace_back("ramp");
  ramp::AddTrainCommand(app, words);
  ramp::AddPredictCommand(app);
  ramp::AddActivationsCommand(app);
  ramp::AddPlotCommand(app);
  ramp::AddBenchCommand(app);
  ramp::AddHealthCommand(app);
  ramp::AddDiagnoseCommand(app);
  ramp::AddLabCommand(app);
  ramp::AddRunsCommand(app);
  ramp::AddQuizCommand(app);
  ramp::AddServeCommand(app);
  try {
    if (argc <= 1) {
      ramp::PrintResult(app.help());
      return kWrongUsage;
    }
    app.parse(argc, argv);
    return 0;
  } catch (const CLI::ParseError& error) {
    return ExplainUsage(app, error, argc, argv);
  } catch (const ramp::ExitStatus& status) {
    return status.status;
  } catch (const ramp::UsageError& error) {
    return Complain(error.what(), kWrongUsage);
  } catch (const std::bad_alloc&) {
    return Complain("there is not enough memory for this: use smaller data, a smaller batch or a smaller network",
                    kFailed);
  } catch (const std::exception& error) {
    return Complain(error.what(), kFailed);
  }
}
