#include "ramp/cli/ensemble_report.h"

#include <fmt/format.h>

#include "ramp/cli/output.h"
#include "ramp/cli/terminal.h"
#include "ramp/cli/training_report.h"
#include "ramp/training/out_of_fold.h"

namespace ramp {

std::string EnsembleText(const EnsembleScores& scores, Task task) {
  std::string text =
      fmt::format("{:>10} {:>8} {:>11} {:>6} {:>16}\n", "recipe", "members", "best epoch", "votes", scores.score_name);
  for (const RecipeResult& recipe : scores.recipes) {
    text += fmt::format("{:>10} {:>8} {:>11} {:>6} {:>16.4f}\n", recipe.name, recipe.members, recipe.best_epoch,
                        recipe.votes, recipe.score);
  }
  text += fmt::format("{:>10} {:>8} {:>11} {:>6} {:>16.4f}\n", "together", "", "", kVotes, scores.score);
  text += fmt::format("out-of-fold {}: {} on {} rows, each new to the members that answered\n", ScoreName(task),
                      ScoreText(task, scores.out_of_fold.score), scores.out_of_fold.rows);
  return text;
}

std::string EnsembleNetworkText(const EnsembleOptions& options) {
  std::string text;
  for (const EnsembleRecipe& recipe : options.recipes) {
    text += fmt::format("{}{} x ({})", text.empty() ? "" : " and ", options.members, recipe.network);
  }
  return text;
}

std::string RecipesText(const EnsembleOptions& options) {
  std::string text;
  for (const EnsembleRecipe& recipe : options.recipes) {
    const TrainingOptions& training = recipe.options;
    text += fmt::format("{:>6}: {} x \"{}\"\n{:>8}{} epochs, batch {}, {}, lr {:g}, schedule \"{}\"\n", recipe.name,
                        options.members, recipe.network, "", training.epochs, training.batch, training.optimizer,
                        training.learning_rate, training.schedule);
  }
  return text;
}

EnsembleDisplay::EnsembleDisplay(const TrainingData& data, const EnsembleOptions& options, bool quiet)
    : EnsembleDoctor(data, options),
      score_name_(ScoreNameOf(data.examples)),
      quiet_(quiet),
      live_(MovesCursor(Channel::kError)) {}

void EnsembleDisplay::OnEpoch(const EnsembleEpoch& epoch) {
  if (quiet_) return;
  if (epoch.recipe.name != recipe_) Finish();
  recipe_ = epoch.recipe.name;
  line_ = fmt::format("{:>10}  epoch {}/{}, {} {:.4f}, best in epoch {}", recipe_, epoch.record.epoch,
                      epoch.recipe.options.epochs, score_name_, epoch.score, epoch.best_epoch);
  if (live_) PrintProgress("\r" + line_ + "\x1b[K");
}

void EnsembleDisplay::Finish() {
  if (line_.empty()) return;
  PrintProgress(live_ ? "\n" : line_ + "\n");
  line_.clear();
}

}  // namespace ramp
