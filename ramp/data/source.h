// From a path, as a person types it, to examples: the one entry to all readers.
#ifndef RAMP_DATA_SOURCE_H_
#define RAMP_DATA_SOURCE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ramp/data/augmentation.h"
#include "ramp/data/dataset.h"
#include "ramp/data/file_examples.h"

namespace ramp {

// What to read for a training. What has no meaning for the kind of data that is found must be left as it is.
struct DataRequest {
  std::string path = {};          // a file or a folder, or a generated set with its settings; empty: the first of them
  std::string target = {};        // tables: its name, or without header its number from 1; empty: the last column
  std::optional<Task> task = {};  // tables and arrays: instead of the one that the target's type stands for
  bool next_character = false;    // a text file: predict the character that follows
  std::string test = {};          // a path, a fraction such as "0.2", or empty: the data's own test part, else 0.2
  std::string hold_out = {};      // instead: rows with some values of a field test, such as "city=Rome" (HoldOut)
  double valid = 0.1;             // the fraction of the training rows that is held out for validation
  std::string size = {};          // folders of pictures: bring all to one size, such as "28x28" (width first)
  std::optional<double> seconds = {};     // folders of sound: cut or fill up to that length
  bool characters = false;                // text: tokens are characters, not words
  size_t length = 0;                      // text: tokens of an example; 0: the longest, or 64 before the next character
  std::optional<size_t> vocabulary = {};  // text: at most so many different tokens
  std::string augment = {};               // changes of the training rows, such as "shift 2, flip" (see augmentation.h)
  uint64_t seed = 1;                      // draws the split and the generated sets
  Progress progress = {};                 // is told while many files are read
};

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
