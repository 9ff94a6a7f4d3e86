// Durations for people.
#ifndef RAMP_CLI_TIME_TEXT_H_
#define RAMP_CLI_TIME_TEXT_H_

#include <string>

namespace ramp {

// "7 s", "2 min 05 s", "1 h 30 min": seconds are rounded up, so that a time that is left is not 0 too early.
std::string TimeText(double seconds);

}  // namespace ramp

#endif  // RAMP_CLI_TIME_TEXT_H_
