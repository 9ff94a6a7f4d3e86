// Options that travel in a checkpoint, so that `ramp train --resume DIR` needs no other.
#ifndef RAMP_CLI_RESUME_H_
#define RAMP_CLI_RESUME_H_

#include <map>
#include <string>

namespace CLI {
class App;
}

namespace ramp {

// What was given on the command line and makes the training what it is, by the options' names. Paths are absolute, and
// the number of threads is there in any case.
std::map<std::string, std::string> OptionsGiven(const CLI::App& command, int threads);

// Gives the command the options that it was not given itself. Throws Error, with the checkpoint's path, when there is
// no such option.
void TakeOptions(CLI::App& command, const std::map<std::string, std::string>& options, const std::string& path);

}  // namespace ramp

#endif  // RAMP_CLI_RESUME_H_
