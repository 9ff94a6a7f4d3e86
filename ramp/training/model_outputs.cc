#include "ramp/training/model_outputs.h"

#include <algorithm>
#include <cmath>

#include "ramp/activation/activation.h"
#include "ramp/base/find_row.h"
#include "ramp/kernel/softmax.h"

namespace ramp {
namespace {

// Of the sum of a row of probabilities, whose parts may have been rounded.
constexpr float kRounding = 1e-3f;

constexpr OutputMeaningRow kMeanings[] = {
    {"logits", "their softmax gives the probabilities of classes", OutputMeaning::kLogits},
    {"probabilities", "of classes that exclude each other", OutputMeaning::kProbabilities},
    {"multi-label", "probabilities of labels of which several may hold", OutputMeaning::kMultiLabel},
    {"values", "numbers, as they are", OutputMeaning::kValues},
};

bool EndsInActivation(const Network& network) {
  if (network.nodes().empty()) return false;
  const Activation* activation = network.nodes().back().layer->activation();
  return activation != nullptr && (std::isfinite(activation->low) || std::isfinite(activation->high));
}

}  // namespace

std::span<const OutputMeaningRow> OutputMeanings() { return kMeanings; }

const OutputMeaningRow& RowOf(OutputMeaning meaning) {
  return *std::ranges::find(kMeanings, meaning, &OutputMeaningRow::meaning);
}

OutputMeaning FindOutputMeaning(std::string_view name) {
  return FindRow(OutputMeanings(), "a meaning of outputs", name).meaning;
}

OutputMeaning GuessOutputMeaning(const Network& network, std::span<const float> outputs) {
  const size_t units = network.output_shape().count();
  const bool shares = std::ranges::all_of(outputs, [](float value) { return value >= 0 && value <= 1 + kRounding; });
  bool sum_to_one = shares && !outputs.empty();
  for (size_t begin = 0; begin < outputs.size() && sum_to_one; begin += units) {
    float sum = 0;
    for (size_t unit = 0; unit < units; ++unit) sum += outputs[begin + unit];
    sum_to_one = std::abs(sum - 1) <= kRounding;
  }
  if (sum_to_one) return OutputMeaning::kProbabilities;
  if (!EndsInActivation(network)) return OutputMeaning::kLogits;
  return shares ? OutputMeaning::kMultiLabel : OutputMeaning::kValues;
}

void TurnToAnswers(OutputMeaning meaning, size_t units, std::span<float> outputs) {
  if (meaning != OutputMeaning::kLogits || outputs.empty()) return;
  Softmax(outputs.data(), outputs.size() / units, units, outputs.data(), nullptr);
}

}  // namespace ramp
