// A table becomes examples: columns are typed and scaled from the data.
//
// A column of numbers is standardised; where training rows lack some, the median takes their place and a second input
// tells so. A column of text is a category: one input for each value, at most the hundred most frequent; any other
// value, and a missing one, leaves them all 0. Columns without use are left out, each with a note: one value only, no
// value, or texts of which most are different (names, tickets).
//
// The target: text is a class. Numbers are classes too when they are whole, at most 20 different, and on average twice
// there; otherwise they are numbers to predict, and a text among more numbers is an error.
#ifndef RAMP_DATA_TABLE_DATASET_H_
#define RAMP_DATA_TABLE_DATASET_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ramp/data/csv.h"
#include "ramp/data/dataset.h"
#include "ramp/data/hold_out.h"

namespace ramp {

// Whether the first row names the columns: where it is text above numbers, or unlike the repeated words below it, it
// does, where it is like the rows below it does not; the columns vote.
bool HasHeader(const Table& table);

// Draws the training rows out of so many, of which `held_out` (perhaps none) are to test.
using SplitRows = std::function<std::vector<uint32_t>(size_t rows, const std::vector<uint32_t>& held_out)>;

struct TableRequest {
  std::string target = {};               // as DataRequest has it
  std::optional<Task> task = {};         // overrides what the target's type says
  std::optional<HoldOut> hold_out = {};  // its column is no input
};
// Rows without a target are left out.
Dataset FitTable(const Table& table, const TableRequest& request, const SplitRows& split);

// `for_test`: targets are needed, rows without one are left out. Otherwise every row is kept in its place, and targets
// are used when all are there.
Dataset EncodeTable(const Table& table, const Encoding& encoding, bool for_test);

}  // namespace ramp

#endif  // RAMP_DATA_TABLE_DATASET_H_
