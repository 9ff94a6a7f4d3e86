#include "ramp/training/ensemble.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <memory>
#include <mutex>

#include "ramp/base/error.h"
#include "ramp/base/random.h"
#include "ramp/base/threads.h"
#include "ramp/kernel/softmax.h"
#include "ramp/network/join.h"
#include "ramp/network/plan.h"
#include "ramp/training/out_of_fold.h"

namespace ramp {
namespace {

constexpr size_t kMostToAnswer = 256;    // rows at a time
constexpr size_t kLeastPatience = 5;     // epochs without a better score
constexpr double kPatienceShare = 0.34;  // or this share of all epochs, whichever is more
constexpr uint64_t kFoldStream = 1 << 21, kMemberStream = kFoldStream + 1;

// Calls job(i) for each i, on all threads; each job computes on one. An exception of a job goes on to the caller.
template <class Job>
void RunJobs(size_t count, const Job& job) {
  std::mutex mutex;
  std::exception_ptr failure;
#pragma omp parallel for num_threads(Threads()) schedule(dynamic, 1)
  for (size_t i = 0; i < count; ++i) {
    SetThreads(1);  // of this job alone
    try {
      job(i);
    } catch (...) {
      const std::scoped_lock lock(mutex);
      if (!failure) failure = std::current_exception();
    }
  }
  if (failure) std::rethrow_exception(failure);
}

// A network, its training, and the answers for its fold.
class Member {
 public:
  Member(const TrainingData& data, const EnsembleRecipe& recipe, TrainingRows rows, std::vector<uint32_t> fold,
         uint64_t seed)
      : data_(data),
        network_(recipe.network, data.examples.encoding.shape, data.examples.encoding.outputs()),
        trainer_(network_, data, WithSeed(recipe.options, seed), std::move(rows)),
        fold_(std::move(fold)),
        answers_(fold_.size() * data.examples.encoding.outputs()) {}

  void Watch(TrainingObserver& observer) { trainer_.Watch(observer); }
  // One epoch, and its answers. One that has diverged stays where it was.
  void Advance() {
    if (trainer_.diverged()) return;
    trainer_.Advance(trainer_.batches_per_epoch());
    if (!trainer_.diverged()) Answer();
  }
  void Keep() { best_.assign(network_.parameters().begin(), network_.parameters().end()); }
  void GoBackToBest() { std::ranges::copy(best_, network_.parameters().begin()); }

  bool diverged() const { return trainer_.diverged(); }
  const Network& network() const { return network_; }
  const TrainingOptions& options() const { return trainer_.options(); }
  double train_loss() const { return trainer_.position().epochs.back().train_loss; }
  // With the weights of this epoch.
  TrainingResult ResultOf(size_t best_epoch) const {
    return {.epochs = trainer_.position().epochs, .best_epoch = best_epoch, .divergence = trainer_.divergence()};
  }
  Network TakeNetwork() { return std::move(network_); }
  const std::vector<uint32_t>& fold() const { return fold_; }
  const std::vector<float>& answers() const { return answers_; }

 private:
  static TrainingOptions WithSeed(TrainingOptions options, uint64_t seed) {
    options.seed = seed;
    options.patience = 0;
    options.stop = nullptr;
    return options;
  }

  void Answer() {
    const size_t outputs = data_.examples.encoding.outputs();
    for (size_t begin = 0; begin < fold_.size(); begin += kMostToAnswer) {
      const auto rows = std::span<const uint32_t>(fold_).subspan(begin, std::min(kMostToAnswer, fold_.size() - begin));
      Plan& plan = plans_.For(rows.size(), PlanMode::kInference);
      data_.examples.Gather(rows, plan.input().data());
      plan.Forward();
      float* answers = answers_.data() + begin * outputs;
      if (data_.examples.encoding.task == Task::kClassification) {
        Softmax(plan.output().data(), rows.size(), outputs, answers, nullptr);
      } else {
        std::ranges::copy(plan.output().first(rows.size()), answers);
      }
    }
  }

  const TrainingData& data_;
  Network network_;
  Trainer trainer_;
  Plans plans_{network_};
  std::vector<uint32_t> fold_;
  std::vector<float> answers_;  // [fold, outputs]; nothing known: zeros
  std::vector<float> best_;
};

Evaluation EvaluationOf(const Dataset& data, const Answers& answers, double temperature) {
  if (data.encoding.task == Task::kRegression) {
    return {.rows = answers.rows.size(), .loss = MeanSquaredError(data, answers), .score = Score(data, answers)};
  }
  return {.rows = answers.rows.size(), .loss = LogLoss(data, answers, temperature), .score = Accuracy(data, answers)};
}

// The members of one recipe, an epoch of all after another.
class RecipeTraining {
 public:
  RecipeTraining(const TrainingData& data, const EnsembleOptions& options, size_t recipe,
                 const std::vector<std::vector<uint32_t>>& folds, EnsembleWatcher& watcher)
      : data_(data),
        options_(options),
        recipe_(options.recipes[recipe]),
        number_(recipe),
        watcher_(watcher),
        members_(folds.size()) {
    const uint64_t seed = Random::Mix(options.seed ^ Random::Mix(kMemberStream + recipe));
    RunJobs(folds.size(), [&](size_t m) {
      members_[m] = std::make_unique<Member>(data, recipe_, RowsWithout(folds, m), folds[m], Random::Mix(seed + m));
      if (TrainingObserver* observer = watcher.ObserverOf(ViewOf(m))) members_[m]->Watch(*observer);
    });
  }

  RecipeResult Run() {
    const size_t epochs = recipe_.options.epochs;
    const auto share = static_cast<size_t>(kPatienceShare * static_cast<double>(epochs));
    const size_t patience = std::max(kLeastPatience, share);
    RecipeResult result{.name = recipe_.name, .network = recipe_.network, .recipe = number_};
    while (result.epochs.size() < epochs && result.epochs.size() - result.best_epoch <= patience) {
      if (!RunEpoch(result) || Stopped()) break;
    }
    RunJobs(members_.size(), [&](size_t m) {
      if (members_[m]->diverged()) return;
      members_[m]->GoBackToBest();
      watcher_.OnFinished(ViewOf(m), members_[m]->ResultOf(result.best_epoch));
    });
    result.members = Left();
    return result;
  }

  const Answers& answers() const { return answers_; }
  // The members that did not diverge, with their best weights.
  void MoveNetworks(std::vector<Network>& networks) {
    for (const auto& member : members_) {
      if (!member->diverged()) networks.push_back(member->TakeNetwork());
    }
  }

 private:
  static TrainingRows RowsWithout(const std::vector<std::vector<uint32_t>>& folds, size_t left_out) {
    TrainingRows rows;
    for (size_t fold = 0; fold < folds.size(); ++fold) {
      if (fold != left_out) rows.training.insert(rows.training.end(), folds[fold].begin(), folds[fold].end());
    }
    // The order of the rows is the data's, whatever the folds are.
    std::ranges::sort(rows.training);
    return rows;
  }

  MemberView ViewOf(size_t m) const {
    return {.recipe = number_, .member = m, .network = members_[m]->network(), .options = members_[m]->options()};
  }

  // False: no member is left.
  bool RunEpoch(RecipeResult& result) {
    const auto start = std::chrono::steady_clock::now();
    RunJobs(members_.size(), [&](size_t m) { members_[m]->Advance(); });
    if (Left() == 0) return false;
    const Answers now = AnswersNow();
    const double score = Score(data_.examples, now);
    EpochRecord record{.epoch = result.epochs.size() + 1, .validation = EvaluationOf(data_.examples, now, 1)};
    for (const auto& member : members_) {
      if (!member->diverged()) record.train_loss += member->train_loss() / static_cast<double>(Left());
    }
    record.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    record.samples_per_second = static_cast<double>((members_.size() - 1) * now.rows.size()) / record.seconds;
    if (result.best_epoch == 0 || score >= result.score) {
      result.best_epoch = record.epoch;
      result.score = score;
      answers_ = now;
      for (const auto& member : members_) member->Keep();
    }
    result.epochs.push_back(record);
    watcher_.OnEpoch({.recipe = recipe_, .record = record, .score = score, .best_epoch = result.best_epoch});
    return true;
  }

  bool Stopped() const { return options_.stop != nullptr && *options_.stop; }

  size_t Left() const {
    return static_cast<size_t>(std::ranges::count_if(members_, [](const auto& m) { return !m->diverged(); }));
  }

  // By fold, so that the order is the same for all recipes.
  Answers AnswersNow() const {
    Answers all;
    for (const auto& member : members_) {
      all.rows.insert(all.rows.end(), member->fold().begin(), member->fold().end());
      all.values.insert(all.values.end(), member->answers().begin(), member->answers().end());
    }
    return all;
  }

  const TrainingData& data_;
  const EnsembleOptions& options_;
  const EnsembleRecipe& recipe_;
  size_t number_;
  EnsembleWatcher& watcher_;
  std::vector<std::unique_ptr<Member>> members_;
  Answers answers_;  // of the best epoch
};

// The networks of the recipes that have votes, weighted by them.
Network JoinRecipes(std::span<const std::unique_ptr<RecipeTraining>> trainings, std::span<const RecipeResult> results,
                    const Dataset& data, std::span<const uint32_t> rows, double temperature) {
  std::vector<Network> networks;
  std::vector<float> weights;
  size_t votes = 0;
  for (const RecipeResult& result : results) votes += result.votes;
  for (size_t r = 0; r < results.size(); ++r) {
    if (results[r].votes == 0) continue;
    trainings[r]->MoveNetworks(networks);
    const float share = static_cast<float>(results[r].votes) / static_cast<float>(votes * results[r].members);
    weights.resize(networks.size(), share);
  }
  if (data.encoding.task == Task::kClassification) {
    return JoinVotes(networks, weights, static_cast<float>(temperature));
  }
  float low = data.values[rows[0]], high = low;
  for (const uint32_t row : rows) {
    low = std::min(low, data.values[row]);
    high = std::max(high, data.values[row]);
  }
  return JoinAverage(networks, weights, low, high);
}

}  // namespace

EnsembleResult TrainEnsemble(const TrainingData& data, const EnsembleOptions& options, EnsembleWatcher& watcher) {
  if (options.members < 2) throw UsageError(fmt::format("an ensemble has 2 members or more, not {}", options.members));
  std::vector<uint32_t> rows = data.training;
  rows.insert(rows.end(), data.validation.begin(), data.validation.end());
  if (rows.size() < options.members) {
    throw Error(fmt::format("{}: {} rows are too few for an ensemble of {}: take fewer members", data.name, rows.size(),
                            options.members));
  }
  const auto folds =
      DrawFolds(data.examples, rows, options.members, Random::Mix(options.seed ^ Random::Mix(kFoldStream)));
  EnsembleResult result;
  EnsembleScores& scores = result.scores;
  scores.score_name = ScoreNameOf(data.examples);
  std::vector<std::unique_ptr<RecipeTraining>> trainings;
  std::vector<Answers> candidates;
  const auto interrupted = [&] { return options.stop != nullptr && *options.stop; };
  for (size_t recipe = 0; recipe < options.recipes.size() && (trainings.empty() || !interrupted()); ++recipe) {
    auto training = std::make_unique<RecipeTraining>(data, options, recipe, folds, watcher);
    RecipeResult trained = training->Run();
    if (trained.members == 0) continue;
    candidates.push_back(training->answers());
    trainings.push_back(std::move(training));
    scores.recipes.push_back(std::move(trained));
  }
  if (trainings.empty()) {
    result.outcome = Outcome::kDiverged;
    return result;
  }
  if (interrupted()) result.outcome = Outcome::kInterrupted;
  const std::vector<size_t> votes = Vote(data.examples, candidates, kVotes);
  for (size_t r = 0; r < votes.size(); ++r) scores.recipes[r].votes = votes[r];
  const Answers blend = Blend(candidates, votes);
  scores.score = Score(data.examples, blend);
  if (data.examples.encoding.task == Task::kClassification) {
    scores.temperature = FitTemperature(data.examples, blend);
  }
  scores.out_of_fold = EvaluationOf(data.examples, blend, scores.temperature);
  result.network.emplace(JoinRecipes(trainings, scores.recipes, data.examples, rows, scores.temperature));
  return result;
}

Evaluation TestOf(Network& network, const TrainingData& data) {
  return Trainer(network, data, {.keep_weights = true}).Test();
}

}  // namespace ramp
