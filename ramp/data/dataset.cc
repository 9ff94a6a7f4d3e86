#include "ramp/data/dataset.h"

#include <algorithm>
#include <cstring>

namespace ramp {
namespace {

void GatherBytes(const uint8_t* values, size_t count, const Encoding& encoding, std::span<const uint32_t> rows,
                 float* out) {
  const InputScale& scale = *encoding.scale();
  const size_t pairs = scale.mean.size();
  const float* mean = scale.mean.data();
  const float* deviation = scale.deviation.data();
  for (const uint32_t row : rows) {
    const uint8_t* from = values + row * count;
    if (pairs == 1) {
      const float factor = 1 / deviation[0];
      for (size_t i = 0; i < count; ++i) out[i] = (static_cast<float>(from[i]) - mean[0]) * factor;
    } else {
      for (size_t begin = 0; begin < count; begin += pairs) {
        for (size_t i = 0; i < pairs; ++i) {
          out[begin + i] = (static_cast<float>(from[begin + i]) - mean[i]) / deviation[i];
        }
      }
    }
    out += count;
  }
}

}  // namespace

void Dataset::Gather(std::span<const uint32_t> wanted, float* out) const {
  const size_t count = encoding.shape.count();
  if (const auto* bytes = std::get_if<std::vector<uint8_t>>(&inputs)) {
    GatherBytes(bytes->data(), count, encoding, wanted, out);
    return;
  }
  if (const auto* tokens = std::get_if<std::vector<uint16_t>>(&inputs)) {
    const size_t step = row_step == 0 ? count : row_step;
    for (const uint32_t row : wanted) out = std::copy_n(tokens->data() + row * step, count, out);
    return;
  }
  const float* values = std::get<std::vector<float>>(inputs).data();
  for (size_t r = 0; r < wanted.size(); ++r) {
    std::memcpy(out + r * count, values + wanted[r] * count, count * sizeof(float));
  }
}

}  // namespace ramp
