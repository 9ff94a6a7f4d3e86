#include "ramp/training/schedule.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "ramp/base/error.h"

namespace ramp {
namespace {

// With 20 steps an epoch.
double FactorAt(const std::string& text, double done, double all, const ScheduleMemory& memory = {}) {
  return Schedule::Parse(text).Factor({.done = done, .step = 0.05, .all = all}, memory);
}

TEST(EverySchedule, StaysBetweenZeroAndOneAlsoBehindAWarmUp) {
  for (const ScheduleDefinition& row : Schedules()) {
    for (const std::string before : {"", "warm-up 2.5, "}) {
      double largest = 0;
      for (double done = 0; done <= 20; done += 0.05) {
        const double factor = FactorAt(before + std::string(row.name), done, 20);
        ASSERT_GE(factor, 0) << before << row.name << " at " << done;
        ASSERT_LE(factor, 1 + 1e-12) << before << row.name << " at " << done;
        largest = std::max(largest, factor);
      }
      EXPECT_GT(largest, 0.97) << before << row.name;
    }
  }
}

TEST(EverySchedule, SaysWhetherItDependsOnTheEnd) {
  for (const ScheduleDefinition& row : Schedules()) {
    bool differs = false;
    for (double done = 0; done < 20; done += 0.5) {
      const std::string name(row.name);
      differs = differs || FactorAt(name, done, 20) != FactorAt(name, done, 40);
    }
    EXPECT_EQ(differs, row.depends_on_end) << row.name;
  }
}

TEST(EverySchedule, IsReadAndWrittenAlike) {
  for (const ScheduleDefinition& row : Schedules()) {
    const std::string text = Schedule::Parse(row.name).Text();
    EXPECT_EQ(Schedule::Parse("warm-up 3, " + text).Text(), "warm-up 3, " + text);
    EXPECT_EQ(text.find(row.name), 0u) << text;
  }
}

TEST(Schedule, HasTheValuesThatItsSummarySays) {
  struct Case {
    std::string text;
    double done, expected;
  };
  // Of ten epochs.
  const Case cases[] = {
      {"constant", 7, 1},
      {"cosine", 0, 1},
      {"cosine", 5, 0.5},
      {"cosine", 10, 0},
      {"cosine 0.2", 10, 0.2},
      {"cosine 0.2", 5, 0.6},
      {"step 3 0.1", 2.99, 1},
      {"step 3 0.1", 3, 0.1},
      {"step 3 0.1", 9, 1e-3},
      {"one-cycle", 0, 0.04},
      {"one-cycle", 3, 1},
      {"one-cycle 0.5", 5, 1},
      {"one-cycle", 10, 4e-6},
      {"warm-up 2, constant", 0, 0.025},
      {"warm-up 2, constant", 0.95, 0.5},
      {"warm-up 2, constant", 1.95, 1},
      {"warm-up 2, cosine", 2, 1},
      {"warm-up 2, cosine", 6, 0.5},
      {"warm-up 2, step 3 0.1", 4.9, 1},
      {"warm-up 2, step 3 0.1", 5, 0.1},
  };
  for (const Case& c : cases) EXPECT_NEAR(FactorAt(c.text, c.done, 10), c.expected, 1e-12) << c.text << " " << c.done;
}

TEST(ReduceOnPlateau, ReducesAfterSoManyEpochsWithoutASmallerLoss) {
  const Schedule schedule = Schedule::Parse("warm-up 1, reduce-on-plateau 2 0.1");
  ScheduleMemory memory;
  const double losses[] = {9, 5, 4, 4, 3.9999, 3.5, 3.6, 3.6, 3.6, 3.6, 1};
  const double factors[] = {1, 1, 1, 1, 0.1, 0.1, 0.1, 1e-2, 1e-2, 1e-3, 1e-3};
  for (size_t epoch = 1; epoch <= std::size(losses); ++epoch) {
    schedule.Watch(epoch, losses[epoch - 1], memory);
    EXPECT_NEAR(schedule.Factor({.done = static_cast<double>(epoch), .step = 0.1, .all = 20}, memory),
                factors[epoch - 1], 1e-12)
        << "behind epoch " << epoch;
  }
}

TEST(Schedule, RefusesWhatItDoesNotUnderstandWithThePlace) {
  struct Case {
    std::string text, expected;
  };
  const Case cases[] = {
      {"cosin", "schedule, character 1: 'cosin' is not a schedule (did you mean 'cosine'?)"},
      {"", "schedule, character 1: a word is missing here"},
      {"step 0 0.5", "character 6: '0' is not EPOCHS, a number from 1"},
      {"step 1.5 0.5", "character 6: EPOCHS is a whole number"},
      {"step 10 2", "character 9: '2' is not FACTOR, a number from 0 to 1"},
      {"step 10 0.5 7", "character 13: '7' is too much here"},
      {"constant 1", "character 10: '1' is too much here"},
      {"warm-up 2", "character 1: a schedule is missing behind the warm-up"},
      {"warm-up, cosine", "character 1: 'warm-up' needs a number of epochs behind it"},
      {"warm-up 2, ", "character 11: a word is missing here"},
      {"cosine, step", "character 1: only 'warm-up EPOCHS' may stand before a comma"},
      {"warm-up 2, cosine, step", "character 20: one schedule is enough"},
  };
  for (const Case& c : cases) {
    try {
      Schedule::Parse(c.text);
      ADD_FAILURE() << c.text;
    } catch (const UsageError& error) {
      EXPECT_NE(std::string(error.what()).find(c.expected), std::string::npos) << c.text << ": " << error.what();
    }
  }
}

}  // namespace
}  // namespace ramp
