// Text that a network trained on the next character goes on with.
#ifndef RAMP_TRAINING_CONTINUATION_H_
#define RAMP_TRAINING_CONTINUATION_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "ramp/data/encoding.h"
#include "ramp/network/network.h"

namespace ramp {

struct ContinuationOptions {
  size_t length = 200;     // characters to add
  double temperature = 1;  // the outputs are divided by it: below 1 the likely become likelier; 0: always the likeliest
  uint64_t seed = 1;
};

// What comes behind `beginning`, drawn character by character from the network's probabilities; `beginning` itself is
// no part of it. Throws UsageError when the network predicts no characters.
std::string Continue(const Network& network, const Encoding& encoding, std::string_view beginning,
                     const ContinuationOptions& options);

}  // namespace ramp

#endif  // RAMP_TRAINING_CONTINUATION_H_
