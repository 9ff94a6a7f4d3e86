// Which rows train, which validate, and which test.
#ifndef RAMP_DATA_SPLIT_H_
#define RAMP_DATA_SPLIT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace ramp {

struct Split {
  std::vector<uint32_t> training, validation, test;  // each in rising order
};

// Draws `test` of all rows (0: none), then `valid` of the others, by chance. Every part that is asked for gets a row at
// least; throws Error when none is left to train on.
Split DrawSplit(const std::string& name, size_t rows, double test, double valid, uint64_t seed);

// Throws UsageError unless 0 < fraction < 1.
void CheckFraction(const std::string& option, double fraction);

}  // namespace ramp

#endif  // RAMP_DATA_SPLIT_H_
