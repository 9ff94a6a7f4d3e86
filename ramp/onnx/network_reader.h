// From a graph of ONNX's operators to a network of layers.
//
// The nodes are read in order. Of each value the network may have two forms: the axes as ONNX has them, and, for what
// has channels in front of its places there, with the channels last, as layers have them. A node takes the form that is
// there; where a layer needs the other, a transpose (or a reshape, which costs nothing, where only one axis is larger
// than 1) makes it once. So the Transposes of a file between the two become nothing.
#ifndef RAMP_ONNX_NETWORK_READER_H_
#define RAMP_ONNX_NETWORK_READER_H_

#include <cstddef>

#include "ramp/network/network.h"
#include "ramp/network/onnx_form.h"

namespace ramp {

struct NetworkOfGraph {
  Network network;
  bool channels_moved = false;  // its input has the channels last, which the graph has in front
};

// `file_bytes` bounds the number of parameters: a small file may name one tensor many times. Throws Error that names
// the node which is no layer, activation or join known here, or whose shapes or numbers contradict each other.
NetworkOfGraph ReadNetwork(OnnxGraph graph, size_t file_bytes);

}  // namespace ramp

#endif  // RAMP_ONNX_NETWORK_READER_H_
