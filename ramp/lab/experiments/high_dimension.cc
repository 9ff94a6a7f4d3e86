// high-dimension: whether classes are easier to tell apart in a wide, sparse code than in a narrow, dense one.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ramp/base/random.h"
#include "ramp/lab/experiments/list.h"
#include "ramp/lab/trainings.h"
#include "ramp/network/initialize.h"

namespace ramp::lab {
namespace {

constexpr size_t kNarrow = 64, kWide = 1024;
// Shares of the units that are open. The first gives the gates of the wide code as many bits as those of the narrow one
// have when half of them are open: kWide H(share) = kNarrow H(1/2).
constexpr double kEqualEntropy = 0.00732, kSparse = 0.1, kDense = 0.5;
constexpr double kShares[] = {kEqualEntropy, 0.03, kSparse, 0.25, kDense};
constexpr double kRates[] = {1e-3, 1e-2};  // of the probe, whose better one counts

// Random weights, and biases with which each unit is open for a share of the inputs.
struct Code {
  size_t width = kNarrow;
  std::string activation = {};
  double open = kDense;
  std::string Name() const { return fmt::format("{} {}, {:.2g} open", width, activation, open); }
  // Of the gates, in bits, if no unit knew of another.
  double Entropy() const {
    return -static_cast<double>(width) * (open * std::log2(open) + (1 - open) * std::log2(1 - open));
  }
};

Code DenseCode() { return {.width = kNarrow, .activation = std::string(kTanh), .open = kDense}; }
Code RectifiedCode(const Settings& settings, size_t width, double open) {
  return {.width = width, .activation = settings.rectifier, .open = open};
}
std::vector<Code> Codes(const Settings& settings) {
  std::vector<Code> codes;
  if (settings.rectifier != kTanh) codes.push_back(DenseCode());
  for (const size_t width : {kNarrow, kWide}) {
    for (const double open : kShares) codes.push_back(RectifiedCode(settings, width, open));
  }
  return codes;
}

std::string TestAccuracy(const Code& code) { return fmt::format("test accuracy of the probe, {}", code.Name()); }
std::string TrainingAccuracy(const Code& code) {
  return fmt::format("accuracy of the probe in training, {}", code.Name());
}
std::string Difference(const Code& one, const Code& other) {
  return fmt::format("test accuracy of the probe: {} - {}", one.Name(), other.Name());
}
std::string LearnedNarrow() { return fmt::format("test accuracy of a trained network: {} units, {}", kNarrow, kTanh); }
std::string LearnedWide(const Settings& settings) {
  return fmt::format("test accuracy of a trained network: {} units, {}", kWide, settings.rectifier);
}
std::string LearnedDifference(const Settings& settings) {
  return fmt::format("test accuracy of trained networks: {} units, {} - {} units, {}", kWide, settings.rectifier,
                     kNarrow, kTanh);
}

// What a network makes of all examples, [rows, units].
std::vector<float> Outputs(const Network& network, const Dataset& examples) {
  const size_t units = network.output_shape().count();
  std::vector<float> outputs;
  outputs.reserve(examples.rows * units);
  Examine(network, examples, AllRows(examples), [&](const Plan& plan, std::span<const uint32_t> rows) {
    const auto some = plan.output().first(rows.size() * units);
    outputs.insert(outputs.end(), some.begin(), some.end());
  });
  return outputs;
}

// By unit, the sum that a share `open` of the examples exceeds.
std::vector<float> Thresholds(const std::vector<float>& sums, size_t units, const TrainingData& data, double open) {
  std::vector<float> thresholds, column(data.training.size());
  const auto place = static_cast<std::ptrdiff_t>((1 - open) * static_cast<double>(column.size() - 1));
  for (size_t unit = 0; unit < units; ++unit) {
    for (size_t i = 0; i < column.size(); ++i) column[i] = sums[data.training[i] * units + unit];
    std::ranges::nth_element(column, column.begin() + place);
    thresholds.push_back(column[static_cast<size_t>(place)]);
  }
  return thresholds;
}

// Each unit gets the mean 0, and all together the deviation 1, on the examples to train on: so that the probe's rate
// suits all codes.
void Standardise(std::vector<float>& codes, size_t units, const TrainingData& data) {
  std::vector<double> mean(units);
  const auto count = static_cast<double>(data.training.size());
  for (const uint32_t row : data.training) {
    for (size_t unit = 0; unit < units; ++unit) mean[unit] += static_cast<double>(codes[row * units + unit]) / count;
  }
  for (size_t i = 0; i < codes.size(); ++i) codes[i] -= static_cast<float>(mean[i % units]);
  double square = 0;
  for (const uint32_t row : data.training) {
    for (const float value : std::span(codes).subspan(row * units, units)) {
      square += static_cast<double>(value) * static_cast<double>(value);
    }
  }
  const auto scale = static_cast<float>(1 / std::sqrt(square / count / static_cast<double>(units)));
  for (float& value : codes) value *= scale;
}

TrainingData Encode(const Trial& trial, const TrainingData& data, const Code& code) {
  const Shape& input = data.examples.encoding.shape;
  Network sums(fmt::format("dense {}", code.width), input, code.width);
  Network network(fmt::format("dense {}, {}", code.width, code.activation), input, code.width);
  Initialize(sums, trial.settings.initialization, trial.seed);
  std::ranges::copy(sums.parameters(), network.parameters().begin());
  const std::vector<float> thresholds = Thresholds(Outputs(sums, data.examples), code.width, data, code.open);
  for (const PlacedBlock& placed : network.blocks()) {
    if (placed.block.kind != ParameterBlock::Kind::kBias) continue;
    for (size_t unit = 0; unit < code.width; ++unit) network.parameters(placed)[unit] = -thresholds[unit];
  }
  std::vector<float> codes = Outputs(network, data.examples);
  Standardise(codes, code.width, data);
  TrainingData encoded;
  encoded.examples.encoding.shape = {code.width};
  encoded.examples.encoding.labels = data.examples.encoding.labels;
  encoded.examples.rows = data.examples.rows;
  encoded.examples.inputs = std::move(codes);
  encoded.examples.labels = data.examples.labels;
  encoded.training = data.training;
  encoded.validation = data.validation;
  encoded.test = data.test;
  encoded.name = code.Name();
  return encoded;
}

// The best linear separation that the rates find, by the rows that validate.
Learned Probe(const Trial& trial, const TrainingData& data) {
  Learned best;
  double best_score = -1;
  for (const double rate : kRates) {
    Network network(Stack(0, 1, ""), data.examples.encoding.shape, data.examples.encoding.outputs());
    Trainer trainer(network, data,
                    {.epochs = trial.settings.Choose<size_t>(10, 20, 30),
                     .batch = 64,
                     .learning_rate = rate,
                     .seed = trial.seed,
                     .stop = trial.stop});
    trainer.Run();
    const double score = trainer.Evaluate(data.examples, data.validation).score;
    if (score <= best_score) continue;
    best_score = score;
    best = {.training = trainer.Evaluate(data.examples, data.training).score, .test = trainer.Test().score};
  }
  return best;
}

double LearnHidden(const Trial& trial, const TrainingData& data, size_t width, std::string_view activation) {
  const Encoding& encoding = data.examples.encoding;
  Network network(Stack(1, width, activation), encoding.shape, encoding.outputs());
  return Learn(
             network, data,
             {.epochs = trial.settings.Choose<size_t>(5, 10, 15), .batch = 64, .seed = trial.seed, .stop = trial.stop})
      .test;
}

Figures RunTrial(const Trial& trial) {
  const Settings& settings = trial.settings;
  TrainingData data =
      Pictures(trial, settings.Choose<size_t>(1500, 3000, 10000), settings.Choose<size_t>(500, 1000, 4000));
  Figures figures;
  const double narrow = LearnHidden(trial, data, kNarrow, kTanh);
  const double wide = LearnHidden(trial, data, kWide, settings.rectifier);
  figures.Set(LearnedNarrow(), narrow);
  figures.Set(LearnedWide(settings), wide);
  figures.Set(LearnedDifference(settings), wide - narrow);
  const auto kept = static_cast<std::ptrdiff_t>(data.training.size() * 4 / 5);
  data.validation.assign(data.training.begin() + kept, data.training.end());
  data.training.resize(static_cast<size_t>(kept));
  std::vector<std::pair<std::string, double>> accuracies;
  for (const Code& code : Codes(settings)) {
    const Learned learned = Probe(trial, Encode(trial, data, code));
    figures.Set(TestAccuracy(code), learned.test);
    figures.Set(TrainingAccuracy(code), learned.training);
    accuracies.emplace_back(code.Name(), learned.test);
  }
  const auto test = [&](const Code& code) {
    return std::ranges::find(accuracies, code.Name(), &std::pair<std::string, double>::first)->second;
  };
  const Code dense = DenseCode(), wide_dense = RectifiedCode(settings, kWide, kDense);
  for (const double open : {kEqualEntropy, kSparse}) {
    const Code code = RectifiedCode(settings, kWide, open);
    figures.Set(Difference(code, dense), test(code) - test(dense));
  }
  const Code sparse = RectifiedCode(settings, kWide, kSparse),
             narrow_sparse = RectifiedCode(settings, kNarrow, kSparse);
  figures.Set(Difference(sparse, wide_dense), test(sparse) - test(wide_dense));
  figures.Set(Difference(sparse, narrow_sparse), test(sparse) - test(narrow_sparse));
  return figures;
}

std::vector<Expectation> Expect(const Settings& settings) {
  constexpr double kPoints = 0.02;
  const std::string points = "two points of accuracy, or it is no matter";
  const Code dense = DenseCode(), sparse = RectifiedCode(settings, kWide, kSparse);
  return {
      Essential(AtLeast(Difference(sparse, dense), kPoints, "a wide sparse code of random weights separates better",
                        "Glorot, Bordes and Bengio, 2011; " + points)),
      AtLeast(Difference(RectifiedCode(settings, kWide, kEqualEntropy), dense), kPoints,
              "one whose gates have no more bits does so, too", points),
      AtLeast(Difference(sparse, RectifiedCode(settings, kNarrow, kSparse)), kPoints, "its width does it", points),
      AtLeast(Difference(sparse, RectifiedCode(settings, kWide, kDense)), kPoints, "its sparsity does it", points),
      AtLeast(LearnedDifference(settings), kPoints, "codes that are learned do so, too", points),
  };
}

Presentation Present(const Settings& settings, const Estimates& estimates) {
  Table table{.title = "A linear probe on codes of random weights",
              .columns = {"code", "bits of the gates", "test accuracy", "accuracy in training"},
              .rows = {}};
  Plot plot{.title = "How well a linear probe tells classes apart",
            .x_label = "share of the units that are open",
            .y_label = "test accuracy",
            .curves = {},
            .x_logarithmic = true};
  for (const size_t width : {kNarrow, kWide}) {
    Curve& curve = plot.curves.emplace_back(
        Curve{.label = fmt::format("{} units, {}", width, settings.rectifier), .x = {}, .y = {}});
    for (const double open : kShares) {
      AddPoint(curve, open, estimates.at(TestAccuracy(RectifiedCode(settings, width, open))));
    }
  }
  for (const Code& code : Codes(settings)) {
    table.rows.push_back({code.Name(), fmt::format("{:.0f}", code.Entropy()), estimates.at(TestAccuracy(code)),
                          estimates.at(TrainingAccuracy(code))});
  }
  Table learned{.title = "Networks with one hidden layer that is trained",
                .columns = {"hidden layer", "test accuracy"},
                .rows = {}};
  learned.rows.push_back({fmt::format("{} {}", kNarrow, kTanh), estimates.at(LearnedNarrow())});
  learned.rows.push_back({fmt::format("{} {}", kWide, settings.rectifier), estimates.at(LearnedWide(settings))});
  return {{table, learned}, {{plot}}};
}

}  // namespace

Experiment HighDimensionExperiment() {
  return {
      .name = kHighDimensionClaim,
      .claim = "Classes are easier to separate in a high, sparse space than in a moderate, dense one.",
      .question =
          "How many new pictures does a linear probe tell apart, on sparse codes of 1,024 rectified units against "
          "dense codes of 64 units of tanh, at equal entropy of the gates, too; and is it the width or the "
          "sparsity that does it?",
      .practice =
          "Look at the curves: with random weights width separates, and a code of the same width that is sparser keeps "
          "less of the input. What sparsity saves is storage and work.",
      .trials = {4, 8, 16},
      .trial_seconds = {2, 8, 50},
      .takes_data = true,
      .expect = Expect,
      .run = RunTrial,
      .present = Present};
}

}  // namespace ramp::lab
