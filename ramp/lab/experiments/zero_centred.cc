// zero-centred: outputs that are never negative, and what that does to the weights that read them.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ramp/lab/experiments/list.h"
#include "ramp/lab/trainings.h"
#include "ramp/network/initialize.h"

namespace ramp::lab {
namespace {

constexpr size_t kDepth = 3;
constexpr size_t kWidth = 64;
constexpr size_t kBatches[] = {1, 8, 64};
constexpr size_t kSingle = kBatches[0], kUsualBatch = kBatches[2];
constexpr double kTarget = 0.5;  // loss, to which steps are counted
constexpr double kShift = 1;     // of inputs whose deviation is 1

size_t MostSteps(const Settings& settings) { return settings.Choose<size_t>(300, 500, 1000); }
std::vector<double> Rates(const Settings& settings) {
  return settings.Choose<std::vector<double>>({0.03, 0.1, 0.3}, {0.01, 0.03, 0.1, 0.3}, {0.01, 0.03, 0.1, 0.3, 1});
}

std::vector<std::string> Tried(const Settings& settings) { return WithRivals(settings.rectifier, {kTanh, kSigmoid}); }

// A network whose steps to a loss are counted.
struct Runner {
  std::string name, activation;
  std::string_view behind = "";
  double shift = 0;  // of the inputs
};
std::vector<Runner> Runners(const Settings& settings) {
  std::vector<Runner> runners;
  for (const std::string& name : WithRivals(settings.rectifier, {kTanh})) runners.push_back({name, name});
  runners.push_back({fmt::format("{} with {}", settings.rectifier, kBatchNorm), settings.rectifier, kBatchNorm});
  runners.push_back(
      {fmt::format("{}, inputs shifted by {:g}", settings.rectifier, kShift), settings.rectifier, "", kShift});
  return runners;
}

std::string Offset(std::string_view activation, bool trained) {
  return fmt::format("mean of the hidden outputs / their deviation, {}, {}", activation, trained ? "trained" : "start");
}
std::string OneSign(std::string_view activation, size_t batch) {
  return fmt::format("updates that push all weights of a unit one way, {}, batches of {}", activation, batch);
}
std::string Steps(const Runner& runner) { return fmt::format("steps to a loss of {:g}, {}", kTarget, runner.name); }
std::string StepRatio(const Runner& one, const Runner& other) {
  return fmt::format("steps to a loss of {:g}: {} / {}", kTarget, one.name, other.name);
}

// Counts the units behind the first hidden layer all of whose weights get gradients of one sign. Gradients that are 0
// push nothing, and a unit that gets none at all is left out.
class SignWatch : public TrainingObserver {
 public:
  void OnStep(const StepView& view) override {
    bool first = true;
    for (const PlacedBlock& placed : view.network.blocks()) {
      if (placed.block.kind != ParameterBlock::Kind::kWeight) continue;
      if (!first) Count(view.network.gradients(placed), placed.block.shape.units());
      first = false;
    }
  }
  double share() const { return static_cast<double>(one_sign_) / static_cast<double>(std::max<size_t>(all_, 1)); }

 private:
  void Count(std::span<const float> gradients, size_t units) {
    for (size_t unit = 0; unit < units; ++unit) {
      bool up = false, down = false;
      for (size_t i = unit; i < gradients.size(); i += units) {
        up = up || gradients[i] > 0;
        down = down || gradients[i] < 0;
      }
      all_ += up || down ? 1 : 0;
      one_sign_ += up != down ? 1 : 0;
    }
  }

  size_t all_ = 0, one_sign_ = 0;
};

// Notes when the loss, averaged over some ten batches, comes down to the target.
class LossWatch : public TrainingObserver {
 public:
  void OnStep(const StepView& view) override {
    constexpr double kKept = 0.9;
    ++steps_;
    const double loss = view.loss.mean_loss();
    loss_ = steps_ == 1 ? loss : kKept * loss_ + (1 - kKept) * loss;
    reached_ = reached_ || loss_ <= kTarget;
  }
  bool reached() const { return reached_; }
  size_t steps() const { return steps_; }

 private:
  size_t steps_ = 0;
  double loss_ = 0;
  bool reached_ = false;
};

// Over all hidden outputs together.
double OffsetOf(const Network& network, const TrainingData& data) {
  double sum = 0, squares = 0, count = 0;
  const std::vector<size_t> nodes = ActivationNodes(network);
  Examine(network, data.examples, data.test, [&](const Plan& plan, std::span<const uint32_t> rows) {
    for (const size_t node : nodes) {
      for (const float value : plan.value(node).first(rows.size() * kWidth)) {
        sum += static_cast<double>(value);
        squares += static_cast<double>(value) * static_cast<double>(value);
      }
      count += static_cast<double>(rows.size() * kWidth);
    }
  });
  const double mean = sum / count;
  return mean / std::sqrt(squares / count - mean * mean);
}

void MeasureSigns(const Trial& trial, const TrainingData& data, const std::string& activation, Figures& figures) {
  const Encoding& encoding = data.examples.encoding;
  for (const size_t batch : kBatches) {
    TrainingData some = data;
    // Single examples take long, and a few hundred of them tell enough.
    if (batch == kSingle) some.training.resize(std::min<size_t>(some.training.size(), 300));
    Network network(Stack(kDepth, kWidth, activation), encoding.shape, encoding.outputs());
    Trainer trainer(network, some,
                    {.epochs = 1,
                     .batch = batch,
                     .optimizer = std::string(kPlainDescent),
                     .schedule = std::string(kConstantRate),
                     .learning_rate = 0.01,
                     .seed = trial.seed,
                     .stop = trial.stop});
    if (batch == kUsualBatch) figures.Set(Offset(activation, false), OffsetOf(network, data));
    SignWatch watch;
    trainer.Watch(watch);
    trainer.Run();
    if (batch == kUsualBatch) figures.Set(Offset(activation, true), OffsetOf(network, data));
    figures.Set(OneSign(activation, batch), watch.share());
  }
}

// With the rate that takes the fewest; as many as it may take where none gets there.
size_t FewestSteps(const Trial& trial, const TrainingData& data, const Runner& runner) {
  const Encoding& encoding = data.examples.encoding;
  size_t fewest = MostSteps(trial.settings);
  for (const double rate : Rates(trial.settings)) {
    Network network(Stack(kDepth, kWidth, runner.activation, runner.behind), encoding.shape, encoding.outputs());
    Trainer trainer(network, data,
                    {.epochs = 1000,
                     .batch = kUsualBatch,
                     .optimizer = std::string(kPlainDescent),
                     .schedule = std::string(kConstantRate),
                     .learning_rate = rate,
                     .clip_norm = 0,
                     .seed = trial.seed,
                     .stop = trial.stop});
    LossWatch watch;
    trainer.Watch(watch);
    while (!watch.reached() && watch.steps() < fewest && trainer.Advance(1)) {
    }
    if (watch.reached()) fewest = std::min(fewest, watch.steps());
  }
  return fewest;
}

Figures RunTrial(const Trial& trial) {
  const Settings& settings = trial.settings;
  const TrainingData data =
      WithFloats(Pictures(trial, settings.Choose<size_t>(1000, 3000, 10000), settings.Choose<size_t>(300, 500, 1000)));
  TrainingData shifted = data;
  ChangeInputs(shifted, AllRows(shifted.examples), 1, kShift);
  Figures figures;
  for (const std::string& name : Tried(settings)) MeasureSigns(trial, data, name, figures);
  const std::vector<Runner> runners = Runners(settings);
  std::vector<double> steps;
  for (const Runner& runner : runners) {
    steps.push_back(static_cast<double>(FewestSteps(trial, runner.shift != 0 ? shifted : data, runner)));
    figures.Set(Steps(runner), steps.back());
  }
  for (size_t i = 1; i < runners.size(); ++i) {
    const bool slower = runners[i].shift != 0;  // is what is expected of it
    figures.Set(slower ? StepRatio(runners[i], runners[0]) : StepRatio(runners[0], runners[i]),
                slower ? steps[i] / steps[0] : steps[0] / steps[i]);
  }
  return figures;
}

std::vector<Expectation> Expect(const Settings& settings) {
  const std::string& rectifier = settings.rectifier;
  const std::vector<Runner> runners = Runners(settings);
  const std::string tenth = "a tenth more, or it is no matter";
  std::vector<Expectation> expectations = {
      Essential(AtLeast(Offset(rectifier, false), 0.5, "the outputs are not centred",
                        "0.68 for normal sums, of which the negative half becomes 0")),
      Within(Offset(kTanh, false), -0.1, 0.1, "those of tanh are", "it is odd"),
      AtLeast(OneSign(rectifier, kSingle), 0.99, "a single example pushes all weights of a unit one way",
              "LeCun et al., 1998: inputs of one sign"),
      AtMost(OneSign(kTanh, kSingle), 0.01, "with tanh it does not", "64 signs agree by chance once in 2^63"),
      AtLeast(OneSign(rectifier, kUsualBatch), 0.5, "a batch of 64 does so, too", "most updates"),
  };
  for (const Runner& runner : runners) {
    if (runner.name == rectifier) continue;
    const bool slower = runner.shift != 0;
    expectations.push_back(AtLeast(
        slower ? StepRatio(runner, runners[0]) : StepRatio(runners[0], runner), 1.1,
        slower ? fmt::format("{} takes more steps", runner.name) : fmt::format("{} takes fewer steps", runner.name),
        tenth));
  }
  return expectations;
}

Presentation Present(const Settings& settings, const Estimates& estimates) {
  Table table{.title =
                  "Mean of the hidden outputs against their deviation, and the share of updates in which all "
                  "weights of a unit behind the first layer are pushed one way",
              .columns = {"activation", "mean, start", "mean, trained"},
              .rows = {}};
  Plot plot{.title = "Updates that push all weights of a unit one way",
            .x_label = "examples in a batch",
            .y_label = "share of updates",
            .curves = {},
            .x_logarithmic = true};
  for (const size_t batch : kBatches) table.columns.push_back(fmt::format("batches of {}", batch));
  for (const std::string& name : Tried(settings)) {
    std::vector<std::string> figures = {Offset(name, false), Offset(name, true)};
    Curve& curve = plot.curves.emplace_back(Curve{.label = name, .x = {}, .y = {}});
    for (const size_t batch : kBatches) {
      figures.push_back(OneSign(name, batch));
      AddPoint(curve, static_cast<double>(batch), estimates.at(figures.back()));
    }
    table.rows.push_back(RowOf(name, figures, estimates));
  }
  Table steps{.title = fmt::format("Steps of plain descent to a loss of {:g}, with the best of the rates", kTarget),
              .columns = {"network", "steps"},
              .rows = {}};
  for (const Runner& runner : Runners(settings)) {
    steps.rows.push_back(RowOf(runner.name, std::vector<std::string>{Steps(runner)}, estimates));
  }
  return {{table, steps}, {{plot}}};
}

}  // namespace

Experiment ZeroCentredExperiment() {
  return {.name = kZeroCentredClaim,
          .claim =
              "Outputs of ReLU are not zero-centred, so all weights of a unit are pushed one way, and training "
              "zigzags.",
          .question =
              "How far is the mean of the hidden outputs from 0? In which share of updates do the gradients of all "
              "weights of a unit have one sign, by the size of the batch? How many steps does it take to a given loss, "
              "beside tanh, with batch normalisation, and with inputs that are not centred?",
          .practice =
              "Batches mix the signs, so the zigzag is a matter of training on single examples. Centre the inputs, "
              "which costs nothing, and leave the hidden layers to the start of their weights or to a norm.",
          .trials = {6, 12, 24},
          .trial_seconds = {0.5, 2, 10},
          .takes_data = true,
          .expect = Expect,
          .run = RunTrial,
          .present = Present};
}

}  // namespace ramp::lab
