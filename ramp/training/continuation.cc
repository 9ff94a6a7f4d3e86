#include "ramp/training/continuation.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "ramp/base/error.h"
#include "ramp/base/random.h"
#include "ramp/data/text.h"
#include "ramp/network/plan.h"

namespace ramp {
namespace {

// The likeliest class at temperature 0, else one drawn from softmax(outputs / temperature).
size_t Draw(std::span<const float> outputs, double temperature, Random& random) {
  const auto best = std::ranges::max_element(outputs);
  if (temperature == 0) return static_cast<size_t>(best - outputs.begin());
  std::vector<double> sums;
  double sum = 0;
  for (const float output : outputs) {
    sum += std::exp((static_cast<double>(output) - static_cast<double>(*best)) / temperature);
    sums.push_back(sum);
  }
  if (!std::isfinite(sum)) throw Error("the network's outputs are not finite, so nothing can be drawn from them");
  const auto drawn = std::ranges::upper_bound(sums, random.Uniform() * sum);
  return std::min(static_cast<size_t>(drawn - sums.begin()), outputs.size() - 1);
}

}  // namespace

std::string Continue(const Network& network, const Encoding& encoding, std::string_view beginning,
                     const ContinuationOptions& options) {
  const TextEncoding* how = encoding.text();
  const bool predicts_characters = how != nullptr && how->next && how->tokens.size() == encoding.labels.size() &&
                                   network.output_shape().count() == encoding.labels.size();
  if (!predicts_characters) {
    throw UsageError("the model does not predict the next character: train one with --task next-character");
  }
  if (!(options.temperature >= 0 && std::isfinite(options.temperature))) {
    throw UsageError("the temperature is a number from 0");
  }
  const size_t window = network.input_shape().count();
  std::vector<float> tokens(window, static_cast<float>(kFillingToken));
  for (const uint16_t token : Vocabulary(*how).TokensOf(beginning)) tokens.push_back(static_cast<float>(token));
  Plan plan(network, 1, PlanMode::kInference);
  Random random(options.seed);
  std::string text;
  for (size_t i = 0; i < options.length; ++i) {
    std::copy(tokens.end() - static_cast<std::ptrdiff_t>(window), tokens.end(), plan.input().begin());
    plan.Forward();
    const size_t next = Draw(plan.output(), options.temperature, random);
    text += encoding.labels[next];
    tokens.push_back(static_cast<float>(kFirstToken + next));
  }
  return text;
}

}  // namespace ramp
