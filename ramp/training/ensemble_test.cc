#include "ramp/training/ensemble.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "ramp/base/error.h"
#include "ramp/base/threads.h"
#include "ramp/training/prediction.h"
#include "ramp/training/recipes.h"
#include "ramp/training/test_data.h"

namespace ramp {
namespace {

EnsembleOptions TwoRecipes(size_t epochs) {
  const TrainingOptions options{.epochs = epochs, .batch = 32, .optimizer = "adamw", .learning_rate = 0.004};
  return {.recipes = {{"hinges", "hinges 24 8, relu, dense 24, relu, dense", options},
                      {"plain", "dense 24, relu, dropout 0.1, dense 24, relu, dense", options}},
          .members = 4};
}

EnsembleResult Train(const TrainingData& data, const EnsembleOptions& options) {
  EnsembleWatcher nobody;
  return TrainEnsemble(data, options, nobody);
}

class EveryEnsemble : public testing::TestWithParam<Task> {};
INSTANTIATE_TEST_SUITE_P(OfEachTask, EveryEnsemble, testing::Values(Task::kClassification, Task::kRegression),
                         [](const auto& task) { return task.param == Task::kRegression ? "Numbers" : "Classes"; });

TEST_P(EveryEnsemble, AnswersRowsThatNoMemberSawAsWellAsItsOwnScoreSays) {
  const TrainingData data = MakeRings(1500, 3, GetParam(), 5);
  EnsembleResult result = Train(data, TwoRecipes(20));
  ASSERT_TRUE(result.network);
  EXPECT_EQ(result.outcome, Outcome::kFinished);
  EXPECT_EQ(result.scores.out_of_fold.rows, 1200u);
  EXPECT_GT(result.scores.out_of_fold.score, 0.8);
  const Evaluation test = TestOf(*result.network, data);
  EXPECT_EQ(test.rows, 300u);
  // Out of fold one network of each recipe answers a row, here all do; 300 rows tell a score to some points.
  EXPECT_NEAR(test.score, result.scores.out_of_fold.score, 0.06);
  EXPECT_GT(test.score, result.scores.out_of_fold.score - 0.03);
}

TEST_P(EveryEnsemble, HasTheSameBitsOnAnyNumberOfThreads) {
  const TrainingData data = MakeRings(300, 3, GetParam(), 6);
  std::vector<float> first;
  for (const int threads : {1, 2, 4}) {
    SetThreads(threads);
    const EnsembleResult result = Train(data, TwoRecipes(3));
    const std::vector<float> parameters(result.network->parameters().begin(), result.network->parameters().end());
    if (first.empty()) first = parameters;
    EXPECT_EQ(parameters, first) << threads << " threads";
  }
  SetThreads(0);
}

TEST_P(EveryEnsemble, LeavesOutARecipeWhoseMembersDiverge) {
  const TrainingData data = MakeRings(300, 3, GetParam(), 7);
  EnsembleOptions options = TwoRecipes(6);
  options.recipes[1].options.learning_rate = 1e30;
  options.recipes[1].options.clip_norm = 0;
  const EnsembleResult result = Train(data, options);
  ASSERT_TRUE(result.network);
  ASSERT_EQ(result.scores.recipes.size(), 1u);
  EXPECT_EQ(result.scores.recipes[0].name, "hinges");
  for (const float parameter : result.network->parameters()) ASSERT_TRUE(std::isfinite(parameter));
  options.recipes.erase(options.recipes.begin());
  const EnsembleResult nothing = Train(data, options);
  EXPECT_FALSE(nothing.network);
  EXPECT_EQ(nothing.outcome, Outcome::kDiverged);
}

TEST_P(EveryEnsemble, EndsWithTheEpochInHandWhenItIsStopped) {
  const TrainingData data = MakeRings(300, 3, GetParam(), 8);
  EnsembleOptions options = TwoRecipes(50);
  std::atomic<bool> stop = false;
  options.stop = &stop;
  struct Stopper : EnsembleWatcher {
    void OnEpoch(const EnsembleEpoch& epoch) override { *stop = epoch.record.epoch == 2; }
    std::atomic<bool>* stop = nullptr;
  } stopper;
  stopper.stop = &stop;
  const EnsembleResult result = TrainEnsemble(data, options, stopper);
  EXPECT_EQ(result.outcome, Outcome::kInterrupted);
  ASSERT_EQ(result.scores.recipes.size(), 1u);
  EXPECT_EQ(result.scores.recipes[0].epochs.size(), 2u);
  EXPECT_TRUE(result.network);
}

TEST(AnEnsembleOfNumbers, AnswersNothingBeyondTheValuesThatItLearned) {
  const TrainingData data = MakeRings(400, 3, Task::kRegression, 9);
  const EnsembleResult result = Train(data, TwoRecipes(5));
  Dataset far = data.examples;
  for (float& value : std::get<std::vector<float>>(far.inputs)) value *= 1000;
  const float highest = *std::ranges::max_element(data.examples.values);
  for (const float answer : Predict(*result.network, far)) EXPECT_LE(answer, highest * 1.001f);
}

TEST(AnEnsemble, NeedsTwoMembersAndARowForEach) {
  const TrainingData data = MakeRings(20, 3, Task::kRegression, 10);
  EnsembleOptions options = TwoRecipes(1);
  options.members = 1;
  EXPECT_THROW(Train(data, options), UsageError);
  options.members = 17;
  EXPECT_THROW(Train(data, options), Error);
}

TEST(TheRecipesOfTables, CodeTheNumbersAloneAndFollowTheRows) {
  Encoding encoding;
  encoding.shape = {8};
  encoding.labels = {"no", "yes"};
  TableEncoding table;
  table.columns = {{.name = "age"},
                   {.name = "fare", .may_be_missing = true},
                   {.name = "port", .numeric = false, .values = {"a", "b", "c"}},
                   {.name = "cabins"},
                   {.name = "deck"}};
  encoding.data = table;
  const auto recipes = TableRecipes(encoding, 1000, FindEffort("normal"), {});
  ASSERT_EQ(recipes.size(), 2u);
  EXPECT_EQ(recipes[0].network, "hinges 128 16 1-2 7-8, relu, dense 128, relu, dense");
  EXPECT_EQ(recipes[1].network, "dense 128, relu, dropout 0.2, dense 128, relu, dropout 0.2, dense");
  EXPECT_EQ(recipes[0].options.epochs, 60u);
  EXPECT_EQ(recipes[0].options.batch, 32u);
  const auto large = TableRecipes(encoding, 20000, FindEffort("normal"), {});
  EXPECT_EQ(large[0].network, "hinges 128 48 1-2 7-8, relu, dense 128, relu, dense");
  EXPECT_EQ(large[0].options.epochs, 30u);
  EXPECT_EQ(large[0].options.batch, 256u);
  for (const Effort& effort : Efforts()) {
    for (const EnsembleRecipe& recipe : TableRecipes(encoding, 5000, effort, {})) {
      EXPECT_EQ(Network(recipe.network, {8}, 2).output_shape().count(), 2u) << effort.name << ": " << recipe.network;
    }
  }
}

TEST(TheRecipesOfTables, KeepWhatIsGiven) {
  Encoding encoding;
  encoding.data = TableEncoding{.columns = {{.name = "age"}}};
  GivenSettings given{.network = "dense 8, relu, dense", .epochs = true, .learning_rate = true};
  given.options.epochs = 7;
  given.options.learning_rate = 0.5;
  const auto recipes = TableRecipes(encoding, 1000, FindEffort("best"), given);
  ASSERT_EQ(recipes.size(), 1u);
  EXPECT_EQ(recipes[0].network, given.network);
  EXPECT_EQ(recipes[0].options.epochs, 7u);
  EXPECT_EQ(recipes[0].options.learning_rate, 0.5);
  EXPECT_EQ(recipes[0].options.optimizer, "adamw");
}

}  // namespace
}  // namespace ramp
