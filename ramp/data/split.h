// The second pass: which rows train, which validate, and which test.
#ifndef RAMP_DATA_SPLIT_H_
#define RAMP_DATA_SPLIT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace ramp {

// kAny: chance decides.
enum class Part { kAny, kTraining, kValidation, kTest };

// The survey's description of the rows, as far as the split depends on it.
struct RowsToSplit {
  std::string name;  // of the data, for messages
  size_t rows = 0;
  std::vector<Part> parts = {};       // [rows], where the data itself names the parts; or empty
  std::vector<int32_t> classes = {};  // [rows], where each part gets the classes in the same shares; or empty
  bool by_position = false;           // the first rows train, those after them validate, the last ones test
};

struct SplitFractions {
  double test = 0;   // of all rows; 0: none
  double valid = 0;  // of the rows that do not test
};

struct Split {
  std::vector<uint32_t> training, validation, test;  // each in rising order
};

// Rows with a part of their own keep it, and nothing is drawn for a part that some row has. The others are drawn by
// chance. A class of few rows trains first, and has none in the other parts. Throws Error when no row is left to train.
Split SplitRows(const RowsToSplit& rows, const SplitFractions& fractions, uint64_t seed);

// Throws UsageError unless 0 < fraction < 1.
void CheckFraction(const std::string& option, double fraction);

}  // namespace ramp

#endif  // RAMP_DATA_SPLIT_H_
