// Any text is a network whose own text makes the same network again, or refused with an Error.
#include <optional>
#include <string_view>

#include "ramp/base/error.h"
#include "ramp/network/network.h"

namespace {

std::optional<ramp::Network> Parse(std::string_view text, const ramp::Shape& input) {
  constexpr size_t kOutputs = 3, kTokens = 11, kMostWeights = 100000;
  try {
    return ramp::Network(text, input, kOutputs, kTokens, kMostWeights);
  } catch (const ramp::Error&) {
    return std::nullopt;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const ramp::Shape& input : {ramp::Shape{6}, ramp::Shape{5, 4}, ramp::Shape{6, 5, 2}}) {
    const std::optional<ramp::Network> network = Parse(text, input);
    if (!network) continue;
    const std::string written = network->Text();
    const std::optional<ramp::Network> again = Parse(written, input);
    if (!again || again->Text() != written || again->output_shape() != network->output_shape() ||
        again->parameter_count() != network->parameter_count()) {
      __builtin_trap();
    }
  }
  return 0;
}
