// Examples, ready for a network: inputs of one shape, and what is to be predicted.
#ifndef RAMP_DATA_DATASET_H_
#define RAMP_DATA_DATASET_H_

#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "ramp/base/shape.h"
#include "ramp/data/encoding.h"

namespace ramp {

// What reading found worth telling, in sentences.
using Notes = std::vector<std::string>;

// Bytes stay bytes until their batch is gathered: 60,000 pictures of 28x28 take 47 MB, not 188. 16-bit numbers are
// tokens of a text, whose numbers are gathered as they are.
using InputValues = std::variant<std::vector<uint8_t>, std::vector<float>, std::vector<uint16_t>>;

struct Dataset {
  Encoding encoding;  // how raw data became these numbers, and how outputs become answers
  size_t rows = 0;
  InputValues inputs;              // [rows, encoding.shape.count()]; bytes are scaled by the encoding when gathered
  size_t row_step = 0;             // 1: row r begins at value r, so that the rows are windows; 0: rows lie end to end
  std::vector<int32_t> labels;     // [rows], classification; empty when the targets are unknown (prediction)
  std::vector<float> values;       // [rows], regression, standardised by the encoding; else empty as well
  std::vector<std::string> names;  // [rows], the file that a row came from; empty where all came from one
  Notes notes;

  bool has_targets() const { return !labels.empty() || !values.empty(); }
  // Writes the inputs of the given rows one after another: out is [rows.size(), shape.count()].
  void Gather(std::span<const uint32_t> rows, float* out) const;
};

}  // namespace ramp

#endif  // RAMP_DATA_DATASET_H_
