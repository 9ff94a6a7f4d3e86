// For tests: a network computed in double precision straight from its layers' definitions, so that plans have an
// oracle.
#ifndef RAMP_NETWORK_REFERENCE_NETWORK_H_
#define RAMP_NETWORK_REFERENCE_NETWORK_H_

#include <cstddef>
#include <span>
#include <vector>

#include "ramp/network/network.h"

namespace ramp {

// The output [batch, output_shape], for a step's key of 0, for inputs [batch, input_shape]; `parameters` stand in for
// network.parameters().
inline std::vector<double> ReferenceOutput(const Network& network, std::span<const double> parameters,
                                           const std::vector<double>& inputs, size_t batch, bool training = false) {
  std::vector<std::vector<double>> values;
  for (const Node& node : network.nodes()) {
    ReferenceContext context{.batch = batch,
                             .training = training,
                             .draw_key = DrawKey(0, values.size()),
                             .input_shapes = node.input_shapes,
                             .output_shape = node.output_shape};
    for (const size_t input : node.inputs) context.inputs.push_back(input == kNetworkInput ? inputs : values[input]);
    for (const PlacedBlock& placed : network.blocks().subspan(node.first_block, node.block_count)) {
      context.parameters.push_back(parameters.subspan(placed.offset, placed.block.shape.count()));
    }
    values.push_back(node.layer->Reference(context));
  }
  return values.empty() ? inputs : values.back();
}

}  // namespace ramp

#endif  // RAMP_NETWORK_REFERENCE_NETWORK_H_
