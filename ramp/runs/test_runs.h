// For tests: runs to be recorded, and a folder for the history.
#ifndef RAMP_RUNS_TEST_RUNS_H_
#define RAMP_RUNS_TEST_RUNS_H_

#include <filesystem>
#include <string>

#include "ramp/runs/run.h"

namespace ramp {

// The path of a history that is not there yet, in a folder that goes away with this.
class TestHistory {
 public:
  TestHistory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "ramp_runs_XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~TestHistory() { std::filesystem::remove_all(folder_); }
  TestHistory(const TestHistory&) = delete;
  TestHistory& operator=(const TestHistory&) = delete;

  std::string path() const { return (folder_ / "home" / "runs.db").string(); }

 private:
  std::filesystem::path folder_;
};

inline RunStart SomeStart() {
  return {.command = "ramp train 'my points.csv' --lr 0.1",
          .folder = "/somewhere",
          .version = "1.2.3",
          .settings = {{"data", "my points.csv"}, {"--lr", "0.1"}, {"--batch", "32"}},
          .data = "my points.csv",
          .data_hash = "0123456789abcdef",
          .network = "dense 8, relu, dense 2",
          .parameters = 42,
          .task = Task::kClassification,
          .epochs_planned = 20};
}

inline RunEpoch SomeEpoch(size_t number) {
  const double n = static_cast<double>(number);
  return {.record = {.epoch = number,
                     .train_loss = 1 / n,
                     .train = {.rows = 90, .loss = 1 / n, .score = 0.5},
                     .validation = {.rows = 10, .loss = 2 / n, .score = 0.25},
                     .seconds = 0.125,
                     .samples_per_second = 1000},
          .gates = EpochGates{.open_share = 0.5, .dead = number, .units = 100, .gradient_norm = n}};
}

inline RunFinding SomeFinding() {
  return {.monitor = "dead-units",
          .severity = "error",
          .epoch = 2,
          .step = 3,
          .last_epoch = 4,
          .what = "layer 1: \"all\" is dead",
          .cause = "the learning rate",
          .outlook = "nothing is learned",
          .confidence = 0.75,
          .explained_by = "",
          .remedies = {"smaller-rate", "recycle"},
          .layers = {1, 2},
          .units = 8};
}

}  // namespace ramp

#endif  // RAMP_RUNS_TEST_RUNS_H_
