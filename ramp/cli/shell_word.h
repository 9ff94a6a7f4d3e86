// Commands that people can copy into a shell.
#ifndef RAMP_CLI_SHELL_WORD_H_
#define RAMP_CLI_SHELL_WORD_H_

#include <span>
#include <string>

namespace ramp {

// The word in quotes, if a shell needs them.
std::string ShellWord(const std::string& word);
// The words of a command.
std::string ShellCommand(std::span<const std::string> words);

}  // namespace ramp

#endif  // RAMP_CLI_SHELL_WORD_H_
