// Means and deviations: the scale of inputs that are numbers by themselves.
#ifndef RAMP_DATA_SCALE_H_
#define RAMP_DATA_SCALE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "ramp/data/dataset.h"

namespace ramp {

// Sets the encoding's scale from the inputs of the given rows alone: `pairs` is 1 for one pair over all values, the
// number of units for one for each of them, the number of all inputs of a row for one for each.
void FitInputs(const InputValues& inputs, size_t pairs, std::span<const uint32_t> training, Encoding& encoding);
// Brings floats to the encoding's scale; bytes wait for their batch. Throws Error, which begins with
// `name`, for what is then no finite number.
void Standardise(const std::string& name, InputValues& inputs, const Encoding& encoding);

}  // namespace ramp

#endif  // RAMP_DATA_SCALE_H_
