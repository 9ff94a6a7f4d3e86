#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "ramp/activation/activation.h"
#include "ramp/base/error.h"
#include "ramp/base/threads.h"
#include "ramp/training/prediction.h"
#include "ramp/training/test_data.h"
#include "ramp/training/trainer.h"

namespace ramp {
namespace {

constexpr Task kTasks[] = {Task::kClassification, Task::kRegression};

std::vector<float> Parameters(const Network& network) {
  return {network.parameters().begin(), network.parameters().end()};
}

Network MakeNetwork(const std::string& text, const TrainingData& data) {
  return {text, data.examples.encoding.shape, data.examples.encoding.outputs()};
}

TEST(Loss, HasTheGradientThatFiniteDifferencesGive) {
  for (const Task task : kTasks) {
    for (const bool balanced : {false, true}) {
      const TrainingData data = MakeRings(40, 2, task, 1);
      if (balanced && task == Task::kRegression) continue;
      const size_t outputs = data.examples.encoding.outputs();
      const std::vector<uint32_t> rows = {3, 1, 30, 7};
      const std::vector<float> weights =
          balanced ? BalancedClassWeights(data.examples, data.training) : std::vector<float>();
      Loss loss(data.examples, weights, rows.size(), task == Task::kClassification ? 0.2 : 0);
      std::vector<float> logits(rows.size() * outputs), gradient(logits.size(), std::numeric_limits<float>::infinity());
      Random random(2);
      for (float& value : logits) value = static_cast<float>(random.Normal());
      loss.Compute(logits, rows, gradient);
      for (size_t i = 0; i < logits.size(); ++i) {
        constexpr float kStep = 1e-2f;
        std::vector<float> moved = logits;
        moved[i] += kStep;
        const double above = loss.Compute(moved, rows, {}).mean_loss();
        moved[i] = logits[i] - kStep;
        const double below = loss.Compute(moved, rows, {}).mean_loss();
        EXPECT_NEAR(gradient[i], (above - below) / (2 * static_cast<double>(kStep)), 2e-4) << i;
      }
    }
  }
}

TEST(Loss, CountsRightAnswers) {
  const TrainingData data = MakeRings(10, 2, Task::kClassification, 1);
  const std::vector<uint32_t> rows = {0, 1, 2};
  std::vector<float> logits(9, 0.0f);
  for (size_t r = 0; r < 3; ++r) logits[r * 3 + static_cast<size_t>(data.examples.labels[r])] = r == 1 ? -5.0f : 5.0f;
  EXPECT_EQ(Loss(data.examples, {}, 3).Compute(logits, rows, {}).correct, 2u);
}

TEST(Loss, SmoothsLabelsAsTheDefinitionSays) {
  const TrainingData data = MakeRings(10, 2, Task::kClassification, 1);
  const std::vector<uint32_t> rows = {4};
  const std::vector<float> logits = {0.5f, -1, 2};
  std::vector<float> gradient(3);
  const double smoothing = 0.3;
  const double loss = Loss(data.examples, {}, 1, smoothing).Compute(logits, rows, gradient).loss;
  double sum = 0, expected = 0;
  for (const float logit : logits) sum += std::exp(static_cast<double>(logit));
  for (size_t c = 0; c < 3; ++c) {
    const bool right = static_cast<size_t>(data.examples.labels[4]) == c;
    const double target = (right ? 1 - smoothing : 0) + smoothing / 3;
    const double probability = std::exp(static_cast<double>(logits[c])) / sum;
    expected -= target * std::log(probability);
    EXPECT_NEAR(gradient[c], probability - target, 1e-6) << c;
  }
  EXPECT_NEAR(loss, expected, 1e-6);
}

TEST(BalancedClassWeights, LetEveryClassCountTheSame) {
  const TrainingData data = MakeRings(500, 2, Task::kClassification, 1);
  const std::vector<float> weights = BalancedClassWeights(data.examples, data.training);
  std::vector<double> sums(3);
  for (const uint32_t row : data.training) {
    sums[static_cast<size_t>(data.examples.labels[row])] +=
        static_cast<double>(weights[static_cast<size_t>(data.examples.labels[row])]);
  }
  for (const double sum : sums) EXPECT_NEAR(sum, static_cast<double>(data.training.size()) / 3, 1e-3);
}

TEST(EveryOptimizer, LearnsBothTasks) {
  for (const Task task : kTasks) {
    const TrainingData data = MakeRings(3000, 2, task, 1);
    for (const OptimizerDefinition& optimizer : Optimizers()) {
      Network network = MakeNetwork("dense 32, relu, dense 32, relu, dense", data);
      Trainer trainer(network, data, {.epochs = 30, .batch = 32, .optimizer = std::string(optimizer.name)});
      const TrainingResult result = trainer.Run();
      EXPECT_EQ(result.outcome, Outcome::kFinished);
      EXPECT_GT(trainer.Test().score, 0.93) << optimizer.name;
    }
  }
}

TEST(EveryActivation, TrainsWithDropoutAndDecay) {
  const TrainingData data = MakeRings(3000, 2, Task::kClassification, 1);
  SetThreads(1);
  for (const Activation& activation : Activations()) {
    if (activation.name == "identity") continue;
    const std::string name(activation.name);
    Network network = MakeNetwork("dense 48, " + name + ", dropout 0.05, dense 32, " + name + ", dense", data);
    Trainer trainer(network, data,
                    {.epochs = 40, .batch = 32, .optimizer = "adamw", .learning_rate = 0.005, .weight_decay = 1e-4});
    trainer.Run();
    EXPECT_GT(trainer.Test().score, 0.8) << name;
  }
  SetThreads(0);
}

TEST(Trainer, GivesTheSameBitsTwiceOnEachNumberOfThreads) {
  const TrainingData data = MakeRings(2000, 80, Task::kClassification, 1);
  for (const int threads : {1, 2}) {
    SetThreads(threads);
    std::vector<std::vector<float>> runs;
    for (int run = 0; run < 2; ++run) {
      Network network = MakeNetwork("dense 300, relu, dropout 0.2, dense 200, prelu, dense", data);
      Trainer(network, data, {.epochs = 2, .seed = 5}).Run();
      runs.push_back(Parameters(network));
    }
    EXPECT_EQ(runs[0], runs[1]) << threads << " threads";
  }
  SetThreads(0);
}

TEST(Trainer, KeepsTheBestWeightsAndStopsEarly) {
  // With few rows and a large rate the validation gets worse again.
  const TrainingData data = MakeRings(100, 10, Task::kClassification, 1);
  Network network = MakeNetwork("dense 64, relu, dense 64, relu, dense", data);
  Trainer trainer(network, data,
                  {.epochs = 200, .batch = 16, .schedule = "constant", .learning_rate = 0.02, .patience = 4});
  const TrainingResult result = trainer.Run();
  EXPECT_EQ(result.outcome, Outcome::kStoppedEarly);
  EXPECT_EQ(result.epochs.size(), result.best_epoch + 4);
  const Evaluation now = trainer.Evaluate(data.examples, data.validation);
  for (const EpochRecord& record : result.epochs) EXPECT_GE(now.score, record.validation.score) << record.epoch;
  EXPECT_EQ(now.loss, result.epochs[result.best_epoch - 1].validation.loss);
}

TEST(Trainer, StopsAtOnceWhereANumberIsNoLongerFinite) {
  const TrainingData data = MakeRings(1000, 2, Task::kClassification, 1);
  Network network = MakeNetwork("dense 32, relu, dense 32, relu, dense", data);
  Trainer trainer(network, data,
                  {.epochs = 5, .optimizer = "sgd", .schedule = "constant", .learning_rate = 1e30, .clip_norm = 0});
  const TrainingResult result = trainer.Run();
  EXPECT_EQ(result.outcome, Outcome::kDiverged);
  ASSERT_TRUE(result.divergence.has_value());
  EXPECT_EQ(result.divergence->epoch, 1u);
  EXPECT_NE(result.divergence->place.find("layer"), std::string::npos) << result.divergence->place;
  for (const float value : network.parameters()) ASSERT_TRUE(std::isfinite(value));
}

TEST(Trainer, SeesWhatTheLastUpdateOfAnEpochBroke) {
  const TrainingData data = MakeRings(60, 2, Task::kClassification, 1);
  for (const size_t epochs : {1u, 3u}) {
    Network network = MakeNetwork("dense 32, relu, dense 32, relu, dense", data);
    Trainer trainer(network, data,
                    {.epochs = epochs,
                     .batch = 1000,
                     .optimizer = "sgd",
                     .schedule = "constant",
                     .learning_rate = 1e30,
                     .clip_norm = 0});
    const TrainingResult result = trainer.Run();
    EXPECT_EQ(result.outcome, Outcome::kDiverged);
    EXPECT_EQ(result.best_epoch, 0u);
    for (const float value : network.parameters()) ASSERT_TRUE(std::isfinite(value));
    EXPECT_TRUE(std::isfinite(trainer.Test().loss));
  }
}

// Plants a NaN into one weight at a step, as a broken update would.
class Saboteur : public TrainingObserver {
 public:
  Saboteur(Network& network, size_t block) : network_(network), block_(block) {}
  void OnStep(const StepView& view) override {
    if (view.epoch == 2 && view.step == 3) {
      network_.parameters(network_.blocks()[block_])[0] = std::numeric_limits<float>::quiet_NaN();
    }
  }

 private:
  Network& network_;
  size_t block_;
};

TEST(Trainer, NamesTheFirstLayerThatIsSickAndKeepsTheLastGoodWeights) {
  const TrainingData data = MakeRings(1000, 2, Task::kClassification, 1);
  for (const size_t block : {0u, 2u, 4u}) {
    Network network = MakeNetwork("dense 32, relu, dense 32, relu, dense", data);
    Saboteur saboteur(network, block);
    Trainer trainer(network, data, {.epochs = 5, .batch = 100});
    trainer.Watch(saboteur);
    const TrainingResult result = trainer.Run();
    ASSERT_EQ(result.outcome, Outcome::kDiverged);
    EXPECT_EQ(result.divergence->epoch, 2u);
    EXPECT_EQ(result.divergence->step, 4u);
    EXPECT_NE(result.divergence->place.find("layer " + std::to_string(block / 2 + 1)), std::string::npos)
        << block << ": " << result.divergence->place;
    EXPECT_EQ(result.best_epoch, 1u);
    EXPECT_EQ(trainer.Evaluate(data.examples, data.validation).loss, result.epochs[0].validation.loss);
  }
}

TEST(Trainer, EndsAfterTheStepInHandWhenItIsStopped) {
  const TrainingData data = MakeRings(1000, 2, Task::kClassification, 1);
  Network network = MakeNetwork("dense 8, relu, dense", data);
  const std::atomic<bool> stop = true;
  Trainer trainer(network, data, {.epochs = 5, .stop = &stop});
  const TrainingResult result = trainer.Run();
  EXPECT_EQ(result.outcome, Outcome::kInterrupted);
  EXPECT_EQ(result.best_epoch, 1u);
  EXPECT_EQ(result.epochs.size(), 1u);
}

TEST(IsBetter, PrefersTheHigherScoreAndOfEqualScoresTheLowerLoss) {
  struct Case {
    Evaluation candidate, best;
    bool better;
  };
  const Case cases[] = {
      // The loss says the opposite of the score.
      {{.rows = 10, .loss = 2, .score = 0.9}, {.rows = 10, .loss = 1, .score = 0.8}, true},
      {{.rows = 10, .loss = 1, .score = 0.8}, {.rows = 10, .loss = 2, .score = 0.9}, false},
      {{.rows = 10, .loss = 1, .score = 0.8}, {.rows = 10, .loss = 2, .score = 0.8}, true},
      {{.rows = 10, .loss = 2, .score = 0.8}, {.rows = 10, .loss = 1, .score = 0.8}, false},
      {{.rows = 10, .loss = 1, .score = 0.8}, {.rows = 10, .loss = 1, .score = 0.8}, false},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(IsBetter(c.candidate, c.best), c.better) << "score " << c.candidate.score << " loss " << c.candidate.loss
                                                       << " against score " << c.best.score << " loss " << c.best.loss;
  }
}

// The length of one step of plain descent with rate 1, and the gradient's norm before clipping.
struct OneStep {
  double moved = 0, norm = 0;
};

OneStep StepOf(const TrainingData& data, double clip_norm) {
  struct Norm : TrainingObserver {
    void OnStep(const StepView& view) override { norm = view.norms.total(); }
    double norm = 0;
  } norm;
  Network network = MakeNetwork("dense", data);
  Trainer trainer(network, data,
                  {.epochs = 1,
                   .batch = data.training.size(),
                   .optimizer = "sgd",
                   .schedule = "constant",
                   .learning_rate = 1,
                   .clip_norm = clip_norm});
  trainer.Watch(norm);
  const std::vector<float> before = Parameters(network);
  trainer.Advance(1);
  double sum = 0;
  for (size_t i = 0; i < before.size(); ++i) {
    sum += std::pow(static_cast<double>(network.parameters()[i]) - static_cast<double>(before[i]), 2);
  }
  return {.moved = std::sqrt(sum), .norm = norm.norm};
}

TEST(ClipNorm, LeavesAGradientAtTheLimitAndScalesALongerOneDownToIt) {
  const TrainingData data = MakeRings(300, 2, Task::kClassification, 1);
  const double norm = StepOf(data, 0).norm;
  ASSERT_GT(norm, 0);
  struct Case {
    std::string name;
    double limit, moved;
  };
  const Case cases[] = {
      {"no limit", 0, norm},
      {"a gradient exactly at the limit", norm, norm},
      {"a gradient of half the limit", 2 * norm, norm},
      {"a gradient of twice the limit", norm / 2, norm / 2},
  };
  for (const Case& c : cases) EXPECT_NEAR(StepOf(data, c.limit).moved, c.moved, 1e-5 * norm) << c.name;
}

TEST(Trainer, TakesEachRowOnceAnEpochInAnOrderOfItsOwn) {
  TrainingData data = MakeRings(40, 1, Task::kRegression, 1);
  struct Losses : TrainingObserver {
    void OnStep(const StepView& view) override { losses.resize(view.epoch), losses.back().push_back(view.loss.loss); }
    std::vector<std::vector<double>> losses = {};
  };
  const auto orders = [&](uint64_t seed) {
    Losses losses;
    Network network = MakeNetwork("dense", data);
    // A rate so small that no weight moves: the loss tells which row a step took.
    Trainer trainer(network, data,
                    {.epochs = 3,
                     .batch = 1,
                     .optimizer = "sgd",
                     .schedule = "constant",
                     .learning_rate = 1e-30,
                     .keep_weights = true,
                     .seed = seed});
    std::ranges::fill(network.parameters(), 0.5f);
    trainer.Watch(losses);
    trainer.Run();
    return losses.losses;
  };
  const auto sorted = [](std::vector<double> values) {
    std::ranges::sort(values);
    return values;
  };
  const std::vector<std::vector<double>> first = orders(1), again = orders(1), other = orders(2);
  ASSERT_EQ(first.size(), 3u);
  EXPECT_EQ(first, again);
  for (const auto& epoch : first) {
    EXPECT_EQ(epoch.size(), data.training.size());
    EXPECT_EQ(sorted(epoch), sorted(first[0]));
  }
  const std::vector<double> rows = sorted(first[0]);
  EXPECT_EQ(std::ranges::adjacent_find(rows), rows.end()) << "a row was taken twice, or two rows cannot be told apart";
  EXPECT_NE(first[0], first[1]) << "the second epoch has the first one's order";
  EXPECT_NE(first[1], first[2]) << "the third epoch has the second one's order";
  EXPECT_NE(first[0], other[0]) << "the seed does not change the order";
}

TEST(Trainer, RefusesWhatCannotBeTrained) {
  const TrainingData classes = MakeRings(100, 2, Task::kClassification, 1);
  const TrainingData numbers = MakeRings(100, 2, Task::kRegression, 1);
  struct Case {
    const TrainingData& data;
    std::string network;
    TrainingOptions options;
    std::string expected;
  };
  const Case cases[] = {
      {classes, "dense 5", {}, "ends in 5 units, but the data needs 3"},
      {classes, "dense", {.optimizer = "adma"}, "did you mean 'adam'?"},
      {classes, "dense", {.schedule = "cosin"}, "did you mean 'cosine'?"},
      {classes, "dense", {.epochs = 3, .schedule = "warm-up 3, constant"}, "leaves nothing of a training of 3"},
      {classes, "dense", {.initial_gain = -1}, "--init-gain"},
      {classes,
       "dense",
       {.clip_value = -1},
       "--clip-value (largest size of a number of the gradient; 0: no clipping) is a number from 0 on, not -1"},
      {classes, "dense", {.label_smoothing = 1}, "--label-smoothing"},
      {classes, "dense", {.accumulate = 0}, "is a number from 1 to 1000000, not 0"},
      {numbers, "dense", {.label_smoothing = 0.1}, "smoothed in a classification only"},
      {classes, "dense", {.initialization = "hee"}, "did you mean 'he'?"},
      {classes, "dense", {.batch = 0}, "--batch"},
      {classes, "dense", {.learning_rate = -1}, "--lr"},
      {numbers, "dense", {.balanced = true}, "balanced in a classification only"},
  };
  for (const Case& c : cases) {
    try {
      Network network = MakeNetwork(c.network, c.data);
      Trainer trainer(network, c.data, c.options);
      ADD_FAILURE() << c.expected;
    } catch (const UsageError& error) {
      EXPECT_NE(std::string(error.what()).find(c.expected), std::string::npos) << error.what();
    }
  }
}

// A network of 110 layers with residual sums, and one of 50 without.
std::vector<std::string> DeepNetworks() {
  std::string residual = "dense 16, relu";
  for (int block = 0; block < 54; ++block)
    residual += ", residual(dense 16, batchnorm, relu, dense 16, batchnorm), relu";
  std::string plain;
  for (int layer = 0; layer < 49; ++layer) plain += "dense 24, relu, ";
  return {residual + ", dense", plain + "dense"};
}

TEST(Trainer, TrainsDeepNetworks) {
  const TrainingData data = MakeRings(600, 2, Task::kClassification, 1);
  for (const std::string& text : DeepNetworks()) {
    Network network = MakeNetwork(text, data);
    Trainer trainer(network, data, {.epochs = 6, .batch = 32, .learning_rate = 1e-3});
    const TrainingResult result = trainer.Run();
    ASSERT_EQ(result.epochs.size(), 6u) << text;
    EXPECT_LT(result.epochs.back().train_loss, 0.95 * result.epochs.front().train_loss) << text;
    for (const float value : network.gradients()) ASSERT_TRUE(std::isfinite(value)) << text;
  }
}

TEST(Predict, GivesProbabilitiesAndValuesInTheTargetsUnit) {
  TrainingData classes = MakeRings(1000, 2, Task::kClassification, 1);
  Network network = MakeNetwork("dense 16, relu, dense", classes);
  Trainer trainer(network, classes, {.epochs = 5});
  trainer.Run();
  const std::vector<float> probabilities = Predict(network, classes.examples);
  ASSERT_EQ(probabilities.size(), 3000u);
  for (size_t row = 0; row < 1000; ++row) {
    EXPECT_NEAR(probabilities[row * 3] + probabilities[row * 3 + 1] + probabilities[row * 3 + 2], 1, 1e-5);
  }
  TrainingData numbers = MakeRings(1000, 2, Task::kRegression, 1);
  Network second = MakeNetwork("dense", numbers);
  Trainer(second, numbers, {.epochs = 1}).Run();
  const std::vector<float> standardised = Predict(second, numbers.examples);
  numbers.examples.encoding.target_mean = 100;
  numbers.examples.encoding.target_deviation = 10;
  const std::vector<float> raw = Predict(second, numbers.examples);
  for (size_t row = 0; row < 1000; ++row) EXPECT_NEAR(raw[row], 100 + 10 * standardised[row], 1e-3);
}

}  // namespace
}  // namespace ramp
