#include "ramp/quiz/measurements.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <initializer_list>
#include <set>
#include <string>
#include <vector>

#include "ramp/base/random.h"
#include "ramp/base/threads.h"
#include "ramp/data/source.h"
#include "ramp/network/initialize.h"
#include "ramp/network/network.h"
#include "ramp/network/plan.h"
#include "ramp/training/trainer.h"

namespace ramp {
namespace {

constexpr uint64_t kInputStream = 1, kGradientStream = 2, kBiasStream = 3;

// One thread, so that any machine finds the same.
class OneThread {
 public:
  OneThread() { SetThreads(1); }
  ~OneThread() { SetThreads(before_); }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  int before_ = Threads();
};

// The choice of a scale that a value belongs to: the number of limits that it reaches.
size_t Place(double value, std::initializer_list<double> limits) {
  return static_cast<size_t>(std::ranges::count_if(limits, [&](double limit) { return value >= limit; }));
}

// "part, part, ..." so many times.
std::string Repeated(const std::string& part, size_t times) {
  std::string text = part;
  for (size_t i = 1; i < times; ++i) text += ", " + part;
  return text;
}

void FillNormal(std::span<float> values, uint64_t seed, uint64_t stream) {
  Random random(seed, stream);
  for (float& value : values) value = static_cast<float>(random.Normal());
}

double Norm(std::span<const float> values) {
  double sum = 0;
  for (const float value : values) sum += static_cast<double>(value) * static_cast<double>(value);
  return std::sqrt(sum);
}

Network Drawn(const std::string& text, size_t inputs, uint64_t seed, double factor = 1) {
  Network network(text, Shape{inputs}, 1);
  Initialize(network, "", seed, factor);
  return network;
}

// The norm of the gradient of the first layer's weights against that of the last layer's.
double FirstAgainstLast(const std::string& text, uint64_t seed) {
  constexpr size_t kInputs = 32, kRows = 64;
  Network network = Drawn(text, kInputs, seed);
  Plan plan(network, kRows, PlanMode::kTrain);
  FillNormal(plan.input(), seed, kInputStream);
  plan.Forward();
  FillNormal(plan.output_gradient(), seed, kGradientStream);
  plan.Backward();
  std::vector<double> norms;
  for (const PlacedBlock& block : network.blocks()) {
    if (block.block.kind == ParameterBlock::Kind::kWeight) norms.push_back(Norm(network.gradients(block)));
  }
  return norms.front() / norms.back();
}

Measurement MeasureDepth(const std::string& layer, uint64_t seed) {
  const OneThread one_thread;
  const double ratio = FirstAgainstLast(Repeated(layer, 20) + ", dense 1", seed);
  return {.right = Place(ratio, {1e-9, 1e-5, 1e-2}),
          .found = fmt::format("the first layer's gradient is {:.2g} times the last one's", ratio)};
}

// The outputs of a network for these inputs.
std::vector<float> Outputs(const Network& network, std::span<const float> inputs) {
  Plan plan(network, inputs.size() / network.input_shape().count(), PlanMode::kInference);
  std::ranges::copy(inputs, plan.input().begin());
  plan.Forward();
  return {plan.output().begin(), plan.output().end()};
}

// Units that no row opens, of all that have gates.
struct Dead {
  size_t units = 0, dead = 0;
};
Dead CountDead(const Network& network, const Dataset& data, std::span<const uint32_t> rows) {
  Plan plan(network, rows.size(), PlanMode::kExamine);
  data.Gather(rows, plan.input().data());
  plan.Forward();
  Dead count;
  for (const WatchedGates& watched : plan.gates()) {
    std::vector<uint64_t> ever(watched.gates.words_per_row()), always(ever.size(), ~uint64_t{0});
    watched.gates.Accumulate(watched.gates.rows(), ever, always);
    size_t alive = 0;
    for (const uint64_t word : ever) alive += static_cast<size_t>(std::popcount(word));
    count.units += watched.gates.units();
    count.dead += watched.gates.units() - alive;
  }
  return count;
}

}  // namespace

Measurement MeasureOpenAtStart(uint64_t seed) {
  const OneThread one_thread;
  constexpr size_t kInputs = 64, kRows = 1000;
  const Network network = Drawn("dense 256, relu, dense 1", kInputs, seed);
  Plan plan(network, kRows, PlanMode::kExamine);
  FillNormal(plan.input(), seed, kInputStream);
  plan.Forward();
  const Gates& gates = plan.gates()[0].gates;
  const double share = static_cast<double>(gates.CountOpen()) / static_cast<double>(gates.rows() * gates.units());
  return {.right = Place(share, {0.2, 0.4, 0.75}), .found = fmt::format("{:.1f} % of the gates are open", 100 * share)};
}

Measurement MeasureSigmoidDepth(uint64_t seed) { return MeasureDepth("dense 32, sigmoid", seed); }
Measurement MeasureRectifierDepth(uint64_t seed) { return MeasureDepth("dense 32, relu", seed); }

Measurement MeasureTwiceTheStart(uint64_t seed) {
  const OneThread one_thread;
  constexpr size_t kInputs = 32, kRows = 16;
  const std::string text = Repeated("dense 32, relu", 19) + ", dense 1";
  std::vector<float> inputs(kInputs * kRows);
  FillNormal(inputs, seed, kInputStream);
  const double usual = Norm(Outputs(Drawn(text, kInputs, seed), inputs));
  const double doubled = Norm(Outputs(Drawn(text, kInputs, seed, 2), inputs));
  const double ratio = doubled / usual;
  return {.right = Place(ratio, {10, 100, 10000}),
          .found = fmt::format("the outputs are {:.0f} times as large", ratio)};
}

Measurement MeasureBornDead(uint64_t seed) {
  const OneThread one_thread;
  constexpr size_t kNetworks = 100, kRows = 200;
  const std::string text = Repeated("dense 3, relu", 20) + ", dense 1";
  std::vector<float> inputs(kRows);
  for (size_t row = 0; row < kRows; ++row) inputs[row] = -1 + 2 * static_cast<float>(row) / (kRows - 1);
  size_t dead = 0;
  for (size_t i = 0; i < kNetworks; ++i) {
    const std::vector<float> outputs = Outputs(Drawn(text, 1, seed + i), inputs);
    dead += std::ranges::all_of(outputs, [&](float output) { return output == outputs[0]; }) ? 1 : 0;
  }
  return {.right = Place(static_cast<double>(dead), {5, 35, 65}),
          .found = fmt::format("{} of {} networks give the same output for all inputs", dead, kNetworks)};
}

Measurement MeasureRegions(uint64_t seed) {
  const OneThread one_thread;
  constexpr size_t kSide = 100;
  Network network = Drawn("dense 16, relu, dense 16, relu, dense 1", 2, seed);
  // With biases of 0 all lines would meet in one point.
  Random random(seed, kBiasStream);
  for (const PlacedBlock& block : network.blocks()) {
    if (block.block.kind != ParameterBlock::Kind::kBias) continue;
    for (float& bias : network.parameters(block)) bias = static_cast<float>(random.Uniform(-1, 1));
  }
  Plan plan(network, kSide * kSide, PlanMode::kExamine);
  for (size_t row = 0; row < kSide * kSide; ++row) {
    plan.input()[2 * row] = -1 + 2 * static_cast<float>(row % kSide) / (kSide - 1);
    plan.input()[2 * row + 1] = -1 + 2 * static_cast<float>(row / kSide) / (kSide - 1);
  }
  plan.Forward();
  std::set<std::vector<uint64_t>> patterns;
  for (size_t row = 0; row < kSide * kSide; ++row) {
    std::vector<uint64_t> pattern;
    for (const WatchedGates& watched : plan.gates()) {
      const auto words = watched.gates.row(row);
      pattern.insert(pattern.end(), words.begin(), words.end());
    }
    patterns.insert(std::move(pattern));
  }
  return {.right = Place(static_cast<double>(patterns.size()), {5, 33, 1000}),
          .found = fmt::format("the 10,000 points meet {} patterns of gates, and in each the network is one plane",
                               patterns.size())};
}

Measurement MeasureDeathByRate(uint64_t seed) {
  const OneThread one_thread;
  const TrainingData data = ReadTrainingData({.path = "spirals rows 400", .seed = seed});
  const auto train = [&](double rate) {
    Network network("dense 32, relu, dense 32, relu, dense", data.examples.encoding.shape,
                    data.examples.encoding.outputs());
    TrainingOptions options{.epochs = 20, .batch = 32, .learning_rate = rate, .seed = seed};
    Trainer trainer(network, data, options);
    trainer.Run();
    return CountDead(network, data.examples, data.training);
  };
  constexpr double kUsual = 0.003, kLarge = 0.3;
  const Dead usual = train(kUsual), large = train(kLarge);
  return {.right = Place(static_cast<double>(large.dead) / static_cast<double>(large.units), {0.02, 0.15, 0.5}),
          .found = fmt::format("{} of {} units are dead behind it; with {} it is {} of {}", large.dead, large.units,
                               kUsual, usual.dead, usual.units)};
}

Measurement MeasureScaling(uint64_t seed) {
  const OneThread one_thread;
  constexpr size_t kInputs = 8, kRows = 100;
  // Biases begin at 0, so there are none yet.
  const Network network = Drawn("dense 64, relu, dense 64, relu, dense 1", kInputs, seed);
  std::vector<float> inputs(kInputs * kRows);
  FillNormal(inputs, seed, kInputStream);
  const std::vector<float> before = Outputs(network, inputs);
  for (float& input : inputs) input *= 2;
  const std::vector<float> behind = Outputs(network, inputs);
  double least = 1e300, most = -1e300;
  for (size_t row = 0; row < kRows; ++row) {
    if (before[row] == 0) continue;
    const double ratio = static_cast<double>(behind[row]) / static_cast<double>(before[row]);
    least = std::min(least, ratio);
    most = std::max(most, ratio);
  }
  constexpr size_t kDiffers = 3;
  return {.right = most - least < 0.01 ? Place(most, {1.5, 2.5}) : kDiffers,
          .found = least == most ? fmt::format("each output is {} times what it was", most)
                                 : fmt::format("the outputs are {} to {} times what they were", least, most)};
}

}  // namespace ramp
