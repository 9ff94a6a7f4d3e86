#include "ramp/data/text.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "ramp/data/source.h"
#include "ramp/data/test_data.h"

namespace ramp {
namespace {

std::vector<std::string> Tokens(std::string_view text, bool characters) {
  std::vector<std::string> tokens;
  TokenReader reader(text, characters);
  while (const auto token = reader.Next()) tokens.emplace_back(*token);
  return tokens;
}

std::vector<float> Inputs(const Dataset& data, uint32_t row) {
  std::vector<float> inputs(data.encoding.shape.count());
  data.Gather(std::span(&row, 1), inputs.data());
  return inputs;
}

// So many lines, the first words of which tell the class.
void WriteReviews(const TemporaryFolder& folder, int lines) {
  std::string good, bad;
  for (int i = 0; i < lines; ++i) {
    good += "A fine film , number " + std::to_string(2 * i) + "\n\n";
    bad += "A dull film , number " + std::to_string(2 * i + 1) + "\r\n";
  }
  folder.Write("reviews.good", good);
  folder.Write("reviews.bad", bad);
  folder.Write("ORIGIN", "written for a test");
}

TEST(Tokens, AreWordsAndSignsOrCharacters) {
  using List = std::vector<std::string>;
  EXPECT_EQ(Tokens("It's  GOOD, isn't it?\n", false), (List{"it's", "good", ",", "isn't", "it", "?"}));
  EXPECT_EQ(Tokens("caf\xc3\xa9 2", false), (List{"caf\xc3\xa9", "2"}));
  EXPECT_EQ(Tokens("a\xc3\xa9\n", true), (List{"a", "\xc3\xa9", "\n"}));
  EXPECT_TRUE(Tokens(" \t\n", false).empty());
}

TEST(Text, IsCleanedOfItsMarkReturnsAndOldEncoding) {
  Notes notes;
  EXPECT_EQ(CleanText("t.txt",
                      "\xEF\xBB\xBF"
                      "a\r\nb\rc\n",
                      notes),
            "a\nb\nc\n");
  EXPECT_TRUE(notes.empty());
  EXPECT_EQ(CleanText("t.txt", "caf\xe9", notes), "caf\xc3\xa9");
  EXPECT_TRUE(HasNote(notes, "t.txt: byte 3 is no UTF-8"));
  ExpectError([&] { CleanText("t.txt", std::string("ab\0c", 4), notes); }, {"t.txt: byte 2: 0x00 is no text"}, "zero");
}

TEST(Texts, OfAFileForEachClassAreLines) {
  const TemporaryFolder folder;
  WriteReviews(folder, 30);
  const TrainingData data = ReadTrainingData({.path = folder.path()});
  const Encoding& encoding = data.examples.encoding;
  EXPECT_EQ(data.examples.rows, 60u);
  EXPECT_EQ(encoding.labels, (std::vector<std::string>{"bad", "good"}));
  EXPECT_EQ(encoding.shape, Shape{6});
  EXPECT_FALSE(encoding.text()->characters);
  // "a", "film", "," and "number" come up in every line, and so before what few have.
  const std::vector<std::string> frequent(encoding.text()->tokens.begin(), encoding.text()->tokens.begin() + 4);
  EXPECT_EQ(frequent, (std::vector<std::string>{",", "a", "film", "number"}));
  EXPECT_EQ(encoding.vocabulary(), encoding.text()->tokens.size() + 2);
  const std::vector<float> first = Inputs(data.examples, data.training[0]);
  EXPECT_EQ(first[0], 3) << "'a' is token 1 behind filling and unknown";
  EXPECT_EQ(first[5], 1) << "a number of its own is unknown";
  for (const float id : first) EXPECT_LT(id, static_cast<float>(encoding.vocabulary()));

  const Encoding again = Encoding::FromJson(encoding.ToJson());
  EXPECT_EQ(again.ToJson(), encoding.ToJson());
  const TemporaryFolder other;
  const std::string file = other.Write("new.txt", "a fine film\n\nA DULL FILM, number one two three four\n");
  const Dataset predicted = ReadForPrediction(file, again);
  EXPECT_EQ(predicted.rows, 2u);
  EXPECT_FALSE(predicted.has_targets());
  EXPECT_EQ(Inputs(predicted, 0)[3], 0) << "filled up";
  EXPECT_TRUE(HasNote(predicted.notes, "1 of 2 texts have more than 6 words and signs"));
  EXPECT_EQ(ReadForPrediction(folder.path(), again).labels.size(), 60u);
}

TEST(Texts, OfAFolderForEachClassAreFiles) {
  const TemporaryFolder folder;
  for (int i = 0; i < 12; ++i) {
    folder.Write("train/pro/" + std::to_string(i) + ".txt", "yes yes\nindeed indeed");
    folder.Write("train/con/" + std::to_string(i) + ".txt", "no no\nnever never");
    if (i < 3) folder.Write("test/con/" + std::to_string(i) + ".txt", "no");
  }
  const TrainingData data = ReadTrainingData({.path = folder.path(), .length = 3});
  EXPECT_EQ(data.examples.rows, 27u);
  EXPECT_EQ(data.test.size(), 3u);
  EXPECT_EQ(data.examples.encoding.labels, (std::vector<std::string>{"con", "pro"}));
  EXPECT_EQ(data.examples.encoding.shape, Shape{3});
  EXPECT_EQ(data.examples.encoding.text()->tokens.size(), 4u);
  EXPECT_EQ(ReadTrainingData({.path = folder.path(), .characters = true}).examples.encoding.shape, Shape{21});
  EXPECT_EQ(ReadTrainingData({.path = folder.path(), .vocabulary = 2}).examples.encoding.vocabulary(), 4u);
}

TEST(NextCharacter, OfATextHasWindowsBeforeIt) {
  const TemporaryFolder folder;
  std::string text;
  for (int i = 0; i < 50; ++i) text += "abcd\n";
  const std::string path = folder.Write("t.txt", text);
  const TrainingData data = ReadTrainingData({.path = path, .next_character = true, .length = 4});
  const Encoding& encoding = data.examples.encoding;
  EXPECT_EQ(data.examples.rows, 250u);
  EXPECT_EQ(encoding.labels, (std::vector<std::string>{"\n", "a", "b", "c", "d"}));
  EXPECT_EQ(encoding.vocabulary(), 7u);
  EXPECT_EQ(Inputs(data.examples, 0), (std::vector<float>{0, 0, 0, 0})) << "nothing stands before the first";
  EXPECT_EQ(Inputs(data.examples, 6), (std::vector<float>{5, 6, 2, 3})) << "c d line-feed a";
  EXPECT_EQ(data.examples.labels[6], 2) << "b";
  EXPECT_EQ(std::get<std::vector<uint16_t>>(data.examples.inputs).size(), 254u) << "windows overlap in memory";
  // By position: training before validation before test.
  EXPECT_EQ(data.training.back(), 179u);
  EXPECT_EQ(data.validation.front(), 180u);
  EXPECT_EQ(data.test.front(), 200u);
  EXPECT_EQ(data.test.back(), 249u);

  const Encoding again = Encoding::FromJson(encoding.ToJson());
  EXPECT_EQ(again.vocabulary(), 7u);
  const Dataset other = ReadForPrediction(folder.Write("o.txt", "dab"), again);
  EXPECT_EQ(other.labels, (std::vector<int32_t>{4, 1, 2}));
  const Dataset strange = ReadForPrediction(folder.Write("o.txt", "daXb"), again);
  EXPECT_EQ(strange.rows, 4u);
  EXPECT_TRUE(HasNote(strange.notes, "o.txt: its character 3 is one that the training text does not have"));
  EXPECT_EQ(Inputs(strange, 3), (std::vector<float>{0, 5 + 1, 3, 1}));
  ExpectError([&] { ReadTrainingData({.path = path, .next_character = true, .test = folder.path() + "/o.txt"}); },
              {"o.txt: its character 3", "remove it"}, "a test with another character");
}

TEST(Texts, ThatCannotBeLearnedFromAreRefused) {
  const TemporaryFolder folder;
  const auto next = [&](const std::string& bytes) {
    ReadTrainingData({.path = folder.Write("t.txt", bytes), .next_character = true});
  };
  ExpectError([&] { next(""); }, {"t.txt: is empty"}, "empty");
  ExpectError([&] { next("aaaa"); }, {"t.txt: has 1 different character, so there is nothing to learn"}, "one letter");
  ExpectError([&] { next(std::string("a\0b", 3)); }, {"t.txt: byte 1: 0x00 is no text"}, "binary");
  ExpectError([&] { next("ab"); }, {"cannot be split"}, "too short");
  ExpectError<UsageError>([&] { ReadTrainingData({.path = folder.path(), .next_character = true}); },
                          {"is a folder", "takes one text file"}, "a folder");
  ExpectError([&] { ReadTrainingData({.path = folder.Write("t.txt", "To be, or not\nto be\n")}); },
              {"t.txt:2", "--task next-character", "a file for each class"}, "no task");
  const TemporaryFolder reviews;
  reviews.Write("r.good", "one\ntwo\nthree\nfour\n");
  reviews.Write("r.bad", " \n\n");
  ExpectError([&] { ReadTrainingData({.path = reviews.path()}); }, {"one class"}, "one class");
  reviews.Write("r.bad", "five\nsix\nseven\neight\n");
  ExpectError([&] { ReadTrainingData({.path = reviews.path()}); }, {"no word comes up twice", "--tokens characters"},
              "words that come once");
  reviews.Write("r.bad", std::string("five\0", 5));
  ExpectError([&] { ReadTrainingData({.path = reviews.path()}); }, {"r.bad: byte 4: 0x00 is no text"}, "binary");
}

TEST(RealData, OfReviewsAndShakespeareIsReadWithTheRightCounts) {
  const std::string reviews = RealData("rt-polarity");
  if (reviews.empty()) GTEST_SKIP() << "no real data beside the sources (../shared/data)";
  const TrainingData data = ReadTrainingData({.path = reviews});
  EXPECT_EQ(data.examples.rows, 10662u);
  EXPECT_EQ(data.examples.encoding.labels, (std::vector<std::string>{"neg", "pos"}));
  const TrainingData text = ReadTrainingData({.path = RealData("tinyshakespeare/input.txt"), .next_character = true});
  EXPECT_EQ(text.examples.rows, 1115394u);
  EXPECT_EQ(text.examples.encoding.labels.size(), 65u);
}

}  // namespace
}  // namespace ramp
