// A model file and what is known about its data.
#ifndef RAMP_CLI_FINISHED_MODEL_H_
#define RAMP_CLI_FINISHED_MODEL_H_

#include <string>

#include "ramp/data/source.h"
#include "ramp/network/network.h"
#include "ramp/onnx/model_file.h"

namespace ramp {

struct FinishedModel {
  std::string path;
  Network network;  // without a last softmax
  Metadata metadata;
  Encoding encoding;
  bool is_foreign = false;       // it does not say how its data is encoded
  bool ends_in_softmax = false;  // in the file
};

FinishedModel ReadFinishedModel(const std::string& path);

// The data, encoded for the model; with a note where the encoding was guessed.
Dataset ReadDataFor(const FinishedModel& model, const std::string& path, const Progress& progress);

}  // namespace ramp

#endif  // RAMP_CLI_FINISHED_MODEL_H_
