// dynamic-size: how many units answer to an input, and whether other inputs use others.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ramp/lab/experiments/list.h"
#include "ramp/training/trainer.h"

namespace ramp::lab {
namespace {

constexpr size_t kDepth = 2;

size_t Width(const Settings& settings) { return settings.Choose<size_t>(128, 128, 256); }

std::vector<std::string> Tried(const Settings& settings) { return WithRivals(settings.rectifier, {kTanh}); }

std::string Spread(std::string_view activation) {
  return fmt::format("units at work, middle 90 % of inputs, widest - narrowest / width, {}", activation);
}
std::string MeanShare(std::string_view activation) { return fmt::format("units at work / width, {}", activation); }
std::string ByClass(std::string_view activation) {
  return fmt::format("share of the variance of the units at work between classes, {}", activation);
}
std::string EffectiveWidth(std::string_view activation) {
  return fmt::format("effective width / width, {}", activation);
}
std::string OneClass(std::string_view activation) {
  return fmt::format("units that one class alone uses / width, {}", activation);
}
std::string Overlap(std::string_view activation) {
  return fmt::format("units in common, inputs of one class - of different ones, {}", activation);
}
std::string OfClass(std::string_view name, std::string_view activation) {
  return fmt::format("units at work on class {}, {}", name, activation);
}

// Which units of the last hidden layer are not 0, for each input.
struct UnitsAtWork {
  size_t units = 0;
  std::vector<std::vector<bool>> inputs;  // [inputs, units]
  std::vector<int32_t> labels;            // [inputs]

  std::vector<double> Counts() const {
    std::vector<double> counts;
    for (const auto& input : inputs) counts.push_back(static_cast<double>(std::ranges::count(input, true)));
    return counts;
  }
};

UnitsAtWork Look(const Network& network, const TrainingData& data) {
  const size_t node = ActivationNodes(network).back();
  UnitsAtWork work{.units = network.nodes()[node].output_shape.count(), .inputs = {}, .labels = {}};
  Examine(network, data.examples, data.test, [&](const Plan& plan, std::span<const uint32_t> rows) {
    for (size_t i = 0; i < rows.size(); ++i) {
      std::vector<bool>& at_work = work.inputs.emplace_back();
      for (const float value : plan.value(node).subspan(i * work.units, work.units)) at_work.push_back(value != 0);
      work.labels.push_back(data.examples.labels[rows[i]]);
    }
  });
  return work;
}

double Mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double MiddleSpread(std::vector<double> counts) {
  std::ranges::sort(counts);
  const size_t twentieth = counts.size() / 20;
  return counts[counts.size() - 1 - twentieth] - counts[twentieth];
}

std::vector<double> OfLabel(const std::vector<double>& counts, const UnitsAtWork& work, int32_t label) {
  std::vector<double> of_label;
  for (size_t i = 0; i < counts.size(); ++i) {
    if (work.labels[i] == label) of_label.push_back(counts[i]);
  }
  return of_label;
}

// Eta squared: what knowing the class explains of the variance.
double BetweenClasses(const UnitsAtWork& work, size_t classes) {
  const std::vector<double> counts = work.Counts();
  const double mean = Mean(counts);
  double all = 0, between = 0;
  for (const double count : counts) all += (count - mean) * (count - mean);
  for (size_t label = 0; label < classes; ++label) {
    const std::vector<double> own = OfLabel(counts, work, static_cast<int32_t>(label));
    if (!own.empty()) between += static_cast<double>(own.size()) * std::pow(Mean(own) - mean, 2);
  }
  return all > 0 ? between / all : 0;
}

// [classes, units]: the share of a class's inputs to which the unit is at work.
std::vector<std::vector<double>> UseOf(const UnitsAtWork& work, size_t classes) {
  std::vector<std::vector<double>> use(classes, std::vector<double>(work.units));
  std::vector<double> sizes(classes);
  for (size_t i = 0; i < work.inputs.size(); ++i) {
    const auto label = static_cast<size_t>(work.labels[i]);
    ++sizes[label];
    for (size_t unit = 0; unit < work.units; ++unit) use[label][unit] += work.inputs[i][unit] ? 1 : 0;
  }
  for (size_t label = 0; label < classes; ++label) {
    for (double& share : use[label]) share /= std::max(sizes[label], 1.0);
  }
  return use;
}

// Used means at work to half of a class's inputs and more; by no other: to at most a tenth.
double UsedByOneClass(const std::vector<std::vector<double>>& use, size_t units) {
  constexpr double kUsed = 0.5, kUnused = 0.1;
  size_t own = 0;
  for (size_t unit = 0; unit < units; ++unit) {
    size_t used = 0, unused = 0;
    for (const auto& of_class : use) {
      used += of_class[unit] >= kUsed ? 1 : 0;
      unused += of_class[unit] <= kUnused ? 1 : 0;
    }
    own += used == 1 && unused + 1 == use.size() ? 1 : 0;
  }
  return static_cast<double>(own) / static_cast<double>(units);
}

// How many units would be at work if each that is sometimes so were so as often as the others: exp of the entropy of
// the units' shares of all work.
double EffectiveUnits(const UnitsAtWork& work) {
  std::vector<double> shares(work.units);
  double all = 0;
  for (const auto& input : work.inputs) {
    for (size_t unit = 0; unit < work.units; ++unit) shares[unit] += input[unit] ? 1 : 0;
  }
  for (const double share : shares) all += share;
  double entropy = 0;
  for (const double share : shares) entropy -= share > 0 ? share / all * std::log(share / all) : 0;
  return std::exp(entropy);
}

// Jaccard's index of the units at work, neighbours of one class against neighbours of different ones.
double CommonUnits(const UnitsAtWork& work) {
  double sums[2] = {}, counts[2] = {};
  for (size_t i = 0; i + 1 < work.inputs.size(); ++i) {
    for (size_t j = i + 1; j < std::min(i + 12, work.inputs.size()); ++j) {
      size_t both = 0, either = 0;
      for (size_t unit = 0; unit < work.units; ++unit) {
        both += work.inputs[i][unit] && work.inputs[j][unit] ? 1 : 0;
        either += work.inputs[i][unit] || work.inputs[j][unit] ? 1 : 0;
      }
      const size_t kind = work.labels[i] == work.labels[j] ? 0 : 1;
      sums[kind] += either > 0 ? static_cast<double>(both) / static_cast<double>(either) : 1;
      ++counts[kind];
    }
  }
  return sums[0] / counts[0] - sums[1] / counts[1];
}

Figures RunTrial(const Trial& trial) {
  const Settings& settings = trial.settings;
  const TrainingData data =
      Pictures(trial, settings.Choose<size_t>(3000, 8000, 20000), settings.Choose<size_t>(1000, 1500, 4000));
  const Encoding& encoding = data.examples.encoding;
  Figures figures;
  for (const std::string& name : Tried(settings)) {
    Network network(Stack(kDepth, Width(settings), name), encoding.shape, encoding.outputs());
    Trainer(network, data,
            {.epochs = settings.Choose<size_t>(8, 8, 12), .batch = 64, .seed = trial.seed, .stop = trial.stop})
        .Run();
    const UnitsAtWork work = Look(network, data);
    const std::vector<double> counts = work.Counts();
    const auto width = static_cast<double>(work.units);
    figures.Set(MeanShare(name), Mean(counts) / width);
    figures.Set(Spread(name), MiddleSpread(counts) / width);
    figures.Set(ByClass(name), BetweenClasses(work, encoding.outputs()));
    figures.Set(EffectiveWidth(name), EffectiveUnits(work) / width);
    figures.Set(OneClass(name), UsedByOneClass(UseOf(work, encoding.outputs()), work.units));
    figures.Set(Overlap(name), CommonUnits(work));
    for (size_t label = 0; label < encoding.outputs(); ++label) {
      const std::vector<double> own = OfLabel(counts, work, static_cast<int32_t>(label));
      figures.Set(OfClass(encoding.labels[label], name), own.empty() ? 0 : Mean(own));
    }
  }
  return figures;
}

std::vector<Expectation> Expect(const Settings& settings) {
  const std::string& rectifier = settings.rectifier;
  return {
      Essential(AtLeast(Spread(rectifier), 0.1, "inputs use different numbers of units",
                        "a tenth of the layer, or its size is the same for all")),
      Essential(AtLeast(Overlap(rectifier), 0.05, "inputs of one class share units",
                        "without it the choice of units says nothing of the input")),
      AtLeast(ByClass(rectifier), 0.1, "the number depends on the class", "a tenth of the variance"),
      AtLeast(OneClass(rectifier), 0.05, "classes have units of their own", "one unit in twenty"),
      AtMost(Spread(kTanh), 0.01, "tanh uses all units for all inputs", "it is 0 at 0 alone"),
  };
}

// The figures of each class, whose names only the data knows.
Presentation Present(const Settings& settings, const Estimates& estimates) {
  Table table{.title =
                  "The last hidden layer on pictures that were not trained on: a unit is at work where its output "
                  "is not 0",
              .columns = {"activation", "at work / width", "middle 90 % of inputs: range / width",
                          "variance between classes", "effective width / width", "used by one class alone / width",
                          "in common: one class - different ones"},
              .rows = {}};
  BarChart chart{.title = "Units at work, by class", .x_label = "units", .rows = {}, .series = {}, .panels = {}};
  std::vector<std::vector<std::string>> bars;
  for (const std::string& name : Tried(settings)) {
    const std::string figures[] = {MeanShare(name),      Spread(name),   ByClass(name),
                                   EffectiveWidth(name), OneClass(name), Overlap(name)};
    table.rows.push_back(RowOf(name, figures, estimates));
    chart.series.push_back(name);
  }
  const std::string start = OfClass("", ""), first = settings.rectifier;
  const std::string before = start.substr(0, start.find(", ")), behind = ", " + first;
  for (const Estimate& estimate : estimates.all()) {
    if (!estimate.name.starts_with(before) || !estimate.name.ends_with(behind)) continue;
    const std::string label = estimate.name.substr(before.size(), estimate.name.size() - before.size() - behind.size());
    chart.rows.push_back(label);
    bars.emplace_back();
    for (const std::string& name : chart.series) bars.back().push_back(OfClass(label, name));
  }
  chart.panels.push_back(PanelOf("", bars, estimates));
  return {{table}, {{chart}}};
}

}  // namespace

Experiment DynamicSizeExperiment() {
  return {.name = kDynamicSizeClaim,
          .claim =
              "With ReLU different inputs use different numbers of units: the network has the size that an input "
              "needs.",
          .question =
              "After training on pictures, to how many units of the last hidden layer does each new picture "
              "give an output other than 0, does that depend on the class, and do classes have units of their "
              "own?",
          .practice =
              "Which units are at work says more of an input than how many. An inference that skips closed "
              "units takes a different time for each input.",
          .trials = {10, 10, 20},
          .trial_seconds = {1, 5, 30},
          .takes_data = true,
          .expect = Expect,
          .run = RunTrial,
          .present = Present};
}

}  // namespace ramp::lab
