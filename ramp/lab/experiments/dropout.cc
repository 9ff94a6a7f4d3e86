// dropout: as the cure that it is said to be.
#include <fmt/format.h>

#include "ramp/lab/experiments/list.h"
#include "ramp/lab/trainings.h"

namespace ramp::lab {
namespace {

constexpr double kUsualShare = 0.5;
constexpr double kShares[] = {0, 0.2, kUsualShare, 0.8};

constexpr Ailment kFewClean = {.name = "few examples", .few = true};
constexpr Ailment kDying = {.name = "a rate at which units die", .rate = 0.03};
constexpr const Ailment* kAilments[] = {&kFewExamples, &kFewClean, &kHealthy, &kDying};

std::string Accuracy(const Ailment& ailment, double share) {
  return fmt::format("test accuracy, {}, dropout {:g}", ailment.name, share);
}
std::string Gap(const Ailment& ailment, double share) {
  return fmt::format("accuracy in training - on the test, {}, dropout {:g}", ailment.name, share);
}
std::string Gain(const Ailment& ailment) {
  return fmt::format("test accuracy with dropout {:g} - without, {}", kUsualShare, ailment.name);
}
std::string GapClosed(const Ailment& ailment) {
  return fmt::format("gap without dropout - with {:g}, {}", kUsualShare, ailment.name);
}

Figures RunTrial(const Trial& trial) {
  const TrainingData pictures = PicturesToSuffer(trial);
  Figures figures;
  for (const Ailment* ailment : kAilments) {
    Learned without;
    for (const double share : kShares) {
      const std::string layer = share > 0 ? fmt::format("{} {:g}", kDropout, share) : std::string();
      const Learned learned = Suffer(trial, pictures, *ailment, "", layer);
      figures.Set(Accuracy(*ailment, share), learned.test);
      figures.Set(Gap(*ailment, share), learned.gap());
      if (share == 0) without = learned;
      if (share != kUsualShare) continue;
      figures.Set(Gain(*ailment), learned.test - without.test);
      figures.Set(GapClosed(*ailment), without.gap() - learned.gap());
    }
  }
  return figures;
}

std::vector<Expectation> Expect(const Settings& /*settings*/) {
  constexpr double kBetter = 0.01, kHarm = -0.01;
  const std::string better = "a point of accuracy, or it is no cure", srivastava = "Srivastava et al., 2014: ";
  return {
      Essential(AtLeast(GapClosed(kFewExamples), 0.05, "the gap gets smaller, with wrong labels",
                        srivastava + "five points, or it is no matter")),
      AtLeast(Gain(kFewExamples), kBetter, "the test gets better, with wrong labels", srivastava + better),
      AtLeast(Gain(kFewClean), kBetter, "the test gets better, with few examples", srivastava + better),
      AtLeast(Gain(kHealthy), kHarm, "enough examples lose nothing by it", "a point of accuracy"),
      AtLeast(Gain(kDying), kHarm, "it does no harm where units die", "a point of accuracy"),
  };
}

Presentation Present(const Settings& /*settings*/, const Estimates& estimates) {
  Table accuracies{.title = "Test accuracy, by the share that dropout behind each hidden layer takes out",
                   .columns = {"what is wrong"},
                   .rows = {}};
  Table gaps{.title = "Accuracy in training minus that on the test", .columns = {"what is wrong"}, .rows = {}};
  Plot plot{.title = "Test accuracy with dropout",
            .x_label = "share that is taken out",
            .y_label = "test accuracy",
            .curves = {}};
  for (const double share : kShares) {
    accuracies.columns.push_back(fmt::format("{:g}", share));
    gaps.columns.push_back(fmt::format("{:g}", share));
  }
  for (const Ailment* ailment : kAilments) {
    std::vector<std::string> accuracy, gap;
    Curve& curve = plot.curves.emplace_back(Curve{.label = std::string(ailment->name), .x = {}, .y = {}});
    for (const double share : kShares) {
      accuracy.push_back(Accuracy(*ailment, share));
      gap.push_back(Gap(*ailment, share));
      AddPoint(curve, share, estimates.at(accuracy.back()));
    }
    accuracies.rows.push_back(RowOf(std::string(ailment->name), accuracy, estimates));
    gaps.rows.push_back(RowOf(std::string(ailment->name), gap, estimates));
  }
  return {{accuracies, gaps}, {{plot}}};
}

}  // namespace

Experiment DropoutExperiment() {
  return {.name = kDropoutClaim,
          .claim = "Dropout cures overfitting, and costs nothing where there is none.",
          .question =
              "How much does dropout behind each hidden layer change the accuracy on the test, and the gap to that in "
              "training: with few examples, with wrong labels among them, with enough, and where something else is "
              "wrong?",
          .practice =
              "A smaller gap is no better test: it may just be a worse training. Measure the share on data of your "
              "own, begin with 0.2, and take none in networks that are small for their data.",
          .trials = {4, 8, 16},
          .trial_seconds = {1.4, 6, 40},
          .takes_data = true,
          .expect = Expect,
          .run = RunTrial,
          .present = Present};
}

}  // namespace ramp::lab
