// For tests: a network computed in double precision straight from its definition, with the activations' reference
// formulae, so that plans have an oracle.
#ifndef RAMP_NETWORK_REFERENCE_NETWORK_H_
#define RAMP_NETWORK_REFERENCE_NETWORK_H_

#include <cstddef>
#include <span>
#include <vector>

#include "ramp/activation/activation.h"
#include "ramp/network/network.h"

namespace ramp {

// The output for one example; `parameters` stand in for network.parameters(). Layers that inference leaves out are left
// out.
inline std::vector<double> ReferenceOutput(const Network& network, std::span<const double> parameters,
                                           std::vector<double> values) {
  for (const Node& node : network.nodes()) {
    if (node.layer->OnlyInTraining()) continue;
    const size_t inputs = values.size();
    if (const Activation* activation = node.layer->activation()) {
      const ActivationParameters fixed = node.layer->activation_parameters();
      std::vector<double> arguments(fixed.begin(), fixed.end());
      for (size_t i = 0; i < inputs; ++i) {
        if (activation->learned()) {
          arguments[0] = parameters[network.blocks()[node.first_block].offset + i % node.output_shape.units()];
        }
        values[i] = activation->value(values[i], arguments);
      }
      continue;
    }
    const double* weight = parameters.data() + network.blocks()[node.first_block].offset;
    const double* bias = parameters.data() + network.blocks()[node.first_block + 1].offset;
    const size_t units = node.output_shape.count();
    std::vector<double> sums(bias, bias + units);
    for (size_t i = 0; i < inputs; ++i) {
      for (size_t j = 0; j < units; ++j) sums[j] += values[i] * weight[i * units + j];
    }
    values = std::move(sums);
  }
  return values;
}

}  // namespace ramp

#endif  // RAMP_NETWORK_REFERENCE_NETWORK_H_
