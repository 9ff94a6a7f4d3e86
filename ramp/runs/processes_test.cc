// The history under several processes, some of which are killed.
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "ramp/base/random.h"
#include "ramp/runs/history.h"
#include "ramp/runs/recorder.h"
#include "ramp/runs/test_runs.h"

namespace ramp {
namespace {

void Nothing(const std::string&) {}

// A process of its own; its exit status is what the function returns.
pid_t Start(const std::function<int()>& work) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(work());
  return child;
}

int WaitFor(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void ExpectIntact(const std::string& path) {
  Database database(path, Database::Access::kRead);
  EXPECT_EQ(database.Text("PRAGMA integrity_check"), "ok");
  EXPECT_EQ(database.Text("PRAGMA foreign_key_check"), "");
}

// How often: a few times, or as many as RAMP_KILLS says.
size_t Kills() {
  const char* kills = std::getenv("RAMP_KILLS");
  return kills != nullptr ? static_cast<size_t>(std::atol(kills)) : 6;
}

// Numbers of epochs on their way from one process to another.
class EpochPipe {
 public:
  EpochPipe() { EXPECT_EQ(::pipe(ends_.data()), 0); }
  ~EpochPipe() {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  void Send(uint32_t epoch) { EXPECT_EQ(::write(ends_[1], &epoch, sizeof(epoch)), ssize_t{sizeof(epoch)}); }
  // Returns when there is something to read.
  void WaitForOne() {
    pollfd end{.fd = ends_[0], .events = POLLIN, .revents = 0};
    constexpr int kForEver = -1;
    EXPECT_EQ(::poll(&end, 1, kForEver), 1);
  }
  // The last one that was sent before the sender's end; 0: none was.
  uint32_t Last() {
    ::close(ends_[1]);
    ends_[1] = -1;
    uint32_t epoch = 0, last = 0;
    while (::read(ends_[0], &epoch, sizeof(epoch)) == ssize_t{sizeof(epoch)}) last = epoch;
    return last;
  }

 private:
  std::array<int, 2> ends_{};
};

TEST(AKilledRecording, LosesAtMostTheLastEpoch) {
  const auto seed = static_cast<uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
  Random random(seed);
  size_t recorded = 0, within = 0;
  for (size_t kill = 0; kill < Kills();) {
    // Each history is killed several times, so that what a kill leaves is opened by the next.
    const TestHistory test;
    for (size_t runs = 0; runs < 5 && kill < Kills(); ++kill) {
      EpochPipe pipe;
      const pid_t child = Start([&] {
        RunRecorder recorder(test.path(), SomeStart(), Nothing);
        for (uint32_t epoch = 1;; ++epoch) {
          recorder.AddEpoch(SomeEpoch(epoch));
          recorder.SetFindings(std::vector<RunFinding>(epoch % 3, SomeFinding()));
          pipe.Send(epoch);
        }
        return 0;
      });
      // At its start, where it makes the tables, and among its epochs, however slow the machine is.
      if (kill % 2 == 1) pipe.WaitForOne();
      std::this_thread::sleep_for(std::chrono::microseconds(random.Below(kill % 2 == 1 ? 30000 : 20000)));
      ::kill(child, SIGKILL);
      EXPECT_EQ(WaitFor(child), -1);
      const uint32_t sent = pipe.Last();
      const auto where = [&] { return ::testing::Message() << "kill " << kill << ", seed " << seed; };
      History history(test.path());
      const std::vector<RunSummary> list = history.Runs();
      const bool is_there = list.size() > runs;
      if (is_there) {
        EXPECT_EQ(list.size(), runs + 1) << where();
        EXPECT_EQ(list[0].end.outcome, RunOutcome::kKilled) << where();
        const RecordedRun run = history.Read("last");
        EXPECT_GE(run.epochs.size(), sent) << where();
        EXPECT_LE(run.epochs.size(), sent + 1) << where();
        for (size_t i = 0; i < run.epochs.size(); ++i) ASSERT_EQ(run.epochs[i].record.epoch, i + 1) << where();
        within += run.epochs.empty() ? 0 : 1;
        ++recorded;
        ++runs;
      } else {
        EXPECT_EQ(sent, 0u) << where();
      }
      if (std::filesystem::exists(test.path())) ExpectIntact(test.path());
    }
  }
  EXPECT_GT(within, 0u) << "all kills were too early, seed " << seed;
  RecordProperty("killed_with_epochs", static_cast<int>(within));
}

TEST(ARunWhoseProcessIsGone, IsShownAsKilled) {
  const TestHistory test;
  EpochPipe begun;
  const pid_t child = Start([&] {
    RunRecorder recorder(test.path(), SomeStart(), Nothing);
    begun.Send(1);
    ::pause();
    return 0;
  });
  while (History(test.path()).Runs().empty()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_EQ(History(test.path()).Runs()[0].end.outcome, RunOutcome::kRunning);
  ::kill(child, SIGKILL);
  WaitFor(child);
  const RunSummary run = History(test.path()).Runs()[0];
  EXPECT_EQ(run.end.outcome, RunOutcome::kKilled);
  EXPECT_FALSE(run.ended.has_value());
  EXPECT_EQ(History(test.path()).Delete("last"), run.id);
}

TEST(TwoProcesses, RecordAtOnceFromTheFirstMomentOn) {
  constexpr size_t kEpochs = 60;
  for (size_t round = 0; round < 4; ++round) {
    const TestHistory test;
    const auto work = [&] {
      bool warned = false;
      RunRecorder recorder(test.path(), SomeStart(), [&](const std::string&) { warned = true; });
      for (size_t epoch = 1; epoch <= kEpochs; ++epoch) recorder.AddEpoch(SomeEpoch(epoch));
      recorder.End({.best_epoch = kEpochs});
      return warned ? 1 : 0;
    };
    const pid_t first = Start(work), second = Start(work);
    EXPECT_EQ(WaitFor(first), 0) << "round " << round;
    EXPECT_EQ(WaitFor(second), 0) << "round " << round;
    History history(test.path());
    const std::vector<RunSummary> runs = history.Runs();
    ASSERT_EQ(runs.size(), 2u) << "round " << round;
    for (const RunSummary& run : runs) {
      EXPECT_EQ(run.end.outcome, RunOutcome::kDone) << "round " << round;
      EXPECT_EQ(history.Read(run.id).epochs.size(), kEpochs) << "round " << round;
    }
    ExpectIntact(test.path());
  }
}

TEST(AFullDisk, CostsTheRecordingAndNothingElse) {
  const TestHistory test;
  const pid_t child = Start([&] {
    // What a file may grow to; the log of changes meets it first.
    constexpr rlim_t kRoom = 200'000;
    const rlimit limit{kRoom, kRoom};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    ::signal(SIGXFSZ, SIG_IGN);
    int warnings = 0;
    RunRecorder recorder(test.path(), SomeStart(), [&](const std::string&) { ++warnings; });
    for (size_t epoch = 1; epoch <= 300; ++epoch) recorder.AddEpoch(SomeEpoch(epoch));
    recorder.End({});
    return warnings;
  });
  EXPECT_EQ(WaitFor(child), 1) << "it is warned of once";
  const RecordedRun run = History(test.path()).Read("last");
  EXPECT_EQ(run.summary.end.outcome, RunOutcome::kKilled) << "its end found no room";
  EXPECT_GT(run.epochs.size(), 0u);
  EXPECT_LT(run.epochs.size(), 300u);
  ExpectIntact(test.path());
}

}  // namespace
}  // namespace ramp
