// robustness: what small changes of the input change behind the activations.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ramp/base/random.h"
#include "ramp/lab/experiments/list.h"
#include "ramp/training/trainer.h"

namespace ramp::lab {
namespace {

constexpr size_t kDepth = 2;
constexpr double kTestedNoise = 0.1;

// Deviations of the noise that is added to inputs whose own deviation is about 1.
constexpr double kNoises[] = {0.01, 0.03, kTestedNoise, 0.3, 1};

size_t Width(const Settings& settings) { return settings.Choose<size_t>(64, 128, 256); }

std::vector<std::string> Tried(const Settings& settings) {
  return WithRivals(settings.rectifier, {kSigmoid, kTanh, LeakyRectifier()});
}

// A change of the pictures: noise, or a shift by a pixel.
struct Change {
  double noise = 0;
  bool shift = false;
  std::string Name() const { return shift ? std::string("shift by 1 pixel") : fmt::format("noise {:g}", noise); }
};
std::vector<Change> Changes() {
  std::vector<Change> changes;
  for (const double noise : kNoises) changes.push_back({.noise = noise});
  changes.push_back({.shift = true});
  return changes;
}

std::string Unchanged(const Change& change, std::string_view activation) {
  return fmt::format("outputs unchanged to the bit, {}, {}", change.Name(), activation);
}
std::string Moved(const Change& change, std::string_view activation) {
  return fmt::format("change of the last hidden layer against what tells inputs apart, {}, {}", change.Name(),
                     activation);
}
std::string Against(const Change& change, std::string_view rectifier, std::string_view rival) {
  return fmt::format("relative change, {}: {} / {}", change.Name(), rectifier, rival);
}
std::string Lost(const Change& change, std::string_view activation) {
  return fmt::format("accuracy lost, {}, {}", change.Name(), activation);
}

// The inputs of some rows, [rows, inputs], changed.
std::vector<float> Inputs(const TrainingData& data) {
  std::vector<float> inputs(data.test.size() * data.examples.encoding.shape.count());
  data.examples.Gather(data.test, inputs.data());
  return inputs;
}

// Pictures [height, width, channels] moved to the right by one pixel; what comes in is the column that was there.
std::vector<float> Shifted(const std::vector<float>& inputs, const Shape& shape) {
  std::vector<float> shifted = inputs;
  const size_t channels = shape.rank() > 2 ? shape[2] : 1, line = shape[1] * channels;
  for (size_t begin = 0; begin + line <= inputs.size(); begin += line) {
    const auto at = [](size_t place) { return static_cast<std::ptrdiff_t>(place); };
    std::copy(inputs.begin() + at(begin), inputs.begin() + at(begin + line - channels),
              shifted.begin() + at(begin + channels));
  }
  return shifted;
}

std::vector<float> Changed(const std::vector<float>& inputs, const Shape& shape, const Change& change, uint64_t seed) {
  if (change.shift) return Shifted(inputs, shape);
  std::vector<float> changed = inputs;
  Random random(seed);
  for (float& value : changed) value += static_cast<float>(change.noise * random.Normal());
  return changed;
}

// What the network makes of inputs: the values behind its activations, and its answers.
struct Seen {
  std::vector<std::vector<float>> values;  // by activation, [rows, units]
  std::vector<int32_t> answers;            // [rows]
};

Seen See(const Network& network, const std::vector<float>& inputs) {
  const size_t width = network.input_shape().count(), outputs = network.output_shape().count();
  const size_t rows = inputs.size() / width;
  Plan plan(network, rows, PlanMode::kExamine);
  std::ranges::copy(inputs, plan.input().begin());
  plan.Forward();
  Seen seen;
  for (const size_t node : ActivationNodes(network)) {
    seen.values.emplace_back(plan.value(node).begin(), plan.value(node).end());
  }
  for (size_t row = 0; row < rows; ++row) {
    const auto logits = plan.output().subspan(row * outputs, outputs);
    seen.answers.push_back(static_cast<int32_t>(std::ranges::max_element(logits) - logits.begin()));
  }
  return seen;
}

double UnchangedShare(const Seen& before, const Seen& after) {
  size_t equal = 0, all = 0;
  for (size_t layer = 0; layer < before.values.size(); ++layer) {
    for (size_t i = 0; i < before.values[layer].size(); ++i) {
      equal += before.values[layer][i] == after.values[layer][i] ? 1 : 0;
    }
    all += before.values[layer].size();
  }
  return static_cast<double>(equal) / static_cast<double>(all);
}

// Of the last hidden layer: the root of the mean square of the changes against the deviation of the units over the
// inputs.
double RelativeChange(const Seen& before, const Seen& after) {
  const std::vector<float>&old = before.values.back(), &now = after.values.back();
  const size_t rows = before.answers.size(), units = old.size() / rows;
  double change = 0, variance = 0;
  for (size_t unit = 0; unit < units; ++unit) {
    double mean = 0;
    for (size_t i = unit; i < old.size(); i += units) mean += static_cast<double>(old[i]) / static_cast<double>(rows);
    for (size_t i = unit; i < old.size(); i += units) {
      change += std::pow(static_cast<double>(now[i]) - static_cast<double>(old[i]), 2);
      variance += std::pow(static_cast<double>(old[i]) - mean, 2);
    }
  }
  return std::sqrt(change / variance);
}

double Accuracy(const Seen& seen, const TrainingData& data) {
  size_t right = 0;
  for (size_t row = 0; row < data.test.size(); ++row) {
    right += seen.answers[row] == data.examples.labels[data.test[row]] ? 1 : 0;
  }
  return static_cast<double>(right) / static_cast<double>(data.test.size());
}

Figures RunTrial(const Trial& trial) {
  const Settings& settings = trial.settings;
  const TrainingData data =
      Pictures(trial, settings.Choose<size_t>(1500, 6000, 20000), settings.Choose<size_t>(300, 500, 1000));
  const Encoding& encoding = data.examples.encoding;
  const std::vector<float> inputs = Inputs(data);
  const std::vector<std::string> names = Tried(settings);
  Figures figures;
  std::vector<double> rectifier_moved;
  for (const std::string& name : names) {
    Network network(Stack(kDepth, Width(settings), name), encoding.shape, encoding.outputs());
    Trainer(network, data,
            {.epochs = settings.Choose<size_t>(8, 8, 12), .batch = 64, .seed = trial.seed, .stop = trial.stop})
        .Run();
    const Seen before = See(network, inputs);
    const std::vector<Change> changes = Changes();
    for (size_t c = 0; c < changes.size(); ++c) {
      const Seen after = See(network, Changed(inputs, encoding.shape, changes[c], trial.seed + c));
      figures.Set(Unchanged(changes[c], name), UnchangedShare(before, after));
      const double moved = RelativeChange(before, after);
      figures.Set(Moved(changes[c], name), moved);
      figures.Set(Lost(changes[c], name), Accuracy(before, data) - Accuracy(after, data));
      if (name == names[0]) {
        rectifier_moved.push_back(moved);
      } else {
        figures.Set(Against(changes[c], names[0], name), rectifier_moved[c] / moved);
      }
    }
  }
  return figures;
}

std::vector<Expectation> Expect(const Settings& settings) {
  const Change noise{.noise = kTestedNoise}, shift{.shift = true};
  const std::string quarter = "half are closed, of which half should stay so";
  const std::string none = "they are strictly monotone: only rounding keeps an output";
  std::vector<Expectation> expectations = {
      Essential(AtLeast(Unchanged(noise, settings.rectifier), 0.25, "outputs stay the same under noise", quarter)),
      AtLeast(Unchanged(shift, settings.rectifier), 0.25, "outputs stay the same under a shift by a pixel", quarter),
  };
  std::vector<std::string> rivals = Tried(settings);
  rivals.erase(rivals.begin());
  for (const std::string& rival : rivals) {
    expectations.push_back(
        AtMost(Unchanged(noise, rival), 0.05, fmt::format("outputs of {} change under noise", rival), none));
  }
  for (const std::string& rival : rivals) {
    expectations.push_back(AtMost(Against(noise, settings.rectifier, rival), 0.95,
                                  fmt::format("the layer changes less than with {}", rival),
                                  "robust means to change less, by a twentieth at least"));
  }
  return expectations;
}

Presentation Present(const Settings& settings, const Estimates& estimates) {
  const auto table_of = [&](std::string title, std::string (*name)(const Change&, std::string_view)) {
    Table table{.title = std::move(title), .columns = {"change of the picture"}, .rows = {}};
    for (const std::string& activation : Tried(settings)) table.columns.push_back(activation);
    for (const Change& change : Changes()) {
      std::vector<std::string> figures;
      for (const std::string& activation : Tried(settings)) figures.push_back(name(change, activation));
      table.rows.push_back(RowOf(change.Name(), figures, estimates));
    }
    return table;
  };
  Plot plot{.title = "Outputs that noise does not change at all",
            .x_label = "deviation of the noise, in deviations of the pixels",
            .y_label = "share of hidden outputs",
            .curves = {},
            .x_logarithmic = true};
  for (const std::string& activation : Tried(settings)) {
    Curve& curve = plot.curves.emplace_back(Curve{.label = activation, .x = {}, .y = {}});
    for (const double noise : kNoises) AddPoint(curve, noise, estimates.at(Unchanged({.noise = noise}, activation)));
  }
  return {{table_of("Share of the hidden outputs that stay the same to the bit", Unchanged),
           table_of("Change of the last hidden layer against its deviation from input to input", Moved),
           table_of("Accuracy that is lost", Lost)},
          {{plot}}};
}

}  // namespace

Experiment RobustnessExperiment() {
  return {
      .name = kRobustnessClaim,
      .claim = "With ReLU small changes of the input change little: a unit at -11 that moves to -10 stays 0.",
      .question =
          "After training on pictures, how many hidden outputs do not change at all under noise and under a "
          "shift by one pixel, and how much does the last hidden layer change against what tells inputs apart, beside "
          "sigmoid, tanh and leaky ReLU?",
      .practice =
          "Closed units are deaf to small changes, open ones pass them on in full. Whether the whole is more "
          "robust is another question: look at the change of the layer and at the accuracy, and train with "
          "noise and shifts if robustness is wanted.",
      .trials = {8, 10, 20},
      .trial_seconds = {1.5, 8, 60},
      .takes_data = true,
      .expect = Expect,
      .run = RunTrial,
      .present = Present};
}

}  // namespace ramp::lab
