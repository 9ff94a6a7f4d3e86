// What the engine measures for the questions that are to be predicted. Each takes some tens of milliseconds, runs on
// one thread and finds the same for the same seed.
#ifndef RAMP_QUIZ_MEASUREMENTS_H_
#define RAMP_QUIZ_MEASUREMENTS_H_

#include <cstdint>

#include "ramp/quiz/quiz.h"

namespace ramp {

Measurement MeasureOpenAtStart(uint64_t seed);     // the share of open gates
Measurement MeasureSigmoidDepth(uint64_t seed);    // gradients of the first against the last of 20 sigmoid layers
Measurement MeasureRectifierDepth(uint64_t seed);  // the same with ReLU
Measurement MeasureTwiceTheStart(uint64_t seed);   // outputs of 20 layers whose weights were doubled
Measurement MeasureBornDead(uint64_t seed);        // how many of 100 thin deep networks give one output for all inputs
Measurement MeasureRegions(uint64_t seed);         // gate patterns of a small network on a square
Measurement MeasureDeathByRate(uint64_t seed);     // dead units behind a training with a large learning rate
Measurement MeasureScaling(uint64_t seed);         // outputs when the input is doubled

}  // namespace ramp

#endif  // RAMP_QUIZ_MEASUREMENTS_H_
