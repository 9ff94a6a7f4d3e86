#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "ramp/activation/activation.h"
#include "ramp/base/file.h"
#include "ramp/base/threads.h"
#include "ramp/health/monitors.h"
#include "ramp/health/recorder.h"
#include "ramp/training/test_data.h"

namespace ramp {
namespace {

struct Examined {
  TrainingResult result;
  HealthReport report;
  EpochHealth epoch;
};

Examined TrainAndExamine(const TrainingData& data, const std::string& text, TrainingOptions options) {
  Network network(text, data.examples.encoding.shape, data.examples.encoding.outputs());
  Trainer trainer(network, data, options);
  HealthRecorder recorder;
  trainer.Watch(recorder);
  Examined run;
  run.result = trainer.Run();
  run.report = recorder.Report(network, data, run.result.best_epoch);
  run.epoch = recorder.epoch();
  return run;
}

std::set<std::string> MonitorsThatFired(const HealthReport& report) {
  std::set<std::string> names;
  for (const Finding& finding : report.findings) names.emplace(finding.monitor);
  return names;
}

std::string Sentences(const HealthReport& report) {
  std::string all;
  for (const Finding& finding : report.findings) all += finding.what + "; ";
  return all;
}

// The inputs of every row multiplied and moved.
TrainingData Scaled(TrainingData data, float factor, float offset) {
  for (float& value : std::get<std::vector<float>>(data.examples.inputs)) value = value * factor + offset;
  return data;
}

TEST(HealthyNetworks, GetNoFinding) {
  SetThreads(1);
  for (const Task task : {Task::kClassification, Task::kRegression}) {
    const TrainingData data = MakeRings(4000, 4, task, 1);
    for (const char* text :
         {"dense 64, relu, dense 64, relu, dense", "dense 32, tanh, dense", "dense 32, sigmoid, dense",
          "dense 64, leaky_relu, dense 32, elu, dense", "dense 64, prelu, dropout 0.1, dense",
          "dense 64, relu, dense 64, relu, dense 64, relu, dense 64, relu, dense",
          "dense 64, relu6, dense 32, hardtanh -2 2, dense"}) {
      const Examined run = TrainAndExamine(data, text, {.epochs = 25, .batch = 32, .learning_rate = 0.003});
      EXPECT_TRUE(run.report.findings.empty()) << text << ": " << Sentences(run.report);
    }
  }
}

TEST(SickNetworks, AreNamed) {
  SetThreads(1);
  const TrainingData rings = MakeRings(3000, 4, Task::kClassification, 1);
  const TrainingData few = MakeRings(300, 12, Task::kClassification, 1);
  struct Case {
    std::string sickness;
    const TrainingData& data;
    std::string network;
    TrainingOptions options;
    std::string monitor;
  };
  const TrainingOptions large_rate{.epochs = 5, .batch = 32, .schedule = "constant", .learning_rate = 0.1};
  const TrainingOptions tiny_rate{.epochs = 3, .batch = 32, .optimizer = "sgd", .learning_rate = 1e-7};
  const TrainingOptions usual{.epochs = 3, .batch = 32};
  const TrainingOptions by_heart{.epochs = 150, .batch = 16, .schedule = "constant", .learning_rate = 0.003};
  const TrainingData large_inputs = Scaled(rings, 100, 0);
  const TrainingData moved_inputs = Scaled(rings, 1, 1000);
  const Case cases[] = {
      {"rate of 0.1 with adam", rings, "dense 64, relu, dense 64, relu, dense", large_rate, "dead-units"},
      {"a rate that moves nothing", rings, "dense 16, relu, dense", tiny_rate, "trivial-predictor"},
      {"deep sigmoid", rings,
       "dense 32, sigmoid, dense 32, sigmoid, dense 32, sigmoid, dense 32, sigmoid, dense 32, "
       "sigmoid, dense 32, sigmoid, dense",
       usual, "gradient-profile"},
      {"tanh on inputs times 100", large_inputs, "dense 32, tanh, dense", usual, "saturation"},
      {"inputs plus 1000", moved_inputs, "dense 32, relu, dense", usual, "always-open"},
      {"few rows by heart", few, "dense 128, relu, dense 128, relu, dense", by_heart, "overfitting"},
  };
  for (const Case& c : cases) {
    const Examined run = TrainAndExamine(c.data, c.network, c.options);
    EXPECT_TRUE(MonitorsThatFired(run.report).contains(c.monitor)) << c.sickness << ": " << Sentences(run.report);
  }
}

TEST(EveryFinding, NamesItsMonitorLayerAndRemedy) {
  const TrainingData rings = MakeRings(3000, 4, Task::kClassification, 1);
  const Examined run = TrainAndExamine(rings, "dense 64, relu, dense 64, relu, dense",
                                       {.epochs = 5, .batch = 32, .schedule = "constant", .learning_rate = 0.1});
  ASSERT_FALSE(run.report.findings.empty());
  for (const Finding& finding : run.report.findings) {
    const auto is_it = [&](const Monitor& monitor) { return monitor.name == finding.monitor; };
    EXPECT_EQ(std::count_if(Monitors().begin(), Monitors().end(), is_it), 1) << finding.monitor;
    EXPECT_LE(finding.layer, 3u);
    EXPECT_FALSE(finding.remedy.empty());
  }
}

TEST(EveryMonitor, SaysWhatItSeesWhyAndWhatToDo) {
  std::set<std::string_view> names;
  for (const Monitor& monitor : Monitors()) {
    EXPECT_TRUE(names.insert(monitor.name).second) << monitor.name << " is there twice";
    for (const std::string_view text : {monitor.sees, monitor.why, monitor.remedy})
      EXPECT_GT(text.size(), 20u) << monitor.name;
  }
}

TEST(EveryMonitor, StandsInTheDocumentationAsItIs) {
  const std::string documentation = ReadFileWhole(RAMP_SOURCE_DIR "/docs/health.md");
  for (const Monitor& monitor : Monitors()) {
    const std::string row = "| " + std::string(monitor.name) + " | " + std::string(monitor.sees) + " | " +
                            std::string(monitor.why) + " | " + std::string(monitor.remedy) + " |\n";
    EXPECT_NE(documentation.find(row), std::string::npos) << "docs/health.md lacks the row\n" << row;
  }
}

TEST(HealthReport, CountsDeadAndOpenUnitsByTheirGates) {
  TrainingData data = MakeRings(500, 2, Task::kClassification, 1);
  Network network("dense 70, relu, dense", {2}, 3);
  // No input is so large that it would open a unit with such a bias, or close one with its opposite.
  for (const PlacedBlock& block : network.blocks()) {
    if (block.block.kind != ParameterBlock::Kind::kBias || block.layer != 0) continue;
    for (size_t unit = 0; unit < 70; ++unit)
      network.parameters(block)[unit] = unit < 10 ? -1.0f : unit < 30 ? 1.0f : 0.0f;
  }
  for (const PlacedBlock& block : network.blocks()) {
    if (block.block.kind != ParameterBlock::Kind::kWeight || block.layer != 0) continue;
    for (size_t unit = 30; unit < 70; ++unit) network.parameters(block)[unit] = 1.0f;
  }
  const HealthReport report = HealthRecorder().Report(network, data, 0);
  ASSERT_EQ(report.layers.size(), 2u);
  EXPECT_EQ(report.layers[0].dead, 10u);
  EXPECT_EQ(report.layers[0].always_open, 20u);
  EXPECT_EQ(report.layers[0].text, "dense 70, relu");
  EXPECT_NEAR(report.layers[0].open_share, (20 + 40 * 0.5) / 70, 0.05);
  EXPECT_EQ(report.layers[1].activation, nullptr);
}

TEST(HealthRecorder, SumsUpEachEpochAlone) {
  const TrainingData data = MakeRings(1000, 4, Task::kClassification, 1);
  const Examined run = TrainAndExamine(data, "dense 64, relu, dense", {.epochs = 2});
  EXPECT_EQ(run.epoch.units, 64u);
  EXPECT_NEAR(run.epoch.open_share, 0.5, 0.2);
  EXPECT_GT(run.epoch.gradient_norm, 0);
  EXPECT_EQ(run.report.layers[0].saturated_share, std::nullopt);
}

TEST(GateHistory, KnowsNothingOfAnEarlierOne) {
  uint64_t first_word = 0b0101, second_word = 0b0011;
  GateHistory first(4), second(4);
  first.Add(Gates(&first_word, 1, 4), 1);
  second.Add(Gates(&second_word, 1, 4), 1);
  EXPECT_EQ(first.dead(), 2u);
  first.Add(Gates(&second_word, 1, 4), 1);
  EXPECT_EQ(first.dead(), 1u);
  EXPECT_EQ(first.always_open(), 1u);
  EXPECT_EQ(second.dead(), 2u);
  EXPECT_EQ(second.always_open(), 2u);
  EXPECT_EQ(GateHistory(4).dead(), 0u);
}

TEST(HealthReport, LetsTheActivationBehindTheWeightsSpeakForALayer) {
  const TrainingData data = MakeRings(100, 30, Task::kClassification, 1);
  const Network network("relu, dense 8, relu, tanh, dense", {30}, 3);
  const HealthReport report = HealthRecorder().Report(network, data, 0);
  ASSERT_EQ(report.layers.size(), 2u);
  EXPECT_EQ(report.layers[0].units, 8u);
  EXPECT_EQ(report.layers[0].activation->name, "relu");
  EXPECT_TRUE(report.findings.empty() || report.findings[0].monitor != "trivial-predictor");
}

}  // namespace
}  // namespace ramp
