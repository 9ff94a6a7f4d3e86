// Long sentences as lines.
#ifndef RAMP_CLI_WRAPPED_H_
#define RAMP_CLI_WRAPPED_H_

#include <cstddef>
#include <string>

namespace ramp {

// Lines of at most `width` columns, broken at spaces, the ones behind the first with `indent` in front. 0: one line.
std::string Wrapped(const std::string& text, size_t width, const std::string& indent);

}  // namespace ramp

#endif  // RAMP_CLI_WRAPPED_H_
