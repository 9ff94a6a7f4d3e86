// The model file: an ONNX file (opset 17, IR 8) with the network as its graph and everything else as its metadata.
#ifndef RAMP_ONNX_MODEL_FILE_H_
#define RAMP_ONNX_MODEL_FILE_H_

#include <map>
#include <string>
#include <string_view>

#include "ramp/network/network.h"

namespace ramp {

using Metadata = std::map<std::string, std::string>;

// The metadata's key for data's Encoding as JSON.
inline constexpr char kEncodingKey[] = "ramp.encoding";

struct ModelFile {
  Network network;
  Metadata metadata = {};
  // The file has pictures (or sequences) with the channels before their places; the network takes them last, as all
  // networks here do.
  bool channels_moved = false;
};

// Replaces the file whole or not at all. The graph's input "input" is [batch, shape...] with a free batch, its output
// "output" holds the last layer's values (logits for a classification).
void WriteModel(const std::string& path, const Network& network, const Metadata& metadata);

// Throws Error: not ONNX, an operator that no layer has (named with its node), a shape that contradicts itself. Also
// takes models of other programs, of opset 6 and newer, see docs/onnx.md.
ModelFile ReadModel(const std::string& path);
// The same of a file's content; `name` is what the messages call it.
ModelFile ReadModelBytes(std::string_view bytes, const std::string& name);

}  // namespace ramp

#endif  // RAMP_ONNX_MODEL_FILE_H_
