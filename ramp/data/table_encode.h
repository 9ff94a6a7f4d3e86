// The fourth pass over a table: its examples become inputs and targets.
#ifndef RAMP_DATA_TABLE_ENCODE_H_
#define RAMP_DATA_TABLE_ENCODE_H_

#include "ramp/data/table_survey.h"

namespace ramp {

// `needs_targets`: a target that is none throws Error; else targets are used when all are there. The dataset has the
// survey's notes.
Dataset EncodeTable(const TableSurvey& survey, const Encoding& encoding, bool needs_targets);

}  // namespace ramp

#endif  // RAMP_DATA_TABLE_ENCODE_H_
