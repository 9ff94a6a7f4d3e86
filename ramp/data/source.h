// From a path, as a person types it, to examples: the one entry to all readers.
#ifndef RAMP_DATA_SOURCE_H_
#define RAMP_DATA_SOURCE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ramp/data/dataset.h"

namespace ramp {

// What to read for a training.
struct DataRequest {
  std::string path = {};          // CSV file, IDX file or folder, NPY file or folder; empty: the generated digits
  std::string target = {};        // CSV: its name, or without header its number from 1; empty: the last column
  std::optional<Task> task = {};  // instead of the one that the target's type stands for
  std::string test = {};          // a path, a fraction such as "0.2", or empty: the data's own test part, else 0.2
  double valid = 0.1;             // the fraction of the training rows that is held out for validation
  uint64_t seed = 1;              // draws the split (and the digits)
};

// Examples and the rows that each part has; the parts do not overlap. The encoding is fitted on `training` alone.
struct TrainingData {
  Dataset examples;
  std::vector<uint32_t> training, validation, test;  // rows of `examples`; test is empty if there is a test_set
  std::optional<Dataset> test_set;                   // when the test part comes from a file of its own
  std::string name;                                  // "digits", "adult-train.csv"
};

// Throws Error with file, line or byte, and the remedy.
TrainingData ReadTrainingData(const DataRequest& request);

// Raw data for a trained model. Targets are read when the data has them.
Dataset ReadForPrediction(const std::string& path, const Encoding& encoding);

}  // namespace ramp

#endif  // RAMP_DATA_SOURCE_H_
