#include "ramp/health/ensemble_doctor.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "ramp/training/test_data.h"

namespace ramp {
namespace {

EnsembleOptions OneRecipe(const std::string& network) {
  const TrainingOptions options{.epochs = 4, .batch = 32, .optimizer = "adamw", .learning_rate = 0.004};
  return {.recipes = {{"plain", network, options}}, .members = 4};
}

HealthReport ReportOf(const TrainingData& data, const EnsembleOptions& options) {
  EnsembleDoctor doctor(data, options);
  const EnsembleResult result = TrainEnsemble(data, options, doctor);
  return doctor.Report(result.scores);
}

TEST(TheReportOfAnEnsemble, CountsTheUnitsOfALayerInAllMembers) {
  const TrainingData data = MakeRings(400, 3, Task::kClassification, 3);
  const HealthReport report = ReportOf(data, OneRecipe("dense 20, relu, dense 10, relu, dense"));
  ASSERT_EQ(report.layers.size(), 3u);
  EXPECT_EQ(report.layers[0].units, 80u);
  EXPECT_EQ(report.layers[1].units, 40u);
  EXPECT_EQ(report.layers[0].text, "4 x dense 20, relu");
  EXPECT_GT(report.layers[0].open_share, 0.2);
  EXPECT_LT(report.layers[0].open_share, 0.8);
  EXPECT_TRUE(report.train_score && report.validation_score);
}

TEST(TheReportOfAnEnsemble, SaysHowManyMembersHaveAFinding) {
  const TrainingData data = MakeRings(400, 3, Task::kClassification, 3);
  EnsembleOptions options = OneRecipe("dense 20, relu, dense");
  // No member learns.
  options.recipes[0].options.learning_rate = 1e-9;
  const HealthReport sick = ReportOf(data, options);
  ASSERT_FALSE(sick.findings.empty());
  for (const Finding& finding : sick.findings) {
    EXPECT_NE(finding.what.find(" of 4 members of 'plain': "), std::string::npos) << finding.what;
    const int members = finding.what[0] - '0';
    EXPECT_TRUE(members >= 2 || finding.severity == Severity::kNote) << finding.what;
  }
  const auto warned = [](const Finding& finding) { return finding.severity != Severity::kNote; };
  EXPECT_TRUE(std::ranges::any_of(sick.findings, warned));
}

}  // namespace
}  // namespace ramp
