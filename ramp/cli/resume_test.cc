// Trainings that are killed, interrupted and resumed, as programs that people run.
#include <fcntl.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "ramp/base/random.h"
#include "ramp/cli/run_program.h"

namespace ramp {
namespace {

using Clock = std::chrono::steady_clock;
using Json = nlohmann::json;

std::string PointsCsv(size_t rows) {
  Random random(4);
  std::string csv = "x,y,inside\n";
  for (size_t row = 0; row < rows; ++row) {
    const double x = random.Uniform(-1, 1), y = random.Uniform(-1, 1);
    csv += std::to_string(x) + "," + std::to_string(y) + (x * x + y * y < 0.6 ? ",yes\n" : ",no\n");
  }
  return csv;
}

// The program as a process of its own. True when it came to its end before `life` was over; else it was killed.
bool RunFor(const std::vector<std::string>& arguments, std::chrono::microseconds life) {
  std::vector<char*> words;
  std::string program = RAMP_PROGRAM;
  std::vector<std::string> copies = arguments;
  words.push_back(program.data());
  for (std::string& copy : copies) words.push_back(copy.data());
  words.push_back(nullptr);
  const pid_t child = ::fork();
  if (child == 0) {
    const int nowhere = ::open("/dev/null", O_WRONLY);
    ::dup2(nowhere, 1);
    ::dup2(nowhere, 2);
    ::execv(words[0], words.data());
    ::_exit(127);
  }
  const Clock::time_point end = Clock::now() + life;
  int status = 0;
  while (::waitpid(child, &status, WNOHANG) == 0) {
    if (Clock::now() < end) {
      std::this_thread::sleep_for(std::chrono::microseconds(200));
      continue;
    }
    ::kill(child, SIGKILL);
    ::waitpid(child, &status, 0);
    break;
  }
  if (WIFSIGNALED(status)) return false;
  EXPECT_EQ(WEXITSTATUS(status), 0);
  return true;
}

// Empty where there is none.
std::string NewestCheckpoint(const std::string& folder) {
  std::string newest;
  std::error_code absent;
  for (const auto& entry : std::filesystem::directory_iterator(folder, absent)) {
    if (entry.path().extension() == ".safetensors") newest = std::max(newest, entry.path().filename().string());
  }
  return newest;
}

// How often: a few times, or as many as RAMP_KILLS says.
size_t Kills() {
  const char* kills = std::getenv("RAMP_KILLS");
  return kills != nullptr ? static_cast<size_t>(std::atol(kills)) : 10;
}

TEST(AKilledTraining, EndsInTheSameBitsWhenItIsResumed) {
  const TestFolder folder;
  const std::string alone = folder / "alone.onnx", resumed = folder / "resumed.onnx";
  const std::vector<std::string> training = {
      "train",        folder.Write("points.csv", PointsCsv(6000)),
      "--network",    "dense 48, batchnorm, relu, dropout 0.1, dense 32, relu, dense",
      "--batch",      "4",
      "--epochs",     "40",
      "--schedule",   "warm-up 1, reduce-on-plateau 2 0.5",
      "--patience",   "25",
      "--threads",    "1",
      "--accumulate", "2"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), training.begin(), training.end());
    return more;
  };
  constexpr auto kLong = std::chrono::minutes(5);
  const Clock::time_point begin = Clock::now();
  ASSERT_TRUE(RunFor(with({"--out", alone}), kLong));
  const auto length = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin).count();
  const std::string expected = ReadFileWhole(alone);

  Random random(static_cast<uint64_t>(Clock::now().time_since_epoch().count()));
  size_t kills = 0, within_epochs = 0;
  for (size_t round = 0; kills < Kills(); ++round) {
    const std::string checkpoints = folder / ("checkpoints" + std::to_string(round));
    for (bool ended = false; !ended;) {
      const std::chrono::microseconds life(random.Below(static_cast<uint64_t>(length)));
      const std::string newest = NewestCheckpoint(checkpoints);
      within_epochs += !newest.empty() && newest.find("-000000000.") == std::string::npos ? 1 : 0;
      ended =
          RunFor(!newest.empty() ? std::vector<std::string>{"train", "--resume", checkpoints}
                                 : with({"--out", resumed, "--checkpoint", checkpoints, "--checkpoint-every", "0.002"}),
                 kills < Kills() ? life : kLong);
      kills += ended ? 0 : 1;
    }
    ASSERT_EQ(ReadFileWhole(resumed), expected) << "round " << round << ", " << kills << " kills";
    std::filesystem::remove(resumed);
  }
  EXPECT_GT(within_epochs, 0u) << "all checkpoints were those behind epochs";
  RecordProperty("resumed_within_an_epoch", static_cast<int>(within_epochs));
}

TEST(AnInterruptedTraining, SaysHowToGoOnAndEndsInTheSameBits) {
  const TestFolder folder;
  const std::string points = folder.Write("points.csv", PointsCsv(600)), checkpoints = folder / "checkpoints";
  const std::string same = "train " + points + " --members 1 --epochs 100 --patience 0 --batch 4 --threads 1";
  ASSERT_EQ(RunProgram(same + " --quiet --out " + (folder / "alone.onnx")).status, 0);
  const std::string progress = folder / "progress";
  const Ran ran = RunProgram(same + " --checkpoint " + checkpoints + " --out " + (folder / "resumed.onnx") + " 2> " +
                             progress + " & program=$!; until grep -q '2/100' " + progress +
                             "; do sleep 0.01; done; kill -INT $program; wait $program");
  ASSERT_EQ(ran.status, 130) << ran.both();
  const std::string notes = ReadFileWhole(progress);
  EXPECT_NE(notes.find("go on with: "), std::string::npos) << notes;
  EXPECT_NE(notes.find(" train --resume " + checkpoints + "\n"), std::string::npos) << notes;
  const Ran rest = RunProgram("train --json --resume " + checkpoints);
  ASSERT_EQ(rest.status, 0) << rest.errors;
  EXPECT_NE(rest.errors.find("going on from " + checkpoints), std::string::npos) << rest.errors;
  const Json json = Json::parse(rest.output);
  EXPECT_EQ(json["epochs"].size(), 100u);
  EXPECT_EQ(json["model"], folder / "resumed.onnx");
  EXPECT_EQ(ReadFileWhole(folder / "resumed.onnx"), ReadFileWhole(folder / "alone.onnx"));
}

TEST(Resuming, IsRefusedWithASentenceWhereItCannotBe) {
  const TestFolder folder;
  const std::string points = folder.Write("points.csv", PointsCsv(200)),
                    others = folder.Write("more.csv", PointsCsv(201));
  const std::string checkpoints = folder / "checkpoints", empty = folder / "";
  const std::string out = " --quiet --out " + (folder / "model.onnx");
  ASSERT_EQ(RunProgram("train " + points + " --epochs 3 --checkpoint " + checkpoints + out).status, 0);
  const std::string resume = "train --resume " + checkpoints;
  struct Case {
    std::string arguments;
    int status;
    std::string expected;
  };
  const Case cases[] = {
      {"train --resume " + empty, 1, "there is no checkpoint in it"},
      {"train " + points + " --checkpoint " + checkpoints, 2, "go on with it by --resume"},
      {resume + " --batch 64", 2, "has --batch 128, this one has 64"},
      {resume + " --seed 9", 2, "this one has"},
      {resume + " --network 'dense 5, relu, dense'", 2, "this one has dense 5, relu, dense 2"},
      {resume + " " + (folder / "absent.csv"), 1, "there is no such file"},
      {"train " + others + " --resume " + checkpoints, 2, "has data points.csv"},
      {resume + " --epochs 5", 2, "has --epochs 3, this one has 5"},
      {resume + " --checkpoint /dev/null/x", 1, "cannot be made"},
      {resume + " --checkpoint-every -1", 2, "--checkpoint-every"},
  };
  for (const Case& c : cases) {
    const Ran ran = RunProgram(c.arguments);
    EXPECT_EQ(ran.status, c.status) << c.arguments << ": " << ran.both();
    EXPECT_NE(ran.both().find(c.expected), std::string::npos) << c.arguments << ": " << ran.both();
  }
  // From another folder, with nothing said but the checkpoints.
  const Ran ran = RunProgram(resume + " --quiet", "cd / &&");
  EXPECT_EQ(ran.status, 0) << ran.both();
}

TEST(Resuming, TakesTheCheckpointBeforeOneThatIsDamaged) {
  const TestFolder folder;
  const std::string points = folder.Write("points.csv", PointsCsv(200)), checkpoints = folder / "checkpoints";
  const std::string model = folder / "model.onnx";
  ASSERT_EQ(
      RunProgram("train " + points + " --epochs 3 --quiet --checkpoint " + checkpoints + " --out " + model).status, 0);
  const std::string expected = ReadFileWhole(model);
  const std::string newest = checkpoints + "/checkpoint-0000004-000000000.safetensors";
  const std::string whole = ReadFileWhole(newest);
  WriteFileWhole(newest, whole.substr(0, whole.size() / 2));
  const Ran ran = RunProgram("train --quiet --resume " + checkpoints);
  EXPECT_EQ(ran.status, 0) << ran.errors;
  EXPECT_NE(ran.errors.find("checkpoint-0000004-000000000.safetensors: is no safetensors file, or a damaged one"),
            std::string::npos)
      << ran.errors;
  EXPECT_NE(ran.errors.find("going on from the one before, checkpoint-0000003"), std::string::npos) << ran.errors;
  EXPECT_EQ(ReadFileWhole(model), expected);
  EXPECT_EQ(ReadFileWhole(newest).size(), whole.size());
}

}  // namespace
}  // namespace ramp
