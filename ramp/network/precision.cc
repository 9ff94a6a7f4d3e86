#include "ramp/network/precision.h"

#include <fmt/format.h>

#include <array>

#include "ramp/base/error.h"
#include "ramp/base/find_row.h"
#include "ramp/network/onednn.h"

namespace ramp {

std::span<const PrecisionDefinition> Precisions() {
  static constexpr std::array<PrecisionDefinition, 2> kPrecisions = {{
      {"float32", "products of floats", "", Precision::kFloat32},
      {"bf16",
       "large products of dense layers take numbers rounded to bfloat16 and sum them in float32; all else, with the "
       "weights, stays float32; for processors with AMX",
       "Kalamkar et al., 2019", Precision::kBfloat16},
  }};
  return kPrecisions;
}

bool CanCompute(Precision precision) {
  const unsigned amx = dnnl_cpu_isa_avx512_core_amx;  // a set of bits, as every instruction set of oneDNN
  return precision == Precision::kFloat32 || (dnnl_get_effective_cpu_isa() & amx) == amx;
}

Precision FindPrecision(std::string_view name) {
  const Precision precision = FindRow(Precisions(), "a precision", name).precision;
  if (!CanCompute(precision)) {
    throw UsageError(
        fmt::format("this processor does not compute in {}, which takes AMX: take {}", name, Precisions()[0].name));
  }
  return precision;
}

}  // namespace ramp
