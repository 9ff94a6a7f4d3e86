#include "ramp/data/generated.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "ramp/data/source.h"
#include "ramp/data/test_data.h"

namespace ramp {
namespace {

std::vector<float> Inputs(const Dataset& data) {
  std::vector<uint32_t> rows(std::min<size_t>(data.rows, 500));
  for (size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<uint32_t>(i);
  std::vector<float> inputs(rows.size() * data.encoding.shape.count());
  data.Gather(rows, inputs.data());
  return inputs;
}

// The set's name, with a number of rows or characters that is quickly made.
std::string Small(const GeneratedSet& set) {
  return std::string(set.name) + " " + std::string(set.settings[0].word) +
         (set.settings[0].low < 1000 ? " 480" : " 5000");
}

TEST(EveryGeneratedSet, IsTheSameForTheSameSeedAndAnotherForAnother) {
  for (const GeneratedSet& set : GeneratedSets()) {
    const std::string name = Small(set);
    const TrainingData one = ReadTrainingData({.path = name, .seed = 3});
    const TrainingData again = ReadTrainingData({.path = name, .seed = 3});
    const TrainingData other = ReadTrainingData({.path = name, .seed = 4});
    EXPECT_EQ(one.name, set.name);
    EXPECT_EQ(Inputs(one.examples), Inputs(again.examples)) << name;
    EXPECT_EQ(one.examples.labels, again.examples.labels) << name;
    EXPECT_NE(Inputs(one.examples), Inputs(other.examples)) << name;
    EXPECT_EQ(one.training.size() + one.validation.size() + one.test.size(), one.examples.rows) << name;
    for (const float value : Inputs(one.examples)) ASSERT_TRUE(std::isfinite(value)) << name;
  }
}

TEST(EveryGeneratedSet, HasEveryClassInEveryPartAndCanBePredicted) {
  for (const GeneratedSet& set : GeneratedSets()) {
    const std::string name = Small(set);
    const TrainingData data = ReadTrainingData({.path = name});
    const Encoding& encoding = data.examples.encoding;
    for (const auto* part : {&data.training, &data.test}) {
      std::set<int32_t> classes;
      EXPECT_FALSE(part->empty()) << name;
      if (encoding.task == Task::kRegression) continue;
      for (const uint32_t row : *part) classes.insert(data.examples.labels[row]);
      EXPECT_EQ(classes.size(), encoding.labels.size()) << name;
    }
    const Encoding again = Encoding::FromJson(encoding.ToJson());
    const Dataset predicted = ReadForPrediction(name, again);
    EXPECT_TRUE(predicted.has_targets()) << name;
    EXPECT_NE(Inputs(predicted), Inputs(data.examples)) << name << ": other examples than those of the training";
    EXPECT_TRUE(ReadTrainingData({.path = name, .test = name}).test_set.has_value()) << name;
  }
}

TEST(EveryGeneratedSet, TakesItsSettings) {
  for (const GeneratedSet& set : GeneratedSets()) {
    const Generated usual = Generate(set, Small(set), 1);
    for (const Setting& setting : set.settings) {
      const double half = setting.initial / 2;
      const double number =
          setting.whole ? (setting.initial > setting.low ? std::floor(half + 0.5) : setting.low + 1) : half;
      const bool counts = &setting == set.settings.data();
      const std::string text = (counts ? std::string(set.name) : Small(set)) + ", " + std::string(setting.word) + " " +
                               std::to_string(counts ? setting.low : number);
      const Generated changed = Generate(set, text, 1);
      const bool same = usual.text.empty() ? Inputs(usual.examples) == Inputs(changed.examples) &&
                                                 usual.examples.rows == changed.examples.rows &&
                                                 usual.examples.values == changed.examples.values
                                           : usual.text == changed.text;
      EXPECT_FALSE(same) << text;
    }
  }
}

TEST(GeneratedSets, RefuseSettingsWithTheirPlace) {
  struct Case {
    std::string text;
    std::vector<std::string> words;
  };
  const Case cases[] = {
      {"spirals arms 1", {"data, character 9", "1 is no value for 'arms'", "a whole number from 2 to 20"}},
      {"spirals arms 2.5", {"2.5 is no value"}},
      {"spirals arm 3", {"no setting 'arm'", "did you mean 'arms'", "rows, noise, arms, turns"}},
      {"spirals noise", {"'noise'", "needs a number"}},
      {"spirals noise 1 noise 2", {"'noise' is set twice"}},
      {"moons 3", {"character 1", "no number"}},
      {"moons noise 0.1 0.2", {"character 17", "a word is needed before the number 0.2"}},
  };
  for (const Case& c : cases) {
    ExpectError<UsageError>([&] { ReadTrainingData({.path = c.text}); }, c.words, c.text);
  }
  ExpectError([] { ReadTrainingData({.path = "spiral"}); }, {"no such file", "did you mean 'spirals'", "grammar"},
              "spiral");
  const Encoding encoding = ReadTrainingData({.path = "moons"}).examples.encoding;
  ExpectError([&] { ReadForPrediction("vowels", encoding); }, {"vowels: is another kind of data", "arrays"}, "vowels");
}

TEST(Xor, IsTheParityOfTheSigns) {
  const GeneratedSet& set = *FindGeneratedSet("xor");
  const Generated made = Generate(set, "xor inputs 3, noise 0", 1);
  const auto& points = std::get<std::vector<float>>(made.examples.inputs);
  for (size_t row = 0; row < made.examples.rows; ++row) {
    const long negative =
        std::count_if(points.begin() + static_cast<ptrdiff_t>(row * 3),
                      points.begin() + static_cast<ptrdiff_t>(row * 3 + 3), [](float value) { return value < 0; });
    ASSERT_EQ(made.examples.labels[row], negative % 2) << row;
  }
}

TEST(GeneratedNumbers, AreWhatTheirNamesSay) {
  struct Case {
    std::string text;
    double (*target)(double x);
  };
  const Case cases[] = {
      {"absolute noise 0, rows 100", [](double x) { return std::abs(x); }},
      {"sine noise 0, rows 100, waves 1", [](double x) { return std::sin(3.14159265358979 * x); }},
  };
  for (const Case& c : cases) {
    const Generated made = Generate(*FindGeneratedSet(c.text), c.text, 1);
    const auto& points = std::get<std::vector<float>>(made.examples.inputs);
    for (size_t row = 0; row < made.examples.rows; ++row) {
      ASSERT_NEAR(made.examples.values[row], c.target(static_cast<double>(points[row])), 1e-6) << c.text;
    }
  }
}

TEST(GeneratedNumbers, AreStandardisedByTheTrainingRows) {
  const TrainingData data = ReadTrainingData({.path = "absolute rows 500"});
  double sum = 0, squares = 0;
  for (const uint32_t row : data.training) {
    const auto value = static_cast<double>(data.examples.values[row]);
    sum += value;
    squares += value * value;
  }
  const auto rows = static_cast<double>(data.training.size());
  EXPECT_NEAR(sum / rows, 0, 1e-5);
  EXPECT_NEAR(squares / rows, 1, 1e-4);
  EXPECT_NEAR(data.examples.encoding.target_mean, 0.5, 0.05);
}

TEST(DataWithoutAFile, IsThatOfTheSameNameAndText) {
  const TrainingData named = ReadTrainingData({.path = "moons rows 100", .seed = 5});
  const TrainingData made = MakeTrainingData({.path = "moons rows 100", .seed = 5});
  EXPECT_EQ(Inputs(named.examples), Inputs(made.examples));
  EXPECT_EQ(named.training, made.training);
  std::string csv = "x,y,colour\n";
  for (int i = 0; i < 60; ++i)
    csv += std::to_string(i) + "," + std::to_string(i * i % 7) + (i % 3 ? ",red\n" : ",blue\n");
  const TemporaryFolder folder;
  const TrainingData read = ReadTrainingData({.path = folder.Write("table.csv", csv), .seed = 5});
  const TrainingData text = ReadTrainingTable({.path = "table.csv", .seed = 5}, csv);
  EXPECT_EQ(Inputs(read.examples), Inputs(text.examples));
  EXPECT_EQ(read.examples.labels, text.examples.labels);
  EXPECT_EQ(read.training, text.training);
  EXPECT_EQ(read.test, text.test);
}

TEST(DataWithoutAFile, IsNeverAFile) {
  const TemporaryFolder folder;
  const std::string path = folder.Write("table.csv", "x,y\n1,a\n2,b\n");
  ExpectError<UsageError>([&] { MakeTrainingData({.path = path}); }, {"is no generated set", "spirals"}, path);
  ExpectError<UsageError>([] { MakeTrainingData({.path = "mons"}); }, {"did you mean 'moons'"}, "mons");
}

TEST(Vowels, AreTestedOnVoicesThatTrainingDoesNotHave) {
  const TrainingData data = ReadTrainingData({.path = "vowels, voices 8, rows 800"});
  EXPECT_EQ(data.test.size(), 200u);
  const auto voice_of = [](uint32_t row) { return row / 10 % 8; };
  for (const uint32_t row : data.test) EXPECT_GE(voice_of(row), 6u);
  for (const uint32_t row : data.training) EXPECT_LT(voice_of(row), 6u);
}

TEST(Grammar, MakesSentencesWhoseVerbsAgree) {
  const Generated made = Generate(*FindGeneratedSet("grammar"), "grammar depth 0, characters 5000", 1);
  std::set<std::string> sentences;
  for (size_t begin = 0; begin < made.text.size();) {
    const size_t end = made.text.find('\n', begin);
    sentences.insert(made.text.substr(begin, end - begin));
    begin = end + 1;
  }
  for (const std::string& sentence : sentences) {
    EXPECT_TRUE(sentence.ends_with("."));
    // Without clauses either the noun or the verb has an s.
    EXPECT_EQ(std::count(sentence.begin(), sentence.end(), ' '), 2) << sentence;
    const size_t noun_end = sentence.find(' ', 4);
    EXPECT_NE(sentence[noun_end - 1] == 's', sentence[sentence.size() - 2] == 's') << sentence;
  }
  EXPECT_GT(sentences.size(), 20u);
}

}  // namespace
}  // namespace ramp
