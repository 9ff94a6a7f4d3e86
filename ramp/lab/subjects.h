// What the experiments are made on: the activations that the claims speak of, networks as texts, and pictures.
#ifndef RAMP_LAB_SUBJECTS_H_
#define RAMP_LAB_SUBJECTS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ramp/data/source.h"
#include "ramp/network/network.h"
#include "ramp/network/plan.h"

namespace ramp::lab {

// The rows of the family that the claims name. This is the one place of the lab that does.
inline constexpr std::string_view kRectifier = "relu";
inline constexpr std::string_view kSigmoid = "sigmoid";
inline constexpr std::string_view kTanh = "tanh";
inline constexpr std::string_view kLearnedRectifier = "prelu";
inline constexpr std::string_view kExponential = "elu";
inline constexpr std::string_view kGaussian = "gelu";
inline constexpr std::string_view kLogistic = "silu";
// And the layers that are said to cure what ails them.
inline constexpr std::string_view kBatchNorm = "batchnorm";
inline constexpr std::string_view kDropout = "dropout";
// How they are trained where what is remembered of former steps would blur what is seen: plain descent at one rate.
inline constexpr std::string_view kPlainDescent = "sgd";
inline constexpr std::string_view kConstantRate = "constant";
// Generated speech and text; for pictures see Pictures().
inline constexpr std::string_view kSpeech = "vowels";
inline constexpr std::string_view kText = "grammar";
// The rectifier that leaks a fixed share of what is negative: found in the table by what it does.
std::string_view LeakyRectifier();

// The rectifier that is tried, and behind it the others but for itself.
std::vector<std::string> WithRivals(std::string_view rectifier, std::initializer_list<std::string_view> rivals);

// "dense 64, relu, dense 64, relu, dense": `depth` hidden layers. `behind` stands behind each dense layer
// ("batchnorm"), `after` behind each activation ("dropout 0.5"); empty: nothing.
std::string Stack(size_t depth, size_t width, std::string_view activation, std::string_view behind = {},
                  std::string_view after = {});

// The nodes that are activations, in order.
std::vector<size_t> ActivationNodes(const Network& network);

// Forward over these rows in batches; `look` sees the plan (PlanMode::kExamine) after each, and how many rows are in
// it.
void Examine(const Network& network, const Dataset& data, std::span<const uint32_t> rows,
             const std::function<void(const Plan&, std::span<const uint32_t>)>& look);

// The share of the outputs of each activation that are exactly 0, over these rows.
std::vector<double> ZeroShares(const Network& network, const Dataset& data, std::span<const uint32_t> rows);

// So many rows of another set's training part to train on, and of its test part to test, drawn by the seed; less where
// it has less. Nothing validates: a training ends with its last weights.
TrainingData Subset(const TrainingData& from, size_t training, size_t test, uint64_t seed);

}  // namespace ramp::lab

#endif  // RAMP_LAB_SUBJECTS_H_
