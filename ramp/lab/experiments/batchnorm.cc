// batchnorm: batch normalisation as the cure that it is said to be.
#include <fmt/format.h>

#include "ramp/lab/experiments/list.h"
#include "ramp/lab/trainings.h"

namespace ramp::lab {
namespace {

constexpr Ailment kTiny = {.name = "a start with tiny weights", .depth = 6, .gain = 0.1};
constexpr Ailment kHuge = {.name = "a start with large weights", .depth = 10, .gain = 2, .plain = true, .rate = 0.05};
constexpr Ailment kDying = {.name = "a rate at which units die", .rate = 0.1};
constexpr Ailment kUncentred = {.name = "inputs that are not centred", .shift = 10};
constexpr Ailment kSmallBatch = {.name = "batches of 2", .batch = 2};
constexpr const Ailment* kAilments[] = {&kHealthy, &kTiny, &kHuge, &kDying, &kUncentred, &kFewExamples, &kSmallBatch};

std::string Accuracy(const Ailment& ailment, bool treated) {
  return fmt::format("test accuracy, {}, {}", ailment.name, treated ? "with batch normalisation" : "without");
}
std::string Gain(const Ailment& ailment) { return fmt::format("test accuracy with - without, {}", ailment.name); }
std::string GapClosed(const Ailment& ailment) {
  return fmt::format("gap between training and test, without - with, {}", ailment.name);
}

Figures RunTrial(const Trial& trial) {
  const TrainingData pictures = PicturesToSuffer(trial);
  Figures figures;
  for (const Ailment* ailment : kAilments) {
    const Learned without = Suffer(trial, pictures, *ailment);
    const Learned with = Suffer(trial, pictures, *ailment, kBatchNorm);
    figures.Set(Accuracy(*ailment, false), without.test);
    figures.Set(Accuracy(*ailment, true), with.test);
    figures.Set(Gain(*ailment), with.test - without.test);
    figures.Set(GapClosed(*ailment), without.gap() - with.gap());
  }
  return figures;
}

std::vector<Expectation> Expect(const Settings& /*settings*/) {
  constexpr double kCures = 0.1, kHarm = -0.01;
  const std::string cures = "ten points of accuracy, or it is no cure";
  return {
      Essential(AtLeast(Gain(kTiny), kCures, "it cures tiny weights", cures)),
      AtLeast(Gain(kHuge), kCures, "it cures large weights", cures),
      AtLeast(Gain(kDying), kCures, "it cures a rate at which units die", cures),
      AtLeast(Gain(kUncentred), kCures, "it cures inputs that are not centred", cures),
      AtLeast(GapClosed(kFewExamples), 0.02, "it closes the gap of overfitting",
              "Ioffe and Szegedy, 2015, say that it regularises: two points of the gap"),
      AtLeast(Gain(kHealthy), kHarm, "the healthy lose nothing by it", "a point of accuracy"),
      AtLeast(Gain(kSmallBatch), kHarm, "small batches lose nothing by it", "a point of accuracy"),
  };
}

Presentation Present(const Settings& /*settings*/, const Estimates& estimates) {
  Table table{.title = "Test accuracy with and without batch normalisation behind each hidden dense layer",
              .columns = {"what is wrong", "without", "with", "difference", "gap closed by"},
              .rows = {}};
  BarChart chart{.title = "Batch normalisation as a cure",
                 .x_label = "test accuracy",
                 .rows = {},
                 .series = {"without", "with"},
                 .panels = {}};
  std::vector<std::vector<std::string>> bars;
  for (const Ailment* ailment : kAilments) {
    const std::string without = Accuracy(*ailment, false), with = Accuracy(*ailment, true);
    const std::string figures[] = {without, with, Gain(*ailment), GapClosed(*ailment)};
    table.rows.push_back(RowOf(std::string(ailment->name), figures, estimates));
    chart.rows.emplace_back(ailment->name);
    bars.push_back({without, with});
  }
  chart.panels.push_back(PanelOf("", bars, estimates));
  return {{table}, {{chart}}};
}

}  // namespace

Experiment BatchNormExperiment() {
  return {.name = kBatchNormClaim,
          .claim =
              "Batch normalisation cures what ails networks with ReLU: bad starts, units that die, inputs that are not "
              "centred, overfitting.",
          .question =
              "How much more accurate are trainings in trouble with batch normalisation behind each hidden layer, how "
              "much does it take from the gap between training and test, and what does it cost the healthy?",
          .practice =
              "A network that will not start can be started by it. Where the start and the inputs can be mended "
              "themselves that is cheaper, and against overfitting other things do more. It needs batches of some "
              "tens.",
          .trials = {4, 8, 16},
          .trial_seconds = {2, 6, 45},
          .takes_data = true,
          .expect = Expect,
          .run = RunTrial,
          .present = Present};
}

}  // namespace ramp::lab
