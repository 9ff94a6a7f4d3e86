// What a model that learned nothing from its inputs would answer, and whether a trained one does better.
#ifndef RAMP_TRAINING_TRIVIAL_ANSWER_H_
#define RAMP_TRAINING_TRIVIAL_ANSWER_H_

#include <string>

#include "ramp/training/trainer.h"

namespace ramp {

// The answer that never changes: the most frequent class of the training rows, or their mean.
struct TrivialAnswer {
  std::string answer = {};  // the class, or "the mean"
  Evaluation test = {};     // on the test rows: accuracy or R2; the loss is not computed
};
TrivialAnswer TrivialAnswerFor(const TrainingData& data);

// Of two scores on the same rows.
enum class Comparison { kClearlyWorse, kNoClearDifference, kClearlyBetter };
// The difference of two accuracies is clear above two standard errors, as if each row were answered apart; that of an
// R2 and that of the mean above 2 / sqrt(rows).
Comparison Compare(Task task, const Evaluation& model, const TrivialAnswer& trivial);

}  // namespace ramp

#endif  // RAMP_TRAINING_TRIVIAL_ANSWER_H_
