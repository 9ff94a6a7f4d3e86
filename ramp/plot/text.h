// Text that may come from anywhere (class names of a file, say), made safe to draw.
#ifndef RAMP_PLOT_TEXT_H_
#define RAMP_PLOT_TEXT_H_

#include <string>
#include <string_view>

namespace ramp::plot {

// The code points of UTF-8. What is no valid UTF-8, and what is a control character, becomes U+FFFD: escape sequences
// must not reach a terminal, and neither XML nor cairo takes them.
std::u32string CodePoints(std::string_view utf8);

std::string Utf8(std::u32string_view code_points);

// The same text, safe to draw.
inline std::string Clean(std::string_view utf8) { return Utf8(CodePoints(utf8)); }

}  // namespace ramp::plot

#endif  // RAMP_PLOT_TEXT_H_
