// The program `ramp`. Results go to the standard output, progress and notes to the standard error; the exit status is 0
// done, 1 failed, 2 wrong usage, 3 found unhealthy (--fail-on).
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <vector>

#include "ramp/base/error.h"
#include "ramp/cli/commands.h"
#include "ramp/cli/output.h"
#include "ramp/cli/patience.h"
#include "ramp/cli/status.h"

namespace {

constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;

int Complain(const char* what, int status) {
  ramp::PrintNote(std::string("ramp: ") + what);
  return status;
}

// CLI11's own sentence for a wrong command line, and the nearest command for a mistyped one.
int ExplainUsage(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv) {
  if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
  std::vector<std::string> commands;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    commands.push_back(command->get_name());
  }
  if (app.get_subcommands().empty() && argc > 1 && argv[1][0] != '-') {
    ramp::PrintNote(fmt::format("ramp: there is no command '{}'{}; ramp --help lists them", argv[1],
                                ramp::DidYouMean(argv[1], commands)));
    return kWrongUsage;
  }
  const std::string command = app.get_subcommands().empty() ? "" : app.get_subcommands()[0]->get_name() + " ";
  ramp::PrintNote(fmt::format("ramp: {}\nramp {}--help shows what there is", error.what(), command));
  return kWrongUsage;
}

}  // namespace

int main(int argc, char** argv) {
  ramp::SpinBriefly(argv);
  // A reader that goes away (ramp predict ... | head) ends the program quietly, as it does with every filter.
  std::signal(SIGPIPE, SIG_DFL);
  CLI::App app("Trains, examines and runs neural networks built on rectifiers.", "ramp");
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
