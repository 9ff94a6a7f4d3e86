#include "ramp/data/encoding.h"

#include <gtest/gtest.h>

#include "ramp/data/dataset.h"
#include "ramp/data/test_data.h"

namespace ramp {
namespace {

Encoding OfTable() {
  Encoding encoding;
  encoding.shape = {4};
  encoding.labels = {"no", "yes, \"sure\""};
  TableEncoding table{.target = "y", .header = true, .target_index = 1};
  table.columns = {{.name = "n", .numeric = true, .mean = 0.1, .deviation = 1e-7, .median = 3, .may_be_missing = true},
                   {.name = "caf\xc3\xa9", .numeric = false, .values = {"p", ""}},
                   {.name = "left out", .numeric = false}};
  encoding.data = table;
  return encoding;
}

Encoding OfArray() {
  Encoding encoding;
  encoding.shape = {2, 1};
  encoding.task = Task::kRegression;
  encoding.target_mean = 1.0 / 3;
  encoding.target_deviation = 2;
  encoding.data = ArrayEncoding{.scale = {.mean = {0.1f, 33.3f}, .deviation = {1e-30f, 3e38f}}};
  return encoding;
}

TEST(Encoding, IsTheSameAfterItTravelledAsJson) {
  const Encoding table = Encoding::FromJson(OfTable().ToJson());
  EXPECT_EQ(table.ToJson(), OfTable().ToJson());
  EXPECT_EQ(table.columns()[0].mean, 0.1);
  EXPECT_TRUE(table.columns()[0].may_be_missing);
  EXPECT_EQ(table.columns()[1].values, OfTable().columns()[1].values);
  EXPECT_EQ(table.labels, OfTable().labels);
  EXPECT_EQ(table.table()->target_index, 1u);
  EXPECT_TRUE(table.table()->header);
  const Encoding array = Encoding::FromJson(OfArray().ToJson());
  EXPECT_EQ(array.scale()->mean, (std::vector<float>{0.1f, 33.3f}));
  EXPECT_EQ(array.scale()->deviation, (std::vector<float>{1e-30f, 3e38f}));
  EXPECT_EQ(array.target_mean, 1.0 / 3);
  EXPECT_EQ(array.task, Task::kRegression);
  EXPECT_EQ(array.shape, OfArray().shape);
}

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from << " is not in " << text;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

TEST(Encoding, RefusesAFileThatContradictsItself) {
  const std::string table = OfTable().ToJson();
  const std::string array = OfArray().ToJson();
  struct Case {
    std::string json, words;
  };
  const Case cases[] = {
      {"", "is no JSON"},
      {"[1]", "is no object"},
      {table.substr(0, table.size() - 1), "is no JSON"},
      {std::string(100000, '['), "is no JSON"},
      {Replaced(table, "\"shape\"", "\"form\""), "'shape' is missing"},
      {Replaced(table, "[4]", "[5]"), "'shape' is 5, but the columns take 4 inputs"},
      {Replaced(table, "[4]", "[2,2]"), "but the columns take 4"},
      {Replaced(table, "[4]", "4"), "'shape' is no list"},
      {Replaced(table, "[4]", "[-4]"), "is no whole number"},
      {Replaced(table, "[4]", "[]"), "'shape' is empty"},
      {Replaced(array, "[2,1]", "[0]"), "is no shape"},
      {Replaced(array, "[2,1]", "[4294967296,4294967296]"), "is no shape"},
      {Replaced(array, "[2,1]", "[1,1,1,1,1,1,1,1,2]"), "more than 8 entries"},
      {Replaced(array, "[2,1]", "[3]"), "has 2 values for inputs of 3"},
      {Replaced(table, "classification", "guessing"), "neither classification nor regression"},
      {Replaced(table, "\"no\",", ""), "fewer than two classes"},
      {Replaced(table, "\"yes, \\\"sure\\\"\"", "\"no\""), "names 'no' twice"},
      {Replaced(table, "\"yes, \\\"sure\\\"\"", "7"), "'labels' is no text"},
      {Replaced(table, "\"left out\"", "\"n\""), "has 'n' twice"},
      {Replaced(table, "\"left out\"", "\"y\""), "has 'y' twice"},
      {Replaced(table, "\"p\",\"\"", "\"p\",\"p\""), "names 'p' twice"},
      {Replaced(table, "\"target_index\":1", "\"target_index\":4"), "outside the table"},
      {Replaced(table, "\"header\":true", "\"header\":1"), "neither true nor false"},
      {Replaced(table, "1e-07", "0"), "table.columns[0].deviation' is not above 0"},
      {Replaced(table, "0.1", "1e300"), "table.columns[0].mean' is beyond"},
      {Replaced(table, "0.1", "1e999"), "is no JSON"},
      {Replaced(table, "0.1", "\"x\""), "is no number"},
      {Replaced(table, "\"table\"", "\"tables\""), "exclude each other"},
      {Replaced(array, "\"array\"", "\"table\":{},\"array\""), "exclude each other"},
      {Replaced(array, "\"target_deviation\":2.0", "\"target_deviation\":-2.0"), "target_deviation' is not above 0"},
      {Replaced(array, "\"deviation\":[", "\"deviation\":[1,"), "not as many means"},
      {Replaced(array, "\"deviation\":[", "\"deviation\":[1e-60,"), "not above 0"},
  };
  for (const Case& c : cases) {
    ExpectError([&] { Encoding::FromJson(c.json); }, {"encoding", c.words, "train the model again"},
                c.json.substr(0, 1000));
  }
}

TEST(Gather, ScalesBytesByOnePair) {
  Dataset data;
  data.rows = 3;
  data.encoding.shape = {2, 2, 1};
  data.encoding.SetScale({.mean = {10}, .deviation = {2}});
  data.inputs = std::vector<uint8_t>{0, 1, 2, 3, 10, 12, 14, 255, 8, 8, 8, 8};
  std::vector<float> out(8, -1);
  data.Gather(std::vector<uint32_t>{1, 0}, out.data());
  EXPECT_EQ(out, (std::vector<float>{0, 1, 2, 122.5, -5, -4.5, -4, -3.5}));
}

TEST(Gather, ScalesBytesByAPairForEachColumn) {
  Dataset data;
  data.rows = 2;
  data.encoding.shape = {2};
  data.encoding.SetScale({.mean = {1, 2}, .deviation = {2, 4}});
  data.inputs = std::vector<uint8_t>{1, 2, 3, 10};
  std::vector<float> out(4, -1);
  data.Gather(std::vector<uint32_t>{1, 0}, out.data());
  EXPECT_EQ(out, (std::vector<float>{1, 2, 0, 0}));
}

TEST(Gather, CopiesFloats) {
  Dataset data;
  data.rows = 3;
  data.encoding.shape = {2};
  data.inputs = std::vector<float>{0, 1, 2, 3, 4, 5};
  std::vector<float> out(6, -1);
  data.Gather(std::vector<uint32_t>{2, 2, 0}, out.data());
  EXPECT_EQ(out, (std::vector<float>{4, 5, 4, 5, 0, 1}));
}

}  // namespace
}  // namespace ramp
