// Where ramp keeps what it remembers from one start of the program to the next.
#ifndef RAMP_RUNS_HOME_H_
#define RAMP_RUNS_HOME_H_

#include <string>

namespace ramp {

// The folder in RAMP_HOME; else ramp in XDG_DATA_HOME; else ~/.local/share/ramp. It need not be there. Throws Error
// when none of RAMP_HOME, XDG_DATA_HOME and HOME is set.
std::string HomeFolder();

// The file of the run history in it.
std::string HistoryPath();

}  // namespace ramp

#endif  // RAMP_RUNS_HOME_H_
