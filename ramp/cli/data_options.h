// The options that say what data is read and how.
#ifndef RAMP_CLI_DATA_OPTIONS_H_
#define RAMP_CLI_DATA_OPTIONS_H_

#include <string>

#include "ramp/data/source.h"

namespace CLI {
class App;
class Validator;
}  // namespace CLI

namespace ramp {

// A number from `low` on, or above it; CLI11's own bounds would print the largest double in full.
CLI::Validator NumberFrom(double low, bool included);

// Adds DATA and its options to a command. `request` must outlive it.
void AddDataOptions(CLI::App& command, DataRequest& request);

// The generated sets and the changes for --augment, for the end of the help.
std::string DataHelp();

// Tells how far the reading is, on a terminal.
Progress ReadingProgress();

}  // namespace ramp

#endif  // RAMP_CLI_DATA_OPTIONS_H_
