// Writing results to the standard output, with the errors that a full disk or a closed pipe make.
#ifndef RAMP_CLI_OUTPUT_H_
#define RAMP_CLI_OUTPUT_H_

#include <string_view>

namespace ramp {

// Throws Error when not all of it could be written.
void PrintResult(std::string_view text);
// To the standard error, which nothing depends on: when it cannot be written, the program goes on.
void PrintProgress(std::string_view text);
// The same, as a line.
void PrintNote(std::string_view text);

}  // namespace ramp

#endif  // RAMP_CLI_OUTPUT_H_
