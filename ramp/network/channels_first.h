// ONNX has pictures with the channels before the height and width; networks have them last. What works on pictures is
// written between two Transposes.
#ifndef RAMP_NETWORK_CHANNELS_FIRST_H_
#define RAMP_NETWORK_CHANNELS_FIRST_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ramp/base/shape.h"
#include "ramp/network/onnx_form.h"

namespace ramp {

// Writes what `node` writes for its input's name between the two; nothing of it for an example with one axis.
std::string WriteChannelsFirst(OnnxWriter& writer, const std::string& input, const Shape& shape,
                               const std::function<std::string(const std::string&)>& node);

}  // namespace ramp

#endif  // RAMP_NETWORK_CHANNELS_FIRST_H_
