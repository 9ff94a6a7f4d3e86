// The start of a network's weights.
#ifndef RAMP_NETWORK_INITIALIZE_H_
#define RAMP_NETWORK_INITIALIZE_H_

#include <cstdint>
#include <span>
#include <string_view>

#include "ramp/network/network.h"

namespace ramp {

class Random;

// A block of weights to be drawn, as a matrix: [inputs of a unit, units].
struct WeightDraw {
  Random& random;
  double variance = 0;       // what the row's `variance` says
  size_t units = 0;          // the last axis
  std::span<float> weights;  // [inputs, units]
  std::span<float> bias;     // [units], or empty where the layer has none; it holds its usual start
  size_t inputs() const { return weights.size() / units; }
};

// One row of the table of initialisations.
struct Initialization {
  std::string_view name;     // "he"
  std::string_view summary;  // what it keeps constant, for which activations
  std::string_view source;   // paper, year
  // Of a weight; `gain` is that of the activation behind the layer, see Activation::gain.
  double (*variance)(const ParameterBlock& weight, double gain) = nullptr;
  void (*draw)(const WeightDraw& draw) = nullptr;
  // With m layers of weights in each of L residual branches, the last of a branch starts at 0 and the deviation of the
  // others is divided by L^(1 / (2 m - 2)), so that deep stacks without norms neither blow up nor stand still.
  bool scales_branches = false;
};

std::span<const Initialization> Initializations();
// Throws UsageError with the nearest name.
const Initialization& FindInitialization(std::string_view name);

// Draws all weights; biases and slopes get their initial values. `name` is a row of the table; empty: chosen by the
// activation that follows each layer (its gain over fan_in, drawn uniformly, which keeps the second moment). All
// weights are multiplied by `factor`: what is not 1 lets the values grow or shrink from layer to layer. Throws
// UsageError unless it is a finite number of at least 0.
void Initialize(Network& network, std::string_view name, uint64_t seed, double factor = 1);

// Whether some layer that reads the network's input has statistics of it (the edges of hinges).
bool FitsInputs(const Network& network);
// Fits them to inputs [rows, input_shape], which come from training rows.
void FitInputs(Network& network, std::span<const float> inputs);

}  // namespace ramp

#endif  // RAMP_NETWORK_INITIALIZE_H_
