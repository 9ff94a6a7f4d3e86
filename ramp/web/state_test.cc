#include "ramp/web/state.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <type_traits>

#include "ramp/web/command_line.h"
#include "ramp/web/tables.h"

namespace ramp::web {
namespace {

// Another value than the usual one, within the limits.
template <class Value>
Value Another(const OptionRow& row, const Value& value) {
  if constexpr (std::is_same_v<Value, bool>) {
    return !value;
  } else if constexpr (std::is_same_v<Value, std::string>) {
    return value + "x";
  } else {
    return static_cast<double>(value) + 1 <= row.high ? value + 1 : static_cast<Value>(row.high);
  }
}

TEST(EveryOptionOfThePage, ComesBackFromTheStateAndStandsInTablesAndCommand) {
  const Json tables = TablesJson(Json::array());
  Settings written;
  written.network = "dense";
  size_t options = 0;
  ForEachOption(written.training, [&](const OptionRow& row, auto& value) {
    if (row.on_page) value = Another(row, value), ++options;
  });
  ASSERT_EQ(tables["options"].size(), options);
  const Json json = ToJson(written);
  Settings read;
  ReadSettings(json, "a", read);
  EXPECT_EQ(ToJson(read), json);
  const std::string command = TrainCommand(StartState().data, "1", written);
  ForEachOption(read.training, [&](const OptionRow& row, const auto&) {
    if (!row.on_page) return;
    EXPECT_TRUE(json.contains(row.field)) << row.field;
    EXPECT_NE(command.find(" " + std::string(row.name)), std::string::npos) << row.name << ": " << command;
    EXPECT_TRUE(std::ranges::any_of(tables["options"], [&](const Json& option) { return option["name"] == row.field; }))
        << row.field;
  });
}

}  // namespace
}  // namespace ramp::web
