// The wishes of a person who trains, as they are typed.
#ifndef RAMP_DATA_REQUEST_H_
#define RAMP_DATA_REQUEST_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "ramp/data/encoding.h"

namespace ramp {

// Called while many files are read: "pictures", 300 of 2000.
using Progress = std::function<void(std::string_view what, size_t done, size_t total)>;

// The data of a training. Members without a meaning for the kind of data that is found must be left as they are.
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
  Progress progress = {};                 // called while many files are read
};

}  // namespace ramp

#endif  // RAMP_DATA_REQUEST_H_
