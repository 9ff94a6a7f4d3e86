#include "ramp/training/options.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <string>

#include "ramp/base/error.h"
#include "ramp/training/checkpoint.h"
#include "ramp/training/test_data.h"

namespace ramp {
namespace {

template <class Value>
constexpr bool kIsNumber = std::is_same_v<Value, double> || std::is_same_v<Value, size_t>;

TEST(EveryOption, HasANameAFieldAndAHelpOfItsOwn) {
  std::set<std::string_view> seen;
  TrainingOptions options;
  ForEachOption(options, [&](const OptionRow& row, auto&) {
    for (const std::string_view text : {row.name, row.field, row.help}) {
      EXPECT_FALSE(text.empty()) << row.name;
      EXPECT_TRUE(seen.insert(text).second) << text << " stands twice";
    }
    EXPECT_TRUE(row.name.starts_with("--")) << row.name;
    EXPECT_LT(row.low, row.high) << row.name;
  });
}

TEST(EveryOption, LiesWithinItsLimitsByDefault) { EXPECT_NO_THROW(CheckLimits({})); }

TEST(EveryOption, IsRefusedByItsNameOutsideItsLimits) {
  TrainingOptions names;
  size_t tried = 0;
  ForEachOption(names, [&](const OptionRow& row, auto& own) {
    using Value = std::remove_cvref_t<decltype(own)>;
    if constexpr (kIsNumber<Value>) {
      std::vector<Value> wrong;
      if constexpr (std::is_same_v<Value, double>) {
        wrong = {-1, std::numeric_limits<double>::quiet_NaN()};
        if (std::isfinite(row.high)) wrong.push_back(row.high + 1);
      } else {
        wrong = {static_cast<size_t>(row.high) + 1};
        if (row.low > 0) wrong.push_back(0);
      }
      const Value usual = own;
      for (const Value value : wrong) {
        own = value;
        try {
          CheckLimits(names);
          ADD_FAILURE() << row.name << " is taken at " << value;
        } catch (const UsageError& error) {
          EXPECT_TRUE(std::string(error.what()).starts_with(row.name)) << error.what();
        }
        ++tried;
      }
      own = usual;
      EXPECT_NO_THROW(CheckLimits(names)) << row.name;
    }
  });
  EXPECT_GT(tried, 10u);
}

TEST(EveryOption, StandsInTheCheckpointsSettingsWhereItsRowSaysSo) {
  const TrainingData data = MakeRings(50, 2, Task::kClassification, 1);
  const Network network("dense", {2}, 3);
  // A schedule that does not ask for the end, so that the number of epochs is left out.
  TrainingOptions options{.schedule = "constant"};
  const TrainingSettings settings = SettingsOf(options, network, data);
  ForEachOption(options, [&](const OptionRow& row, auto&) {
    const auto count = std::ranges::count(settings, row.name, &TrainingSettings::value_type::first);
    EXPECT_EQ(count, row.in_checkpoint ? 1 : 0) << row.name;
  });
}

// Checkpoints that exist hold these texts: a training goes on from them only where they stay the same.
TEST(TheCheckpointsSettings, KeepTheTextsOfExistingCheckpoints) {
  const TrainingData data = MakeRings(50, 2, Task::kClassification, 1);
  const TrainingSettings settings = SettingsOf({}, Network("dense", {2}, 3), data);
  const TrainingSettings expected = {
      {"--batch", "128"},      {"--optimizer", "adam"},    {"--lr", "0.001"},     {"--schedule", "cosine 0"},
      {"--weight-decay", "0"}, {"--clip-norm", "5"},       {"--clip-value", "0"}, {"--skip-norm", "0"},
      {"--accumulate", "1"},   {"--label-smoothing", "0"}, {"--init-gain", "1"},  {"--precision", "float32"},
      {"--balanced", "false"}, {"--init", "auto"},         {"--seed", "1"},       {"--epochs", "20"},
  };
  for (const auto& setting : expected) {
    EXPECT_EQ(std::ranges::count(settings, setting), 1) << setting.first << " " << setting.second;
  }
}

}  // namespace
}  // namespace ramp
