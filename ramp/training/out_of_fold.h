// What members of an ensemble answer for the rows that they did not learn from, and what it is worth.
#ifndef RAMP_TRAINING_OUT_OF_FOLD_H_
#define RAMP_TRAINING_OUT_OF_FOLD_H_

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "ramp/data/dataset.h"

namespace ramp {

// Answers for some rows: probabilities of classes, or standardised values, [rows, outputs].
struct Answers {
  std::vector<uint32_t> rows = {};
  std::vector<float> values = {};
};

// The folds of `rows`: each row is in one, and each fold has its share of each class. Drawn from the seed.
std::vector<std::vector<uint32_t>> DrawFolds(const Dataset& data, std::span<const uint32_t> rows, size_t folds,
                                             uint64_t seed);

// The area under the ROC curve of two classes (the chance that a row of the second class is rated higher than one of
// the first; equal ratings count half), the accuracy of more classes, the R2 of numbers. Higher is better.
double Score(const Dataset& data, const Answers& answers);
// "area under ROC", "accuracy", "R2"
std::string_view ScoreNameOf(const Dataset& data);
double Accuracy(const Dataset& data, const Answers& answers);
// The mean of -log(probability of the right class), each probability raised to 1 / temperature and brought to sum 1.
double LogLoss(const Dataset& data, const Answers& answers, double temperature);
double MeanSquaredError(const Dataset& data, const Answers& answers);
// The one with the smallest LogLoss, from 1/4 to 4 (Guo, Pleiss, Sun and Weinberger, 2017).
double FitTemperature(const Dataset& data, const Answers& answers);

// Caruana, Niculescu-Mizil, Crew and Ksikes (2004), "Ensemble selection": `votes` votes go one after another to the
// candidate that makes the score of the mean of all given so far best. All candidates answer for the same rows. Returns
// how many each got.
std::vector<size_t> Vote(const Dataset& data, std::span<const Answers> candidates, size_t votes);
// The mean of the candidates' answers, weighted by their votes.
Answers Blend(std::span<const Answers> candidates, std::span<const size_t> votes);

}  // namespace ramp

#endif  // RAMP_TRAINING_OUT_OF_FOLD_H_
