// Trainings for the experiments: one call from a network to its scores, and trainings in trouble, each in its own way,
// on which to try what is said to cure them.
#ifndef RAMP_LAB_TRAININGS_H_
#define RAMP_LAB_TRAININGS_H_

#include <span>
#include <string>
#include <string_view>

#include "ramp/lab/experiment.h"
#include "ramp/network/network.h"
#include "ramp/training/trainer.h"

namespace ramp::lab {

// Accuracies, on the rows that were trained on and on those that test. A training that diverged has learned nothing: it
// scores like the guess of one class.
struct Learned {
  double training = 0, test = 0;
  bool diverged = false;
  double gap() const { return training - test; }
};
// Trains the network as the options say, and tests it.
Learned Learn(Network& network, const TrainingData& data, const TrainingOptions& options);
double ChanceOf(const TrainingData& data);

// The same examples with inputs that are floats, so that they can be changed: bytes are standardised.
TrainingData WithFloats(TrainingData data);
// Every input value x of these rows becomes factor x + shift. The inputs must be floats.
void ChangeInputs(TrainingData& data, std::span<const uint32_t> rows, double factor, double shift);
// So large a share of the rows to train on gets another label, by chance.
void SpoilLabels(TrainingData& data, double share, uint64_t seed);

// What is wrong with a training. One with all the initial values is healthy.
struct Ailment {
  std::string_view name;    // "a large rate"
  size_t depth = 3;         // hidden layers
  double gain = 1;          // of the first weights
  bool plain = false;       // plain descent instead of adam
  double rate = 0;          // 0: the optimizer's usual one
  size_t batch = 64;        // examples
  double shift = 0;         // added to inputs whose deviation is 1
  bool few = false;         // some hundred examples, as many steps
  double wrong_labels = 0;  // share
};
inline constexpr Ailment kHealthy = {.name = "nothing"};
inline constexpr Ailment kFewExamples = {.name = "few examples, 20 % wrong labels", .few = true, .wrong_labels = 0.2};

// Pictures for all ailments of a trial: they take what they need of them.
TrainingData PicturesToSuffer(const Trial& trial);
// Trains the rectifier that is tried under the ailment. `behind` and `after` are the cure, see Stack().
Learned Suffer(const Trial& trial, const TrainingData& pictures, const Ailment& ailment, std::string_view behind = {},
               std::string_view after = {});

}  // namespace ramp::lab

#endif  // RAMP_LAB_TRAININGS_H_
