// The makers of the generated sets; generated.cc lists them.
#ifndef RAMP_DATA_GENERATED_SETS_H_
#define RAMP_DATA_GENERATED_SETS_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "ramp/data/dataset.h"

namespace ramp {

struct Generated {
  Dataset examples;            // raw: nothing is standardised yet, neither inputs nor numbers to predict
  size_t pairs = 1;            // of means and deviations, see FitInputs
  std::vector<uint32_t> test;  // the rows that test; empty: chance decides
  std::string text = {};       // instead of examples: a text whose next character is to be predicted
};

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
