// How raw data becomes a network's inputs, and how its outputs become answers. Fitted on the training rows alone, it
// travels in the model file, so that prediction takes data as raw as training did.
#ifndef RAMP_DATA_ENCODING_H_
#define RAMP_DATA_ENCODING_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ramp/base/shape.h"

namespace ramp {

enum class Task { kClassification, kRegression };

// One column of a table. A number takes one input, (x - mean) / deviation, and one more, the indicator, when values
// were missing in training; a category takes one input for each value seen in training.
struct TableColumn {
  std::string name;
  bool numeric = true;
  double mean = 0, deviation = 1, median = 0;  // numeric
  bool may_be_missing = false;                 // numeric: a missing value becomes the median and sets the indicator
  std::vector<std::string> values = {};        // category
  size_t width() const { return numeric ? (may_be_missing ? 2 : 1) : values.size(); }
};

// Input = (value - mean) / deviation, with one pair for all values, one for each unit (the last axis) or one for each
// value.
struct InputScale {
  std::vector<float> mean, deviation;
};

// A table (CSV).
struct TableEncoding {
  std::string target = {};                // the column to predict
  bool header = false;                    // the table named its columns
  size_t target_index = 0;                // the target's place among the table's columns
  std::vector<TableColumn> columns = {};  // all but the target, in the table's order
};

struct ArrayEncoding {
  InputScale scale = {};
};

// Pictures of a folder, or in arrays.
struct PictureEncoding {
  InputScale scale = {};
  bool resizes = false;  // those of another size are brought to the shape
};

// How a recording becomes its log-mel features [frames, mels], see log_mel.h.
struct SoundEncoding {
  InputScale scale = {};
  double window = 0.025, hop = 0.01;   // of the frames, in seconds
  double lowest = 60, highest = 4000;  // of the bands, in Hz
};

// How text becomes token numbers [length]. Number 0 fills up what is too short, 1 is a token that training did not
// have, 2 + i is tokens[i]. An `embedding` layer takes them; they are floats like all inputs (exact below 2^24).
struct TextEncoding {
  bool characters = false;  // a token is a character (of UTF-8), else a word or a sign
  bool next = false;        // what is to be predicted is the character that follows
  std::vector<std::string> tokens = {};
};

// For a model of another program: tables, arrays and pictures are taken alike, see plain_encoding.h.
struct ForeignEncoding {
  TableEncoding table = {};
  InputScale scale = {};
};

struct Encoding {
  Shape shape;  // of one example's inputs
  Task task = Task::kClassification;
  std::vector<std::string> labels;  // classification: the names of the classes, in the order of the outputs
  double target_mean = 0, target_deviation = 1;  // regression: raw value = output * deviation + mean
  std::variant<TableEncoding, ArrayEncoding, PictureEncoding, SoundEncoding, TextEncoding, ForeignEncoding> data;

  // Null where the data is of another kind.
  const TableEncoding* table() const;
  const InputScale* scale() const;
  const SoundEncoding* sound() const { return std::get_if<SoundEncoding>(&data); }
  const TextEncoding* text() const { return std::get_if<TextEncoding>(&data); }
  // Of a table; else empty.
  std::span<const TableColumn> columns() const;
  // For sound, else for pictures where the shape has three axes, else for arrays.
  void SetScale(InputScale scale);

  // How many different token numbers the inputs have; 0 where they are no tokens.
  size_t vocabulary() const { return text() != nullptr ? text()->tokens.size() + 2 : 0; }
  // What is read for it, for messages: "a table (CSV)".
  std::string Wanted() const;
  size_t outputs() const { return task == Task::kClassification ? labels.size() : 1; }
  // JSON, as it stands in the model file's metadata.
  std::string ToJson() const;
  // Throws Error when the text is no encoding or contradicts itself: it comes from a file that anyone may have written.
  static Encoding FromJson(std::string_view text);
};

}  // namespace ramp

#endif  // RAMP_DATA_ENCODING_H_
