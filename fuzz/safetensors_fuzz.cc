// Any bytes are tensors that are the same when they are written and read again, or refused with an Error.
#include <algorithm>

#include "ramp/base/error.h"
#include "ramp/data/safetensors.h"

namespace {

bool Equal(const ramp::Safetensors& one, const ramp::Safetensors& other) {
  return one.metadata == other.metadata &&
         std::ranges::equal(one.tensors, other.tensors, [](const auto& a, const auto& b) {
           return a.name == b.name && a.type == b.type && a.shape == b.shape && std::ranges::equal(a.bytes, b.bytes);
         });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    const ramp::Safetensors content = ramp::ReadSafetensors("fuzz.safetensors", {data, size});
    const std::string bytes = ramp::WriteSafetensors(content);
    const std::span written(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
    if (!Equal(content, ramp::ReadSafetensors("written", written))) __builtin_trap();
  } catch (const ramp::Error&) {
  }
  return 0;
}
