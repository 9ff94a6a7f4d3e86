// The training: epochs over shuffled batches, with validation after each, early stopping, and a stop at once when a
// number is no longer finite.
//
// A training can be led step by step, saved between any two steps and gone on with, by itself or by a twin:
//   Trainer trainer(network, data, options);
//   while (trainer.Advance(100)) {                  // a hundred batches, or less to the end of the epoch
//     const TrainingState state = trainer.Save();   // everything that what follows depends on
//     Network other(network.Text(), network.input_shape(), outputs);
//     Trainer twin(other, data, changed_options);   // or the same options: then it takes the same steps to the bit
//     twin.Restore(state);
//     ...                                           // trainer and twin advance side by side
//     trainer.Restore(state);                       // back to where they parted
//   }
//   const TrainingResult result = trainer.Finish();
// Random numbers are drawn from the seed and the position alone, so the state holds none. What makes the same steps is
// the same network, data, options and number of threads.
#ifndef RAMP_TRAINING_TRAINER_H_
#define RAMP_TRAINING_TRAINER_H_

#include <atomic>
#include <chrono>
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
#include "ramp/training/schedule.h"

namespace ramp {

struct TrainingOptions {
  size_t epochs = 20;
  size_t batch = 128;
  std::string optimizer = "adam";     // a row of Optimizers()
  std::string schedule = "cosine";    // a text for Schedule::Parse
  std::string initialization = {};    // a row of Initializations(); empty: by the activations
  double initial_gain = 1;            // all first weights are multiplied by it
  std::string precision = "float32";  // a row of Precisions()
  double learning_rate = 0;           // 0: the optimizer's usual one
  double weight_decay = 0;
  double clip_norm = 5;   // the global norm that no gradient exceeds; 0: no clipping
  double clip_value = 0;  // the size that no number of a gradient exceeds, before the norm is; 0: no clipping
  // Nothing is learned from a batch whose gradient has a global norm above this, or one that is not finite; 0: from
  // all.
  double skip_norm = 0;
  double label_smoothing = 0;  // see Loss
  size_t accumulate = 1;       // batches whose gradients are summed for one update, see GradientSum
  size_t patience = 0;         // epochs without a better validation before it stops; 0: never
  bool balanced = false;       // weigh the classes so that each counts the same
  bool keep_weights = false;   // those that the network has, instead of new ones
  uint64_t seed = 1;
  const std::atomic<bool>* stop = nullptr;  // when it becomes true, the training ends after the step in hand
};

// How well a network does on some rows.
struct Evaluation {
  size_t rows = 0;
  double loss = 0;   // the mean
  double score = 0;  // classification: accuracy; regression: R2, the share of the variance that is explained
};

// The higher score, or the lower loss of equal scores: by it the best epoch is chosen.
bool IsBetter(const Evaluation& candidate, const Evaluation& best);

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

// Where a training stands, but for its arrays of numbers.
struct TrainingPosition {
  size_t epoch = 1;    // the one in hand
  size_t batch = 0;    // how many of its batches are done
  LossSums sums = {};  // over them
  double seconds = 0;  // that they took
  ScheduleMemory schedule = {};
  std::vector<EpochRecord> epochs = {};  // that are done
  size_t best_epoch = 0;                 // of them; 0: none
};

// Everything that the rest of a training depends on. The arrays are as long as Network::parameters().
struct TrainingState {
  TrainingPosition position = {};
  std::vector<float> parameters = {}, best_parameters = {};
  OptimizerState optimizer = {};
  GradientSum::State gradient_sum = {};
};

// What a watcher of the training sees after each backward pass, before the weights are changed.
struct StepView {
  size_t epoch = 0, step = 0, steps_per_epoch = 0;  // from 1; a step is a batch
  const Network& network;
  const Plan& plan;            // its gates are those of this batch
  const GradientNorms& norms;  // of this batch, before clipping
  const LossSums& loss;
  double learning_rate = 0;  // of the update to come
  // Nothing is learned from this batch, see TrainingOptions::skip_norm and TrainingObserver::Skips.
  bool skipped = false;
};

// Watches a training; health and progress displays are such.
class TrainingObserver {
 public:
  virtual ~TrainingObserver() = default;
  // The training was put where these epochs are behind it, see Trainer::Restore.
  virtual void OnRestore(std::span<const EpochRecord> /*epochs*/) {}
  // True: nothing is to be learned from this batch; its gradients are dropped, and the training goes on with the next.
  // Asked with every batch, also where loss or norms are not finite, which ends a training that nobody wants to go on.
  virtual bool Skips(const StepView& /*view*/) { return false; }
  // A batch whose loss and norms are finite.
  virtual void OnStep(const StepView& /*view*/) {}
  virtual void OnEpoch(const EpochRecord& /*record*/) {}
};

// The rows of the examples that train, and those that are validated after each epoch; the latter may be none.
struct TrainingRows {
  std::vector<uint32_t> training = {}, validation = {};
};

class Trainer {
 public:
  // Initialises the network's weights, unless they are to be kept. The network and the data must outlive the trainer.
  Trainer(Network& network, const TrainingData& data, const TrainingOptions& options);
  // With rows of its own, as the members of an ensemble have them.
  Trainer(Network& network, const TrainingData& data, const TrainingOptions& options, TrainingRows rows);

  // The observer must outlive the run.
  void Watch(TrainingObserver& observer) { observers_.push_back(&observer); }

  // From where it stands to the end: Advance as long as that goes, then Finish.
  TrainingResult Run();

  // At most so many batches, and no further than the end of the epoch in hand, which is validated then. False when the
  // training is over: all epochs are done, it stopped early, it diverged, or it was asked to stop.
  bool Advance(size_t batches);
  // Ends the training where it stands. Leaves the best weights seen on validation in the network (without validation
  // rows, the last ones). After a divergence they are the best ones from before it.
  TrainingResult Finish();

  const Network& network() const { return network_; }
  const TrainingPosition& position() const { return position_; }
  // As they were given, with the learning rate that the optimizer usually has where none was.
  const TrainingOptions& options() const { return options_; }
  size_t batches_per_epoch() const { return batches_; }
  bool diverged() const { return divergence_.has_value(); }
  const std::optional<Divergence>& divergence() const { return divergence_; }
  bool interrupted() const { return interrupted_; }
  // Between two steps (an observer that calls it gets the state before the step in hand).
  TrainingState Save() const;
  // Goes on from a state of this training, or of a twin's. Throws Error when it does not fit, UsageError when it has
  // more epochs behind it than the training is to have.
  void Restore(const TrainingState& state);

  // On the test part of the data.
  Evaluation Test();
  Evaluation Evaluate(const Dataset& data, std::span<const uint32_t> rows);

 private:
  // The rows of a batch of the epoch in hand.
  std::span<const uint32_t> BatchRows(size_t batch) const;
  void ShuffleOnce();
  void Step();
  bool IsSkipped(const StepView& view);
  void Update(double weight, double rate, bool skipped);
  double LearningRate() const;
  void EndEpoch();
  void NoteTime();
  bool StoppedEarly() const;
  bool Over() const;
  Divergence FindDivergence(std::span<const uint32_t> rows, size_t step, bool loss_is_finite);

  Network& network_;
  const TrainingData& data_;
  TrainingRows rows_;
  TrainingOptions options_;
  Schedule schedule_;
  Plans plans_;
  Loss loss_;
  Optimizer optimizer_;
  GradientSum gradient_sum_;
  GradientNorms norms_;
  size_t batches_;  // of an epoch
  TrainingPosition position_;
  std::vector<float> best_parameters_;
  bool interrupted_ = false;
  std::optional<Divergence> divergence_;
  std::vector<uint32_t> order_;  // of the rows in `shuffled_epoch_`
  size_t shuffled_epoch_ = 0;
  std::chrono::steady_clock::time_point time_;  // up to which position_.seconds counts
  std::vector<TrainingObserver*> observers_;
};

// The numbers 0 ... rows - 1: all rows of a data set.
std::vector<uint32_t> AllRows(const Dataset& data);

}  // namespace ramp

#endif  // RAMP_TRAINING_TRAINER_H_
