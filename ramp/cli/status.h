// How a command that has said everything ends the program with another status than 0.
#ifndef RAMP_CLI_STATUS_H_
#define RAMP_CLI_STATUS_H_

namespace ramp {

struct ExitStatus {
  int status = 0;
};

// The command did its work, and found what it was told to fail on.
inline constexpr int kUnhealthyStatus = 3;

// What a shell reports for a program that was interrupted from the keyboard.
inline constexpr int kInterruptedStatus = 130;

}  // namespace ramp

#endif  // RAMP_CLI_STATUS_H_
