// What an ensemble came to, for people, and how its training goes on.
#ifndef RAMP_CLI_ENSEMBLE_REPORT_H_
#define RAMP_CLI_ENSEMBLE_REPORT_H_

#include <string>

#include "ramp/health/ensemble_doctor.h"
#include "ramp/training/ensemble.h"

namespace ramp {

// The table of recipes, and the score of all rows.
std::string EnsembleText(const EnsembleScores& scores, Task task);

// "8 x (dense 128, relu, dense)", for each recipe.
std::string EnsembleNetworkText(const EnsembleOptions& options);
// The recipes as they can be given: network, epochs, batch ...
std::string RecipesText(const EnsembleOptions& options);

// Watches the health of all members, and shows the epochs on the standard error: a line for each recipe, which moves on
// a terminal.
class EnsembleDisplay : public EnsembleDoctor {
 public:
  EnsembleDisplay(const TrainingData& data, const EnsembleOptions& options, bool quiet);
  void OnEpoch(const EnsembleEpoch& epoch) override;
  // Ends the line of the last recipe.
  void Finish();

 private:
  std::string score_name_, recipe_, line_;
  bool quiet_, live_;
};

}  // namespace ramp

#endif  // RAMP_CLI_ENSEMBLE_REPORT_H_
