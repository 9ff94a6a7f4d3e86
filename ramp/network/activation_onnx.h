// Activations in ONNX. The form that the table gives, Activation::onnx, is an expression
//
//   expression = "x" | number | parameter | Operator "(" argument {"," argument} ")"
//   argument   = expression | attribute "=" (number | parameter)
//
// of which export writes the nodes, and which import looks for in a graph, as it does for other ways of writing it.
#ifndef RAMP_NETWORK_ACTIVATION_ONNX_H_
#define RAMP_NETWORK_ACTIVATION_ONNX_H_

#include <cstddef>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "ramp/activation/activation.h"
#include "ramp/network/onnx_form.h"

namespace ramp {

// Writes the activation of the value `input` and returns the name of its output. Numbers and parameters that are
// arguments become constants of shape {}, the learned parameter one of shape {units}. `parameters` has a value for each
// of the activation's parameters; `learned` is [units], empty when nothing is learned.
std::string WriteActivation(OnnxWriter& writer, const std::string& input, const Activation& activation,
                            std::span<const float> parameters, std::span<const float> learned);

struct MatchedActivation {
  const Activation* activation = nullptr;
  ActivationParameters parameters = {};
  std::vector<float> learned;  // one for all units, or one for each; empty when nothing is learned
  std::string output;          // the value that holds the result
  std::set<size_t> nodes;      // that compute it
};

// The activation that begins at this place; when there are several, the one that covers the most nodes. The arguments
// of a sum or product may stand in either order; a parameter outside of the range that the table gives is no match, and
// neither is one whose inner values are read by others. The value itself may have other readers.
std::optional<MatchedActivation> MatchActivation(const OnnxPlace& place,
                                                 std::span<const Activation> family = Activations());

}  // namespace ramp

#endif  // RAMP_NETWORK_ACTIVATION_ONNX_H_
