// Which rows train, which validate, and which test.
#ifndef RAMP_DATA_SPLIT_H_
#define RAMP_DATA_SPLIT_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace ramp {

struct Split {
  std::vector<uint32_t> training, validation, test;  // each in rising order
};

// Draws `test` of all rows (0: none), then `valid` of the others, by chance. Every part that is asked for gets a row at
// least; throws Error when none is left to train on.
Split DrawSplit(const std::string& name, size_t rows, double test, double valid, uint64_t seed);

// The same within each class, so that all parts have the classes in the same shares: labels[i] is the class of rows[i].
// A class of few rows trains first, and has none in the other parts.
Split DrawStratified(const std::string& name, std::span<const uint32_t> rows, std::span<const int32_t> labels,
                     double test, double valid, uint64_t seed);

// By position: the first rows train, those behind them validate, the last ones test.
Split SplitByPosition(const std::string& name, size_t rows, double test, double valid);

// Throws UsageError unless 0 < fraction < 1.
void CheckFraction(const std::string& option, double fraction);

}  // namespace ramp

#endif  // RAMP_DATA_SPLIT_H_
