// How long OpenMP's threads spin at a barrier before they sleep.
#ifndef RAMP_CLI_PATIENCE_H_
#define RAMP_CLI_PATIENCE_H_

namespace ramp {

// libgomp's usual 300,000 rounds suit an idle machine; beside other programs a thread spins away the time slice in
// which the one that it waits for could have run, and a training step takes a hundred times as long. libgomp reads its
// settings from the environment as it is loaded, before main: so this sets them and starts the program anew, once,
// unless the user has set them.
void SpinBriefly(char** argv);

}  // namespace ramp

#endif  // RAMP_CLI_PATIENCE_H_
