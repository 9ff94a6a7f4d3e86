// Data of every kind through ramp train and ramp predict, as people run them.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "ramp/cli/run_program.h"

namespace ramp {
namespace {

TEST(TrainAndPredict, TakeGeneratedSetsAndText) {
  const TestFolder folder;
  std::string text;
  for (int i = 0; i < 200; ++i) text += "abc\n";
  const std::string file = folder.Write("text.txt", text);
  std::filesystem::create_directory(folder / "reviews");
  std::string good, bad;
  for (int i = 0; i < 30; ++i) {
    good += "a fine film\n";
    bad += "a dull film\n";
  }
  folder.Write("reviews/good.txt", good);
  folder.Write("reviews/bad.txt", bad);
  struct Case {
    std::string train, predict, first_line;
  };
  const Case cases[] = {
      {"\"moons rows 200, noise 0.1\"", "\"moons rows 30\"", "prediction,p(0),p(1)"},
      {"\"vowels rows 480\" --augment \"shift 2, mask 3\"", "\"vowels rows 20\"", "prediction,p(heed),p(hid)"},
      {file + " --task next-character --length 3 --network \"dense\"", file, "prediction,\"p(\n"},
      {folder / "reviews --network \"dense\"", folder / "reviews", "file,prediction,p(bad),p(good)"},
  };
  for (const Case& c : cases) {
    const std::string model = folder / "model.onnx";
    const Ran trained = RunProgram("train " + c.train + " --epochs 1 --quiet --out " + model);
    ASSERT_EQ(trained.status, 0) << c.train << "\n" << trained.errors;
    const Ran predicted = RunProgram("predict " + model + " " + c.predict);
    EXPECT_EQ(predicted.status, 0) << c.predict << "\n" << predicted.errors;
    EXPECT_EQ(predicted.output.substr(0, c.first_line.size()), c.first_line) << c.predict;
  }
}

TEST(TrainedOnText, ANetworkWithoutAnEmbeddingIsTold) {
  const TestFolder folder;
  std::string text;
  for (int i = 0; i < 200; ++i) text += "abc\n";
  const std::string data = folder.Write("text.txt", text) + " --task next-character --length 3";
  for (const auto& [network, told] : {std::pair{"dense", true}, {"embedding 4, dense", false}}) {
    const Ran ran = RunProgram("train " + data + " --epochs 20 --lr 0.01 --network \"" + network + "\" --out " +
                               folder / "model.onnx");
    EXPECT_EQ(ran.status, 0) << network << "\n" << ran.errors;
    EXPECT_EQ(ran.errors.find("begin it with 'embedding") != std::string::npos, told) << network << "\n" << ran.errors;
  }
}

TEST(TrainOptions, OfDataAreRefusedWithWhatToDo) {
  struct Case {
    std::string arguments;
    std::vector<std::string> words;
  };
  const Case cases[] = {
      {"spiralz", {"no such file", "did you mean 'spirals'"}},
      {"\"spirals arms 1\"", {"character 9", "arms", "from 2 to 20"}},
      {"--task guess", {"--task", "'guess' is none of classification|regression|next-character"}},
      {"--augment \"shift 2, turn\"", {"--augment, character 10", "no change 'turn'", "shift, flip"}},
      {"--size 3x3", {"no use for --size", "folders of pictures"}},
  };
  for (const Case& c : cases) {
    const Ran ran = RunProgram("train " + c.arguments);
    EXPECT_NE(ran.status, 0) << c.arguments;
    for (const std::string& word : c.words) {
      EXPECT_NE(ran.errors.find(word), std::string::npos) << "'" << word << "' is missing in: " << ran.errors;
    }
  }
}

TEST(TrainHelp, GroupsTheOptionsAndListsWhatCanBeGenerated) {
  const std::string help = RunProgram("train --help").output;
  for (const char* words : {"\nData:", "\nNetwork:", "\nTraining:", "\nRun and result:", "--hold-out", "Generated sets",
                            "vowels", "Changes for --augment", "mask"}) {
    EXPECT_NE(help.find(words), std::string::npos) << words;
  }
}

}  // namespace
}  // namespace ramp
