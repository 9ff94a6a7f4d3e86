// The start of a network's weights.
#ifndef RAMP_NETWORK_INITIALIZE_H_
#define RAMP_NETWORK_INITIALIZE_H_

#include <cstdint>
#include <span>
#include <string_view>

#include "ramp/network/network.h"

namespace ramp {

// One row of the table of initialisations: weights are drawn with mean 0 and the variance that the row says.
struct Initialization {
  std::string_view name;     // "he"
  std::string_view summary;  // what it keeps constant, for which activations
  std::string_view source;   // paper, year
  bool uniform = false;      // else normal
  double (*variance)(const ParameterBlock& weight, double gain) = nullptr;
};

std::span<const Initialization> Initializations();
// Throws UsageError with the nearest name.
const Initialization& FindInitialization(std::string_view name);

// Draws all weights; biases and slopes get their initial values. `name` is a row of the table; empty: chosen by the
// activation that follows each layer (its gain over fan_in, drawn uniformly, which keeps the second moment).
void Initialize(Network& network, std::string_view name, uint64_t seed);

}  // namespace ramp

#endif  // RAMP_NETWORK_INITIALIZE_H_
