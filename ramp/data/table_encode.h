// The fourth pass over a table: its examples become inputs and targets.
#ifndef RAMP_DATA_TABLE_ENCODE_H_
#define RAMP_DATA_TABLE_ENCODE_H_

#include "ramp/data/table_survey.h"

namespace ramp {

// The dataset has the survey's notes. Throws Error for cells that are no numbers, or too far from the training's.
Dataset EncodeTable(const TableSurvey& survey, const Encoding& encoding);

}  // namespace ramp

#endif  // RAMP_DATA_TABLE_ENCODE_H_
