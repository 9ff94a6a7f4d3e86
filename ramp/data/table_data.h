// Tables (CSV); table_survey.h describes their passes.
#ifndef RAMP_DATA_TABLE_DATA_H_
#define RAMP_DATA_TABLE_DATA_H_

#include <memory>

#include "ramp/data/csv.h"
#include "ramp/data/data_kinds.h"

namespace ramp {

// The first pass over a table that is read already.
std::unique_ptr<Survey> SurveyTable(Table table, const Purpose& purpose);

}  // namespace ramp

#endif  // RAMP_DATA_TABLE_DATA_H_
