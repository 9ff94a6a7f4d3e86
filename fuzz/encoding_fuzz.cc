// Any text is an encoding that says the same when it is written and read again, or refused with an Error.
#include <string_view>

#include "ramp/base/error.h"
#include "ramp/data/encoding.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const std::string json = ramp::Encoding::FromJson(text).ToJson();
    if (ramp::Encoding::FromJson(json).ToJson() != json) __builtin_trap();
  } catch (const ramp::Error&) {
  }
  return 0;
}
