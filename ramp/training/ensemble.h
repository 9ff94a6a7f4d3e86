// Ensembles: several small networks, each trained without its fold of the rows, that answer together.
//
// Every row is answered by the members that did not learn from it. These out-of-fold answers of all rows choose the
// epoch whose weights are kept (one for all members of a recipe), and weigh the recipes by votes; so no row is lost to
// validation, and the score is one of all rows. Members are independent jobs, each on one thread: the bits do not
// depend on the number of threads.
#ifndef RAMP_TRAINING_ENSEMBLE_H_
#define RAMP_TRAINING_ENSEMBLE_H_

#include <atomic>
#include <functional>
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
  size_t epoch = 0;  // from 1
  double score = 0;  // out of fold
  size_t best_epoch = 0;
};

struct RecipeResult {
  std::string name = {}, network = {};
  size_t members = 0;     // that are left: one that diverged is left out
  size_t epochs = 0;      // that were done
  size_t best_epoch = 0;  // whose weights are kept
  double score = 0;       // out of fold
  size_t votes = 0;       // of kVotes; without any the recipe is not in the ensemble
};

inline constexpr size_t kVotes = 10;

struct EnsembleResult {
  std::optional<Network> network;  // all members with votes, joined; nothing where all of them diverged
  std::vector<RecipeResult> recipes = {};
  std::string score_name = {};  // "area under ROC", "accuracy", "R2"
  double score = 0;             // out of fold, of the recipes together
  Evaluation out_of_fold = {};  // accuracy or R2, and the loss
  double temperature = 1;       // classes: the logits are divided by it
  Outcome outcome = Outcome::kFinished;
};

// On the training and validation rows of the data. `watch` is told of each epoch, on the calling thread. Throws
// UsageError for fewer than 2 members, and Error where there are fewer rows than members.
EnsembleResult TrainEnsemble(const TrainingData& data, const EnsembleOptions& options,
                             const std::function<void(const EnsembleEpoch&)>& watch);

// On the test part of the data.
Evaluation TestOf(Network& network, const TrainingData& data);

}  // namespace ramp

#endif  // RAMP_TRAINING_ENSEMBLE_H_
