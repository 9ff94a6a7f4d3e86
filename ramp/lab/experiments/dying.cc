// dying: units that are silent for every input.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ramp/base/random.h"
#include "ramp/lab/experiments/list.h"
#include "ramp/lab/trainings.h"
#include "ramp/network/initialize.h"
#include "ramp/training/loss.h"

namespace ramp::lab {
namespace {

constexpr size_t kDepth = 3;  // hidden layers of the networks that are trained
constexpr size_t kBatch = 64;
constexpr size_t kFirst = 0, kBehind = 1;  // the first hidden layer, and those behind it
constexpr std::string_view kPlaces[] = {"the first layer", "the layers behind it"};

constexpr double kUsualRate = 1e-3, kLargeRate = 0.1;
constexpr double kRates[] = {kUsualRate, 1e-2, 3e-2, kLargeRate};
constexpr double kBiases[] = {0, -0.5, -1, -2};

// Against units that are born dead: one weight of each unit is positive for certain.
constexpr std::string_view kAsymmetricStart = "asymmetric";

size_t Width(const Settings& settings) { return settings.Choose<size_t>(64, 64, 128); }
size_t Epochs(const Settings& settings) { return settings.Choose<size_t>(6, 10, 15); }

// A network at its start: `layers` counts the last one, too, which has no activation.
struct Birth {
  size_t layers, width;
  std::string Name() const { return fmt::format("{} layers of width {}", layers, width); }
  // Lu et al.: an input that came alive to a hidden layer finds all its units closed with probability 2^-width.
  double DeadInput() const {
    return 1 - std::pow(1 - std::pow(0.5, static_cast<double>(width)), static_cast<double>(layers - 1));
  }
};
constexpr Birth kBirths[] = {{10, 2}, {10, 3}, {10, 5}, {20, 4}, {20, 5}, {20, 8}};
constexpr const Birth& kKnownBirth = kBirths[0];

// What is said to cure it.
struct Rival {
  std::string name;
  std::string activation;
  std::string_view behind;
};
std::vector<Rival> Rivals(const Settings& settings) {
  std::vector<Rival> rivals;
  for (const std::string& name : WithRivals(settings.rectifier, {LeakyRectifier(), kLearnedRectifier, kExponential})) {
    rivals.push_back({name, name, ""});
  }
  rivals.push_back({fmt::format("{} with {}", settings.rectifier, kBatchNorm), settings.rectifier, kBatchNorm});
  return rivals;
}

std::string DeadInputs(const Birth& birth, std::string_view start) {
  return fmt::format("an input is born dead, {}, {}", birth.Name(), start);
}
std::string DeadNetworks(const Birth& birth, std::string_view start) {
  return fmt::format("the network is born dead, {}, {}", birth.Name(), start);
}
std::string DeadByBias(double bias, size_t layer) {
  return fmt::format("dead units at the start, biases {:g}, layer {}", bias, layer);
}
std::string DeadByRate(double rate) { return fmt::format("dead units after training with rate {:g}", rate); }
std::string AccuracyByRate(double rate) { return fmt::format("test accuracy after training with rate {:g}", rate); }
std::string Revived(size_t place) { return fmt::format("dead units that come back, {}", kPlaces[place]); }
std::string GradientOfTheDead() { return "largest |gradient| of a dead unit's weights"; }
std::string Dead(const Rival& rival) { return fmt::format("dead units at rate {:g}, {}", kLargeRate, rival.name); }
std::string Accuracy(const Rival& rival) {
  return fmt::format("test accuracy at rate {:g}, {}", kLargeRate, rival.name);
}
std::string Gain(const Rival& rival, const Settings& settings) {
  return fmt::format("test accuracy at rate {:g}: {} - {}", kLargeRate, rival.name, settings.rectifier);
}

// Many small networks of one input. Without biases the rays to either side of 0 are all inputs there are.
void MeasureBirths(const Trial& trial, const Birth& birth, std::string_view start, Random& random, Figures& figures) {
  const auto networks = trial.settings.Choose<size_t>(2000, 8000, 20000);
  Network network(Stack(birth.layers - 1, birth.width, trial.settings.rectifier), {1}, 1);
  const size_t last = ActivationNodes(network).back();
  Plan plan(network, 2, PlanMode::kExamine);
  size_t dead_inputs = 0, dead_networks = 0;
  for (size_t i = 0; i < networks && !trial.stopped(); ++i) {
    Initialize(network, start, random.Next());
    plan.input()[0] = -1;
    plan.input()[1] = 1;
    plan.Forward();
    size_t dead = 0;
    for (size_t row = 0; row < 2; ++row) {
      const auto values = plan.value(last).subspan(row * birth.width, birth.width);
      dead += std::ranges::all_of(values, [](float value) { return value == 0; }) ? 1 : 0;
    }
    dead_inputs += dead;
    dead_networks += dead == 2 ? 1 : 0;
  }
  figures.Set(DeadInputs(birth, start), static_cast<double>(dead_inputs) / static_cast<double>(2 * networks));
  figures.Set(DeadNetworks(birth, start), static_cast<double>(dead_networks) / static_cast<double>(networks));
}

// By hidden layer: which units are 0 for all of the rows.
using Silence = std::vector<std::vector<bool>>;

Silence SilentUnits(const Network& network, const TrainingData& data) {
  const std::vector<size_t> nodes = ActivationNodes(network);
  Silence silence;
  for (const size_t node : nodes) silence.emplace_back(network.nodes()[node].output_shape.count(), true);
  Examine(network, data.examples, data.training, [&](const Plan& plan, std::span<const uint32_t> rows) {
    for (size_t layer = 0; layer < nodes.size(); ++layer) {
      std::vector<bool>& silent = silence[layer];
      const auto values = plan.value(nodes[layer]).first(rows.size() * silent.size());
      for (size_t i = 0; i < values.size(); ++i) {
        if (values[i] != 0) silent[i % silent.size()] = false;
      }
    }
  });
  return silence;
}

double ShareOf(const std::vector<bool>& units) {
  return static_cast<double>(std::ranges::count(units, true)) / static_cast<double>(units.size());
}
double ShareOf(const Silence& silence) {
  double sum = 0;
  for (const std::vector<bool>& layer : silence) sum += ShareOf(layer);
  return sum / static_cast<double>(silence.size());
}

// The blocks of the hidden dense layers, from the input on.
std::vector<PlacedBlock> HiddenBlocks(const Network& network, ParameterBlock::Kind kind) {
  std::vector<PlacedBlock> blocks;
  for (const PlacedBlock& placed : network.blocks()) {
    if (placed.block.kind == kind) blocks.push_back(placed);
  }
  blocks.pop_back();  // the outputs' own
  return blocks;
}

void MeasureBiases(const Trial& trial, const TrainingData& data, Figures& figures) {
  const Encoding& encoding = data.examples.encoding;
  Network network(Stack(kDepth, Width(trial.settings), trial.settings.rectifier), encoding.shape, encoding.outputs());
  for (const double bias : kBiases) {
    Initialize(network, trial.settings.initialization, trial.seed);
    for (const PlacedBlock& placed : HiddenBlocks(network, ParameterBlock::Kind::kBias)) {
      std::ranges::fill(network.parameters(placed), static_cast<float>(bias));
    }
    const Silence silence = SilentUnits(network, data);
    for (size_t layer = 0; layer < kDepth; ++layer) figures.Set(DeadByBias(bias, layer + 1), ShareOf(silence[layer]));
  }
}

// The greatest sum that each unit of a hidden layer takes in, over all rows: a network that ends in this layer tells.
std::vector<float> GreatestSums(const Network& network, const TrainingData& data, size_t layer) {
  const size_t width = HiddenBlocks(network, ParameterBlock::Kind::kBias)[layer].block.shape.count();
  Network part(Stack(layer, width, network.nodes()[ActivationNodes(network)[0]].layer->Text()), network.input_shape(),
               width);
  for (size_t b = 0; b < part.blocks().size(); ++b) {
    std::ranges::copy(network.parameters(network.blocks()[b]), part.parameters(part.blocks()[b]).begin());
  }
  std::vector<float> greatest(width, -std::numeric_limits<float>::infinity());
  Examine(part, data.examples, data.training, [&](const Plan& plan, std::span<const uint32_t> rows) {
    const auto sums = plan.output().first(rows.size() * width);
    for (size_t i = 0; i < sums.size(); ++i) greatest[i % width] = std::max(greatest[i % width], sums[i]);
  });
  return greatest;
}

// Gives every second hidden unit the bias with which it is closed for all rows, and only just.
void PutToSleep(Network& network, const TrainingData& data) {
  constexpr float kMargin = 0.05f;
  const std::vector<PlacedBlock> biases = HiddenBlocks(network, ParameterBlock::Kind::kBias);
  for (size_t layer = 0; layer < biases.size(); ++layer) {
    const std::vector<float> greatest = GreatestSums(network, data, layer);
    const std::span<float> bias = network.parameters(biases[layer]);
    for (size_t unit = 0; unit < bias.size(); unit += 2) bias[unit] -= greatest[unit] + kMargin;
  }
}

// Of the weights and biases of the dead, for the first rows.
double LargestGradient(Network& network, const TrainingData& data, const Silence& silence) {
  const auto rows = std::span(data.training).first(std::min(kBatch, data.training.size()));
  Plan plan(network, rows.size(), PlanMode::kTrain);
  data.examples.Gather(rows, plan.input().data());
  plan.Forward();
  Loss(data.examples, {}, rows.size()).Compute(plan.output(), rows, plan.output_gradient());
  plan.Backward();
  double largest = 0;
  for (const auto kind : {ParameterBlock::Kind::kWeight, ParameterBlock::Kind::kBias}) {
    const std::vector<PlacedBlock> blocks = HiddenBlocks(network, kind);
    for (size_t layer = 0; layer < blocks.size(); ++layer) {
      const std::span<const float> gradients = std::as_const(network).gradients(blocks[layer]);
      const std::vector<bool>& silent = silence[layer];
      for (size_t i = 0; i < gradients.size(); ++i) {
        if (silent[i % silent.size()]) largest = std::max(largest, std::abs(static_cast<double>(gradients[i])));
      }
    }
  }
  return largest;
}

// Of units that are dead at the start, how many answer to some row later on.
void MeasureRevivals(const Trial& trial, const TrainingData& data, Figures& figures) {
  const Encoding& encoding = data.examples.encoding;
  Network network(Stack(kDepth, Width(trial.settings), trial.settings.rectifier), encoding.shape, encoding.outputs());
  Initialize(network, trial.settings.initialization, trial.seed);
  PutToSleep(network, data);
  const Silence before = SilentUnits(network, data);
  figures.Set(GradientOfTheDead(), LargestGradient(network, data, before));
  // Plain descent, so that a unit without a gradient stays where it is.
  Learn(network, data,
        {.epochs = 2 * Epochs(trial.settings),
         .batch = kBatch,
         .optimizer = std::string(kPlainDescent),
         .learning_rate = 0.05,
         .keep_weights = true,
         .seed = trial.seed,
         .stop = trial.stop});
  const Silence after = SilentUnits(network, data);
  double dead[2] = {}, revived[2] = {};
  for (size_t layer = 0; layer < kDepth; ++layer) {
    const size_t place = layer == 0 ? kFirst : kBehind;
    for (size_t unit = 0; unit < before[layer].size(); ++unit) {
      dead[place] += before[layer][unit] ? 1 : 0;
      revived[place] += before[layer][unit] && !after[layer][unit] ? 1 : 0;
    }
  }
  for (const size_t place : {kFirst, kBehind}) figures.Set(Revived(place), revived[place] / std::max(dead[place], 1.0));
}

struct Trained {
  double dead = 0, accuracy = 0;
};

Trained Train(const Trial& trial, const TrainingData& data, const Rival& rival, double rate) {
  const Encoding& encoding = data.examples.encoding;
  Network network(Stack(kDepth, Width(trial.settings), rival.activation, rival.behind), encoding.shape,
                  encoding.outputs());
  const Learned learned = Learn(network, data,
                                {.epochs = Epochs(trial.settings),
                                 .batch = kBatch,
                                 .learning_rate = rate,
                                 .seed = trial.seed,
                                 .stop = trial.stop});
  return {.dead = ShareOf(SilentUnits(network, data)), .accuracy = learned.test};
}

Figures RunTrial(const Trial& trial) {
  const Settings& settings = trial.settings;
  Figures figures;
  Random random(trial.seed);
  for (const Birth& birth : kBirths) {
    MeasureBirths(trial, birth, settings.initialization, random, figures);
    if (settings.initialization != kAsymmetricStart) MeasureBirths(trial, birth, kAsymmetricStart, random, figures);
  }
  const TrainingData data =
      Pictures(trial, settings.Choose<size_t>(2000, 4000, 10000), settings.Choose<size_t>(500, 1000, 4000));
  MeasureBiases(trial, data, figures);
  MeasureRevivals(trial, data, figures);
  const std::vector<Rival> rivals = Rivals(settings);
  for (const double rate : kRates) {
    const Trained trained = Train(trial, data, rivals[0], rate);
    figures.Set(DeadByRate(rate), trained.dead);
    figures.Set(AccuracyByRate(rate), trained.accuracy);
    if (rate != kLargeRate) continue;
    for (const Rival& rival : rivals) {
      const Trained other = &rival == &rivals[0] ? trained : Train(trial, data, rival, rate);
      figures.Set(Dead(rival), other.dead);
      figures.Set(Accuracy(rival), other.accuracy);
      if (&rival != &rivals[0]) figures.Set(Gain(rival, settings), other.accuracy - trained.accuracy);
    }
  }
  return figures;
}

std::vector<Expectation> Expect(const Settings& settings) {
  constexpr double kNearly = 0.02, kSome = 0.01, kMany = 0.2, kCures = 0.05;
  const double known = kKnownBirth.DeadInput();
  const std::string lu = "Lu et al., 2019: 1 - (1 - 2^-width)^(layers - 1)";
  const std::string some = "one unit in a hundred, or it is no matter";
  std::vector<Expectation> expectations = {
      Essential(Within(DeadInputs(kKnownBirth, settings.initialization), known - kNearly, known + kNearly,
                       "inputs of a deep and narrow network are born dead as often as is said", lu)),
      AtMost(DeadNetworks(kKnownBirth, settings.initialization), known, "whole networks are no oftener",
             lu + " bounds it"),
      Essential(AtLeast(DeadByRate(kLargeRate), kMany, "a rate a hundred times the usual one kills units",
                        "a fifth of the units, or it is no matter")),
      AtLeast(DeadByRate(kUsualRate), kSome, "the usual rate kills some, too", some),
      AtMost(GradientOfTheDead(), 0, "no gradient reaches the dead: it vanishes, for single units",
             "a closed gate passes exactly nothing"),
      AtMost(Revived(kFirst), kSome, "the dead of the first layer do not come back", some),
      AtMost(Revived(kBehind), kSome, "those of the layers behind it do not, either", some),
  };
  for (const Rival& rival : Rivals(settings)) {
    if (rival.name == settings.rectifier) continue;
    expectations.push_back(AtLeast(Gain(rival, settings), kCures, fmt::format("{} helps at such a rate", rival.name),
                                   "five points of accuracy, or it is no cure"));
  }
  return expectations;
}

Table BirthTable(const Settings& settings, const Estimates& estimates) {
  Table table{.title = "Born dead: share of inputs and of networks that nothing comes through at the start",
              .columns = {"network", "1 - (1 - 2^-width)^(layers - 1)", "inputs", "networks",
                          fmt::format("networks, {} start", kAsymmetricStart)},
              .rows = {}};
  for (const Birth& birth : kBirths) {
    auto& row = table.rows.emplace_back();
    row.emplace_back(birth.Name());
    row.emplace_back(fmt::format("{:.3f}", birth.DeadInput()));
    row.emplace_back(estimates.at(DeadInputs(birth, settings.initialization)));
    row.emplace_back(estimates.at(DeadNetworks(birth, settings.initialization)));
    row.emplace_back(estimates.at(DeadNetworks(birth, kAsymmetricStart)));
  }
  return table;
}

Presentation Present(const Settings& settings, const Estimates& estimates) {
  Table biases{.title = "Share of units that are dead at the start, by the bias of all hidden units",
               .columns = {"bias"},
               .rows = {}};
  for (size_t layer = 1; layer <= kDepth; ++layer) biases.columns.push_back(fmt::format("layer {}", layer));
  for (const double bias : kBiases) {
    std::vector<std::string> figures;
    for (size_t layer = 1; layer <= kDepth; ++layer) figures.push_back(DeadByBias(bias, layer));
    biases.rows.push_back(RowOf(fmt::format("{:g}", bias), figures, estimates));
  }
  Table rates{.title = "After training with adam", .columns = {"rate", "dead units", "test accuracy"}, .rows = {}};
  Plot plot{.title = "Units that training kills",
            .x_label = "learning rate",
            .y_label = "share",
            .curves = {{.label = "dead units", .x = {}, .y = {}}, {.label = "test accuracy", .x = {}, .y = {}}},
            .x_logarithmic = true};
  for (const double rate : kRates) {
    const std::string figures[] = {DeadByRate(rate), AccuracyByRate(rate)};
    rates.rows.push_back(RowOf(fmt::format("{:g}", rate), figures, estimates));
    AddPoint(plot.curves[0], rate, estimates.at(figures[0]));
    AddPoint(plot.curves[1], rate, estimates.at(figures[1]));
  }
  Table rivals{.title = fmt::format("The same with others, at rate {:g}", kLargeRate),
               .columns = {"network", "dead units", "test accuracy"},
               .rows = {}};
  for (const Rival& rival : Rivals(settings)) {
    const std::string figures[] = {Dead(rival), Accuracy(rival)};
    rivals.rows.push_back(RowOf(rival.name, figures, estimates));
  }
  Table revivals{.title = "Every second unit is put to sleep by its bias, then the network is trained by plain descent",
                 .columns = {"units in", "share that comes back"},
                 .rows = {}};
  for (const size_t place : {kFirst, kBehind}) {
    revivals.rows.push_back(RowOf(std::string(kPlaces[place]), std::vector<std::string>{Revived(place)}, estimates));
  }
  return {{BirthTable(settings, estimates), biases, rates, rivals, revivals}, {{plot}}};
}

}  // namespace

Experiment DyingExperiment() {
  return {.name = kDyingClaim,
          .claim = "Units with ReLU die, and the dead do not come back.",
          .question =
              "How many units are silent for every example: at birth by depth and width, by the bias, and after "
              "training by the rate? Do units that were put to sleep come back, does a gradient reach them, and do "
              "leaky ReLU, PReLU, ELU and batch normalisation help?",
          .practice =
              "Deep networks need width, or they are born dead. Otherwise it is the rate that kills, so lower it "
              "first. Dead units of the first layer are lost unless they are drawn anew; those behind it may wake when "
              "what they read changes.",
          .trials = {5, 10, 20},
          .trial_seconds = {1, 4, 20},
          .takes_data = true,
          .expect = Expect,
          .run = RunTrial,
          .present = Present};
}

}  // namespace ramp::lab
