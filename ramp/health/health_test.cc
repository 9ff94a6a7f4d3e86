#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "ramp/activation/activation.h"
#include "ramp/base/error.h"
#include "ramp/base/file.h"
#include "ramp/base/threads.h"
#include "ramp/health/bench_cases.h"
#include "ramp/health/causes.h"
#include "ramp/health/doctor.h"
#include "ramp/health/monitors.h"
#include "ramp/health/remedies.h"

namespace ramp {
namespace {

struct Examined {
  TrainingResult result;
  HealthReport report;
  Findings findings;  // in the order in which they were made
  Findings told;
};

Examined Examine(const HealthCase& c, std::span<const Monitor> own = {}) {
  SetThreads(1);
  const TrainingData data = c.data(1);
  Network network(c.network, data.examples.encoding.shape, data.examples.encoding.outputs());
  Trainer trainer(network, data, c.options);
  if (c.change) c.change(network);
  Doctor doctor(network, data, c.options, own);
  Examined run;
  doctor.TellTo([&](const Finding& finding) { run.told.push_back(finding); });
  trainer.Watch(doctor);
  run.result = trainer.Run();
  run.report = doctor.Report(run.result);
  run.findings = doctor.findings();
  return run;
}

std::string Sentences(const Findings& findings) {
  std::string all;
  for (const Finding& finding : findings) {
    all += std::string(Name(finding.severity)) + " " + std::string(finding.monitor) + ": " + finding.what + "; ";
  }
  return all;
}

const Finding* Find(const Findings& findings, std::string_view monitor) {
  const auto found = std::find_if(findings.begin(), findings.end(),
                                  [&](const Finding& finding) { return finding.monitor == monitor; });
  return found == findings.end() ? nullptr : &*found;
}

HealthCase Case(const std::vector<HealthCase>& cases, std::string_view name) {
  const auto found = std::find_if(cases.begin(), cases.end(), [&](const HealthCase& c) { return c.name == name; });
  if (found == cases.end()) throw UsageError("no case " + std::string(name));
  return *found;
}

// The short ones; ramp_health_bench runs them all.
TEST(SickTrainings, HaveTheirCauseNamedFirst) {
  for (const HealthCase& c : SickCases()) {
    if (c.options.epochs > 10) continue;
    const Examined run = Examine(c);
    ASSERT_FALSE(run.report.findings.empty()) << c.name;
    const std::string first(run.report.findings[0].monitor);
    EXPECT_NE(run.report.findings[0].severity, Severity::kNote) << c.name;
    EXPECT_EQ(std::count(c.causes.begin(), c.causes.end(), first), 1)
        << c.name << ": " << Sentences(run.report.findings);
  }
}

TEST(HealthyTrainings, GetNoWarning) {
  for (const HealthCase& c : HealthyCases()) {
    if (c.options.epochs > 8) continue;
    for (const Finding& finding : Examine(c).report.findings) {
      EXPECT_EQ(finding.severity, Severity::kNote) << c.name << ": " << finding.monitor << ": " << finding.what;
    }
  }
}

TEST(EveryMonitor, SaysWhatItSeesWhyAndWhatToDo) {
  std::set<std::string_view> names;
  for (const Monitor& monitor : Monitors()) {
    EXPECT_TRUE(names.insert(monitor.name).second) << monitor.name << " is there twice";
    for (const std::string_view text : {monitor.sees, monitor.why, monitor.cause, monitor.outlook}) {
      EXPECT_GT(text.size(), 10u) << monitor.name;
    }
    EXPECT_FALSE(monitor.remedies.empty()) << monitor.name;
    EXPECT_FALSE(MomentsText(monitor).empty()) << monitor.name;
    for (const std::string_view remedy : monitor.remedies) EXPECT_EQ(FindRemedy(remedy).name, remedy);
    for (const std::string_view other : monitor.explains) EXPECT_EQ(FindMonitor(other).name, other);
  }
}

TEST(EveryMonitor, StandsInTheDocumentationAsItIs) {
  const std::string documentation = ReadFileWhole(RAMP_SOURCE_DIR "/docs/health.md");
  for (const Monitor& monitor : Monitors()) {
    const std::string row = "| " + std::string(monitor.name) + " | " + std::string(monitor.sees) + " | " +
                            std::string(monitor.why) + " | " + RemedyText(monitor.remedies) + " |\n";
    EXPECT_NE(documentation.find(row), std::string::npos) << "docs/health.md lacks the row\n" << row;
  }
}

TEST(Findings, AreJoinedUnderTheirCause) {
  const Examined run = Examine(Case(SickCases(), "adam 0.1"));
  const Finding* dead = Find(run.report.findings, "dead-units");
  ASSERT_NE(dead, nullptr) << Sentences(run.report.findings);
  EXPECT_EQ(dead->explained_by, "large-updates");
  EXPECT_EQ(run.report.findings[0].monitor, "large-updates");
}

TEST(Findings, BelongToTheFirstCauseThatExplainsThem) {
  const auto made = [](std::string_view monitor, Severity severity = Severity::kWarning) {
    Finding finding;
    finding.monitor = monitor;
    finding.severity = severity;
    return finding;
  };
  const Findings joined = Join({made("overfitting"), made("dead-units"), made("plateau", Severity::kNote),
                                made("bad-start"), made("useless-columns", Severity::kNote), made("input-scale")},
                               Monitors());
  ASSERT_EQ(joined.size(), 6u);
  const std::string_view order[] = {"input-scale", "bad-start",   "dead-units",
                                    "plateau",     "overfitting", "useless-columns"};
  const std::string_view causes[] = {"", "input-scale", "input-scale", "input-scale", "", ""};
  for (size_t i = 0; i < joined.size(); ++i) {
    EXPECT_EQ(joined[i].monitor, order[i]);
    EXPECT_EQ(joined[i].explained_by, causes[i]) << joined[i].monitor;
  }
}

TEST(Findings, AreToldOnceAndCarryEverything) {
  const Examined run = Examine(Case(SickCases(), "inputs x 255"));
  std::set<std::pair<std::string_view, Severity>> told;
  for (const Finding& finding : run.told) {
    EXPECT_TRUE(told.emplace(finding.monitor, finding.severity).second) << finding.monitor << " was told twice";
    EXPECT_FALSE(finding.what.empty() || finding.cause.empty() || finding.outlook.empty()) << finding.monitor;
    EXPECT_FALSE(finding.remedies.empty() || finding.evidence.empty()) << finding.monitor;
    EXPECT_GT(finding.confidence, 0);
    EXPECT_LE(finding.confidence, 1);
  }
  ASSERT_NE(Find(run.told, "input-scale"), nullptr);
  EXPECT_EQ(Find(run.told, "input-scale")->epoch, 0u) << "inputs are judged before the first update";
}

TEST(Numbers, ThatAreNotFiniteAreNamedWithTheirPlace) {
  HealthCase sick{.name = "a value that is not finite",
                  .data = Clouds({.rows = 300, .training = 200}),
                  .network = "dense 8, relu, dense",
                  .options = {.epochs = 1}};
  const auto clouds = sick.data;
  sick.data = [=](uint64_t seed) {
    TrainingData data = clouds(seed);
    InputsOf(data)[100 * 32] = std::nanf("");
    return data;
  };
  const Examined run = Examine(sick);
  const Finding* finding = Find(run.report.findings, "non-finite");
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->severity, Severity::kError);
  EXPECT_EQ(finding->layers, std::vector<size_t>{1});
}

TEST(AMonitorOfYourOwn, IsAskedAndTold) {
  const Monitor own{.name = "first-step",
                    .sees = "that it begins",
                    .why = "it is not",
                    .cause = "a training",
                    .outlook = "more steps",
                    .remedies = {"stop-early"},
                    .moments = static_cast<unsigned>(Moment::kStart),
                    .judge = [](const Patient& patient, Findings& findings) {
                      findings.push_back({.severity = Severity::kNote,
                                          .what = "it begins",
                                          .evidence = {{"initial loss", patient.initial_loss, 0}}});
                    }};
  HealthCase c = Case(HealthyCases(), "relu, depth 1");
  c.options.epochs = 1;
  const Examined run = Examine(c, {&own, 1});
  ASSERT_NE(Find(run.told, "first-step"), nullptr);
  EXPECT_GT(Find(run.told, "first-step")->evidence[0].value, 1);
  const Monitor taken = Monitors()[0];
  EXPECT_THROW(Examine(c, {&taken, 1}), UsageError);
}

TEST(Probe, CountsDeadAndOpenUnitsByTheirGates) {
  const TrainingData data = MakeClouds({.rows = 500, .inputs = 2, .training = 300}, 1);
  Network network("dense 70, relu, dense", {2}, 10);
  // No input is so large that it would open a unit with such a bias, or close one with its opposite.
  for (const PlacedBlock& block : network.blocks()) {
    if (block.layer != 0) continue;
    const bool bias = block.block.kind == ParameterBlock::Kind::kBias;
    for (size_t unit = 0; unit < 70; ++unit) {
      if (bias) network.parameters(block)[unit] = unit < 10 ? -1.0f : unit < 30 ? 1.0f : 0.0f;
      if (!bias && unit >= 30) network.parameters(block)[unit] = 1.0f;
    }
  }
  const ProbeResult probe = Probe(network, data.examples, data.training);
  ASSERT_EQ(probe.layers.size(), 2u);
  EXPECT_EQ(probe.layers[0].dead, 10u);
  EXPECT_EQ(probe.layers[0].always_open, 20u);
  EXPECT_EQ(probe.layers[0].text, "dense 70, relu");
  EXPECT_NEAR(probe.layers[0].open_share, (20 + 40 * 0.5) / 70, 0.05);
  EXPECT_EQ(probe.layers[0].distinct_units, 2u);
  EXPECT_EQ(probe.layers[1].activation, nullptr);
  EXPECT_NEAR(probe.loss, std::log(10.0), 1e-4) << "the last layer is zero";
}

TEST(Probe, LetsTheActivationBehindTheWeightsSpeakForALayer) {
  const TrainingData data = MakeClouds({.rows = 100, .training = 60}, 1);
  const Network network("relu, dense 8, relu, tanh, dense", {32}, 10);
  const ProbeResult probe = Probe(network, data.examples, data.training);
  ASSERT_EQ(probe.layers.size(), 2u);
  EXPECT_EQ(probe.layers[0].units, 8u);
  EXPECT_EQ(probe.layers[0].activation->name, "relu");
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

TEST(HealthRecorder, SumsUpEachEpochAlone) {
  const TrainingData data = MakeClouds({}, 1);
  Network network("dense 64, relu, dense", {32}, 10);
  Trainer trainer(network, data, {.epochs = 2});
  HealthRecorder recorder;
  trainer.Watch(recorder);
  trainer.Run();
  EXPECT_EQ(recorder.epoch().units, 64u);
  EXPECT_NEAR(recorder.epoch().open_share, 0.5, 0.2);
  EXPECT_GT(recorder.epoch().gradient_norm, 0);
  EXPECT_EQ(recorder.steps(), 12u) << "1500 rows in batches of 128";
}

TEST(UpdateWatch, MeasuresHowFarAStepMovesTheWeights) {
  const TrainingData data = MakeClouds({}, 1);
  const TrainingOptions options{.epochs = 1, .optimizer = "sgd", .schedule = "constant", .learning_rate = 1e-3};
  Network network("dense 64, relu, dense", {32}, 10);
  Trainer trainer(network, data, options);
  Doctor doctor(network, data, options);
  trainer.Watch(doctor);
  trainer.Run();
  const LayerHealth& layer = doctor.patient().layers[0];
  // The change of a step is the rate times the gradient.
  EXPECT_NEAR(layer.update_ratio, 1e-3 * layer.gradient_ratio(), 0.15e-3 * layer.gradient_ratio());
}

}  // namespace
}  // namespace ramp
