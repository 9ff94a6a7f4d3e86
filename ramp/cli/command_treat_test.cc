// ramp train --treat, as a program that people run.
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "ramp/base/file.h"
#include "ramp/cli/run_program.h"

namespace ramp {
namespace {

using Json = nlohmann::json;

// All weights begin at 0.
const std::string kSick =
    "train \"spirals rows 1000\" --init-gain 0 --batch 16 --epochs 12 --patience 0 --threads 1 --out ";

TEST(Treat, HealsWhatItFindsAndTellsEveryTrial) {
  const TestFolder folder;
  const Ran advised = RunProgram(kSick + folder / "a.onnx --json --quiet");
  const Ran treated = RunProgram(kSick + folder / "a.onnx --json --treat auto");
  ASSERT_EQ(treated.status, 0) << treated.errors;
  const Json before = Json::parse(advised.output), after = Json::parse(treated.output);
  EXPECT_TRUE(before["health"]["treatments"].empty());
  EXPECT_GT(after["test"]["accuracy"].get<double>(), before["test"]["accuracy"].get<double>() + 0.05);
  const Json& treatments = after["health"]["treatments"];
  ASSERT_FALSE(treatments.empty());
  for (const char* key : {"finding", "treatment", "what", "epoch", "step", "steps", "untreated_loss", "treated_loss",
                          "untreated_score", "treated_score", "confidence", "kept", "cost"}) {
    EXPECT_TRUE(treatments[0].contains(key)) << key;
  }
  EXPECT_LE(after["health"]["treatment_share"].get<double>(), 0.25);
  EXPECT_EQ(after["epochs"].size(), 12u);
  EXPECT_NE(treated.errors.find("+ kept "), std::string::npos) << treated.errors;

  const Ran told = RunProgram(kSick + folder / "a.onnx --quiet --treat auto");
  EXPECT_NE(told.output.find("% of all steps:"), std::string::npos) << told.output;
  EXPECT_NE(told.output.find("      treated: "), std::string::npos) << told.output;
}

TEST(Treat, AsksNoMonitorWhereItIsOff) {
  const TestFolder folder;
  const Ran ran = RunProgram(kSick + folder / "a.onnx --json --quiet --treat off --fail-on warning");
  ASSERT_EQ(ran.status, 0) << ran.errors;
  EXPECT_TRUE(Json::parse(ran.output)["health"]["findings"].empty());
  EXPECT_FALSE(Json::parse(ran.output)["health"]["layers"].empty());
}

// Each epoch of the training that goes on is there, also those that were run in a trial.
TEST(Treat, WritesALogForTensorBoardWhileLayersAreAdded) {
  const TestFolder folder;
  const Ran ran = RunProgram(
      "train \"spirals rows 600\" --network \"dense 32, sigmoid, dense 32, sigmoid, dense 32, sigmoid, dense 32, "
      "sigmoid, dense 32, sigmoid, dense 32, sigmoid, dense 32, sigmoid, dense 32, sigmoid, dense\" --init xavier "
      "--batch 16 --epochs 20 --patience 0 --threads 1 --quiet --json --treat auto --tensorboard " +
      folder / "logs" + " --out " + folder / "a.onnx");
  ASSERT_EQ(ran.status, 0) << ran.errors;
  const Json run = Json::parse(ran.output);
  bool inserted = false;
  for (const Json& treatment : run["health"]["treatments"]) inserted = inserted || treatment["kept"].get<bool>();
  EXPECT_TRUE(inserted) << run["health"]["treatments"].dump(1);
  const std::filesystem::path file = std::filesystem::directory_iterator(folder / "logs")->path();
  const std::string log = ReadFileWhole(file.string());
  EXPECT_NE(log.find("activations/layer 2 (batchnorm, sigmoid)"), std::string::npos);
  size_t losses = 0;
  for (size_t at = log.find("loss/valid"); at != std::string::npos; at = log.find("loss/valid", at + 1)) ++losses;
  EXPECT_GE(losses, 20u);
}

TEST(Treat, RefusesWhatItCannotDo) {
  const TestFolder folder;
  EXPECT_EQ(RunProgram(kSick + folder / "a.onnx --treat tea").status, 2);
  const Ran ran = RunProgram(kSick + folder / "a.onnx --treat auto --checkpoint " + folder / "c");
  EXPECT_EQ(ran.status, 2);
  EXPECT_NE(ran.errors.find("--treat auto"), std::string::npos) << ran.errors;
}

}  // namespace
}  // namespace ramp
