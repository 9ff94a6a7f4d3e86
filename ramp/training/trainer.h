// The training: epochs over shuffled batches, with validation after each, early stopping, and a stop at once when a
// number is no longer finite.
#ifndef RAMP_TRAINING_TRAINER_H_
#define RAMP_TRAINING_TRAINER_H_

#include <atomic>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ramp/data/source.h"
#include "ramp/network/network.h"
#include "ramp/network/plan.h"
#include "ramp/training/loss.h"
#include "ramp/training/optimizer.h"

namespace ramp {

struct TrainingOptions {
  size_t epochs = 20;
  size_t batch = 128;
  std::string optimizer = "adam";   // a row of Optimizers()
  std::string schedule = "cosine";  // a row of Schedules()
  std::string initialization = {};  // a row of Initializations(); empty: by the activations
  double learning_rate = 0;         // 0: the optimizer's usual one
  double weight_decay = 0;
  double clip_norm = 5;   // the global norm that no gradient exceeds; 0: no clipping
  size_t patience = 0;    // epochs without a better validation before it stops; 0: never
  bool balanced = false;  // weigh the classes so that each counts the same
  uint64_t seed = 1;
  const std::atomic<bool>* stop = nullptr;  // when it becomes true, the training ends after the step in hand
};

// How well a network does on some rows.
struct Evaluation {
  size_t rows = 0;
  double loss = 0;   // the mean
  double score = 0;  // classification: accuracy; regression: R2, the share of the variance that is explained
};

struct EpochRecord {
  size_t epoch = 0;       // from 1
  double train_loss = 0;  // the mean over the epoch's batches, while the weights move
  Evaluation train = {},
             validation = {};     // `train` has score and loss as seen during the epoch; validation.rows may be 0
  double seconds = 0;             // training and validation
  double samples_per_second = 0;  // training alone
};

enum class Outcome { kFinished, kStoppedEarly, kInterrupted, kDiverged };

// Where a value that is not finite was first seen.
struct Divergence {
  size_t epoch = 0, step = 0;       // from 1
  std::optional<size_t> node = {};  // of the network; none: the loss itself
  std::string place = {};           // "the output of layer 2 (dense 64, relu)"
};

struct TrainingResult {
  Outcome outcome = Outcome::kFinished;
  std::vector<EpochRecord> epochs;
  size_t best_epoch = 0;  // whose weights the network has now; 0: those of the last step, or of the start
  std::optional<Divergence> divergence;
};

// What a watcher of the training sees after each backward pass, before the weights are changed.
struct StepView {
  size_t epoch = 0, step = 0, steps_per_epoch = 0;  // from 1
  const Network& network;
  const Plan& plan;            // its gates are those of this batch
  const GradientNorms& norms;  // before clipping
  const LossSums& loss;
};

// Watches a training; health and progress displays are such.
class TrainingObserver {
 public:
  virtual ~TrainingObserver() = default;
  virtual void OnStep(const StepView& /*view*/) {}
  virtual void OnEpoch(const EpochRecord& /*record*/) {}
};

class Trainer {
 public:
  // Initialises the network's weights. The network and the data must outlive the trainer.
  Trainer(Network& network, const TrainingData& data, const TrainingOptions& options);

  // The observer must outlive the run.
  void Watch(TrainingObserver& observer) { observers_.push_back(&observer); }

  // Leaves the best weights seen on validation in the network (without validation rows, the last ones). After a
  // divergence they are the best ones from before it.
  TrainingResult Run();

  // On the test part of the data.
  Evaluation Test();
  Evaluation Evaluate(const Dataset& data, std::span<const uint32_t> rows);

 private:
  bool RunEpoch(TrainingResult& result, EpochRecord& record);
  Divergence FindDivergence(std::span<const uint32_t> rows, size_t epoch, size_t step);

  Network& network_;
  const TrainingData& data_;
  TrainingOptions options_;
  double learning_rate_;
  double (*schedule_)(double progress);
  Plans plans_;
  Loss loss_;
  Optimizer optimizer_;
  GradientNorms norms_;
  std::vector<uint32_t> order_;
  std::vector<TrainingObserver*> observers_;
};

// The numbers 0 ... rows - 1: all rows of a data set.
std::vector<uint32_t> AllRows(const Dataset& data);

}  // namespace ramp

#endif  // RAMP_TRAINING_TRAINER_H_
