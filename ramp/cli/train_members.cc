// ramp train of several networks that answer together.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <memory>

#include "ramp/base/error.h"
#include "ramp/base/threads.h"
#include "ramp/cli/ensemble_report.h"
#include "ramp/cli/output.h"
#include "ramp/cli/recording.h"
#include "ramp/cli/train_command.h"
#include "ramp/training/recipes.h"

namespace ramp {
namespace {

// Options that belong to the training of one network.
constexpr std::array<const char*, 9> kForOneNetwork = {"--from",       "--activation", "--dropout",
                                                       "--checkpoint", "--resume",     "--plan",
                                                       "--treat",      "--network",    "--tensorboard"};

bool IsGiven(const CLI::App& app, const char* option) { return app.get_option(option)->count() > 0; }

EnsembleOptions EnsembleOptionsOf(const TrainCommand& command, const CLI::App& app, const TrainingData& data) {
  const GivenSettings settings{.network = command.network,
                               .options = command.training,
                               .epochs = IsGiven(app, "--epochs"),
                               .batch = IsGiven(app, "--batch"),
                               .learning_rate = IsGiven(app, "--lr"),
                               .weight_decay = IsGiven(app, "--weight-decay"),
                               .schedule = IsGiven(app, "--schedule"),
                               .optimizer = IsGiven(app, "--optimizer")};
  const Effort& effort = command.effort.empty() ? UsualEffort() : FindEffort(command.effort);
  const size_t rows = data.training.size() + data.validation.size();
  const size_t members = command.members > 0 ? command.members : effort.members;
  return {.recipes = TableRecipes(data.examples.encoding, rows, effort, settings),
          // A fold has a row at least, and without it two are left to learn from.
          .members = command.members > 0 ? members : std::clamp<size_t>(rows / 2, 2, members),
          .seed = command.data.seed};
}

// Shows the epochs, and writes them into the history.
class RecordedDisplay : public EnsembleDisplay {
 public:
  RecordedDisplay(const TrainingData& data, const EnsembleOptions& options, bool quiet, EnsembleRecording* recording)
      : EnsembleDisplay(data, options, quiet), recording_(recording) {}
  void OnEpoch(const EnsembleEpoch& epoch) override {
    EnsembleDisplay::OnEpoch(epoch);
    if (recording_ != nullptr) recording_->Add(epoch.record);
  }

 private:
  EnsembleRecording* recording_;
};

// What is known before the first step.
RunStart StartOf(const TrainCommand& command, const CLI::App& app, const EnsembleOptions& options,
                 const TrainingData& data) {
  const Encoding& encoding = data.examples.encoding;
  const Network first(options.recipes[0].network, encoding.shape, encoding.outputs());
  RunStart start = DescribeRun(command.words, app, options.recipes[0].options, first, data);
  start.network = EnsembleNetworkText(options);
  start.parameters = 0;
  start.epochs_planned = 0;
  for (const EnsembleRecipe& recipe : options.recipes) {
    const Network member(recipe.network, encoding.shape, encoding.outputs());
    start.parameters += options.members * member.parameter_count();
    start.epochs_planned += recipe.options.epochs;
  }
  return start;
}

// The epochs of all recipes, one after another; the best is that of the recipe with most votes.
TrainingResult ResultOf(const EnsembleScores& scores, Outcome outcome) {
  TrainingResult result;
  result.outcome = outcome;
  size_t most_votes = 0;
  for (const RecipeResult& recipe : scores.recipes) {
    if (recipe.votes > most_votes) {
      most_votes = recipe.votes;
      result.best_epoch = result.epochs.size() + recipe.best_epoch;
    }
    for (EpochRecord record : recipe.epochs) {
      record.epoch = result.epochs.size() + 1;
      result.epochs.push_back(record);
    }
  }
  return result;
}

void PrintEnd(const TrainCommand& command, Outcome outcome) {
  if (outcome == Outcome::kDiverged) {
    PrintNote("ramp: all members diverged: their numbers are no longer finite\n  try: a smaller learning rate (--lr)");
  } else if (outcome == Outcome::kInterrupted && !command.quiet) {
    PrintNote("interrupted: the model has what was learned so far");
  }
}

}  // namespace

bool WantsMembers(const TrainCommand& command, const CLI::App& app, const Encoding& encoding) {
  const bool asked = command.members > 1 || (command.members == 0 && !command.effort.empty());
  const auto given = std::ranges::find_if(kForOneNetwork, [&](const char* option) { return IsGiven(app, option); });
  if (!asked) {
    if (command.members == 1 || encoding.columns().empty()) return false;
    if (given != kForOneNetwork.end() && !command.quiet) {
      PrintNote(fmt::format("note: one network is trained, for {}; without it several answer together", *given));
    }
    return given == kForOneNetwork.end();
  }
  if (given != kForOneNetwork.end() && *given != std::string_view("--network")) {
    throw UsageError(fmt::format("{} is for the training of one network: leave it out, or take --members 1", *given));
  }
  if (encoding.columns().empty() && command.network.empty()) {
    throw UsageError(
        "the members of an ensemble have recipes for tables; for other data say what they are by --network");
  }
  return true;
}

Trained TrainMembers(const TrainCommand& command, const CLI::App& app, const TrainingData& data,
                     const InterruptWatch& watch) {
  EnsembleOptions options = EnsembleOptionsOf(command, app, data);
  options.stop = &watch.interrupted();
  if (!command.quiet) PrintProgress("recipes (for one network: --members 1)\n" + RecipesText(options));
  const std::shared_ptr<EnsembleRecording> recording =
      command.no_record ? nullptr : EnsembleRecording::Start(StartOf(command, app, options, data));
  RecordedDisplay display(data, options, command.quiet, recording.get());
  EnsembleResult result = TrainEnsemble(data, options, display);
  display.Finish();
  PrintEnd(command, result.outcome);
  Trained trained{.report = {.data = data.name,
                             .network = EnsembleNetworkText(options),
                             .trained_network = EnsembleNetworkText(options),
                             .result = ResultOf(result.scores, result.outcome),
                             .health = display.Report(result.scores),
                             .seed = options.seed,
                             .threads = Threads()}};
  if (result.network) {
    trained.report.parameters = result.network->parameter_count();
    trained.report.test = TestOf(*result.network, data);
    trained.report.ensemble = std::move(result.scores);
    trained.network = std::move(result.network);
  }
  if (recording) {
    trained.end_record = [recording](TrainingReport& ended, const std::string& failure) {
      recording->Finish(ended, failure);
      if (recording->succeeds()) ended.run = recording->id();
    };
  }
  return trained;
}

}  // namespace ramp
