// ramp train and ramp predict, as programs that people run.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "ramp/cli/run_program.h"
#include "ramp/training/options.h"

namespace ramp {
namespace {

using Json = nlohmann::json;

// Prices that depend on size and place, with a missing cell, and a text column.
std::string HousesCsv(size_t rows) {
  std::string csv = "size,place,price\n";
  for (size_t row = 0; row < rows; ++row) {
    const size_t size = 40 + row * 37 % 160;
    const bool town = row % 3 == 0;
    csv += (row % 50 == 7 ? "" : std::to_string(size)) + (town ? ",town," : ",country,") +
           std::to_string(size * (town ? 30 : 10) + row % 7) + ".5\n";
  }
  return csv;
}

std::string FlowersCsv(size_t rows) {
  std::string csv = "width,height,kind\n";
  for (size_t row = 0; row < rows; ++row) {
    csv += std::to_string(row % 17) + "," + std::to_string(row % 23) +
           (row % 17 > row % 23 ? ",rose\n" : ",\"lily, white\"\n");
  }
  return csv;
}

TEST(EveryTrainingOption, IsAnOptionOfTheCommand) {
  const std::string help = RunProgram("train --help").output;
  const TrainingOptions options;
  ForEachOption(options, [&](const OptionRow& row, const auto&) {
    EXPECT_NE(help.find(fmt::format("\n  {} ", row.name)), std::string::npos) << row.name << " is missing";
  });
}

TEST(Train, PrintsOneJsonDocumentWithEverythingInIt) {
  const TestFolder folder;
  const std::string model = folder / "digits.onnx";
  const Ran ran = RunProgram("train --epochs 2 --seed 7 --threads 1 --json --out " + model);
  ASSERT_EQ(ran.status, 0) << ran.errors;
  const Json json = Json::parse(ran.output);
  EXPECT_EQ(json["network"], "dense 128, relu, dense 64, relu, dense 10");
  EXPECT_EQ(json["task"], "classification");
  EXPECT_EQ(json["parameters"], 784 * 128 + 128 + 128 * 64 + 64 + 64 * 10 + 10);
  ASSERT_EQ(json["epochs"].size(), 2u);
  for (const char* key : {"epoch", "train_loss", "valid_loss", "valid_accuracy", "seconds", "samples_per_second"}) {
    EXPECT_TRUE(json["epochs"][1].contains(key)) << key;
  }
  EXPECT_GT(json["test"]["accuracy"], 0.5);
  ASSERT_EQ(json["health"]["layers"].size(), 3u);
  EXPECT_TRUE(json["health"]["layers"][0].contains("open_share"));
  EXPECT_TRUE(json["health"]["findings"].is_array());
  EXPECT_EQ(json["model"], model);
  EXPECT_EQ(json["seed"], 7);
  EXPECT_EQ(json["threads"], 1);
  EXPECT_TRUE(std::filesystem::exists(model));
}

TEST(Train, FailsOnAFindingWhereItIsAskedTo) {
  const TestFolder folder;
  const std::string sick = "train \"spirals rows 300\" --lr 1 --epochs 2 --threads 1 --out " + folder / "a.onnx";
  EXPECT_EQ(RunProgram(sick).status, 0);
  const Ran ran = RunProgram(sick + " --json --fail-on warning");
  EXPECT_EQ(ran.status, 3) << ran.errors;
  const Json findings = Json::parse(ran.output)["health"]["findings"];
  ASSERT_FALSE(findings.empty());
  for (const char* key : {"monitor", "severity", "layers", "units", "epoch", "step", "last_epoch", "what", "evidence",
                          "cause", "confidence", "explained_by", "outlook", "remedies"}) {
    EXPECT_TRUE(findings[0].contains(key)) << key;
  }
  EXPECT_NE(ran.errors.find("! warning: "), std::string::npos) << "it is told when it is found\n" << ran.errors;
  EXPECT_EQ(RunProgram(sick + " --fail-on weekends").status, 2);
}

TEST(Diagnose, LooksAtAModelOnItsDataAndPrunesIt) {
  const TestFolder folder;
  const std::string data = folder.Write("flowers.csv", FlowersCsv(300)), model = folder / "flowers.onnx";
  const std::string network = " --network \"dense 48, relu, dense 24, relu, dense\" --lr 0.1 --threads 1 --quiet";
  ASSERT_EQ(RunProgram("train " + data + network + " --epochs 10 --out " + model).status, 0);
  const Ran ran = RunProgram("diagnose --json --quiet " + model + " " + data);
  ASSERT_EQ(ran.status, 0) << ran.errors;
  const Json json = Json::parse(ran.output);
  EXPECT_EQ(json["rows"], 300);
  EXPECT_EQ(json["layers"].size(), 3u);
  EXPECT_TRUE(json.contains("calibration_error"));
  const size_t silent = json["layers"][0]["silent"].get<size_t>() + json["layers"][1]["silent"].get<size_t>();
  const Ran pruned = RunProgram("diagnose --quiet " + model + " " + data + " --prune " + folder / "small.onnx");
  EXPECT_EQ(pruned.status, silent > 0 ? 0 : 1) << pruned.errors;
  if (silent > 0) {
    EXPECT_EQ(RunProgram("predict --quiet " + folder / "small.onnx" + " " + data).status, 0);
  }
}

TEST(Health, ListsTheMonitorsAndTellsOfOne) {
  const Ran list = RunProgram("health");
  EXPECT_EQ(list.status, 0) << list.errors;
  const Json monitors = Json::parse(RunProgram("health --json").output);
  ASSERT_GT(monitors.size(), 15u);
  for (const Json& monitor : monitors) {
    EXPECT_NE(list.output.find(monitor["monitor"].get<std::string>()), std::string::npos) << monitor["monitor"];
  }
  const Ran one = RunProgram("health dead-units");
  EXPECT_EQ(one.output.find("dead-units"), 0u) << one.output;
  const Ran wrong = RunProgram("health dead-unit");
  EXPECT_EQ(wrong.status, 2);
  EXPECT_NE(wrong.errors.find("did you mean 'dead-units'?"), std::string::npos) << wrong.errors;
}

TEST(Train, ShowsThePlanAndTrainsNothing) {
  const TestFolder folder;
  const Ran ran = RunProgram("train --network 'dense 8, relu, dense' --plan --out " + (folder / "model.onnx"));
  EXPECT_EQ(ran.status, 0) << ran.errors;
  for (const char* words : {"1  dense 8 + relu", "backward of dense 8 + relu", "gates of relu", "peak"}) {
    EXPECT_NE(ran.output.find(words), std::string::npos) << words << "\n" << ran.output;
  }
  EXPECT_FALSE(std::filesystem::exists(folder / "model.onnx"));
  const Json json = Json::parse(RunProgram("train --network 'dense 8, relu, dense' --plan --json --quiet").output);
  EXPECT_EQ(json["steps"][0], "dense 8 + relu");
  EXPECT_EQ(json["buffers"][0]["offset"].is_number(), true);
  EXPECT_GT(json["bytes"]["peak"], json["bytes"]["parameters"]);
}

TEST(NoCommand, WritesOverWhatItReads) {
  const TestFolder folder;
  const std::string csv = HousesCsv(100), table = folder.Write("houses.csv", csv), model = folder / "houses.onnx";
  ASSERT_EQ(RunProgram("train " + table + " --epochs 1 --quiet --out " + model).status, 0);
  const std::string onnx = ReadFileWhole(model);
  for (const std::string& arguments :
       {"train " + table + " --epochs 1 --out " + table, "train --epochs 1 --test " + table + " --out " + table,
        "predict " + model + " " + table + " --out " + table, "predict " + model + " " + table + " --out " + model,
        "diagnose " + model + " " + table + " --prune " + table,
        "diagnose " + model + " " + table + " --prune " + model}) {
    const Ran ran = RunProgram(arguments);
    EXPECT_EQ(ran.status, 1) << arguments;
    EXPECT_NE(ran.errors.find("name another file"), std::string::npos) << arguments << ": " << ran.errors;
  }
  EXPECT_EQ(ReadFileWhole(table), csv);
  EXPECT_EQ(ReadFileWhole(model), onnx);
}

TEST(Train, GivesTheSameFileTwiceOnEachNumberOfThreads) {
  const TestFolder folder;
  for (const std::string threads : {"1", "2"}) {
    for (const std::string run : {"a", "b"}) {
      const Ran ran =
          RunProgram("train --epochs 1 --dropout 0.2 --quiet --threads " + threads + " --out " + (folder / run));
      ASSERT_EQ(ran.status, 0) << ran.errors;
    }
    EXPECT_EQ(ReadFileWhole(folder / "a"), ReadFileWhole(folder / "b")) << threads << " threads";
  }
}

TEST(Train, ShowsProgressAndHealthToPeople) {
  const TestFolder folder;
  const Ran ran = RunProgram("train --epochs 2", "cd " + (folder / "") + " &&");
  ASSERT_EQ(ran.status, 0);
  EXPECT_NE(ran.errors.find("2/2"), std::string::npos) << ran.errors;
  EXPECT_NE(ran.output.find("test accuracy"), std::string::npos) << ran.output;
  EXPECT_NE(ran.output.find("dense 128, relu"), std::string::npos) << ran.output;
  EXPECT_NE(ran.output.find("model: digits.onnx"), std::string::npos) << ran.output;
  EXPECT_EQ(ran.both().find('\x1b'), std::string::npos) << "colour without a terminal";
  const Ran quiet = RunProgram("train --epochs 1 --quiet", "cd " + (folder / "") + " &&");
  EXPECT_EQ(quiet.errors, "");
}

TEST(TrainAndPredict, TakeTheSameRawTable) {
  const TestFolder folder;
  const std::string houses = folder.Write("houses.csv", HousesCsv(600)), model = folder / "houses.onnx";
  const Ran train = RunProgram("train " + houses + " --epochs 60 --batch 16 --lr 0.01 --json --out " + model);
  ASSERT_EQ(train.status, 0) << train.errors;
  EXPECT_EQ(Json::parse(train.output)["task"], "regression");
  EXPECT_GT(Json::parse(train.output)["test"]["r2"], 0.9);
  EXPECT_TRUE(Json::parse(train.output)["epochs"][0].contains("valid_r2"));
  const std::string asked = folder.Write("asked.csv", "size,place\n100,town\n100,country\n,town\n100,moon\n");
  const Ran predict = RunProgram("predict " + model + " " + asked + " --json");
  ASSERT_EQ(predict.status, 0) << predict.errors;
  const Json answers = Json::parse(predict.output)["predictions"];
  ASSERT_EQ(answers.size(), 4u);
  EXPECT_NEAR(answers[0]["value"], 3000, 300);
  EXPECT_NEAR(answers[1]["value"], 1000, 300);
  EXPECT_NE(predict.errors.find("moon"), std::string::npos) << predict.errors;
}

TEST(TrainAndPredict, NameTheClassesAndTheirProbabilities) {
  const TestFolder folder;
  const std::string flowers = folder.Write("flowers.csv", FlowersCsv(600)), model = folder / "flowers.onnx";
  const Ran train = RunProgram("train " + flowers + " --balanced --epochs 30 --batch 16 --quiet --out " + model);
  ASSERT_EQ(train.status, 0) << train.errors;
  const std::string out = folder / "answers.csv";
  const Ran predict =
      RunProgram("predict " + model + " " + folder.Write("asked.csv", "width,height\n16,2\n1,20\n") + " --out " + out);
  ASSERT_EQ(predict.status, 0) << predict.errors;
  EXPECT_EQ(predict.output, "");
  const std::string answers = ReadFileWhole(out);
  EXPECT_EQ(answers.find("kind,\"p(lily, white)\",p(rose)\nrose,"), 0u) << answers;
  EXPECT_NE(answers.find("\n\"lily, white\","), std::string::npos) << answers;
}

TEST(AnEnsemble, IsTrainedAndAnswersAsItsReportSays) {
  const TestFolder folder;
  std::string table = "x,y,colour,target\n", unknown = "x,y,colour\n";
  for (int i = 0; i < 300; ++i) {
    const double x = std::sin(i * 12.9898), y = std::cos(i * 78.233);
    const std::string inputs = fmt::format("{:.4f},{:.4f},{}", x, y, i % 3 == 0 ? "red" : "blue");
    table += fmt::format("{},{}\n", inputs, x * y > 0 ? "same" : "other");
    unknown += inputs + "\n";
  }
  const std::string data = folder.Write("table.csv", table), asked = folder.Write("unknown.csv", unknown);
  const std::string model = folder / "model.onnx";
  const Ran ran =
      RunProgram("train " + data + " --effort quick --members 3 --epochs 12 --json --quiet --no-record --out " + model);
  ASSERT_EQ(ran.status, 0) << ran.errors;
  const Json report = Json::parse(ran.output);
  EXPECT_EQ(report["ensemble"]["recipes"].size(), 2u);
  EXPECT_EQ(report["ensemble"]["recipes"][0]["network"], "hinges 128 16 1-2, relu, dense 128, relu, dense");
  EXPECT_EQ(report["ensemble"]["score_name"], "area under ROC");
  EXPECT_EQ(report["ensemble"]["out_of_fold"]["rows"], 240);
  EXPECT_GT(report["ensemble"]["out_of_fold"]["accuracy"], 0.8);
  const Ran predicted = RunProgram("predict " + model + " " + data + " --json");
  ASSERT_EQ(predicted.status, 0) << predicted.errors;
  EXPECT_EQ(RunProgram("predict " + model + " " + asked).status, 0);
  EXPECT_EQ(RunProgram("diagnose " + model + " " + data).status, 0);
}

TEST(Train, ComparesWithTheAnswerThatNeverChanges) {
  const TestFolder folder;
  std::string chance = "x,y\n", learnable = chance;
  for (unsigned row = 0; row < 400; ++row) {
    const double x = std::sin(row * 12.9898);
    chance += fmt::format("{:.4f},{}\n", x, (row * 2654435761u >> 13) % 2 == 0 ? "a" : "b");
    learnable += fmt::format("{:.4f},{}\n", x, x > 0 ? "a" : "b");
  }
  for (const std::string members : {"", " --members 1"}) {
    const Ran nothing = RunProgram("train " + folder.Write("chance.csv", chance) + members + " --no-record --out " +
                                   (folder / "m.onnx"));
    EXPECT_NE(nothing.output.find("no clear difference"), std::string::npos) << nothing.output;
    const Ran much = RunProgram("train " + folder.Write("table.csv", learnable) + members + " --no-record --out " +
                                (folder / "m.onnx"));
    EXPECT_NE(much.output.find("the model is clearly better"), std::string::npos) << much.output;
    EXPECT_EQ(much.status, 0);
    EXPECT_NE(much.errors.find("the target is the last column, 'y'"), std::string::npos) << much.errors;
  }
}

TEST(Train, FailsWhereAnAnswerThatNeverChangesIsBetter) {
  const TestFolder folder;
  std::string csv = "x,y\n";
  for (int row = 0; row < 200; ++row) csv += fmt::format("{:.4f},{:.3f}\n", std::sin(row * 12.9898), row % 17 * 1.5);
  const Ran ran = RunProgram("train " + folder.Write("t.csv", csv) +
                             " --network 'dense 8, relu, dense' --epochs 1 --init-gain 50 --lr 1e-6 "
                             "--no-record --out " +
                             (folder / "m.onnx"));
  EXPECT_EQ(ran.status, 1) << ran.both();
  EXPECT_NE(ran.errors.find("answers worse than one that always says the mean"), std::string::npos) << ran.errors;
}

TEST(AnEnsemble, TellsWhichOptionsAreForOneNetwork) {
  const TestFolder folder;
  const std::string data = folder.Write("table.csv", "a,b\n1,2\n3,4\n5,6\n7,8\n9,10\n11,12\n");
  for (const std::string option :
       {"--treat auto", "--checkpoint here", "--dropout 0.1", "--plan", "--activation elu"}) {
    const Ran ran = RunProgram("train " + data + " --members 2 " + option);
    EXPECT_EQ(ran.status, 2) << option;
    EXPECT_NE(ran.errors.find("--members 1"), std::string::npos) << option << ": " << ran.errors;
  }
  const Ran digits = RunProgram("train digits --effort quick");
  EXPECT_EQ(digits.status, 2);
  EXPECT_NE(digits.errors.find("--network"), std::string::npos) << digits.errors;
}

TEST(Train, StopsWithStatus1WhereANumberIsNoLongerFinite) {
  const TestFolder folder;
  const std::string model = folder / "model.onnx";
  const Ran ran = RunProgram("train --optimizer sgd --lr 1e30 --clip-norm 0 --schedule constant --json --out " + model);
  EXPECT_EQ(ran.status, 1);
  EXPECT_NE(ran.errors.find("diverged in epoch 1"), std::string::npos) << ran.errors;
  EXPECT_NE(ran.errors.find("layer"), std::string::npos) << ran.errors;
  const Json json = Json::parse(ran.output);
  EXPECT_EQ(json["outcome"], "diverged");
  // The finding tells the step in its sentence, and stands where it tells.
  const Json& finding = json["health"]["findings"].back();
  EXPECT_EQ(finding["monitor"], "non-finite");
  EXPECT_NE(finding["what"].get<std::string>().find(fmt::format("step {}", finding["step"].get<size_t>())),
            std::string::npos)
      << finding;
  EXPECT_TRUE(json["model"].is_null());
  EXPECT_FALSE(std::filesystem::exists(model));
}

TEST(Train, SavesAndReportsWhenItIsInterrupted) {
  const TestFolder folder;
  const std::string model = folder / "model.onnx";
  // From the second epoch on, wherever the training is then; an epoch is a line.
  const std::string progress = folder / "progress";
  const Ran ran = RunProgram("train --epochs 100000 --patience 0 --json --out " + model + " 2> " + progress +
                             " & program=$!; until grep -q '2/100000' " + progress +
                             "; do sleep 0.05; done; kill -INT $program; wait $program");
  EXPECT_EQ(ran.status, 130) << ran.errors;
  const Json json = Json::parse(ran.output);
  EXPECT_EQ(json["outcome"], "interrupted");
  EXPECT_GE(json["epochs"].size(), 1u);
  EXPECT_TRUE(std::filesystem::exists(model));
}

TEST(Train, TakesEveryOptimizerScheduleAndInitialisation) {
  const TestFolder folder;
  const std::string flowers = folder.Write("flowers.csv", FlowersCsv(200)), model = folder / "model.onnx";
  const std::string same = "train " + flowers + " --epochs 4 --quiet --json --threads 1 --out " + model;
  for (const char* options :
       {"--optimizer nesterov --schedule 'warm-up 1, step 2 0.5'", "--optimizer rmsprop --schedule reduce-on-plateau",
        "--optimizer sgd --schedule 'one-cycle 0.4' --clip-value 0.1",
        "--accumulate 3 --batch 16 --label-smoothing 0.1", "--init orthogonal --init-gain 0.9 --schedule 'cosine 0.1'",
        "--init asymmetric"}) {
    const Ran ran = RunProgram(same + " " + options);
    ASSERT_EQ(ran.status, 0) << options << ran.errors;
    EXPECT_GT(Json::parse(ran.output)["test"]["accuracy"], 0.6) << options;
  }
}

TEST(WrongRequests, GetASentenceAndTheirStatus) {
  const TestFolder folder;
  const std::string table = folder.Write("houses.csv", HousesCsv(100));
  const std::string trained = folder / "houses.onnx";
  ASSERT_EQ(RunProgram("train " + table + " --epochs 1 --quiet --out " + trained).status, 0);
  const std::string text_in_number = folder.Write("bad.csv", "size,place\n100,town\nlarge,town\n");
  struct Case {
    std::string arguments;
    int status;
    std::string expected;
    std::string before = "";
  };
  const Case cases[] = {
      {"", 2, "Usage"},
      {"trian", 2, "did you mean 'train'?"},
      {"train --bogus", 2, "there is no option '--bogus'"},
      {"train --epoch 1", 2, "there is no option '--epoch' (did you mean '--epochs'?)"},
      {"train --help > /dev/full", 1, "standard output cannot be written"},
      {"train " + table + " --network 'embedding 4 10, dense'", 2, "'embedding' takes the numbers of tokens"},
      // It serves all the same, for the page explains it, until it is ended.
      {"serve " + trained + " --no-open --data " + (folder / "absent.csv"), 124, "absent.csv", "timeout -s INT 3"},
      {"train --epochs none", 2, "--epochs"},
      {"train --lr -1", 2, "'-1' is not a number above 0"},
      {"train --optimizer adma", 2, "did you mean 'adam'?"},
      {"train --schedule 'warm-up 2, cosin'", 2, "schedule, character 12: 'cosin' is not a schedule (did you mean"},
      {"train --accumulate 0", 2, "--accumulate"},
      {"train --label-smoothing 1", 2, "--label-smoothing"},
      {"train --clip-value -1", 2, "'-1' is not a number from 0"},
      {"train --init-gain -1", 2, "'-1' is not a number from 0"},
      {"train --init hee", 2, "did you mean 'he'?"},
      {"train --precision bf1", 2, "did you mean 'bf16'?"},
      {"train --network input", 2, "end in a layer"},
      {"train --network 'dense 8, rellu'", 2, "did you mean 'relu'?"},
      {"train --network 'dense 8'", 2, "ends in 8 units, but the data needs 10"},
      {"train --network dense --activation relu", 2, "write the activation into --network"},
      {"train --network dense --dropout 0.5", 2, "dropout 0.5"},
      {"train " + table + " --target prise", 2, "did you mean 'price'?"},
      {"train " + table + " --balanced", 2, "balanced in a classification only"},
      {"train " + table + " --test 7", 2, "7"},
      {"train " + (folder / "absent.csv"), 1, "absent.csv"},
      {"train " + folder.Write("empty.csv", ""), 1, "empty"},
      {"train " + folder.Write("ragged.csv", "a,b\n1,2\n3\n"), 1, "ragged.csv:3"},
      {"train --out " + (folder / "no/such/model.onnx"), 1, "make the folder first"},
      {"train --out " + (folder / ""), 1, "is a folder"},
      {"train --epochs 1 --quiet --out /dev/full", 1, "No space left", "TMPDIR=" + (folder / "")},
      {"train --epochs 1 --quiet --out /dev/full", 1, "saved as ramp-",
       "cd " + (folder / "") + " && TMPDIR=/no/such/folder"},
      {"train --seed -1", 2, "--seed"},
      {"train --network rellu 2>/dev/full", 2, ""},
      {"predict " + table + " " + table, 1, "not an ONNX model"},
      {"predict " + (folder / "absent.onnx") + " " + table, 1, "absent.onnx"},
      {"predict " + trained + " " + text_in_number, 1, "bad.csv:3"},
      {"predict " + trained, 2, "DATA"},
      {"predict " + trained + " " + table + " --out " + (folder / "no/such/file"), 1, "make the folder first"},
      {"predict " + trained + " " + table + " > /dev/full", 1, "standard output cannot be written"},
  };
  for (const Case& c : cases) {
    const Ran ran = RunProgram(c.arguments, c.before);
    EXPECT_EQ(ran.status, c.status) << c.arguments << ": " << ran.both();
    EXPECT_NE(ran.both().find(c.expected), std::string::npos) << c.arguments << ": " << ran.both();
  }
}

TEST(Help, KeepsTo80ColumnsWhereItIsNoTerminal) {
  for (const char* command : {"", "train", "predict", "bench", "lab", "quiz", "serve", "runs", "runs show", "health",
                              "diagnose", "plot", "activations"}) {
    const Ran help = RunProgram(std::string(command) + " --help");
    EXPECT_EQ(help.status, 0) << command;
    std::istringstream lines(help.output);
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80u) << command << ": " << line;
  }
}

TEST(Help, NamesEveryOption) {
  const Ran help = RunProgram("train --help");
  EXPECT_EQ(help.status, 0);
  for (const char* option : {"--network",
                             "--activation",
                             "--test",
                             "--valid",
                             "--epochs",
                             "--batch",
                             "--lr",
                             "--optimizer",
                             "--weight-decay",
                             "--dropout",
                             "--clip-norm",
                             "--init",
                             "--patience",
                             "--seed",
                             "--threads",
                             "--out",
                             "--json",
                             "--quiet",
                             "--balanced",
                             "--target",
                             "--clip-value",
                             "--accumulate",
                             "--label-smoothing",
                             "--init-gain",
                             "--precision",
                             "--checkpoint",
                             "--checkpoint-every",
                             "--resume",
                             "--schedule",
                             "Nesterov, 1983",
                             "warm-up",
                             "step [EPOCHS] [FACTOR]",
                             "orthogonal"}) {
    EXPECT_NE(help.output.find(option), std::string::npos) << option;
  }
  EXPECT_EQ(RunProgram("--version").output, "ramp 0.1.0\n");
}

}  // namespace
}  // namespace ramp
