// The lines on which something over a grid changes between open and closed.
#ifndef RAMP_WEB_GRID_LINES_H_
#define RAMP_WEB_GRID_LINES_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace ramp::web {

// `open` and `value` are [height, width], row 0 is the top; between two neighbours of which one is open the line passes
// where the value, which is linear there, is 0, and through the middle where it has no change of sign. The answer is
// pieces x0, y0, x1, y1 from 0 (left, bottom) to 65535 over the area of all cells; with one row it is x alone.
std::vector<uint16_t> GridLines(size_t height, size_t width, std::span<const uint8_t> open,
                                std::span<const float> value);

}  // namespace ramp::web

#endif  // RAMP_WEB_GRID_LINES_H_
