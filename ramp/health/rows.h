// Some rows that stand for all.
#ifndef RAMP_HEALTH_ROWS_H_
#define RAMP_HEALTH_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "ramp/data/dataset.h"

namespace ramp {

// At most `most` of them, from all parts. Those with an input that is not finite are left out, unless there are no
// others: one such row would make every figure so.
std::vector<uint32_t> SpreadRows(const Dataset& data, std::span<const uint32_t> rows, size_t most);

}  // namespace ramp

#endif  // RAMP_HEALTH_ROWS_H_
