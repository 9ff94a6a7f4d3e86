// PNG pictures (ISO/IEC 15948) as bytes: any depth, grey, colour, palette, with or without transparency.
#ifndef RAMP_DATA_PNG_H_
#define RAMP_DATA_PNG_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ramp {

struct PictureHeader {
  size_t width = 0, height = 0;
  bool colour = false;  // palettes count as colour
};

// Reads the first 33 bytes of a file. Throws Error, which begins with `name`, when they are not those of a PNG file.
inline constexpr size_t kPngHeaderBytes = 33;
PictureHeader ReadPngHeader(const std::string& name, std::string_view bytes);

// [height, width, channels], 1 channel (grey) or 3 (red, green, blue). Transparent pixels lie on white; 16 bits are
// rounded to 8. Throws Error, which begins with `name`, for what is damaged, cut off, or claims a size that its bytes
// cannot hold (nothing is allocated then).
std::vector<uint8_t> DecodePng(const std::string& name, std::string_view bytes, size_t channels);

}  // namespace ramp

#endif  // RAMP_DATA_PNG_H_
