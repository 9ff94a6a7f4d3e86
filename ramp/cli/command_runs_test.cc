// ramp runs, and what ramp train leaves in the history.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "ramp/cli/run_program.h"
#include "ramp/runs/database.h"

namespace ramp {
namespace {

using Json = nlohmann::json;

// A history and a folder for models of its own for each test.
class ATrainedHistory : public ::testing::Test {
 protected:
  Ran Run(const std::string& arguments) const { return RunProgram(arguments, "RAMP_HOME=" + home_); }
  Json RunJson(const std::string& arguments) const {
    const Ran ran = Run(arguments);
    EXPECT_EQ(ran.status, 0) << arguments << ": " << ran.both();
    return Json::parse(ran.output, nullptr, false);
  }

  TestFolder folder_;
  const std::string home_ = folder_ / "home", model_ = folder_ / "model.onnx", progress_ = folder_ / "progress";
  const std::string set_ = "train 'moons rows 300' --threads 1 --out " + model_ + " ";
  const std::string train_ = set_ + "--epochs 3 --quiet ";
  // Until the line of that epoch is there; then `$program` is its process.
  std::string TrainUntil(const std::string& line) const {
    return set_ + "--epochs 1000000 --patience 0 2> " + progress_ + " & program=$!; until grep -q '" + line + "' " +
           progress_ + "; do sleep 0.01; done; ";
  }
};

TEST_F(ATrainedHistory, BeginsEmptyWithASentence) {
  const Ran ran = Run("runs");
  EXPECT_EQ(ran.status, 0);
  EXPECT_EQ(ran.output, "no run is recorded in " + home_ + "/runs.db yet: ramp train records each one\n");
  EXPECT_EQ(RunJson("runs --json"), Json::array());
  EXPECT_FALSE(std::filesystem::exists(home_)) << "looking makes nothing";
}

TEST_F(ATrainedHistory, HoldsEverythingAboutARun) {
  const Json trained = RunJson(train_ + "--lr 0.01 --json");
  const std::string id = trained["run"];
  ASSERT_EQ(id.size(), 16u);
  const Json run = RunJson("runs show --json " + id.substr(0, 7));
  EXPECT_EQ(run["id"], id);
  EXPECT_EQ(run["outcome"], "done");
  EXPECT_EQ(run["network"], trained["network"]);
  EXPECT_EQ(run["model"], model_);
  EXPECT_EQ(run["folder"], std::filesystem::current_path().string());
  EXPECT_NE(run["command"].get<std::string>().find(" train 'moons rows 300' --threads 1 --out "), std::string::npos)
      << run;
  EXPECT_EQ(run["settings"]["--lr"], "0.01");
  EXPECT_EQ(run["settings"]["--epochs"], "3");
  EXPECT_EQ(run["settings"]["--threads"], "1");
  EXPECT_EQ(run["data_hash"].get<std::string>().size(), 16u);
  ASSERT_EQ(run["epochs"].size(), 3u);
  for (size_t i = 0; i < 3; ++i) {
    for (const char* figure : {"epoch", "train_loss", "valid_loss", "valid_accuracy"}) {
      EXPECT_EQ(run["epochs"][i][figure], trained["epochs"][i][figure]) << figure;
    }
    EXPECT_TRUE(run["epochs"][i].contains("dead"));
  }
  EXPECT_EQ(run["test"]["accuracy"], trained["test"]["accuracy"]);
  EXPECT_EQ(run["findings"].size(), trained["health"]["findings"].size());
  const Ran shown = Run("runs show last");
  EXPECT_EQ(shown.status, 0) << shown.errors;
  for (const std::string& words : {id, std::string("moons rows 300"), std::string("--lr 0.01"),
                                   std::string("train loss"), std::string("model.onnx")}) {
    EXPECT_NE(shown.output.find(words), std::string::npos) << words << "\n" << shown.output;
  }
}

TEST_F(ATrainedHistory, ListsComparesExportsAndDeletes) {
  for (const std::string rate : {"0.01", "0.02"}) {
    const Ran ran = Run(train_ + "--lr " + rate);
    ASSERT_EQ(ran.status, 0) << ran.errors;
  }
  const Json list = RunJson("runs --json");
  ASSERT_EQ(list.size(), 2u);
  const std::string newer = list[0]["id"], older = list[1]["id"];
  EXPECT_EQ(RunJson("runs --json --most 1").size(), 1u);
  const Ran listed = Run("runs --most 1");
  EXPECT_NE(listed.output.find("\n" + newer.substr(0, 7) + "  "), std::string::npos) << listed.output;
  EXPECT_NE(listed.output.find("--most 0 lists all"), std::string::npos) << listed.output;
  const Json compared = RunJson("runs compare --json " + older + " " + newer);
  EXPECT_EQ(compared["differences"], Json::parse(R"([{"setting": "--lr", "first": "0.01", "second": "0.02"}])"));
  const Ran side_by_side = Run("runs compare " + older + " " + newer);
  EXPECT_NE(side_by_side.output.find("--lr "), std::string::npos) << side_by_side.output;
  EXPECT_EQ(side_by_side.output.find("--batch"), std::string::npos) << "only what differs\n" << side_by_side.output;
  const std::string csv = Run("runs export --csv").output;
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 7) << csv;
  EXPECT_EQ(csv.find("id,started,outcome,"), 0u) << csv;
  EXPECT_EQ(RunJson("runs export --json").size(), 2u);
  EXPECT_EQ(RunJson("runs export --json " + older.substr(0, 8))[0]["id"], older);
  EXPECT_EQ(Run("runs delete " + older).output, "deleted " + older + "\n");
  EXPECT_EQ(RunJson("runs --json").size(), 1u);
  EXPECT_EQ(RunJson("runs delete --json last")["deleted"][0], newer);
}

TEST_F(ATrainedHistory, ExplainsWrongRequests) {
  ASSERT_EQ(Run(train_).status, 0);
  struct Case {
    std::string arguments, expected;
  };
  const Case cases[] = {{"runs show zzz", "there is no run 'zzz': ramp runs lists"},
                        {"runs show", "ID"},
                        {"runs compare last", "ID"},
                        {"runs export", "--csv or --json"},
                        {"runs export --csv --json", "--csv or --json"}};
  for (const Case& c : cases) {
    const Ran ran = Run(c.arguments);
    EXPECT_EQ(ran.status, 2) << c.arguments;
    EXPECT_NE(ran.errors.find(c.expected), std::string::npos) << c.arguments << ": " << ran.errors;
  }
}

TEST_F(ATrainedHistory, LeavesOutARunThatIsNotToBeRecorded) {
  const Json trained = RunJson(train_ + "--no-record --json");
  EXPECT_TRUE(trained["run"].is_null());
  EXPECT_FALSE(std::filesystem::exists(home_));
}

TEST_F(ATrainedHistory, SaysHowARunEndedThatDidNotEndWell) {
  EXPECT_EQ(Run(train_ + "--optimizer sgd --lr 1e30 --clip-norm 0 --schedule constant").status, 1);
  const Json diverged = RunJson("runs show --json last");
  EXPECT_EQ(diverged["outcome"], "failed");
  EXPECT_NE(diverged["reason"].get<std::string>().find("diverged in epoch 1"), std::string::npos) << diverged["reason"];

  const Ran ran = Run(TrainUntil("2/1000000") + "kill -INT $program; wait $program");
  EXPECT_EQ(ran.status, 130) << ran.both();
  EXPECT_EQ(RunJson("runs show --json last")["outcome"], "interrupted");
}

TEST_F(ATrainedHistory, ShowsARunAsRunningAndThenAsKilledWithEveryEpochThatWasSeen) {
  const Ran ran = Run(TrainUntil("3/1000000") + "RAMP_HOME=" + home_ + " " + RAMP_PROGRAM +
                      " runs --json; kill -KILL $program; wait $program");
  const Json running = Json::parse(ran.output, nullptr, false);
  ASSERT_EQ(running.size(), 1u) << ran.both();
  EXPECT_EQ(running[0]["outcome"], "running");
  const Json killed = RunJson("runs show --json last");
  EXPECT_EQ(killed["outcome"], "killed");
  const std::string progress = ReadFileWhole(progress_);
  const size_t shown = static_cast<size_t>(std::count(progress.begin(), progress.end(), '/')) / 2;
  EXPECT_GE(killed["epochs"].size() + 1, shown) << "an epoch's line has two of them: 3/1000000 and dead/units";
  EXPECT_GE(killed["epochs"].size(), 3u);
  Database database(home_ + "/runs.db", Database::Access::kRead);
  EXPECT_EQ(database.Text("PRAGMA integrity_check"), "ok");
}

TEST_F(ATrainedHistory, GoesOnWithTheEpochsOfTheRunThatIsResumed) {
  ASSERT_EQ(Run(train_ + "--schedule constant --checkpoint " + (folder_ / "checkpoints")).status, 0);
  ASSERT_EQ(Run("train --resume " + (folder_ / "checkpoints") + " --epochs 5 --quiet").status, 0);
  const Json run = RunJson("runs show --json last");
  ASSERT_EQ(run["epochs"].size(), 5u);
  EXPECT_EQ(run["epochs"][0]["train_loss"], RunJson("runs export --json")[1]["epochs"][0]["train_loss"]);
  EXPECT_FALSE(run["epochs"][0].contains("dead"));
  EXPECT_TRUE(run["epochs"][4].contains("dead"));
}

TEST_F(ATrainedHistory, IsNoHindranceToALogForTensorBoard) {
  const std::string logs = folder_ / "logs";
  ASSERT_EQ(Run(train_ + "--tensorboard " + logs).status, 0);
  const std::filesystem::path file = std::filesystem::directory_iterator(logs)->path();
  EXPECT_NE(file.string().find("tfevents"), std::string::npos) << file;
  EXPECT_NE(ReadFileWhole(file.string()).find("loss/valid"), std::string::npos);
  const Ran refused = Run(train_ + "--tensorboard /dev/null/logs");
  EXPECT_EQ(refused.status, 1);
  EXPECT_NE(refused.errors.find("/dev/null/logs: the folder cannot be made"), std::string::npos) << refused.errors;
  EXPECT_EQ(RunJson("runs --json").size(), 1u) << "what was refused is no run";
}

TEST_F(ATrainedHistory, NeverCostsATraining) {
  for (const std::string& home : {std::string("/dev/null/home"), folder_.Write("file", "no folder")}) {
    const Ran ran = RunProgram(train_ + "--json", "RAMP_HOME=" + home);
    EXPECT_EQ(ran.status, 0) << ran.errors;
    EXPECT_NE(ran.errors.find("warning: the run is not recorded"), std::string::npos) << ran.errors;
    EXPECT_TRUE(Json::parse(ran.output)["run"].is_null());
    EXPECT_EQ(std::filesystem::remove(model_), true);
  }
  const Ran nowhere = RunProgram(train_, "env -u RAMP_HOME -u XDG_DATA_HOME -u HOME");
  EXPECT_EQ(nowhere.status, 0) << nowhere.errors;
  EXPECT_NE(nowhere.errors.find("set RAMP_HOME"), std::string::npos) << nowhere.errors;
}

}  // namespace
}  // namespace ramp
