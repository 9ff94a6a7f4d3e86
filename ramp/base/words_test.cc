#include "ramp/base/words.h"

#include <gtest/gtest.h>

#include <string>

#include "ramp/base/error.h"

namespace ramp {
namespace {

TEST(Words, ReadANameAndItsNumbers) {
  const std::string text = "first 1,  second 10 0.5 ";
  Words words("list", text, 8, text.size());
  EXPECT_EQ(words.name(), "second");
  EXPECT_EQ(words.Count("a count", 1, 100), 10u);
  EXPECT_FALSE(words.empty());
  EXPECT_EQ(words.Number("a share", 0, 1), 0.5);
  EXPECT_TRUE(words.empty());
  words.End();
}

TEST(Words, ShowThePlaceOfAMistake) {
  const std::string text = "step 1.5 x";
  const auto message = [&](const auto& read) {
    Words words("schedule", text, 0, text.size());
    try {
      read(words);
    } catch (const UsageError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(message([](Words& words) { words.Number("a share", 0, 1); }),
            "schedule, character 6: '1.5' is not a share, a number from 0 to 1\n  step 1.5 x\n       ^");
  EXPECT_EQ(message([](Words& words) { words.Count("a count", 0, 9); }),
            "schedule, character 6: a count is a whole number\n  step 1.5 x\n       ^");
  EXPECT_EQ(message([](Words& words) {
              words.Number("a number", 0, 9);
              words.End();
            }),
            "schedule, character 10: 'x' is too much here\n  step 1.5 x\n           ^");
  EXPECT_EQ(message([](Words&) { Words("schedule", "a,  ", 2, 4); }),
            "schedule, character 3: a word is missing here\n  a,  \n    ^");
  EXPECT_EQ(message([](Words&) { Words("schedule", "step", 0, 4).Number("a count", 1, 9); }),
            "schedule, character 1: 'step' needs a count behind it, a number from 1 to 9\n  step\n  ^");
}

}  // namespace
}  // namespace ramp
