#include "ramp/data/augmentation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "ramp/data/test_data.h"

namespace ramp {
namespace {

Encoding Pictures() {
  Encoding encoding;
  encoding.shape = {4, 5, 2};
  encoding.SetScale({.mean = {0}, .deviation = {1}});
  return encoding;
}

Encoding Sounds() {
  Encoding encoding = Pictures();
  encoding.shape = {12, 6};
  encoding.data = SoundEncoding{.scale = *encoding.scale()};
  return encoding;
}

// [rows, shape], every value of a row different.
std::vector<float> Counted(size_t rows, const Shape& shape) {
  std::vector<float> values(rows * shape.count());
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i);
  return values;
}

TEST(EveryAugmentation, IsTheSameForTheSameKeyAndChangesSomething) {
  for (const AugmentationDefinition& row : Augmentations()) {
    const Encoding encoding = row.pictures ? Pictures() : Sounds();
    const std::string text = std::string(row.name) + (row.setting.high > 0 ? " 2" : "");
    const Augmentation augmentation(text, encoding);
    const std::vector<float> before = Counted(16, encoding.shape);
    std::vector<float> one = before, again = before, other = before;
    augmentation.Apply(one, 16, 7);
    augmentation.Apply(again, 16, 7);
    augmentation.Apply(other, 16, 8);
    EXPECT_EQ(one, again) << text;
    EXPECT_NE(one, other) << text;
    EXPECT_NE(one, before) << text;
    // A row does not depend on how many others there are.
    std::vector<float> few(before.begin(), before.begin() + static_cast<ptrdiff_t>(3 * encoding.shape.count()));
    augmentation.Apply(few, 3, 7);
    EXPECT_TRUE(std::equal(few.begin(), few.end(), one.begin())) << text;
  }
}

TEST(Shift, MovesWholePicturesAndRepeatsTheirEdges) {
  const Encoding encoding = Pictures();
  const Shape& shape = encoding.shape;
  const std::vector<float> before = Counted(64, shape);
  std::vector<float> after = before;
  Augmentation("shift 2", encoding).Apply(after, 64, 1);
  const auto at = [&](const std::vector<float>& values, size_t row, ptrdiff_t y, ptrdiff_t x, size_t channel) {
    const auto inside_y = static_cast<size_t>(std::clamp<ptrdiff_t>(y, 0, 3));
    const auto inside_x = static_cast<size_t>(std::clamp<ptrdiff_t>(x, 0, 4));
    return values[row * shape.count() + (inside_y * 5 + inside_x) * 2 + channel];
  };
  std::set<std::pair<ptrdiff_t, ptrdiff_t>> seen;
  for (size_t row = 0; row < 64; ++row) {
    size_t matches = 0;
    for (ptrdiff_t down = -2; down <= 2; ++down) {
      for (ptrdiff_t aside = -2; aside <= 2; ++aside) {
        bool same = true;
        for (ptrdiff_t y = 0; y < 4; ++y) {
          for (ptrdiff_t x = 0; x < 5; ++x) {
            for (size_t c = 0; c < 2; ++c) {
              same = same && at(after, row, y, x, c) == at(before, row, y - down, x - aside, c);
            }
          }
        }
        if (!same) continue;
        ++matches;
        seen.insert({down, aside});
      }
    }
    EXPECT_EQ(matches, 1u) << "picture " << row << " is one of its 25 shifts";
  }
  EXPECT_GT(seen.size(), 15u);
}

TEST(Flip, ExchangesLeftAndRightOfAboutHalfOfThePictures) {
  const Encoding encoding = Pictures();
  const std::vector<float> before = Counted(200, encoding.shape);
  std::vector<float> after = before;
  Augmentation("flip", encoding).Apply(after, 200, 1);
  size_t flipped = 0;
  for (size_t row = 0; row < 200; ++row) {
    const size_t first = row * encoding.shape.count();
    if (after[first] == before[first]) continue;
    ++flipped;
    EXPECT_EQ(after[first], before[first + 8]) << "the last pixel of the line";
    EXPECT_EQ(after[first + 1], before[first + 9]) << "its other channel";
  }
  EXPECT_NEAR(static_cast<double>(flipped), 100, 30);
}

TEST(Mask, WipesOutStretchesOfFramesAndBands) {
  const Encoding encoding = Sounds();
  std::vector<float> values(100 * encoding.shape.count(), 1.0f);
  Augmentation("mask 3", encoding).Apply(values, 100, 1);
  for (size_t row = 0; row < 100; ++row) {
    size_t frames = 0, bands = 0;
    for (size_t f = 0; f < 12; ++f) {
      const auto frame = values.begin() + static_cast<ptrdiff_t>((row * 12 + f) * 6);
      frames += std::count(frame, frame + 6, 0.0f) == 6 ? 1u : 0u;
      bands = std::max(bands, std::count(frame, frame + 6, 0.0f) == 6
                                  ? 0u
                                  : static_cast<size_t>(std::count(frame, frame + 6, 0.0f)));
    }
    EXPECT_LE(frames, 3u);
    EXPECT_LE(bands, 3u);
  }
  EXPECT_GT(std::count(values.begin(), values.end(), 0.0f), 500);
}

TEST(Noise, HasTheDeviationThatIsAskedFor) {
  const Encoding encoding = Pictures();
  std::vector<float> values(500 * encoding.shape.count(), 0.0f);
  Augmentation("noise 0.5", encoding).Apply(values, 500, 1);
  double squares = 0;
  for (const float value : values) squares += static_cast<double>(value * value);
  EXPECT_NEAR(std::sqrt(squares / static_cast<double>(values.size())), 0.5, 0.02);
}

TEST(AugmentationText, IsRefusedWithItsPlace) {
  struct Case {
    std::string text;
    Encoding encoding;
    std::vector<std::string> words;
  };
  Encoding table;
  table.data = TableEncoding{.columns = {{.name = "a"}}};
  table.shape = {1};
  const Case cases[] = {
      {"shift 2, flop", Pictures(), {"--augment, character 10", "no change 'flop'", "did you mean 'flip'"}},
      {"shift", Pictures(), {"'shift'", "needs a whole number from 1"}},
      {"shift 1.5", Pictures(), {"1.5 is no value"}},
      {"flip 2", Pictures(), {"'flip' has no number"}},
      {"flip", Sounds(), {"'flip' is for pictures, but the data is sound"}},
      {"mask 2", Pictures(), {"'mask' is for sounds, but the data is pictures"}},
      {"noise 1", table, {"but the data is a table"}},
  };
  for (const Case& c : cases) {
    ExpectError<UsageError>([&] { Augmentation(c.text, c.encoding); }, c.words, c.text);
  }
}

}  // namespace
}  // namespace ramp
