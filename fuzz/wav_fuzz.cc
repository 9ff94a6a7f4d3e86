// Bytes are a recording with features that are finite, or refused with an Error.
#include <cmath>
#include <string_view>

#include "ramp/base/error.h"
#include "ramp/data/log_mel.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    ramp::ReadSoundHeader("fuzz.wav", bytes);
    const ramp::Sound sound = ramp::ReadSound("fuzz.wav", bytes);
    ramp::Encoding encoding;
    encoding.shape = {20, 12};
    encoding.data = ramp::SoundEncoding{.highest = 2000};
    const std::vector<float> features = ramp::SoundFeatures("fuzz.wav", sound, encoding);
    if (features.size() != encoding.shape.count()) __builtin_trap();
    for (const float value : features) {
      if (!std::isfinite(value)) __builtin_trap();
    }
  } catch (const ramp::Error&) {
  }
  return 0;
}
