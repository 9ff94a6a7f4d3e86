// What the program knows about the terminal that it writes to.
#ifndef RAMP_CLI_TERMINAL_H_
#define RAMP_CLI_TERMINAL_H_

#include <cstddef>

namespace ramp {

// A terminal on the standard input, output or error.
enum class Channel { kInput = 0, kOutput = 1, kError = 2 };

bool IsTerminal(Channel channel);
// It understands more than lines of text: a terminal, and none with TERM=dumb.
bool MovesCursor(Channel channel);
// Never with NO_COLOR or TERM=dumb.
bool HasColour(Channel channel);
// Columns; 80 where it is no terminal.
size_t WidthOf(Channel channel);
// Rows; 24 where it is no terminal, and there one less than it has, so that the next prompt pushes nothing out of
// sight.
size_t HeightOf(Channel channel);

}  // namespace ramp

#endif  // RAMP_CLI_TERMINAL_H_
