// Arrays of inputs and targets (IDX, NPY, the generated digits) become examples.
#ifndef RAMP_DATA_ARRAY_DATASET_H_
#define RAMP_DATA_ARRAY_DATASET_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ramp/data/dataset.h"
#include "ramp/data/raw_array.h"

namespace ramp {

struct ArrayPair {
  RawArray inputs;                  // [rows, ...]
  std::optional<RawArray> targets;  // [rows] or [rows, 1]
};

// The inputs' means and deviations from the given rows alone: `pairs` is 1 for one pair over all values, the number of
// units for one for each of them, the number of all inputs of a row for one for each.
void FitInputs(const InputValues& inputs, size_t inputs_per_row, size_t pairs, std::span<const uint32_t> training,
               Encoding& encoding);
// Brings floats to the encoding's means and deviations; bytes wait for their batch. Throws Error, which begins with
// `name`, for what is then no finite number.
void Standardise(const std::string& name, InputValues& inputs, const Encoding& encoding);

// Integer targets are classes, floats are numbers to predict, unless `task` says otherwise. Throws Error when the pair
// does not fit together, or when there is nothing to learn in the rows of `training`.
Dataset FitArrays(ArrayPair pair, std::optional<Task> task, std::span<const uint32_t> training);
// `needs_targets`: without them, or with a class that the encoding does not know, Error is thrown; else such targets
// are left out with a note.
Dataset EncodeArrays(ArrayPair pair, const Encoding& encoding, bool needs_targets);

}  // namespace ramp

#endif  // RAMP_DATA_ARRAY_DATASET_H_
