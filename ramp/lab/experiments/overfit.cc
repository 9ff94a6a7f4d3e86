// overfit: the gap between training and test, at equal parameters and equal training loss.
#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "ramp/lab/experiments/list.h"
#include "ramp/lab/trainings.h"

namespace ramp::lab {
namespace {

constexpr size_t kDepth = 2;
constexpr size_t kBatch = 32;
constexpr double kRate = 1e-3;
constexpr double kTarget = 0.2;       // training loss at which the gap is looked at
constexpr double kWrongLabels = 0.2;  // so that there is something to overfit to
constexpr size_t kMore = 4;           // times the examples

size_t Width(const Settings& settings) { return settings.Choose<size_t>(64, 64, 128); }
size_t Examples(const Settings& settings) { return settings.Choose<size_t>(300, 400, 1000); }
size_t MostEpochs(const Settings& settings) { return settings.Choose<size_t>(150, 200, 300); }

// A network, and a way to train it.
struct Case {
  std::string name, activation;
  std::string after = {};  // each activation
  double weight_decay = 0;
  size_t examples = 1;  // times the usual number
};

std::vector<Case> Rivals(const Settings& settings) {
  std::vector<Case> rivals;
  for (const std::string& name : WithRivals(settings.rectifier, {kTanh, kSigmoid})) rivals.push_back({name, name});
  return rivals;
}
std::vector<Case> Cures(const Settings& settings) {
  const std::string& rectifier = settings.rectifier;
  const auto with = [&](std::string_view cure) { return fmt::format("{} with {}", rectifier, cure); };
  return {{.name = with("dropout 0.5"), .activation = rectifier, .after = fmt::format("{} 0.5", kDropout)},
          {.name = with("weight decay 0.01"), .activation = rectifier, .weight_decay = 0.01},
          {.name = with("weight decay 0.1"), .activation = rectifier, .weight_decay = 0.1},
          {.name = with("four times the examples"), .activation = rectifier, .examples = kMore}};
}
std::vector<Case> Cases(const Settings& settings) {
  std::vector<Case> cases = Rivals(settings);
  for (Case& cure : Cures(settings)) cases.push_back(std::move(cure));
  return cases;
}

std::string Gap(const Case& c) { return fmt::format("accuracy in training - on the test, {}", c.name); }
std::string TestAccuracy(const Case& c) { return fmt::format("test accuracy, {}", c.name); }
std::string TestLoss(const Case& c) { return fmt::format("test loss, {}", c.name); }
std::string TrainingLoss(const Case& c) { return fmt::format("training loss, {}", c.name); }
std::string Epochs(const Case& c) { return fmt::format("epochs, {}", c.name); }
std::string Against(const Settings& settings, std::string_view rival) {
  return fmt::format("gap of {} - gap of {}", settings.rectifier, rival);
}
std::string Unequal() { return "largest difference of the training losses, with the activations alone"; }
std::string AgainstAll(const Settings& settings) { return Against(settings, "the others, on average"); }
std::string Closed(const Case& c) { return fmt::format("gap closed, {}", c.name); }

struct Reached {
  Evaluation training, test;
  size_t epochs = 0;
};

// To the training loss, or as long as it may take.
Reached TrainTo(double target, const Trial& trial, const TrainingData& data, const Case& c) {
  const Encoding& encoding = data.examples.encoding;
  Network network(Stack(kDepth, Width(trial.settings), c.activation, "", c.after), encoding.shape, encoding.outputs());
  // As many steps for all, however many examples there are.
  const size_t most = MostEpochs(trial.settings) * Examples(trial.settings) / data.training.size();
  Trainer trainer(network, data,
                  {.epochs = most,
                   .batch = kBatch,
                   .schedule = std::string(kConstantRate),
                   .learning_rate = kRate,
                   .weight_decay = c.weight_decay,
                   .seed = trial.seed,
                   .stop = trial.stop});
  const size_t epoch = (data.training.size() + kBatch - 1) / kBatch;
  Reached reached;
  do {
    ++reached.epochs;
    const bool goes_on = trainer.Advance(epoch);
    reached.training = trainer.Evaluate(data.examples, data.training);
    if (!goes_on) break;
  } while (reached.training.loss > target);
  reached.test = trainer.Test();
  return reached;
}

Figures RunTrial(const Trial& trial) {
  const Settings& settings = trial.settings;
  const size_t examples = Examples(settings);
  TrainingData all = Pictures(trial, kMore * examples, settings.Choose<size_t>(800, 1500, 4000));
  SpoilLabels(all, kWrongLabels, trial.seed);
  Figures figures;
  std::vector<double> gaps, losses;
  const std::vector<Case> cases = Cases(settings);
  const size_t rivals = Rivals(settings).size();
  for (const Case& c : cases) {
    TrainingData data = all;
    data.training.resize(std::min(data.training.size(), c.examples * examples));
    const Reached reached = TrainTo(kTarget, trial, data, c);
    gaps.push_back(reached.training.score - reached.test.score);
    losses.push_back(reached.training.loss);
    figures.Set(Gap(c), gaps.back());
    figures.Set(TestAccuracy(c), reached.test.score);
    figures.Set(TestLoss(c), reached.test.loss);
    figures.Set(TrainingLoss(c), reached.training.loss);
    figures.Set(Epochs(c), static_cast<double>(reached.epochs));
  }
  const auto [least, most] = std::ranges::minmax(std::span(losses).first(rivals));
  figures.Set(Unequal(), most - least);
  double others = 0;
  for (size_t i = 1; i < rivals; ++i) {
    figures.Set(Against(settings, cases[i].name), gaps[0] - gaps[i]);
    others += gaps[i] / static_cast<double>(rivals - 1);
  }
  figures.Set(AgainstAll(settings), gaps[0] - others);
  for (size_t i = rivals; i < cases.size(); ++i) figures.Set(Closed(cases[i]), gaps[0] - gaps[i]);
  return figures;
}

std::vector<Expectation> Expect(const Settings& settings) {
  constexpr double kPoints = 0.02;
  const std::string points = "two points of accuracy, or it is no matter";
  std::vector<Expectation> expectations = {
      Essential(AtMost(Unequal(), kTarget / 4, "the activations are compared at the same training loss",
                       "a quarter of the loss, or the gaps say how long was trained")),
      Essential(AtLeast(AgainstAll(settings), kPoints, "the gap is wider than with the others", points))};
  for (const Case& rival : Rivals(settings)) {
    if (rival.name == settings.rectifier) continue;
    expectations.push_back(AtLeast(Against(settings, rival.name), kPoints,
                                   fmt::format("the gap is wider than with {}", rival.name), points));
  }
  for (const Case& cure : Cures(settings)) {
    expectations.push_back(AtLeast(Closed(cure), 2 * kPoints, fmt::format("the gap closes: {}", cure.name),
                                   "four points of accuracy, or it is no cure"));
  }
  return expectations;
}

Presentation Present(const Settings& settings, const Estimates& estimates) {
  Table table{.title = fmt::format("After training to a loss of {:g} or to the greatest number of steps, with {:g} % "
                                   "wrong labels among those to train on",
                                   kTarget, 100 * kWrongLabels),
              .columns = {"network", "gap of accuracy", "test accuracy", "test loss", "training loss", "epochs"},
              .rows = {}};
  BarChart chart{.title = "Accuracy in training minus that on the test",
                 .x_label = "gap",
                 .rows = {},
                 .series = {"gap"},
                 .panels = {}};
  std::vector<std::vector<std::string>> bars;
  for (const Case& c : Cases(settings)) {
    const std::string figures[] = {Gap(c), TestAccuracy(c), TestLoss(c), TrainingLoss(c), Epochs(c)};
    table.rows.push_back(RowOf(c.name, figures, estimates));
    chart.rows.push_back(c.name);
    bars.push_back({Gap(c)});
  }
  chart.panels.push_back(PanelOf("", bars, estimates));
  return {{table}, {{chart}}};
}

}  // namespace

Experiment OverfitExperiment() {
  return {
      .name = kOverfitClaim,
      .claim =
          "Networks with ReLU are more likely to overfit than those with tanh or sigmoid; dropout, weight decay and "
          "more data close the gap.",
      .question =
          "With few examples, some of which have wrong labels, how far is the accuracy in training above that on "
          "the test: with the same network of each activation, at the same training loss, and with each cure?",
      .practice =
          "What overfits is a network with more freedom than its data has examples, whatever the activation. Look "
          "at the test and not at the gap alone: more data helps both, the others buy a smaller gap with a longer "
          "training.",
      .trials = {14, 20, 40},
      .trial_seconds = {0.8, 2, 12},
      .takes_data = true,
      .expect = Expect,
      .run = RunTrial,
      .present = Present};
}

}  // namespace ramp::lab
