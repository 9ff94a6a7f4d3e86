#include "ramp/health/rows.h"

#include <algorithm>
#include <cmath>

namespace ramp {

std::vector<uint32_t> SpreadRows(const Dataset& data, std::span<const uint32_t> rows, size_t most) {
  std::vector<uint32_t> spread(std::min(most, rows.size()));
  for (size_t i = 0; i < spread.size(); ++i) spread[i] = rows[i * rows.size() / spread.size()];
  std::vector<uint32_t> finite;
  std::vector<float> inputs(data.encoding.shape.count());
  for (const uint32_t row : spread) {
    data.Gather({&row, 1}, inputs.data());
    if (std::ranges::all_of(inputs, [](float value) { return std::isfinite(value); })) finite.push_back(row);
  }
  return finite.empty() ? spread : finite;
}

}  // namespace ramp
