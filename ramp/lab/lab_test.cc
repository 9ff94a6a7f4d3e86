#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "ramp/base/error.h"
#include "ramp/base/random.h"
#include "ramp/lab/report.h"

namespace ramp::lab {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

Estimate Between(double low, double high) { return {.name = "x", .mean = (low + high) / 2, .low = low, .high = high}; }

// An experiment whose figures are known: normal numbers around 1, and the trial's place.
Experiment Known() {
  return {
      .name = "known",
      .claim = "What is <known> & \"certain\".",
      .question = "Is it?",
      .practice = "It is.",
      .trials = {4, 8, 16},
      .expect = [](const Settings&) -> std::vector<Expectation> {
        return {Essential(AtLeast("around 1", 0.5, "at all", "made so")), AtMost("place", 1, "in place", "made so")};
      },
      .run =
          [](const Trial& trial) {
            Figures figures;
            Random random(trial.seed);
            figures.Set("around 1", 1 + 0.01 * random.Normal());
            figures.Set("place", static_cast<double>(trial.index));
            return figures;
          },
      .present = [](const Settings&, const Estimates& estimates) -> Presentation {
        const std::string names[] = {"around 1", "place"};
        Plot plot{.title = "known", .x_label = "x", .y_label = "y", .curves = {{.label = "c", .x = {}, .y = {}}}};
        AddPoint(plot.curves[0], 1, estimates.at("around 1"));
        BarChart chart{.title = "bars", .x_label = "share", .rows = {"r"}, .series = {"a", "b"}, .panels = {}};
        chart.panels.push_back(PanelOf("p", {{"around 1", "place"}}, estimates));
        return {{{.title = "a | b", .columns = {"row", "around 1", "place"}, .rows = {RowOf("r", names, estimates)}}},
                {{plot}, {chart}}};
      }};
}

TEST(AnInterval, HoldsTheMeanAsOftenAsItPromises) {
  Random random(1);
  for (const size_t count : {4, 8, 30}) {
    int held = 0;
    constexpr int kTimes = 400;
    for (int time = 0; time < kTimes; ++time) {
      std::vector<double> values(count);
      for (double& value : values) value = random.Normal();
      const Estimate estimate = EstimateOf("x", values);
      held += estimate.low <= 0 && 0 <= estimate.high ? 1 : 0;
    }
    EXPECT_GE(held, kTimes * 90 / 100) << count << " values";
    EXPECT_LE(held, kTimes * 99 / 100) << count << " values";
  }
}

TEST(AnInterval, OfEqualValuesHasNoWidth) {
  const Estimate estimate = EstimateOf("x", {2, 2, 2});
  EXPECT_EQ(estimate.mean, 2);
  EXPECT_EQ(estimate.low, 2);
  EXPECT_EQ(estimate.high, 2);
}

TEST(AnInterval, OfTheSameValuesIsTheSame) {
  const Estimate one = EstimateOf("x", {1, 2, 4, 8}), other = EstimateOf("x", {1, 2, 4, 8});
  EXPECT_EQ(one.low, other.low);
  EXPECT_EQ(one.high, other.high);
  EXPECT_LT(one.low, one.mean);
  EXPECT_GT(one.high, one.mean);
}

TEST(AFigure, HasOneNameInATrialAndTheSameInAll) {
  Figures figures, others;
  figures.Set("a", 1);
  EXPECT_THROW(figures.Set("a", 2), Error);
  others.Set("b", 1);
  EXPECT_THROW(Estimates(std::vector<Figures>{figures, others}, false), Error);
  const Estimates estimates(std::vector<Figures>{figures}, true);
  EXPECT_EQ(estimates.at("a").mean, 1);
  EXPECT_THROW(estimates.at("c"), Error);
}

TEST(AnExpectation, IsMetOrMissedByWholeIntervalsAlone) {
  const struct {
    Expectation expectation;
    Estimate estimate;
    Result result;
  } cases[] = {
      {AtLeast("x", 1, "", ""), Between(1, 2), Result::kMet},
      {AtLeast("x", 1, "", ""), Between(0.9, 2), Result::kOpen},
      {AtLeast("x", 1, "", ""), Between(0.5, 0.9), Result::kMissed},
      {AtMost("x", 1, "", ""), Between(0.5, 1), Result::kMet},
      {AtMost("x", 1, "", ""), Between(0.5, 1.1), Result::kOpen},
      {AtMost("x", 1, "", ""), Between(1.1, 1.2), Result::kMissed},
      {Within("x", 1, 2, "", ""), Between(1, 2), Result::kMet},
      {Within("x", 1, 2, "", ""), Between(0, 3), Result::kOpen},
      {Within("x", 1, 2, "", ""), Between(3, 4), Result::kMissed},
      {AtLeast("x", 1, "", ""), Between(kInfinity, kInfinity), Result::kMet},
      {AtLeast("x", 1, "", ""), {.name = "x", .mean = kNaN, .low = 2, .high = 3}, Result::kMissed},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(Judge(one.expectation, one.estimate).result, one.result)
        << BoundText(one.expectation) << ": " << ToText(one.estimate, 3);
  }
}

TEST(AVerdict, FollowsFromTheExpectations) {
  const auto judged = [](double value, bool essential) {
    Expectation expectation = AtLeast("x", 1, "somewhere", "");
    expectation.essential = essential;
    return Judge(expectation, Between(value, value));
  };
  EXPECT_EQ(VerdictOf({judged(2, true), judged(2, false)}), Verdict::kHolds);
  EXPECT_EQ(VerdictOf({judged(2, true), judged(0, false)}), Verdict::kDepends);
  EXPECT_EQ(VerdictOf({judged(0, true), judged(2, false)}), Verdict::kDoesNotHold);
  EXPECT_EQ(VerdictOf({judged(0, false), judged(0, false)}), Verdict::kDoesNotHold);
  const std::string reason = ReasonOf({judged(2, true), judged(0, false)});
  EXPECT_EQ(reason, "1 of 2 met; missed: somewhere (0, expected at least 1)");
}

TEST(ARun, GivesTheSameFiguresOnAnyNumberOfThreads) {
  const Experiment experiment = Known();
  const auto values = [&](int threads, uint64_t seed) {
    const auto outcome = RunExperiment(experiment, {.seed = seed, .threads = threads});
    return outcome->estimates[0].values;
  };
  EXPECT_EQ(values(1, 1), values(3, 1));
  EXPECT_NE(values(1, 1), values(1, 2));
}

TEST(ARun, TellsItsProgressAndIsGivenUpWhenAsked) {
  const Experiment experiment = Known();
  std::atomic<bool> stop = false;
  std::vector<size_t> done;
  const RunControl control{.watch =
                               [&](const RunProgress& progress) {
                                 done.push_back(progress.done);
                                 EXPECT_EQ(progress.of, 8u);
                               },
                           .stop = &stop};
  EXPECT_TRUE(RunExperiment(experiment, {.threads = 2}, control).has_value());
  EXPECT_EQ(done, (std::vector<size_t>{1, 2, 3, 4, 5, 6, 7, 8}));
  stop = true;
  EXPECT_FALSE(RunExperiment(experiment, {.threads = 2}, control).has_value());
}

TEST(ARun, PassesOnWhatATrialThrows) {
  Experiment experiment = Known();
  experiment.run = [](const Trial&) -> Figures { throw Error("no such thing"); };
  EXPECT_THROW(RunExperiment(experiment, {.threads = 2}), Error);
}

TEST(ARun, RefusesSettingsWithoutSense) {
  const Experiment experiment = Known();
  EXPECT_THROW(RunExperiment(experiment, {.seeds = 1}), UsageError);
  EXPECT_THROW(RunExperiment(experiment, {.rectifier = "none"}), UsageError);
  EXPECT_THROW(RunExperiment(experiment, {.initialization = "none"}), UsageError);
  EXPECT_THROW(RunExperiment(experiment, {.clip_norm = -1}), UsageError);
}

TEST(EveryReport, ShowsClaimVerdictFiguresAndCommand) {
  const Experiment experiment = Known();
  const std::vector<Outcome> outcomes = {*RunExperiment(experiment, {})};
  const Provenance provenance{.version = "ramp 0", .machine = "m", .date = "d", .command = "c"};
  const std::string html = ToHtml(outcomes, provenance), markdown = ToMarkdown(outcomes, provenance);
  EXPECT_NE(html.find("What is &#60;known&#62; &#38; &#34;certain&#34;."), std::string::npos);
  EXPECT_EQ(html.find("<known>"), std::string::npos);
  EXPECT_EQ(html.find("http://www.w3.org/2000/svg"), html.rfind("http:", html.find("http://www.w3.org/2000/svg")));
  for (const char* part : {"depends", "ramp lab known", "around 1", "In practice", "<svg", "role=\"img\""}) {
    EXPECT_NE(html.find(part), std::string::npos) << part;
  }
  for (const char* part : {"**depends**", "ramp lab known", "a | b:", "| r | "}) {
    EXPECT_NE(markdown.find(part), std::string::npos) << part;
  }
  const auto json = nlohmann::json::parse(ToJson(outcomes, provenance));
  EXPECT_EQ(json["experiments"][0]["verdict"], "depends");
  EXPECT_EQ(json["experiments"][0]["figures"][1]["values"].size(), 8u);
  EXPECT_EQ(json["experiments"][0]["plots"].size(), 2u);
  const std::string text = ToText(outcomes[0], 80);
  EXPECT_NE(text.find("known: depends"), std::string::npos);
}

TEST(EqualRuns, GiveEqualJson) {
  const Experiment experiment = Known();
  EXPECT_EQ(ToJson(*RunExperiment(experiment, {.threads = 1})), ToJson(*RunExperiment(experiment, {.threads = 2})));
}

TEST(EveryExperiment, SaysWhatItTriesBeforeItRuns) {
  std::set<std::string_view> names;
  for (const Experiment& experiment : Experiments()) {
    EXPECT_TRUE(names.insert(experiment.name).second) << experiment.name;
    EXPECT_EQ(&FindExperiment(experiment.name), &experiment);
    for (const std::string_view text : {experiment.claim, experiment.question, experiment.practice}) {
      EXPECT_FALSE(text.empty()) << experiment.name;
    }
    for (const Effort effort : {Effort::kQuick, Effort::kUsual, Effort::kFull}) {
      const std::vector<Expectation> expectations = experiment.expect({.effort = effort});
      EXPECT_FALSE(expectations.empty()) << experiment.name;
      for (const Expectation& expectation : expectations) {
        EXPECT_TRUE(std::isfinite(expectation.low) || std::isfinite(expectation.high)) << expectation.quantity;
        EXPECT_LE(expectation.low, expectation.high) << expectation.quantity;
        EXPECT_FALSE(expectation.when.empty()) << expectation.quantity;
        EXPECT_FALSE(expectation.basis.empty()) << expectation.quantity;
      }
    }
  }
}

TEST(AnUnknownExperiment, IsAnErrorThatNamesTheNearest) {
  try {
    FindExperiment("vanishin");
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_NE(std::string(error.what()).find("did you mean 'vanishing'"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace ramp::lab
