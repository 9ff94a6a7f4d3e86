// The makers of the generated sets; generated.cc lists them.
#ifndef RAMP_DATA_GENERATED_SETS_H_
#define RAMP_DATA_GENERATED_SETS_H_

#include "ramp/data/generated.h"

namespace ramp {

// Points of a plane, [2] (those of xor may have more dimensions).
Generated MakeSpirals(std::span<const double> values, uint64_t seed);  // points.cc
Generated MakeCircles(std::span<const double> values, uint64_t seed);
Generated MakeMoons(std::span<const double> values, uint64_t seed);
Generated MakeXor(std::span<const double> values, uint64_t seed);
// Numbers to predict.
Generated MakeAbsolute(std::span<const double> values, uint64_t seed);
Generated MakeSine(std::span<const double> values, uint64_t seed);
// Log-mel features of vowels, [frames, bands].
Generated MakeVowels(std::span<const double> values, uint64_t seed);  // vowels.cc
// A text of sentences.
Generated MakeGrammar(std::span<const double> values, uint64_t seed);  // grammar.cc

}  // namespace ramp

#endif  // RAMP_DATA_GENERATED_SETS_H_
