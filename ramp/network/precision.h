// In what a network's matrix products are computed.
#ifndef RAMP_NETWORK_PRECISION_H_
#define RAMP_NETWORK_PRECISION_H_

#include <span>
#include <string_view>

namespace ramp {

enum class Precision {
  kFloat32,
  // The numbers that are multiplied are rounded to bfloat16 (8 bits of significand) on their way into the processor,
  // the products are summed in float32. Everything that is kept stays float32: values, gradients, weights and what the
  // optimizer remembers.
  kBfloat16,
};

struct PrecisionDefinition {
  std::string_view name;  // "bf16"
  std::string_view summary;
  std::string_view source;  // paper, year
  Precision precision;
};

std::span<const PrecisionDefinition> Precisions();
// Throws UsageError with the nearest name, and where this processor cannot compute in it.
Precision FindPrecision(std::string_view name);
// Whether this processor multiplies in it: bfloat16 needs AMX's tiles, without which it would be slower than float32.
bool CanCompute(Precision precision);

}  // namespace ramp

#endif  // RAMP_NETWORK_PRECISION_H_
