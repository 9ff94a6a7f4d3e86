// What the outputs of a model of another program mean, which its file does not say.
#ifndef RAMP_TRAINING_MODEL_OUTPUTS_H_
#define RAMP_TRAINING_MODEL_OUTPUTS_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ramp/network/network.h"

namespace ramp {

enum class OutputMeaning { kLogits, kProbabilities, kMultiLabel, kValues };

// One row of the table of meanings.
struct OutputMeaningRow {
  std::string_view name;     // "multi-label"
  std::string_view summary;  // what is made of them
  OutputMeaning meaning;
};
std::span<const OutputMeaningRow> OutputMeanings();
const OutputMeaningRow& RowOf(OutputMeaning meaning);
// Throws UsageError with the nearest name.
OutputMeaning FindOutputMeaning(std::string_view name);

// From the end of the network and its outputs [rows, outputs]. Without an activation at its end they are logits, unless
// they are from 0 to 1 and sum to 1 in each row: then they are probabilities. Behind an activation numbers from 0 to 1
// are probabilities of classes that exclude each other where each row sums to 1, and of independent labels elsewhere;
// other numbers are values.
OutputMeaning GuessOutputMeaning(const Network& network, std::span<const float> outputs);

// Outputs as they are to be told: logits become probabilities, in place.
void TurnToAnswers(OutputMeaning meaning, size_t units, std::span<float> outputs);

}  // namespace ramp

#endif  // RAMP_TRAINING_MODEL_OUTPUTS_H_
