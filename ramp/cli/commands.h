// The commands of the program, a file each. Every Add function adds one subcommand whose callback runs it; it throws
// Error and UsageError, which main turns into sentences and exit statuses.
#ifndef RAMP_CLI_COMMANDS_H_
#define RAMP_CLI_COMMANDS_H_

namespace CLI {
class App;
}

namespace ramp {

void AddTrainCommand(CLI::App& app);
void AddPredictCommand(CLI::App& app);
void AddActivationsCommand(CLI::App& app);
void AddPlotCommand(CLI::App& app);

}  // namespace ramp

#endif  // RAMP_CLI_COMMANDS_H_
