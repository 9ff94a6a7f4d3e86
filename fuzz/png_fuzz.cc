// Bytes are a picture of as many values as its header says, grey or in colours, or refused with an Error.
#include <string_view>

#include "ramp/base/error.h"
#include "ramp/data/png.h"
#include "ramp/data/resize.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const ramp::PictureHeader header = ramp::ReadPngHeader("fuzz.png", bytes);
    // What is larger is right as well, but slow.
    if (header.width > 2000 || header.height > 2000) return 0;
    for (const size_t channels : {size_t{1}, size_t{3}}) {
      const std::vector<uint8_t> pixels = ramp::DecodePng("fuzz.png", bytes, channels);
      if (pixels.size() != header.width * header.height * channels) __builtin_trap();
      if (ramp::Resize(pixels, header.height, header.width, channels, 3, 5).size() != 15 * channels) __builtin_trap();
    }
  } catch (const ramp::Error&) {
  }
  return 0;
}
