// Monitors whose sickness is seldom the cause of others: each sees a training that was made sick in its way.
#include "ramp/health/monitors.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>

#include "ramp/base/threads.h"
#include "ramp/data/source.h"
#include "ramp/health/bench_cases.h"
#include "ramp/health/doctor.h"

namespace ramp {
namespace {

// All biases of the first layer.
std::function<void(Network&)> FirstBiases(float value) {
  return [value](Network& network) { std::ranges::fill(network.parameters(network.blocks()[1]), value); };
}

struct Sickness {
  std::string monitor;
  Severity severity;
  std::string network;
  std::function<void(Network&)> change = {};
  float input_scale = 1;
};

TEST(EveryLesserMonitor, SeesATrainingThatIsSickInItsWay) {
  SetThreads(1);
  const std::string usual = Deep(2, 64, "relu");
  const Sickness all[] = {
      {"always-open", Severity::kWarning, usual, FirstBiases(20)},
      {"too-sparse", Severity::kWarning, usual, FirstBiases(-4)},
      {"not-centred", Severity::kWarning, Deep(3, 64, "sigmoid"), Drawn(0.01)},
      {"plateau", Severity::kNote, usual},
      {"correlation-collapse", Severity::kWarning, usual, FirstBiases(500)},
      {"saturation", Severity::kWarning, Deep(2, 64, "tanh"), Drawn(2)},
      {"exploding-gradient", Severity::kWarning, usual, {}, 1000},
  };
  // So slow that the sickness stays as it is.
  const TrainingOptions options{
      .epochs = 7, .batch = 32, .optimizer = "sgd", .schedule = "constant", .learning_rate = 1e-9};
  for (const Sickness& sickness : all) {
    TrainingData data = MakeClouds({.rows = 700, .training = 600, .tested = 0}, 1);
    for (float& value : InputsOf(data)) value *= sickness.input_scale;
    Network network(sickness.network, {32}, 10);
    Trainer trainer(network, data, options);
    if (sickness.change) sickness.change(network);
    Doctor doctor(network, data, options);
    trainer.Watch(doctor);
    trainer.Run();
    const auto found = std::ranges::find(doctor.findings(), sickness.monitor, &Finding::monitor);
    ASSERT_NE(found, doctor.findings().end()) << sickness.monitor;
    EXPECT_EQ(found->severity, sickness.severity) << sickness.monitor << ": " << found->what;
    EXPECT_FALSE(found->evidence.empty()) << sickness.monitor;
  }
}

TEST(FindingsAboutColumns, NameThoseOfATable) {
  std::string csv = "city,size,same,copy,price\n";
  for (int row = 0; row < 200; ++row) {
    const int size = row * 37 % 101, price = 3 * size + row * 53 % 97;
    csv += fmt::format("{},{}.5,{}.5,{}.25,{}.5\n", row % 2 == 0 ? "Rome" : "Oslo", size, size, 2 * price, price);
  }
  const TrainingData data = ReadTrainingTable({.path = "houses.csv"}, csv);
  Network network("dense 4, relu, dense", data.examples.encoding.shape, data.examples.encoding.outputs());
  Doctor doctor(network, data, {});
  doctor.Begin(true);
  for (const auto& [monitor, words] : {std::pair("leaking-columns", "'copy' tells the target all by itself"),
                                       std::pair("useless-columns", "'same' is 'size' again")}) {
    const auto found = std::ranges::find(doctor.findings(), std::string_view(monitor), &Finding::monitor);
    ASSERT_NE(found, doctor.findings().end()) << monitor;
    EXPECT_NE(found->what.find(words), std::string::npos) << found->what;
  }
}

// The same trainings without what makes them sick.
TEST(EveryLesserMonitor, IsSilentWhereNothingWasChanged) {
  SetThreads(1);
  for (const std::string& network : {Deep(2, 64, "relu"), Deep(2, 64, "tanh")}) {
    const TrainingData data = MakeClouds({.rows = 700, .training = 600, .tested = 0}, 1);
    const TrainingOptions options{.epochs = 7, .batch = 32};
    Network healthy(network, {32}, 10);
    Trainer trainer(healthy, data, options);
    Doctor doctor(healthy, data, options);
    trainer.Watch(doctor);
    trainer.Run();
    for (const std::string_view monitor :
         {"always-open", "too-sparse", "correlation-collapse", "saturation", "exploding-gradient"}) {
      EXPECT_EQ(std::ranges::count(doctor.findings(), monitor, &Finding::monitor), 0) << monitor << ", " << network;
    }
  }
}

}  // namespace
}  // namespace ramp
