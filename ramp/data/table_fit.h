// The third pass over a table: the encoding of its columns, from the rows that train.
//
// A column of numbers is standardised; where training rows lack some, the median takes their place and a second input
// marks them. A column of text is a category: one input for each value, at most the hundred most frequent; any other
// value, and a missing one, leaves them all 0. Columns without use are left out, each with a note: one value only, no
// value, or texts of which most are different (names, tickets).
#ifndef RAMP_DATA_TABLE_FIT_H_
#define RAMP_DATA_TABLE_FIT_H_

#include <cstdint>
#include <span>

#include "ramp/data/table_survey.h"

namespace ramp {

// `training` numbers examples of the survey, which gets the notes. Throws Error when there is nothing to learn.
Encoding FitTable(TableSurvey& survey, std::span<const uint32_t> training);

}  // namespace ramp

#endif  // RAMP_DATA_TABLE_FIT_H_
