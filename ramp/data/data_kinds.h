// The kinds of data, a file each; source.cc has their table.
#ifndef RAMP_DATA_DATA_KINDS_H_
#define RAMP_DATA_DATA_KINDS_H_

#include <memory>
#include <optional>
#include <string>

#include "ramp/data/data_kind.h"
#include "ramp/data/raw_array.h"

namespace ramp {

extern const DataKind kTableData, kArrayData, kPictureData, kSoundData, kTextData, kLongTextData, kGeneratedData;

// The first pass over data that is read already; table_survey.h and text_data.h have the others.

struct ArrayPair {
  RawArray inputs;                  // [rows, ...]
  std::optional<RawArray> targets;  // [rows] or [rows, 1]: integers are classes, floats are numbers to predict
};
// Throws Error when the two do not fit together.
std::unique_ptr<Survey> SurveyArrays(ArrayPair pair);
// A text to train on. Throws Error when its characters are no classes.
std::unique_ptr<Survey> SurveyLongText(const std::string& name, std::string text);

}  // namespace ramp

#endif  // RAMP_DATA_DATA_KINDS_H_
