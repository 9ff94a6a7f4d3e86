#include "ramp/cli/ensemble_report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "ramp/cli/output.h"
#include "ramp/cli/terminal.h"
#include "ramp/cli/training_report.h"

namespace ramp {
namespace {

using Json = nlohmann::ordered_json;

Json EvaluationJson(const Evaluation& evaluation, Task task) {
  return {{"rows", evaluation.rows},
          {"loss", evaluation.loss},
          {task == Task::kClassification ? "accuracy" : "r2", evaluation.score}};
}

std::string_view OutcomeWord(Outcome outcome) {
  if (outcome == Outcome::kDiverged) return "diverged";
  return outcome == Outcome::kInterrupted ? "interrupted" : "finished";
}

}  // namespace

std::string ToJson(const EnsembleReport& report) {
  const EnsembleResult& result = report.result;
  Json json = {{"data", report.data},
               {"task", report.task == Task::kClassification ? "classification" : "regression"},
               {"outcome", OutcomeWord(result.outcome)},
               {"parameters", result.network ? result.network->parameter_count() : 0},
               {"recipes", Json::array()}};
  for (const RecipeResult& recipe : result.recipes) {
    json["recipes"].push_back({{"name", recipe.name},
                               {"network", recipe.network},
                               {"members", recipe.members},
                               {"epochs", recipe.epochs},
                               {"best_epoch", recipe.best_epoch},
                               {"score", recipe.score},
                               {"votes", recipe.votes}});
  }
  json["score_name"] = result.score_name;
  json["score"] = result.score;
  json["out_of_fold"] = EvaluationJson(result.out_of_fold, report.task);
  if (report.task == Task::kClassification) json["temperature"] = result.temperature;
  json["test"] = EvaluationJson(report.test, report.task);
  json["model"] = report.model.empty() ? Json(nullptr) : Json(report.model);
  json["seed"] = report.seed;
  json["threads"] = report.threads;
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string ToText(const EnsembleReport& report) {
  const EnsembleResult& result = report.result;
  std::string text = fmt::format("\n{:>10} {:>8} {:>11} {:>6} {:>16}\n", "recipe", "members", "best epoch", "votes",
                                 result.score_name);
  for (const RecipeResult& recipe : result.recipes) {
    text += fmt::format("{:>10} {:>8} {:>11} {:>6} {:>16.4f}\n", recipe.name, recipe.members, recipe.best_epoch,
                        recipe.votes, recipe.score);
  }
  text += fmt::format("{:>10} {:>8} {:>11} {:>6} {:>16.4f}\n", "together", "", "", kVotes, result.score);
  const auto line = [&](std::string_view part, const Evaluation& evaluation, std::string_view how) {
    text += fmt::format("{} {}: {} on {} rows{}\n", part, ScoreName(report.task),
                        ScoreText(report.task, evaluation.score), evaluation.rows, how);
  };
  text += "\n";
  line("out-of-fold", result.out_of_fold, ", each answered by members that did not learn from it");
  if (report.test.rows > 0) line("test", report.test, "");
  return text;
}

EnsembleDisplay::EnsembleDisplay(std::string score_name)
    : score_name_(std::move(score_name)), live_(MovesCursor(Channel::kError)) {}

void EnsembleDisplay::Show(const EnsembleEpoch& epoch) {
  if (epoch.recipe.name != recipe_) Finish();
  recipe_ = epoch.recipe.name;
  line_ = fmt::format("{:>10}  epoch {}/{}, {} out of fold {:.4f}, best in epoch {}", recipe_, epoch.epoch,
                      epoch.recipe.options.epochs, score_name_, epoch.score, epoch.best_epoch);
  if (live_) PrintProgress("\r" + line_ + "\x1b[K");
}

void EnsembleDisplay::Finish() {
  if (line_.empty()) return;
  PrintProgress(live_ ? "\n" : line_ + "\n");
  line_.clear();
}

}  // namespace ramp
