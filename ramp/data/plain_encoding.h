// The encoding of data for a model of another program, which says nothing about it.
#ifndef RAMP_DATA_PLAIN_ENCODING_H_
#define RAMP_DATA_PLAIN_ENCODING_H_

#include <string>

#include "ramp/base/shape.h"
#include "ramp/data/dataset.h"
#include "ramp/data/encoding.h"

namespace ramp {

// Numbers are taken as they are, and columns and classes counted, columns from 1 and classes from 0. A single output is
// a number to predict.
Encoding PlainEncoding(const Shape& input, size_t outputs);

// Scales what turned out to be bytes (pictures) to 0 ... 1, and notes what was guessed about the data of this model.
void FinishPlain(Dataset& data, const std::string& model);

}  // namespace ramp

#endif  // RAMP_DATA_PLAIN_ENCODING_H_
