#include "ramp/health/clinic.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "ramp/base/threads.h"
#include "ramp/health/bench_healing.h"
#include "ramp/health/trial.h"

namespace ramp {
namespace {

HealthCase Case(const std::vector<HealthCase>& cases, std::string_view name) {
  const auto found = std::ranges::find(cases, name, &HealthCase::name);
  EXPECT_NE(found, cases.end()) << name;
  return *found;
}

struct Treated {
  TrainingResult result;
  HealthReport report;
  std::string network;
  std::vector<float> parameters;
  double score = 0;
};

Treated Train(const HealthCase& c, Treating treating, uint64_t seed = 1) {
  SetThreads(1);
  const TrainingData data = c.data(seed);
  Clinic clinic(NetworkOf(c.network, data), data, HealingOptions(c, seed), treating);
  if (c.change) Spoil(c, clinic.network(), clinic.trainer());
  Treated treated;
  treated.result = clinic.Run();
  treated.report = clinic.Report(treated.result);
  treated.network = clinic.network().Text();
  treated.parameters.assign(clinic.network().parameters().begin(), clinic.network().parameters().end());
  treated.score = clinic.trainer().Test().score;
  return treated;
}

TEST(Clinic, HealsWithinAQuarterOfAllSteps) {
  const std::vector<HealthCase> cases = SickCases();
  for (const std::string_view name : {"inputs x 255", "N(0, 0.01), relu 6 x 64", "adam 0.1", "sgd 1e-5",
                                      "softmax loss behind relu", "sigmoid 5 x 64", "spirals, adam 0.3"}) {
    const HealthCase c = Case(cases, name);
    const Treated untreated = Train(c, Treating::kAdvise), treated = Train(c, Treating::kAuto);
    EXPECT_GT(treated.score, untreated.score + 0.05) << name;
    EXPECT_GT(treated.report.treatment_share, 0) << name;
    EXPECT_LE(treated.report.treatment_share, 0.25) << name;
    EXPECT_TRUE(std::ranges::any_of(treated.report.treatments, &TreatmentRecord::kept)) << name;
    EXPECT_TRUE(untreated.report.treatments.empty()) << name;
    EXPECT_FALSE(treated.report.findings.empty()) << name;
  }
}

// Where little is left for trials, those to which too little is left are not told as if they had been tried.
TEST(Clinic, TellsOfTheTreatmentsThatWereTried) {
  const Treated treated = Train(Case(SickCases(), "born dead, 20 x 3"), Treating::kAuto);
  EXPECT_FALSE(treated.report.treatments.empty());
  for (const TreatmentRecord& record : treated.report.treatments) {
    EXPECT_GT(record.steps, 0u) << record.treatment;
    EXPECT_GT(record.cost, 0) << record.treatment;
    EXPECT_GT(record.treated_loss, 0) << record.treatment;
  }
}

TEST(Clinic, DoesTheSameWithTheSameSeed) {
  const HealthCase c = Case(SickCases(), "adam 0.03");
  const Treated first = Train(c, Treating::kAuto), second = Train(c, Treating::kAuto);
  EXPECT_FALSE(first.report.treatments.empty());
  EXPECT_EQ(first.network, second.network);
  EXPECT_EQ(first.parameters, second.parameters);
}

TEST(Clinic, LeavesAHealthyTrainingAlone) {
  HealthCase c = Case(HealthyCases(), "relu, depth 1");
  const Treated advised = Train(c, Treating::kAdvise), treated = Train(c, Treating::kAuto),
                alone = Train(c, Treating::kOff);
  EXPECT_TRUE(treated.report.treatments.empty());
  EXPECT_EQ(treated.report.treatment_share, 0);
  EXPECT_EQ(treated.parameters, advised.parameters);
  EXPECT_EQ(treated.parameters, alone.parameters);
  EXPECT_TRUE(alone.report.findings.empty());
  EXPECT_FALSE(alone.report.layers.empty());
}

// The training takes the very steps that it takes where nothing is tried.
TEST(Clinic, UndoesWhatDoesNotHelp) {
  HealthCase c = Case(SickCases(), "200 rows by heart");
  c.options.epochs = 20;
  const Treated advised = Train(c, Treating::kAdvise), treated = Train(c, Treating::kAuto);
  if (std::ranges::any_of(treated.report.treatments, &TreatmentRecord::kept)) GTEST_SKIP() << "something helped";
  EXPECT_FALSE(treated.report.treatments.empty());
  EXPECT_EQ(treated.parameters, advised.parameters);
}

// Counts what it is told.
class Counter : public TrainingObserver {
 public:
  void OnEpoch(const EpochRecord& record) override { epochs.push_back(record.epoch); }
  void OnRestore(std::span<const EpochRecord> records) override {
    epochs.resize(std::min(epochs.size(), records.size()));
  }
  std::vector<size_t> epochs;
};

TEST(Clinic, TellsObserversEveryEpochOfTheTrainingThatGoesOn) {
  const HealthCase c = Case(SickCases(), "adam 0.1");
  const TrainingData data = c.data(1);
  Clinic clinic(NetworkOf(c.network, data), data, HealingOptions(c, 1), Treating::kAuto);
  Counter counter;
  clinic.Watch(counter);
  std::vector<std::string_view> found, tried;
  clinic.TellTo([&](const Finding& finding) { found.push_back(finding.monitor); },
                [&](const TreatmentRecord& record) { tried.push_back(record.treatment); });
  const TrainingResult result = clinic.Run();
  ASSERT_EQ(counter.epochs.size(), result.epochs.size());
  for (size_t i = 0; i < counter.epochs.size(); ++i) EXPECT_EQ(counter.epochs[i], i + 1);
  EXPECT_FALSE(found.empty());
  EXPECT_EQ(tried.size(), clinic.Report(result).treatments.size());
}

TEST(Clinic, GoesOnWithoutABatchThatIsNotFinite) {
  HealthCase c{.name = "one value that is not finite",
               .data = Clouds({.rows = 900, .training = 600}),
               .network = "dense 64, relu, dense",
               .options = {.batch = 32}};
  const auto clouds = c.data;
  c.data = [=](uint64_t seed) {
    TrainingData data = clouds(seed);
    InputsOf(data)[100 * 32] = std::nanf("");
    return data;
  };
  const Treated advised = Train(c, Treating::kAdvise), treated = Train(c, Treating::kAuto);
  EXPECT_EQ(advised.result.outcome, Outcome::kDiverged);
  EXPECT_EQ(treated.result.outcome, Outcome::kFinished);
  for (const TreatmentRecord& record : treated.report.treatments) {
    SCOPED_TRACE(std::string(record.treatment) + " for " + std::string(record.finding) + ": " + record.what);
    EXPECT_EQ(record.kept, record.treatment == "skip-batches") << record.untreated_loss << ", " << record.treated_loss;
  }
  EXPECT_GT(treated.score, 0.5);
  const auto finding = std::ranges::find(treated.report.findings, "non-finite", &Finding::monitor);
  ASSERT_NE(finding, treated.report.findings.end());
  EXPECT_EQ(finding->treated_by, "skip-batches");
}

TEST(Clinic, GoesBackToTheFirstWeightsWithARateThatWorksWhereTheTrainingBlewUp) {
  for (const double rate : {3.0, 100.0, 1000.0}) {
    HealthCase c{.name = "a rate that blows the weights up",
                 .data = Clouds({.rows = 900, .training = 600}),
                 .network = "dense 64, relu, dense",
                 .options = {.batch = 32, .optimizer = "sgd", .learning_rate = rate, .clip_norm = 0}};
    const Treated treated = Train(c, Treating::kAuto);
    EXPECT_NE(treated.result.outcome, Outcome::kDiverged) << rate;
    EXPECT_GT(treated.score, 0.5) << rate;
  }
}

TEST(SignedRank, IsSureOfASmallGainOnEveryBatchAndNotOfALargeOneOnFew) {
  const TrialScore untreated{.losses = {1, 2, 3, 4, 5, 6, 7, 8}};
  TrialScore better = untreated, mixed = untreated;
  for (size_t i = 0; i < 8; ++i) better.losses[i] -= 0.01 + 0.001 * static_cast<double>(i);
  for (size_t i = 0; i < 8; ++i) mixed.losses[i] += i == 3 ? -1000 : i % 2 == 0 ? 0.5 : -0.4;
  EXPECT_NEAR(SignedRank(untreated, better), 18 / std::sqrt(8.0 * 9 * 17 / 24), 1e-9);
  EXPECT_NEAR(SignedRank(better, untreated), -18 / std::sqrt(8.0 * 9 * 17 / 24), 1e-9);
  EXPECT_LT(std::abs(SignedRank(untreated, mixed)), 1);
  EXPECT_EQ(SignedRank(untreated, untreated), 0);
  EXPECT_EQ(SignedRank(Diverged(), untreated), std::numeric_limits<double>::infinity());
  EXPECT_EQ(SignedRank(untreated, Diverged()), 0);
}

}  // namespace
}  // namespace ramp
