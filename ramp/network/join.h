// Several networks as one, which answers what they answer together.
#ifndef RAMP_NETWORK_JOIN_H_
#define RAMP_NETWORK_JOIN_H_

#include <span>
#include <vector>

#include "ramp/network/network.h"

namespace ramp {

// Networks of classes: the weighted mean of their probabilities, as logits divided by the temperature (Guo, Pleiss, Sun
// and Weinberger, 2017). `members` end in logits and take one input; `weights` [members] sum to 1.
Network JoinVotes(std::span<const Network> members, std::span<const float> weights, float temperature);

// Networks of numbers: the weighted mean of their answers, each of which is brought to [low, high] first.
Network JoinAverage(std::span<const Network> members, std::span<const float> weights, float low, float high);

}  // namespace ramp

#endif  // RAMP_NETWORK_JOIN_H_
