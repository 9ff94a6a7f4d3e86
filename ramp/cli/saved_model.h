// The end of a training: its model file.
#ifndef RAMP_CLI_SAVED_MODEL_H_
#define RAMP_CLI_SAVED_MODEL_H_

#include <string>

#include "ramp/data/encoding.h"
#include "ramp/network/network.h"

namespace ramp {

// Where the trained model is now. What was learned is not thrown away because a disk is full: then it goes to the
// folder for temporary files, which is said, and the program fails all the same.
struct SavedModel {
  std::string path;
  std::string failure;  // empty: it is where it should be
};

SavedModel SaveModel(const std::string& path, const Network& network, const Encoding& encoding);

}  // namespace ramp

#endif  // RAMP_CLI_SAVED_MODEL_H_
