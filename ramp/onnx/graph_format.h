// Between the neutral form of a network and the bytes of an ONNX file. The two .cc files behind this header are the
// only ones that know protobuf.
#ifndef RAMP_ONNX_GRAPH_FORMAT_H_
#define RAMP_ONNX_GRAPH_FORMAT_H_

#include <map>
#include <string>
#include <string_view>

#include "ramp/network/network.h"
#include "ramp/network/onnx_form.h"

namespace ramp {

// Opset 17, IR version 8. Throws Error when it would be larger than a model file can be (2 GiB).
std::string WriteGraph(const Network& network, const std::map<std::string, std::string>& metadata);

struct ReadResult {
  OnnxGraph graph;  // without nodes that the output does not depend on
  std::map<std::string, std::string> metadata;
};

// Understands models from opset 6 on, and turns what has changed since into today's form: constants are initializers,
// limits of Clip are inputs. Throws Error, which does not name the file: not ONNX; names that are missing, doubled or
// used before they are written; shapes that are negative or promise other data than is there.
ReadResult ReadGraph(std::string_view bytes);

}  // namespace ramp

#endif  // RAMP_ONNX_GRAPH_FORMAT_H_
