// Pictures brought to another size.
#ifndef RAMP_DATA_RESIZE_H_
#define RAMP_DATA_RESIZE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace ramp {

// From [height, width, channels] to [new_height, new_width, channels], each axis by itself: a pixel is the mean of what
// lies around it, weighed by a triangle as wide as the larger of an old and a new pixel. That is linear interpolation
// for a growing picture, and no fine pattern is lost to chance in a shrinking one.
std::vector<uint8_t> Resize(std::span<const uint8_t> pixels, size_t height, size_t width, size_t channels,
                            size_t new_height, size_t new_width);

}  // namespace ramp

#endif  // RAMP_DATA_RESIZE_H_
