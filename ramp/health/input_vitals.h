// What the inputs look like, column by column, before anything is learned from them.
#ifndef RAMP_HEALTH_INPUT_VITALS_H_
#define RAMP_HEALTH_INPUT_VITALS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "ramp/data/dataset.h"

namespace ramp {

struct InputVitals {
  bool tokens = false;  // they are numbers of words, about which nothing of what follows is said
  size_t columns = 0, rows = 0;
  double root_mean_square = 0;  // of all values
  // Root of the mean square of the columns' means, and of their deviations.
  double offset = 0, deviation = 0;
  double widest = 0, usual = 0;  // the largest deviation of a column, and the median of those that change
  size_t widest_column = 0;
  std::vector<size_t> constant = {};                       // columns that never change
  std::vector<std::pair<size_t, size_t>> duplicates = {};  // the later column is the earlier one again
  std::vector<size_t> leaking = {};                        // columns that tell the target all by themselves
  std::vector<std::string> names = {};                     // of all columns; none where they are only numbered

  std::string Name(size_t column) const;
  // The first of them, "'city' = 'Rome', 'age' and 3 more".
  std::string Names(std::span<const size_t> columns) const;
};

// Looks at these rows. Columns are compared with the target where the data has it.
InputVitals ExamineInputs(const Dataset& data, std::span<const uint32_t> rows);

// "column 3", or its name where the data has names.
std::string ColumnName(const Encoding& encoding, size_t column);

}  // namespace ramp

#endif  // RAMP_HEALTH_INPUT_VITALS_H_
