#include "ramp/cli/wrapped.h"

namespace ramp {

std::string Wrapped(const std::string& text, size_t width, const std::string& indent) {
  std::string wrapped;
  size_t begin = 0;
  std::string front;
  if (width <= indent.size()) return text;
  while (text.size() - begin + front.size() > width) {
    const size_t room = width - front.size();
    size_t end = text.rfind(' ', begin + room);
    // A word that is longer than the line stays whole; spaces in front of the first word are no place to break.
    if (end == std::string::npos || end <= text.find_first_not_of(' ', begin)) end = text.find(' ', begin + room);
    if (end == std::string::npos) break;
    wrapped += front + text.substr(begin, end - begin) + "\n";
    begin = end + 1;
    front = indent;
  }
  return wrapped + front + text.substr(begin);
}

}  // namespace ramp
