// Ensembles: several small networks, each trained without its fold of the rows, that answer together.
//
// Every row is answered by the members that did not learn from it. These out-of-fold answers of all rows choose the
// epoch whose weights are kept (one for all members of a recipe), and weigh the recipes by votes; so no row is lost to
// validation, and the score is one of all rows. Members are independent jobs, each on one thread: the bits do not
// depend on the number of threads.
#ifndef RAMP_TRAINING_ENSEMBLE_H_
#define RAMP_TRAINING_ENSEMBLE_H_

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "ramp/network/network.h"
#include "ramp/training/trainer.h"

namespace ramp {

// How the members of one kind are trained.
struct EnsembleRecipe {
  std::string name = {};     // "pieces"
  std::string network = {};  // a network text
  TrainingOptions options = {};
};

struct EnsembleOptions {
  std::vector<EnsembleRecipe> recipes = {};
  size_t members = 8;  // of each recipe, at least 2: as many as there are folds
  uint64_t seed = 1;
  const std::atomic<bool>* stop = nullptr;  // when it becomes true, the epoch in hand is the last
};

// A recipe after one of its epochs.
struct EnsembleEpoch {
  const EnsembleRecipe& recipe;
  const EpochRecord& record;  // means over the members; the validation is out of fold
  double score = 0;           // out of fold, see EnsembleScores::score_name
  size_t best_epoch = 0;
};

// One member at work.
struct MemberView {
  size_t recipe = 0, member = 0;  // from 0
  const Network& network;
  const TrainingOptions& options;
};

// Watches the training of an ensemble.
class EnsembleWatcher {
 public:
  virtual ~EnsembleWatcher() = default;
  // On the thread that trains the ensemble.
  virtual void OnEpoch(const EnsembleEpoch& /*epoch*/) {}
  // Called from several threads at once, each for another member: who watches its training (null: nobody), and what it
  // has come to, with its best weights, unless it diverged.
  virtual TrainingObserver* ObserverOf(const MemberView& /*member*/) { return nullptr; }
  virtual void OnFinished(const MemberView& /*member*/, const TrainingResult& /*result*/) {}
};

struct RecipeResult {
  std::string name = {}, network = {};
  size_t recipe = 0;      // of the options
  size_t members = 0;     // that are left: one that diverged is left out
  size_t best_epoch = 0;  // whose weights are kept
  double score = 0;       // out of fold
  size_t votes = 0;       // of kVotes; without any the recipe is not in the ensemble
  // Means over the members; the validation is out of fold.
  std::vector<EpochRecord> epochs = {};
};

inline constexpr size_t kVotes = 10;

// What an ensemble came to.
struct EnsembleScores {
  std::vector<RecipeResult> recipes = {};  // those that did not diverge
  std::string score_name = {};             // "area under ROC", "accuracy", "R2"
  double score = 0;                        // out of fold, of the recipes together
  Evaluation out_of_fold = {};             // accuracy or R2, and the loss
  double temperature = 1;                  // classes: the logits are divided by it
};

struct EnsembleResult {
  std::optional<Network> network;  // all members with votes, joined; nothing where all of them diverged
  EnsembleScores scores = {};
  Outcome outcome = Outcome::kFinished;
};

// On the training and validation rows of the data. Throws UsageError for fewer than 2 members, and Error where there
// are fewer rows than members.
EnsembleResult TrainEnsemble(const TrainingData& data, const EnsembleOptions& options, EnsembleWatcher& watcher);

// On the test part of the data.
Evaluation TestOf(Network& network, const TrainingData& data);

}  // namespace ramp

#endif  // RAMP_TRAINING_ENSEMBLE_H_
