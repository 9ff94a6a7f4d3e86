#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <numeric>
#include <string>
#include <vector>

#include "ramp/base/error.h"
#include "ramp/base/file.h"
#include "ramp/base/memory.h"
#include "ramp/base/parallel.h"
#include "ramp/base/random.h"

namespace ramp {
namespace {

std::string Scratch(const std::string& name) { return (std::filesystem::path(testing::TempDir()) / name).string(); }

TEST(DidYouMean, NamesTheNearestAndNothingThatIsFar) {
  const std::vector<std::string> names = {"relu", "tanh", "sigmoid"};
  EXPECT_EQ(DidYouMean("rellu", names), " (did you mean 'relu'?)");
  EXPECT_EQ(DidYouMean("Sigmoid", names), " (did you mean 'sigmoid'?)");
  EXPECT_EQ(DidYouMean("convolution", names), "");
  EXPECT_EQ(DidYouMean("x", {}), "");
}

TEST(Random, GivesTheSameNumbersForTheSameSeedAndOthersForAnotherStream) {
  Random one(7, 1), same(7, 1), other(7, 2);
  for (int i = 0; i < 100; ++i) {
    const uint64_t number = one.Next();
    EXPECT_EQ(number, same.Next());
    EXPECT_NE(number, other.Next());
  }
}

TEST(Random, GoesOnFromItsState) {
  Random one(3);
  one.Next();
  Random resumed(0);
  resumed.set_state(one.state());
  EXPECT_EQ(resumed.Next(), one.Next());
}

TEST(Random, HasTheMomentsOfItsDistributions) {
  Random random(1);
  constexpr int kDraws = 200000;
  double uniform = 0, normal = 0, square = 0, fourth = 0;
  for (int i = 0; i < kDraws; ++i) {
    uniform += random.Uniform();
    const double z = random.Normal();
    normal += z;
    square += z * z;
    fourth += z * z * z * z;
  }
  EXPECT_NEAR(uniform / kDraws, 0.5, 0.005);
  EXPECT_NEAR(normal / kDraws, 0, 0.01);
  EXPECT_NEAR(square / kDraws, 1, 0.02);
  EXPECT_NEAR(fourth / kDraws, 3, 0.15);
}

TEST(Random, DrawsEachNumberBelowABoundEquallyOften) {
  Random random(5);
  std::vector<int> counts(7);
  for (int i = 0; i < 70000; ++i) ++counts[random.Below(7)];
  for (const int count : counts) EXPECT_NEAR(count, 10000, 500);
}

TEST(Shuffle, KeepsEveryItem) {
  std::vector<uint32_t> items(1000);
  std::iota(items.begin(), items.end(), 0u);
  const std::vector<uint32_t> before = items;
  Random(1).Shuffle(std::span<uint32_t>(items));
  EXPECT_NE(items, before);
  std::sort(items.begin(), items.end());
  EXPECT_EQ(items, before);
}

TEST(ParallelRanges, CoversEveryItemOnceForAllCountsAndParts) {
  for (size_t count : {0u, 1u, 63u, 64u, 65u, 1000u}) {
    for (size_t parts : {1u, 2u, 3u, 8u}) {
      std::vector<int> seen(count);
      ParallelRanges(count, parts, 64, [&](size_t begin, size_t end, size_t) {
        for (size_t i = begin; i < end; ++i) ++seen[i];
      });
      EXPECT_EQ(std::count(seen.begin(), seen.end(), 1), static_cast<ptrdiff_t>(count)) << count << " in " << parts;
    }
  }
}

TEST(AlignedArray, IsAlignedAndZero) {
  for (size_t size : {1u, 5u, 1000u}) {
    const Floats floats(size);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(floats.data()) % kAlignment, 0u);
    for (const float value : floats.span()) EXPECT_EQ(value, 0.0f);
  }
}

TEST(WriteFileWhole, ReplacesAndLeavesNothingElse) {
  const std::filesystem::path folder = Scratch("whole");
  std::filesystem::remove_all(folder);
  std::filesystem::create_directory(folder);
  const std::string path = (folder / "file").string();
  WriteFileWhole(path, "one");
  WriteFileWhole(path, "two");
  CheckWritable(path);
  EXPECT_EQ(ReadFileWhole(path), "two");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder), {}), 1);
}

TEST(CheckApart, RefusesAFileThatIsReadUnderAnyOfItsNames) {
  const std::string path = Scratch("read.csv"), link = Scratch("link.csv");
  std::filesystem::remove(link);
  WriteFileWhole(path, "a,b");
  std::filesystem::create_symlink(path, link);
  CheckApart(Scratch("no such file"), path);
  CheckApart(path, Scratch("no such file"));
  CheckApart("/dev/null", "/dev/null");
  for (const std::string& name : {path, link, Scratch("./read.csv")}) {
    EXPECT_THROW(CheckApart(name, path), Error) << name;
  }
}

TEST(WriteFileWhole, SaysWhatIsWrongWithThePlace) {
  struct Case {
    std::string path, expected;
  };
  for (const Case& c : {Case{Scratch("no/such/folder/file"), "make the folder first"},
                        Case{testing::TempDir(), "is a folder"}, Case{"/dev/full", "free some space"}}) {
    if (c.path != "/dev/full") {
      EXPECT_THROW(CheckWritable(c.path), Error) << c.path;
    }
    try {
      WriteFileWhole(c.path, "text");
      ADD_FAILURE() << c.path << " was written";
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find(c.expected), std::string::npos) << error.what();
      EXPECT_NE(std::string(error.what()).find(c.path), std::string::npos) << error.what();
    }
  }
}

TEST(ReadFileWhole, RefusesWhatIsTooLargeOrNotThere) {
  const std::string path = Scratch("large");
  WriteFileWhole(path, std::string(100, 'x'));
  EXPECT_THROW(ReadFileWhole(path, 99), Error);
  EXPECT_EQ(ReadFileWhole(path, 100).size(), 100u);
  EXPECT_THROW(ReadFileWhole(Scratch("absent")), Error);
  EXPECT_THROW(ReadFileWhole(testing::TempDir()), Error);
}

}  // namespace
}  // namespace ramp
