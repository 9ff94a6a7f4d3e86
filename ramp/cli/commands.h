// The commands of the program, a file each. Every Add function adds one subcommand whose callback runs it; it throws
// Error and UsageError, which main turns into sentences and exit statuses.
#ifndef RAMP_CLI_COMMANDS_H_
#define RAMP_CLI_COMMANDS_H_

#include <span>
#include <string>

namespace CLI {
class App;
}

namespace ramp {

// `words` are the command line; the first is how the program was called, for the commands that it proposes.
void AddTrainCommand(CLI::App& app, std::span<const std::string> words);
void AddPredictCommand(CLI::App& app);
void AddActivationsCommand(CLI::App& app);
void AddPlotCommand(CLI::App& app);
void AddBenchCommand(CLI::App& app);
void AddHealthCommand(CLI::App& app);
void AddDiagnoseCommand(CLI::App& app);
void AddLabCommand(CLI::App& app);
void AddRunsCommand(CLI::App& app);
void AddQuizCommand(CLI::App& app);
void AddServeCommand(CLI::App& app);

}  // namespace ramp

#endif  // RAMP_CLI_COMMANDS_H_
