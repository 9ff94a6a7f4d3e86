// From a path, as a person types it, to examples: the one entry to all readers. source.cc lists the kinds of data, and
// data_kind.h describes their passes.
#ifndef RAMP_DATA_SOURCE_H_
#define RAMP_DATA_SOURCE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ramp/data/augmentation.h"
#include "ramp/data/dataset.h"
#include "ramp/data/request.h"

namespace ramp {

// Examples and the rows that each part has; the parts do not overlap. The encoding is fitted on `training` alone.
struct TrainingData {
  Dataset examples;
  std::vector<uint32_t> training, validation, test;  // rows of `examples`; test is empty if there is a test_set
  std::optional<Dataset> test_set;                   // when the test part comes from a file of its own
  std::string name;                                  // "digits", "adult-train.csv"
  Augmentation augmentation;                         // of the batches that train
};

// Throws Error with file, line or byte, and the remedy.
TrainingData ReadTrainingData(const DataRequest& request);

// The same where there is no file, so that nobody can name one: of the generated set that request.path names, and of a
// table's text (CSV), which messages call request.path. Throws UsageError where there is no such set.
TrainingData MakeTrainingData(const DataRequest& request);
TrainingData ReadTrainingTable(const DataRequest& request, std::string csv);

// Raw data for a trained model. Targets are read when the data has them.
Dataset ReadForPrediction(const std::string& path, const Encoding& encoding, const Progress& progress = {});

}  // namespace ramp

#endif  // RAMP_DATA_SOURCE_H_
