// Arrays of inputs and targets (IDX, NPY).
#ifndef RAMP_DATA_ARRAY_DATA_H_
#define RAMP_DATA_ARRAY_DATA_H_

#include <memory>
#include <optional>

#include "ramp/data/data_kinds.h"
#include "ramp/data/raw_array.h"

namespace ramp {

struct ArrayPair {
  RawArray inputs;                  // [rows, ...]
  std::optional<RawArray> targets;  // [rows] or [rows, 1]: integers are classes, floats are numbers to predict
};

// The first pass over arrays that are read already. Throws Error when they do not fit together.
std::unique_ptr<Survey> SurveyArrays(ArrayPair pair);

}  // namespace ramp

#endif  // RAMP_DATA_ARRAY_DATA_H_
