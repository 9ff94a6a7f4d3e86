// Networks whose text comes from the page.
#ifndef RAMP_WEB_PLAY_NETWORK_H_
#define RAMP_WEB_PLAY_NETWORK_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "ramp/network/network.h"
#include "ramp/web/json.h"

namespace ramp::web {

// Throws UsageError where the text is wrong or asks for more than a page may have, before any memory is taken for it.
Network MakeSmallNetwork(const std::string& text, const Shape& input, size_t outputs);

// A layer with weights, and the activation that stands behind it.
struct PlayLayer {
  size_t number = 0;                      // from 1
  size_t node = 0;                        // whose weights are those of the layer
  std::optional<size_t> activation = {};  // its node
  size_t units = 0;
};
std::vector<PlayLayer> PlayLayersOf(const Network& network);

// See NetworkShape in README.md.
Json ShapeJson(const Network& network);

// The block of a node of this kind; null: it has none.
const PlacedBlock* FindBlock(const Network& network, size_t node, ParameterBlock::Kind kind);

}  // namespace ramp::web

#endif  // RAMP_WEB_PLAY_NETWORK_H_
