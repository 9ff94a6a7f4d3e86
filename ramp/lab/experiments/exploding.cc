// exploding: values and gradients that grow from layer to layer, and what tames them.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ramp/base/random.h"
#include "ramp/lab/experiments/list.h"
#include "ramp/lab/trainings.h"
#include "ramp/network/initialize.h"

namespace ramp::lab {
namespace {

constexpr size_t kGrowthDepth = 30, kGrowthWidth = 64, kGrowthBatch = 32;
// Factors on the weights of the start that suits the rectifier.
constexpr double kGains[] = {0.5, 1, 1.5, 2, 3};
constexpr double kSuited = 1, kLarge = 2;

constexpr size_t kDepth = 10, kWidth = 64, kBatch = 64;  // of the networks that are trained
constexpr double kRate = 0.05;                           // plain descent
constexpr double kSpike = 1000;

// Whose growth is measured.
struct Kind {
  std::string name, activation;
  std::string_view behind;
};
std::vector<Kind> Kinds(const Settings& settings) {
  std::vector<Kind> kinds;
  for (const std::string& name : WithRivals(settings.rectifier, {kTanh})) kinds.push_back({name, name, ""});
  kinds.push_back({fmt::format("{} with {}", settings.rectifier, kBatchNorm), settings.rectifier, kBatchNorm});
  return kinds;
}

// A way to train, in trouble or not.
struct Way {
  std::string_view name;
  double gain = kSuited;
  bool clips = false;
  std::string_view behind = "";
  double spike = 1;  // a batch in the midst of the training is multiplied by it
};
constexpr Way kWays[] = {
    {.name = "a suited start"},
    {.name = "a suited start, clipped", .clips = true},
    {.name = "a large start", .gain = kLarge},
    {.name = "a large start, clipped", .gain = kLarge, .clips = true},
    {.name = "a large start, with batch normalisation", .gain = kLarge, .behind = kBatchNorm},
    {.name = "a corrupt batch", .spike = kSpike},
    {.name = "a corrupt batch, clipped", .clips = true, .spike = kSpike},
    {.name = "a corrupt batch, with batch normalisation", .behind = kBatchNorm, .spike = kSpike},
};
constexpr const Way &kHealthyWay = kWays[0], &kLargeStart = kWays[2], &kClippedStart = kWays[3],
                    &kNormalisedStart = kWays[4], &kCorrupt = kWays[5], &kClippedCorrupt = kWays[6],
                    &kNormalisedCorrupt = kWays[7];

std::string Forward(const Kind& kind, double gain) {
  return fmt::format("factor per layer of the values, {}, weights x {:g}", kind.name, gain);
}
std::string Backward(const Kind& kind, double gain) {
  return fmt::format("factor per layer of the gradient, {}, weights x {:g}", kind.name, gain);
}
std::string Accuracy(const Way& way) { return fmt::format("test accuracy, {}", way.name); }
std::string Kept(const Way& way) { return fmt::format("test accuracy against a healthy training, {}", way.name); }
std::string Failed(const Way& way) { return fmt::format("trainings that fail, {}", way.name); }

double RootMeanSquare(std::span<const float> values) {
  double sum = 0;
  for (const float value : values) sum += static_cast<double>(value) * static_cast<double>(value);
  return std::sqrt(sum / static_cast<double>(values.size()));
}

// log of the gradient with respect to what each hidden layer adds to its sums, from the first to the last. Every output
// asks for a random direction, so the sum over the batch grows like the single gradients.
std::vector<double> LogGradients(const Network& network, bool normalised) {
  std::vector<double> logs;
  // A norm takes away whatever bias stands before it, and has a shift in its place.
  const auto kind = normalised ? ParameterBlock::Kind::kShift : ParameterBlock::Kind::kBias;
  for (const PlacedBlock& placed : network.blocks()) {
    if (placed.block.kind == kind) logs.push_back(std::log(RootMeanSquare(network.gradients(placed))));
  }
  logs.resize(kGrowthDepth);  // without the outputs' own
  return logs;
}

// The values from the inputs to the outputs; the gradients over the middle layers, for those next to the loss are
// another matter.
void MeasureGrowth(const Trial& trial, const Kind& kind, double gain, Random& random, Figures& figures) {
  Network network(Stack(kGrowthDepth, kGrowthWidth, kind.activation, kind.behind), {kGrowthWidth}, kGrowthWidth);
  Initialize(network, trial.settings.initialization, random.Next(), gain);
  Plan plan(network, kGrowthBatch, PlanMode::kTrain);
  for (float& value : plan.input()) value = static_cast<float>(random.Normal());
  const double input = RootMeanSquare(plan.input());
  plan.Forward();
  const double output = RootMeanSquare(plan.output());
  figures.Set(Forward(kind, gain), std::pow(output / input, 1.0 / static_cast<double>(kGrowthDepth + 1)));
  for (float& value : plan.output_gradient()) value = static_cast<float>(random.Normal());
  plan.Backward();
  const std::vector<double> logs = LogGradients(network, !kind.behind.empty());
  constexpr size_t kLast = kGrowthDepth - 3;
  figures.Set(Backward(kind, gain), std::exp((logs[0] - logs[kLast]) / static_cast<double>(kLast)));
}

// The same data with the first batch corrupt, and nothing else to train on.
TrainingData CorruptBatch(TrainingData data, double factor) {
  data.training.resize(std::min(kBatch, data.training.size()));
  ChangeInputs(data, data.training, factor, 0);
  return data;
}

Learned Train(const Trial& trial, const TrainingData& data, const TrainingData& corrupt, const Way& way) {
  const Settings& settings = trial.settings;
  const Encoding& encoding = data.examples.encoding;
  TrainingOptions options{.epochs = settings.Choose<size_t>(6, 8, 12),
                          .batch = kBatch,
                          .optimizer = std::string(kPlainDescent),
                          .schedule = std::string(kConstantRate),
                          .initialization = settings.initialization,
                          .initial_gain = way.gain,
                          .learning_rate = kRate,
                          .clip_norm = way.clips ? settings.clip_norm : 0,
                          .seed = trial.seed,
                          .stop = trial.stop};
  Network network(Stack(kDepth, kWidth, settings.rectifier, way.behind), encoding.shape, encoding.outputs());
  const Learned before = Learn(network, data, options);
  if (before.diverged) return before;
  options.keep_weights = true;
  if (way.spike != 1) {
    options.epochs = 1;
    const Learned during = Learn(network, corrupt, options);
    if (during.diverged) return during;
  }
  options.epochs = settings.Choose<size_t>(4, 6, 8);
  options.seed = trial.seed + 1;  // or it would see the batches in the same order again
  return Learn(network, data, options);
}

Figures RunTrial(const Trial& trial) {
  const Settings& settings = trial.settings;
  Figures figures;
  Random random(trial.seed);
  for (const Kind& kind : Kinds(settings)) {
    for (const double gain : kGains) MeasureGrowth(trial, kind, gain, random, figures);
  }
  const TrainingData data =
      WithFloats(Pictures(trial, settings.Choose<size_t>(2000, 4000, 10000), settings.Choose<size_t>(500, 1000, 4000)));
  const TrainingData corrupt = CorruptBatch(data, kSpike);
  double healthy = 0;
  for (const Way& way : kWays) {
    const Learned learned = Train(trial, data, corrupt, way);
    if (&way == &kHealthyWay) healthy = learned.test;
    figures.Set(Accuracy(way), learned.test);
    figures.Set(Kept(way), learned.test / healthy);
    figures.Set(Failed(way), learned.test < healthy / 2 ? 1 : 0);
  }
  return figures;
}

std::vector<Expectation> Expect(const Settings& settings) {
  constexpr double kTenth = 0.1, kRuined = 0.5, kCured = 0.9;
  const std::vector<Kind> kinds = Kinds(settings);
  const Kind &plain = kinds.front(), &normalised = kinds.back();
  const std::string he = "He et al., 2015: a layer multiplies by the factor on its weights";
  const std::string tame = "1.1^30 is 17, which training copes with";
  const std::string ruined = "half of the healthy accuracy", cured = "nine tenths of the healthy accuracy";
  const std::string clipping = fmt::format("clipping by the norm {:g}", settings.clip_norm);
  return {
      Essential(Within(Forward(plain, kLarge), kLarge - 2 * kTenth, kLarge + 2 * kTenth,
                       "values grow with large weights", he)),
      Essential(Within(Backward(plain, kLarge), kLarge - 2 * kTenth, kLarge + 2 * kTenth,
                       "gradients grow with large weights", he)),
      Within(Forward(plain, kSuited), 1 - kTenth, 1 + kTenth, "values do not with suited ones", he),
      AtMost(Kept(kLargeStart), kRuined, "a large start ruins the training", ruined),
      AtMost(Kept(kCorrupt), kRuined, "a corrupt batch ruins the training", ruined),
      Essential(AtLeast(Kept(kClippedCorrupt), kCured, clipping + " cures a corrupt batch",
                        cured + "; Pascanu et al., 2013")),
      AtLeast(Kept(kClippedStart), kCured, clipping + " cures a large start", cured),
      AtLeast(Kept(kNormalisedStart), kCured, "batch normalisation cures a large start", cured),
      AtLeast(Kept(kNormalisedCorrupt), kCured, "batch normalisation cures a corrupt batch", cured),
      AtMost(Forward(normalised, kLarge), 1 + kTenth, "values do not grow with batch normalisation", tame),
      AtMost(Backward(normalised, kLarge), 1 + kTenth, "gradients do not grow with batch normalisation", tame),
  };
}

Presentation Present(const Settings& settings, const Estimates& estimates) {
  Table growth{.title = fmt::format("By what a layer multiplies, before training, {} layers of {} units", kGrowthDepth,
                                    kGrowthWidth),
               .columns = {"weights x", "network", "values", "gradient"},
               .rows = {}};
  Plot plot{.title = "Growth from layer to layer, by the size of the weights",
            .x_label = "weights, in those of the suited start",
            .y_label = "factor per layer",
            .curves = {},
            .y_logarithmic = true};
  for (const Kind& kind : Kinds(settings)) {
    Curve values{.label = "values, " + kind.name, .x = {}, .y = {}};
    Curve gradients{.label = "gradient, " + kind.name, .x = {}, .y = {}, .dashed = true};
    for (const double gain : kGains) {
      const Estimate &forward = estimates.at(Forward(kind, gain)), &backward = estimates.at(Backward(kind, gain));
      growth.rows.push_back({fmt::format("{:g}", gain), kind.name, forward, backward});
      AddPoint(values, gain, forward);
      AddPoint(gradients, gain, backward);
    }
    plot.curves.push_back(std::move(values));
    plot.curves.push_back(std::move(gradients));
  }
  Table trainings{.title = fmt::format("Plain descent through {} layers of {} units; a corrupt batch is multiplied by "
                                       "{:g}, clipping is by the norm {:g}",
                                       kDepth, kWidth, kSpike, settings.clip_norm),
                  .columns = {"training", "test accuracy", "share that fails"},
                  .rows = {}};
  BarChart chart{.title = "What is learned all the same",
                 .x_label = "test accuracy",
                 .rows = {},
                 .series = {"test accuracy"},
                 .panels = {}};
  std::vector<std::vector<std::string>> bars;
  for (const Way& way : kWays) {
    trainings.rows.push_back(
        RowOf(std::string(way.name), std::vector<std::string>{Accuracy(way), Failed(way)}, estimates));
    chart.rows.emplace_back(way.name);
    bars.push_back({Accuracy(way)});
  }
  chart.panels.push_back(PanelOf("", bars, estimates));
  return {{growth, trainings}, {{plot}, {chart}}};
}

}  // namespace

Experiment ExplodingExperiment() {
  return {.name = kExplodingClaim,
          .claim =
              "With ReLU values and gradients grow without bound through depth when the weights are large; clipping by "
              "a global norm of 5 and batch normalisation each treat it.",
          .question =
              "By what does a layer multiply values and gradients, by the size of the weights? Does a training "
              "survive a start with weights twice as large, and a batch a thousand times as large as the others: as it "
              "is, with clipping, with batch normalisation?",
          .practice =
              "Clip against single bad batches: that is what it does well. A bad start is not mended by it: scale the "
              "weights, or normalise. At its start a deep network with batch normalisation has growing gradients all "
              "the same.",
          .trials = {5, 10, 20},
          .trial_seconds = {1.2, 4, 15},
          .takes_data = true,
          .expect = Expect,
          .run = RunTrial,
          .present = Present};
}

}  // namespace ramp::lab
