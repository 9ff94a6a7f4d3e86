// vanishing: what is left of a gradient on its way back through many layers.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ramp/base/random.h"
#include "ramp/lab/experiments/list.h"
#include "ramp/network/initialize.h"

namespace ramp::lab {
namespace {

// The start that is the same for all; it suits the sigmoids.
constexpr std::string_view kCommonStart = "xavier";
constexpr std::string_view kSuited = "its own start", kBest = "its best start", kCommon = "the common start";
// Sigmoid with such weights is saturated nearly everywhere, and steep where it is not (Poole et al., 2016: chaos).
constexpr std::string_view kLarge = "weights ten times as large";
constexpr double kLargeScale = 10;
constexpr size_t kBatch = 32;
constexpr size_t kDeepest = 50;
constexpr size_t kDepthOfChoice = 10;  // at which the best start of sigmoid is looked for

std::vector<size_t> Depths(const Settings& settings) {
  return settings.Choose<std::vector<size_t>>({5, 20, kDeepest}, {5, 10, 20, kDeepest}, {5, 10, 20, 30, 40, kDeepest});
}
size_t Width(const Settings& settings) { return settings.Choose<size_t>(64, 128, 256); }

// An activation with a start of its weights.
struct Case {
  std::string activation;
  std::string_view start;      // one of the above
  std::string initialization;  // a row of Initializations(), or empty: the best of them
  double scale = 1;            // of the weights
  std::string Name() const { return fmt::format("{} with {}", activation, start); }
};

std::vector<Case> Cases(const Settings& settings) {
  std::vector<Case> cases;
  for (const std::string& name : WithRivals(settings.rectifier, {kSigmoid, kTanh})) {
    std::string own = name == settings.rectifier ? settings.initialization : std::string(kCommonStart);
    const bool searched = name == kSigmoid && name != settings.rectifier;
    cases.push_back({name, searched ? kBest : kSuited, searched ? std::string() : std::move(own)});
    cases.push_back({name, kCommon, std::string(kCommonStart)});
    if (searched) cases.push_back({name, kLarge, std::string(kCommonStart), kLargeScale});
  }
  return cases;
}

std::string Factor(const Case& c, size_t depth) {
  return fmt::format("factor per layer of the gradient, {}, {} layers", c.Name(), depth);
}
std::string Remaining(const Case& c, size_t layer) {
  return fmt::format("log10 of the gradient in layer {} of {} against the last, {}", layer, kDeepest, c.Name());
}
std::string Moment(std::string_view initialization) {
  return fmt::format("factor per layer of the second moment, {}", initialization);
}
std::string MomentThrough(std::string_view initialization) {
  return fmt::format("factor of the second moment through {} layers, {}", kDeepest, initialization);
}

// log |dL/dz| of each hidden layer, for one network and a batch of normal inputs. Every output asks for a random
// direction, so the sum of the batch's gradients, which is that of the bias, grows like their norms.
std::vector<double> LogGradients(const Case& c, size_t depth, size_t width, Random& random) {
  Network network(Stack(depth, width, c.activation), {width}, width);
  Initialize(network, c.initialization, random.Next(), c.scale);
  Plan plan(network, kBatch, PlanMode::kTrain);
  for (float& value : plan.input()) value = static_cast<float>(random.Normal());
  plan.Forward();
  for (float& value : plan.output_gradient()) value = static_cast<float>(random.Normal());
  plan.Backward();
  std::vector<double> logs;
  for (const PlacedBlock& placed : network.blocks()) {
    if (placed.block.kind != ParameterBlock::Kind::kBias) continue;
    double square = 0;
    for (const float value : network.gradients(placed))
      square += static_cast<double>(value) * static_cast<double>(value);
    logs.push_back(std::log(square) / 2);
  }
  logs.pop_back();  // the outputs' own
  return logs;
}

// By what the gradient is multiplied from each layer to the one before it: the slope of the line through the logarithms
// (least squares).
double FittedFactor(const std::vector<double>& logs) {
  const double count = static_cast<double>(logs.size()), middle = (count - 1) / 2;
  double products = 0, squares = 0;
  for (size_t layer = 0; layer < logs.size(); ++layer) {
    const double from_middle = static_cast<double>(layer) - middle;
    products += from_middle * logs[layer];
    squares += from_middle * from_middle;
  }
  return std::exp(-products / squares);
}

// The row of the table with which a network of this activation keeps most of the gradient.
std::string BestStart(const std::string& activation, size_t width, Random& random) {
  std::string best;
  double best_factor = -1;
  for (const Initialization& row : Initializations()) {
    const double factor =
        FittedFactor(LogGradients({activation, kBest, std::string(row.name)}, kDepthOfChoice, width, random));
    if (factor > best_factor) best = row.name;
    best_factor = std::max(best_factor, factor);
  }
  return best;
}

void MeasureGradients(const Trial& trial, Random& random, Figures& figures) {
  const size_t width = Width(trial.settings);
  for (Case& c : Cases(trial.settings)) {
    if (c.initialization.empty()) c.initialization = BestStart(c.activation, width, random);
    for (const size_t depth : Depths(trial.settings)) {
      const std::vector<double> logs = LogGradients(c, depth, width, random);
      figures.Set(Factor(c, depth), FittedFactor(logs));
      if (depth != kDeepest) continue;
      for (size_t layer = 1; layer <= depth; layer += layer == 1 ? 4 : 5) {
        figures.Set(Remaining(c, layer), (logs[layer - 1] - logs.back()) / std::log(10));
      }
    }
  }
}

// Forward: by what each layer multiplies the mean square of the values, the mean over many narrow networks. Given the
// values before it, a layer with the right variance keeps them on average, so the means of single layers multiply.
void MeasureMoments(const Trial& trial, std::string_view initialization, Random& random, Figures& figures) {
  constexpr size_t kNarrow = 32;
  const auto networks = trial.settings.Choose<size_t>(40, 400, 1000);
  std::vector<double> ratios(kDeepest - 1);
  Network network(Stack(kDeepest, kNarrow, trial.settings.rectifier), {kNarrow}, kNarrow);
  const std::vector<size_t> nodes = ActivationNodes(network);
  Plan plan(network, 1, PlanMode::kExamine);
  for (size_t i = 0; i < networks && !trial.stopped(); ++i) {
    Initialize(network, initialization, random.Next());
    for (float& value : plan.input()) value = static_cast<float>(random.Normal());
    plan.Forward();
    double before = 0;
    for (size_t layer = 0; layer < nodes.size(); ++layer) {
      double square = 0;
      for (const float value : plan.value(nodes[layer]))
        square += static_cast<double>(value) * static_cast<double>(value);
      if (layer > 0) ratios[layer - 1] += before > 0 ? square / before / static_cast<double>(networks) : 0;
      before = square;
    }
  }
  double through = 1, mean = 0;
  for (const double ratio : ratios) {
    through *= ratio;
    mean += ratio / static_cast<double>(ratios.size());
  }
  figures.Set(Moment(initialization), mean);
  figures.Set(MomentThrough(initialization), through);
}

std::vector<std::string_view> Starts(const Settings& settings) {
  if (settings.initialization == kCommonStart) return {kCommonStart};
  return {settings.initialization, kCommonStart};
}

Figures RunTrial(const Trial& trial) {
  Figures figures;
  Random random(trial.seed);
  MeasureGradients(trial, random, figures);
  for (const std::string_view start : Starts(trial.settings)) MeasureMoments(trial, start, random, figures);
  return figures;
}

std::vector<Expectation> Expect(const Settings& settings) {
  constexpr double kKeeps = 0.95, kShrinks = 0.9;
  const std::string_view why = "0.95^50 is still 0.08, which a learning rate makes up for";
  std::vector<Expectation> expectations;
  for (const Case& c : Cases(settings)) {
    const std::string quantity = Factor(c, kDeepest);
    const bool keeps = c.activation == settings.rectifier;
    const std::string when = fmt::format("{} {} it with {}", c.activation, keeps ? "keeps" : "shrinks", c.start);
    if (keeps) {
      Expectation expectation = AtLeast(quantity, kKeeps, when, std::string(why));
      expectations.push_back(c.start == kSuited ? Essential(expectation) : expectation);
    } else if (c.start == kBest) {
      expectations.push_back(Essential(AtMost(quantity, 1 / 3.0, when, "its derivative is at most 1/4")));
    } else {
      expectations.push_back(AtMost(quantity, kShrinks, when, "0.9^50 is 0.005"));
    }
  }
  const std::string own = settings.initialization;
  expectations.push_back(
      Within(Moment(own), 0.9, 1.1, "values keep their second moment, layer by layer", "He et al., 2015"));
  if (settings.effort == Effort::kFull) {
    expectations.push_back(
        Within(MomentThrough(own), 0.9, 1.1, "values keep their second moment through 50 layers", "He et al., 2015"));
  }
  expectations.push_back(Within(Moment(kCommonStart), 0.45, 0.55,
                                fmt::format("{} halves their second moment in each layer", kCommonStart),
                                "He et al., 2015"));
  return expectations;
}

Plot PlotOf(const Settings& settings, const Estimates& estimates) {
  Plot plot{.title = fmt::format("What is left of the gradient, {} layers", kDeepest),
            .x_label = "layer, counted from the input",
            .y_label = "gradient against that of the last layer",
            .curves = {},
            .y_logarithmic = true};
  for (const Case& c : Cases(settings)) {
    Curve curve{.label = c.Name(), .x = {}, .y = {}, .dashed = c.start == kCommon || c.start == kLarge};
    for (size_t layer = 1; layer <= kDeepest; layer += layer == 1 ? 4 : 5) {
      const Estimate& log = estimates.at(Remaining(c, layer));
      AddPoint(
          curve, static_cast<double>(layer),
          {.name = {}, .mean = std::pow(10, log.mean), .low = std::pow(10, log.low), .high = std::pow(10, log.high)});
    }
    plot.curves.push_back(std::move(curve));
  }
  return plot;
}

Presentation Present(const Settings& settings, const Estimates& estimates) {
  Table gradients{.title = "Factor per layer of the gradient on its way back, by the number of layers",
                  .columns = {"network"},
                  .rows = {}};
  for (const size_t depth : Depths(settings)) gradients.columns.push_back(fmt::format("{}", depth));
  for (const Case& c : Cases(settings)) {
    std::vector<std::string> figures;
    for (const size_t depth : Depths(settings)) figures.push_back(Factor(c, depth));
    gradients.rows.push_back(RowOf(c.Name(), figures, estimates));
  }
  Table moments{
      .title = fmt::format("Factor of the second moment of the values on their way forward, {}", settings.rectifier),
      .columns = {"start", "per layer", fmt::format("through {} layers", kDeepest)},
      .rows = {}};
  for (const std::string_view start : Starts(settings)) {
    const std::string figures[] = {Moment(start), MomentThrough(start)};
    moments.rows.push_back(RowOf(std::string(start), figures, estimates));
  }
  return {{gradients, moments}, {{PlotOf(settings, estimates)}}};
}

}  // namespace

Experiment VanishingExperiment() {
  return {.name = kVanishingClaim,
          .claim = "Sigmoid and tanh shrink the gradient at each layer, ReLU does not.",
          .question =
              "By which factor does a layer multiply the gradient on its way back, in networks of 5 to 50 layers "
              "before training: with the start that suits each activation (for sigmoid the best of all that ramp "
              "has), and with one common to all?",
          .practice =
              "Start rectifiers with He's variance: with another one depth multiplies the gradients and the "
              "values down or up all the same. Sigmoid is no activation for many layers; tanh with Xavier's "
              "start loses far less than is said.",
          .trials = {4, 8, 30},
          .trial_seconds = {1, 4, 30},
          .expect = Expect,
          .run = RunTrial,
          .present = Present};
}

}  // namespace ramp::lab
