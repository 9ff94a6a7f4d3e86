#include <gtest/gtest.h>

#include <numeric>

#include "ramp/data/png.h"
#include "ramp/data/resize.h"
#include "ramp/data/source.h"
#include "ramp/data/test_data.h"
#include "ramp/data/test_media.h"

namespace ramp {
namespace {

using Bytes = std::vector<uint8_t>;

const Bytes& BytesOf(const Dataset& data) { return std::get<Bytes>(data.inputs); }

// A black and a white class, of so many pictures each.
void WriteTwoClasses(const TemporaryFolder& folder, int count, const std::string& part = "", size_t width = 3,
                     size_t height = 2) {
  for (int i = 0; i < count; ++i) {
    const std::string name = "/" + std::to_string(i) + ".png";
    folder.Write(part + "black" + name, FlatPng(width, height, static_cast<uint8_t>(i)));
    folder.Write(part + "white" + name, FlatPng(width, height, static_cast<uint8_t>(255 - i)));
  }
}

TEST(Png, OfEveryKindBecomesBytes) {
  struct Case {
    std::string what, bytes;
    size_t channels;
    Bytes pixels;
  };
  const Bytes palette_pixels = {0, 1};
  const Case cases[] = {
      {"grey", Png(2, 1, {10, 200}), 1, {10, 200}},
      {"grey as colour", Png(2, 1, {10, 200}), 3, {10, 10, 10, 200, 200, 200}},
      {"colour", Png(1, 1, {1, 2, 3}, PNG_FORMAT_RGB), 3, {1, 2, 3}},
      {"transparent grey on white", Png(2, 1, {0, 255, 0, 0}, PNG_FORMAT_GA), 1, {0, 255}},
      {"transparent colour on white", Png(1, 1, {9, 9, 9, 0}, PNG_FORMAT_RGBA), 3, {255, 255, 255}},
  };
  for (const Case& c : cases) EXPECT_EQ(DecodePng("a.png", c.bytes, c.channels), c.pixels) << c.what;
}

TEST(Png, ThatIsDamagedIsRefusedWithItsPlace) {
  const std::string whole = Png(20, 20, Bytes(400, 7));
  std::string huge = whole;
  huge.replace(16, 8, std::string("\x00\x00\xff\xff\x00\x00\xff\xff", 8));
  std::string changed = whole;
  char& in_data = changed[whole.find("IDAT") + 8];
  in_data = static_cast<char>(in_data ^ 0x55);
  struct Case {
    std::string bytes;
    std::vector<std::string> words;
  };
  const Case cases[] = {
      {"", {"a.png: byte 0", "no PNG file"}},
      {"\xff\xd8\xff\xe0 JFIF", {"a.png: byte 0", "JPEG", "convert it to PNG"}},
      {whole.substr(0, 20), {"a.png: byte 12", "cut off"}},
      {whole.substr(0, whole.size() - 20), {"a.png: its PNG data is damaged or cut off"}},
      {changed, {"a.png: its PNG data is damaged"}},
      {huge, {"a.png: byte 16: its header claims 65535x65535 pixels", "more than its"}},
  };
  for (const Case& c : cases) {
    ExpectError([&] { DecodePng("a.png", c.bytes, 1); }, c.words, c.words[0]);
  }
  constexpr size_t kEndMark = 12;  // nothing is lost without it
  for (size_t size = 0; size < whole.size() - kEndMark; ++size) {
    EXPECT_THROW(DecodePng("a.png", std::string_view(whole).substr(0, size), 3), Error) << "cut at byte " << size;
  }
}

TEST(Resize, KeepsFlatPicturesAndMeansOfShrunkenOnes) {
  EXPECT_EQ(Resize(Bytes(6 * 4 * 3, 77), 6, 4, 3, 5, 9), Bytes(5 * 9 * 3, 77));
  const Bytes board = {0, 255, 0, 255, 255, 0, 255, 0, 0, 255, 0, 255, 255, 0, 255, 0};
  for (const uint8_t value : Resize(board, 4, 4, 1, 2, 2)) EXPECT_NEAR(value, 127.5, 3);
  EXPECT_EQ(Resize(Bytes{0, 100}, 1, 2, 1, 1, 4), (Bytes{0, 25, 75, 100})) << "linear in between";
  EXPECT_EQ(Resize(board, 4, 4, 1, 4, 4), board);
}

TEST(Pictures, AreReadFromAFolderForEachClass) {
  const TemporaryFolder folder;
  WriteTwoClasses(folder, 20);
  folder.Write("README.txt", "black and white");
  const TrainingData data = ReadTrainingData({.path = folder.path()});
  EXPECT_EQ(data.examples.encoding.shape, (Shape{2, 3, 1}));
  EXPECT_EQ(data.examples.encoding.labels, (std::vector<std::string>{"black", "white"}));
  EXPECT_EQ(data.examples.rows, 40u);
  EXPECT_EQ(data.test.size(), 8u);
  EXPECT_EQ(data.validation.size(), 4u);
  for (uint32_t row = 0; row < 40; ++row) {
    EXPECT_EQ(BytesOf(data.examples)[row * 6] > 127 ? 1 : 0, data.examples.labels[row]) << data.examples.names[row];
  }
  // Stratified: as many of either class in each part.
  for (const auto* part : {&data.training, &data.validation, &data.test}) {
    int white = 0;
    for (const uint32_t row : *part) white += data.examples.labels[row];
    EXPECT_EQ(static_cast<size_t>(white) * 2, part->size());
  }
}

TEST(Pictures, HaveThreeChannelsWhenOneOfThemHasColours) {
  const TemporaryFolder folder;
  WriteTwoClasses(folder, 10, "", 1, 1);
  folder.Write("white/red.png", Png(1, 1, {200, 10, 20}, PNG_FORMAT_RGB));
  const TrainingData data = ReadTrainingData({.path = folder.path()});
  EXPECT_EQ(data.examples.encoding.shape, (Shape{1, 1, 3}));
  EXPECT_EQ(data.examples.encoding.scale()->mean.size(), 3u) << "a mean for each channel";
  const auto red = std::find_if(data.examples.names.begin(), data.examples.names.end(),
                                [](const std::string& name) { return name.ends_with("red.png"); });
  const auto place = static_cast<size_t>(red - data.examples.names.begin()) * 3;
  EXPECT_EQ(BytesOf(data.examples)[place], 200);
  EXPECT_EQ(BytesOf(data.examples)[place + 1], 10);
}

TEST(Pictures, KeepThePartsThatFoldersGive) {
  const TemporaryFolder folder;
  WriteTwoClasses(folder, 10, "train/");
  WriteTwoClasses(folder, 4, "test/");
  WriteTwoClasses(folder, 3, "val/");
  const TrainingData data = ReadTrainingData({.path = folder.path()});
  EXPECT_EQ(data.training.size(), 20u);
  EXPECT_EQ(data.validation.size(), 6u);
  EXPECT_EQ(data.test.size(), 8u);
  for (const uint32_t row : data.test) EXPECT_NE(data.examples.names[row].find("/test/"), std::string::npos);
  const TrainingData fraction = ReadTrainingData({.path = folder.path(), .test = "0.5"});
  EXPECT_EQ(fraction.test.size(), 10u);
  EXPECT_EQ(fraction.examples.rows, 26u) << "the test folder is left alone";
  EXPECT_EQ(ReadForPrediction(folder.path(), data.examples.encoding).rows, 8u) << "the test part alone";
}

TEST(Pictures, OfMixedSizesNeedOneToBeBroughtTo) {
  const TemporaryFolder folder;
  WriteTwoClasses(folder, 10);
  folder.Write("white/other.png", FlatPng(5, 4, 200));
  ExpectError([&] { ReadTrainingData({.path = folder.path()}); },
              {"other.png: has 5x4 pixels, but ", "0.png has 3x2", "--size 3x2"}, "mixed sizes");
  const TrainingData data = ReadTrainingData({.path = folder.path(), .size = "7x6"});
  EXPECT_EQ(data.examples.encoding.shape, (Shape{6, 7, 1}));
  EXPECT_EQ(ReadForPrediction(folder.path() + "/white/other.png", data.examples.encoding).rows, 1u);
  const Encoding again = Encoding::FromJson(data.examples.encoding.ToJson());
  EXPECT_TRUE(std::get<PictureEncoding>(again.data).resizes);
  for (const char* size : {"7", "x7", "0x7", "7x", "7x9000", "axb", "7x7x7"}) {
    ExpectError<UsageError>([&] { ReadTrainingData({.path = folder.path(), .size = size}); }, {"--size is", "28x28"},
                            size);
  }
}

TEST(Pictures, AnswerForAModelOfDrawnDigits) {
  const TemporaryFolder folder;
  const Encoding encoding = ReadTrainingData({}).examples.encoding;
  const std::string one = folder.Write("7_mine.png", FlatPng(28, 28, 0));
  const Dataset data = ReadForPrediction(one, encoding);
  EXPECT_EQ(data.rows, 1u);
  EXPECT_EQ(data.labels, (std::vector<int32_t>{7})) << "by the first field of its name";
  const std::string wrong = folder.Write("small.png", FlatPng(20, 28, 0));
  ExpectError([&] { ReadForPrediction(wrong, encoding); }, {"small.png: has 20x28 pixels", "the training's have 28x28"},
              "another size");
}

TEST(Pictures, InFormatsThatAreNotReadAreTold) {
  const TemporaryFolder folder;
  folder.Write("cat/1.jpg", "\xff\xd8\xff");
  folder.Write("dog/1.jpg", "\xff\xd8\xff");
  ExpectError([&] { ReadTrainingData({.path = folder.path()}); }, {"2 files end in .jpg", "convert them to PNG"},
              "JPEG alone");
  WriteTwoClasses(folder, 10);
  folder.Write("white/notes.doc", "a note");
  const Notes notes = ReadTrainingData({.path = folder.path()}).examples.notes;
  EXPECT_TRUE(HasNote(notes, "2 files end in .jpg, which is not read: convert them to PNG"));
  EXPECT_TRUE(HasNote(notes, "1 other file is not read (the first ends in '.doc')"));
}

TEST(Pictures, ThatCannotBeLearnedFromAreRefused) {
  struct Case {
    std::string what;
    std::vector<std::pair<std::string, std::string>> files;
    std::vector<std::string> words;
  };
  const Case cases[] = {
      {"no classes", {{"a.png", FlatPng(1, 1, 0)}, {"b.png", FlatPng(1, 1, 0)}}, {"a.png", "has no class"}},
      {"one class", {{"x_1.png", FlatPng(1, 1, 0)}, {"x_2.png", FlatPng(1, 1, 0)}}, {"one class"}},
      {"an empty file",
       {{"a/1.png", FlatPng(1, 1, 0)},
        {"b/1.png", ""},
        {"b/2.png", FlatPng(1, 1, 0)},
        {"a/2.png", FlatPng(1, 1, 0)},
        {"a/3.png", FlatPng(1, 1, 0)}},
       {"b/1.png: is empty"}},
      {"no picture inside",
       {{"a/1.png", FlatPng(1, 1, 0)},
        {"b/1.png", "hello"},
        {"b/2.png", FlatPng(1, 1, 0)},
        {"a/2.png", FlatPng(1, 1, 0)},
        {"a/3.png", FlatPng(1, 1, 0)}},
       {"b/1.png: byte 0: is no PNG file"}},
      {"pictures and sounds",
       {{"a/1.png", FlatPng(1, 1, 0)}, {"b/1.wav", Wav({0, 0, 0})}},
       {"pictures (1) and sounds (1)", "folders of their own"}},
      {"a class whose name is no UTF-8",
       {{"a/1.png", FlatPng(1, 1, 0)}, {"b\xff/1.png", FlatPng(1, 1, 0)}},
       {"no UTF-8: rename it"}},
  };
  for (const Case& c : cases) {
    const TemporaryFolder folder;
    for (const auto& [name, bytes] : c.files) folder.Write(name, bytes);
    ExpectError([&] { ReadTrainingData({.path = folder.path()}); }, c.words, c.what);
  }
  const TemporaryFolder folder;
  const std::string one = folder.Write("a.png", FlatPng(1, 1, 0));
  ExpectError([&] { ReadTrainingData({.path = one}); }, {"is one picture", "give a folder"}, "one picture");
  WriteTwoClasses(folder, 10);
  ExpectError<UsageError>([&] { ReadTrainingData({.path = folder.path(), .target = "x"}); },
                          {"no use for --target", "tables (CSV)"}, "a target");
  ExpectError<UsageError>([&] { ReadTrainingData({.path = folder.path(), .seconds = 1}); },
                          {"no use for --seconds", "folders of sound"}, "seconds");
}

}  // namespace
}  // namespace ramp
