// The command of the terminal that repeats what a page shows.
#ifndef RAMP_WEB_COMMAND_LINE_H_
#define RAMP_WEB_COMMAND_LINE_H_

#include <cstdint>
#include <string>

#include "ramp/web/json.h"
#include "ramp/web/state.h"

namespace ramp::web {

// "ramp train 'spirals rows 400' --network ... --seed 1 --threads 1", with every knob that is not as usual. `seed` is a
// number, or a variable of the shell.
std::string TrainCommand(const DataChoice& data, const std::string& seed, const Settings& settings);

// See Command in README.md. `by_hand` says why the command gives other numbers; empty: it does not.
Json CommandJson(const State& state, const Settings& settings, const std::string& by_hand);

}  // namespace ramp::web

#endif  // RAMP_WEB_COMMAND_LINE_H_
