// Models that ramp did not train: ramp predict applies them, ramp train --from goes on with them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "ramp/cli/run_program.h"
#include "ramp/network/network.h"
#include "ramp/onnx/model_file.h"

namespace ramp {
namespace {

using Json = nlohmann::json;

// A model that says nothing about its data; its class is the larger of two numbers.
std::string WriteForeign(const TestFolder& folder, const std::string& text) {
  Network network(text, {2}, 2);
  const std::vector<float> weight = {4, -4, -4, 4};
  std::ranges::copy(weight, network.parameters(network.blocks()[0]).begin());
  WriteModel(folder / "foreign.onnx", network, {});
  return folder / "foreign.onnx";
}

TEST(Predict, TakesAModelThatDoesNotSayHowItsDataIsEncoded) {
  const TestFolder folder;
  const std::string data = folder.Write("numbers.csv", "1,0.5\n-2,1\n0,3\n");
  for (const char* text : {"dense 2", "dense 2, softmax"}) {
    const Ran ran = RunProgram("predict --json " + WriteForeign(folder, text) + " " + data);
    ASSERT_EQ(ran.status, 0) << ran.errors;
    EXPECT_NE(ran.errors.find("does not say how its data is encoded"), std::string::npos) << ran.errors;
    const Json predictions = Json::parse(ran.output)["predictions"];
    ASSERT_EQ(predictions.size(), 3u);
    EXPECT_EQ(predictions[0]["label"], "0");
    EXPECT_EQ(predictions[1]["label"], "1");
    EXPECT_EQ(predictions[2]["label"], "1");
    // The difference of the logits is 8 (1 - 0.5).
    EXPECT_NEAR(predictions[0]["probabilities"][0].get<double>(), 1 / (1 + std::exp(-4.0)), 1e-5) << text;
  }
}

TEST(Predict, TellsFromAModelsEndAndItsAnswersWhatItsOutputsAre) {
  const TestFolder folder;
  const std::string data = folder.Write("numbers.csv", "1,0.5\n-2,1\n0,3\n");
  const double logit = 4 * (1 - 0.5), one = 1 / (1 + std::exp(-logit)), two = 1 / (1 + std::exp(logit));
  struct Case {
    const char *text, *options, *note, *member;
    std::vector<double> first;
  };
  const Case cases[] = {
      {"dense 2",
       "",
       "taken for logits",
       "probabilities",
       {1 / (1 + std::exp(-2 * logit)), 1 / (1 + std::exp(2 * logit))}},
      {"dense 2", " --outputs values", "", "values", {logit, -logit}},
      {"dense 2, softmax, dropout 0.5",
       "",
       "",
       "probabilities",
       {1 / (1 + std::exp(-2 * logit)), 1 / (1 + std::exp(2 * logit))}},
      {"dense 2, softmax, affine", " --outputs probabilities", "", "probabilities", {0, 0}},
      {"dense 2, sigmoid", " --outputs multi-label", "", "probabilities", {one, two}},
      {"dense 2, tanh", "", "taken for values", "values", {std::tanh(logit), std::tanh(-logit)}},
  };
  for (const Case& c : cases) {
    const Ran ran =
        RunProgram("predict --json" + std::string(c.options) + " " + WriteForeign(folder, c.text) + " " + data);
    ASSERT_EQ(ran.status, 0) << c.text << "\n" << ran.errors;
    EXPECT_NE(ran.errors.find(c.note), std::string::npos) << c.text << "\n" << ran.errors;
    const Json first = Json::parse(ran.output)["predictions"][0];
    for (size_t i = 0; i < 2; ++i)
      EXPECT_NEAR(first[c.member][i].get<double>(), c.first[i], 1e-5) << c.text << c.options;
  }
  // Two sigmoids of opposite numbers sum to 1 in each row, so these are the probabilities of two classes.
  const Ran pair = RunProgram("predict --json " + WriteForeign(folder, "dense 2, sigmoid") + " " + data);
  EXPECT_NE(pair.errors.find("taken for probabilities"), std::string::npos) << pair.errors;
  EXPECT_NEAR(Json::parse(pair.output)["predictions"][0]["probabilities"][0].get<double>(), one, 1e-5);
}

TEST(Predict, TakesATableWithAHeaderForAModelThatKnowsNoNames) {
  const TestFolder folder;
  const std::string model = WriteForeign(folder, "dense 2"), rows = "1,0.5\n-2,1\n0,3\n";
  const Ran without = RunProgram("predict " + model + " " + folder.Write("rows.csv", rows));
  const Ran with = RunProgram("predict " + model + " " + folder.Write("header.csv", "width,height\n" + rows));
  EXPECT_EQ(with.output, without.output) << with.errors;
  EXPECT_NE(with.errors.find("'width' stands above numbers"), std::string::npos) << with.errors;
}

// A file of floats in NumPy's form.
std::string Npy(const std::string& sizes, const std::vector<float>& values) {
  std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + sizes + "), }";
  header.append(64 - (10 + header.size() + 1) % 64, ' ');
  header += '\n';
  std::string file = "\x93NUMPY";
  file += {'\1', '\0', static_cast<char>(header.size() % 256), static_cast<char>(header.size() / 256)};
  file += header;
  return file.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
}

TEST(Predict, TakesArraysOfSequencesAndLeavesTargetsThatDoNotFitAlone) {
  const TestFolder folder;
  WriteModel(folder / "sequence.onnx", Network("conv1d 3 2, global_average, dense 2", {4, 2}, 2), {});
  const std::string data = folder.Write("a_x.npy", Npy("3, 4, 2", std::vector<float>(24, 0.5f)));
  folder.Write("a_y.npy", Npy("3, 5", std::vector<float>(15)));
  const Ran ran = RunProgram("predict --json " + (folder / "sequence.onnx") + " " + data);
  ASSERT_EQ(ran.status, 0) << ran.errors;
  EXPECT_EQ(Json::parse(ran.output)["predictions"].size(), 3u);
  EXPECT_NE(ran.errors.find("the targets are not used"), std::string::npos) << ran.errors;
}

TEST(Diagnose, TakesAModelThatDoesNotSayHowItsDataIsEncoded) {
  const TestFolder folder;
  const std::string data = folder.Write("numbers.csv", "1,0.5\n-2,1\n0,3\n");
  const Ran ran = RunProgram("diagnose --json " + WriteForeign(folder, "dense 2, relu, dense 2, softmax") + " " + data);
  ASSERT_EQ(ran.status, 0) << ran.errors;
  EXPECT_NE(ran.errors.find("does not say how its data is encoded"), std::string::npos) << ran.errors;
  const Json layers = Json::parse(ran.output)["layers"];
  ASSERT_EQ(layers.size(), 2u);
  // 4 (x - y) and 4 (y - x) of three points: each is open for one sign.
  EXPECT_NEAR(layers[0]["open_share"].get<double>(), 0.5, 1e-6);
}

TEST(Train, GoesOnFromAModel) {
  const TestFolder folder;
  const std::string first = folder / "first.onnx", second = folder / "second.onnx";
  const std::string run = "train spirals --quiet --json --threads 1 --epochs ";
  const Ran before = RunProgram(run + "60 --network 'dense 64, tanh, dense 64, tanh, dense' --out " + first);
  ASSERT_EQ(before.status, 0) << before.errors;
  const Ran after = RunProgram(run + "1 --from " + first + " --out " + second);
  ASSERT_EQ(after.status, 0) << after.errors;
  const Json old_epochs = Json::parse(before.output)["epochs"], new_epochs = Json::parse(after.output)["epochs"];
  EXPECT_LT(new_epochs[0]["train_loss"].get<double>(), 0.8 * old_epochs[0]["train_loss"].get<double>());
}

TEST(Train, SaysWhyItCannotGoOnFromAModel) {
  const TestFolder folder;
  const std::string foreign = WriteForeign(folder, "dense 2, softmax");
  const Ran digits = RunProgram("train digits --epochs 1 --from " + foreign);
  EXPECT_EQ(digits.status, 1);
  EXPECT_NE(digits.errors.find("takes inputs of 2, but the data has 28x28x1"), std::string::npos) << digits.errors;
  const Ran network = RunProgram("train moons --network dense --from " + foreign);
  EXPECT_EQ(network.status, 2);
  EXPECT_NE(network.errors.find("--from takes the network of the model"), std::string::npos) << network.errors;
  const Ran note = RunProgram("train moons --epochs 1 --from " + foreign + " --out " + (folder / "moons.onnx"));
  // After one epoch it may answer worse than a constant, which status 1 tells.
  EXPECT_LE(note.status, 1) << note.errors;
  EXPECT_NE(note.errors.find("the last layer 'softmax' is left out"), std::string::npos) << note.errors;
}

}  // namespace
}  // namespace ramp
