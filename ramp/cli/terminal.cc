#include "ramp/cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace ramp {

bool IsTerminal(Channel channel) { return ::isatty(static_cast<int>(channel)) == 1; }

bool MovesCursor(Channel channel) {
  const char* terminal = std::getenv("TERM");
  return IsTerminal(channel) && terminal != nullptr && std::string_view(terminal) != "dumb";
}

bool HasColour(Channel channel) {
  const char* no_colour = std::getenv("NO_COLOR");
  return (no_colour == nullptr || *no_colour == '\0') && MovesCursor(channel);
}

size_t WidthOf(Channel channel) {
  constexpr size_t kUsual = 80;
  winsize size{};
  const bool known = ::ioctl(static_cast<int>(channel), TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : kUsual;
}

size_t HeightOf(Channel channel) {
  constexpr size_t kUsual = 24;
  winsize size{};
  const bool known = ::ioctl(static_cast<int>(channel), TIOCGWINSZ, &size) == 0 && size.ws_row > 1;
  return known ? size.ws_row - size_t{1} : kUsual;
}

}  // namespace ramp
