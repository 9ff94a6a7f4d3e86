// Tables as people have them, read through the one entry to all readers.
#include "ramp/data/table_tidy.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>

#include "ramp/data/source.h"
#include "ramp/data/test_data.h"

namespace ramp {
namespace {

using Write = std::function<std::string(double number)>;

// 40 rows of a number in some dress and a class that depends on it.
std::string TableOf(const Write& write, char separator = ',') {
  std::string csv = fmt::format("price{0}kind\n", separator);
  for (int row = 0; row < 40; ++row) {
    const double number = 100.25 + 61.5 * row;
    csv += fmt::format("{}{}{}\n", write(number), separator, number > 1300 ? "dear" : "cheap");
  }
  return csv;
}

// With commas or other signs between thousands.
std::string Grouped(double number, const std::string& thousands, char mark) {
  std::string digits = fmt::format("{:.2f}", number);
  digits[digits.size() - 3] = mark;
  if (digits.size() > 6) digits.insert(digits.size() - 6, thousands);
  return digits;
}

TEST(ATable, ReadsNumbersInAnyDressAsThePlainNumbers) {
  const TemporaryFolder folder;
  const auto plain = [](double number) { return fmt::format("{:.2f}", number); };
  const TrainingData expected = ReadTrainingData({.path = folder.Write("plain.csv", TableOf(plain))});
  struct Case {
    const char* what;
    std::string csv;
  };
  const Case cases[] = {
      {"commas between thousands", TableOf([](double x) { return "\"" + Grouped(x, ",", '.') + "\""; })},
      {"points between thousands", TableOf([](double x) { return Grouped(x, ".", ','); }, ';')},
      {"blanks between thousands", TableOf([](double x) { return Grouped(x, " ", ','); }, ';')},
      {"no-break spaces", TableOf([](double x) { return Grouped(x, "\xC2\xA0", ','); }, ';')},
      {"apostrophes", TableOf([](double x) { return Grouped(x, "'", '.'); }, ';')},
      {"decimal commas", TableOf([](double x) { return "\"" + Grouped(x, "", ',') + "\""; })},
      {"dollars", TableOf([&](double x) { return "$" + plain(x); })},
      {"dollars and thousands", TableOf([](double x) { return "\"$" + Grouped(x, ",", '.') + "\""; })},
      {"euros behind", TableOf([](double x) { return Grouped(x, ".", ',') + " \xE2\x82\xAC"; }, ';')},
      {"per cent", TableOf([&](double x) { return plain(x) + " %"; })},
      {"a unit", TableOf([&](double x) { return plain(x) + " m2"; })},
  };
  for (const Case& c : cases) {
    const TrainingData data = ReadTrainingData({.path = folder.Write("t.csv", c.csv)});
    EXPECT_EQ(data.examples.encoding.ToJson(), expected.examples.encoding.ToJson()) << c.what << "\n" << c.csv;
    EXPECT_EQ(data.examples.inputs, expected.examples.inputs) << c.what;
    EXPECT_TRUE(HasNote(data.examples.notes, "column 'price': '")) << c.what;
  }
}

TEST(ATable, ReadsBracketsAndEveryMinusAsNegative) {
  const TemporaryFolder folder;
  const auto table = [](const std::string& before, const std::string& behind) {
    return TableOf(
        [=](double x) { return x > 1000 ? fmt::format("{}{:.2f}{}", before, x, behind) : fmt::format("{:.2f}", x); });
  };
  const TrainingData expected = ReadTrainingData({.path = folder.Write("plain.csv", table("-", ""))});
  for (const auto& [before, behind] :
       std::vector<std::pair<std::string, std::string>>{{"(", ")"}, {"", "-"}, {"\xE2\x88\x92", ""}, {"- ", ""}}) {
    const TrainingData data = ReadTrainingData({.path = folder.Write("t.csv", table(before, behind))});
    EXPECT_EQ(data.examples.inputs, expected.examples.inputs) << before << "12" << behind;
  }
}

TEST(ATable, TakesPointsForThousandsWhereCommasAreDecimals) {
  const TemporaryFolder folder;
  std::string csv = "residents;rate;cost\n";
  for (int row = 0; row < 30; ++row) {
    const int residents = 300 + 97 * row;
    const std::string written =
        residents < 1000 ? std::to_string(residents) : fmt::format("{}.{:03d}", residents / 1000, residents % 1000);
    csv += fmt::format("{};0,{:03d};{},5\n", written, 500 + row, row);
  }
  const TrainingData data = ReadTrainingData({.path = folder.Write("t.csv", csv)});
  EXPECT_NEAR(data.examples.encoding.columns()[0].mean, 300 + 97 * 14.5, 300) << "1.234 was not taken for 1234";
  EXPECT_TRUE(HasNote(data.examples.notes, "column 'residents': '1.076' is read as 1076"));
  const Dataset one = ReadForPrediction(folder.Write("one.csv", "residents;rate\n1.234;0,5\n"), data.examples.encoding);
  std::vector<float> inputs(2);
  one.Gather(std::vector<uint32_t>{0}, inputs.data());
  const TableColumn& column = data.examples.encoding.columns()[0];
  EXPECT_NEAR(inputs[0], (1234 - column.mean) / column.deviation, 1e-5);
}

TEST(ATable, TakesWordsForMissingCells) {
  const TemporaryFolder folder;
  const auto with = [](const std::string& word) {
    int row = 0;
    return TableOf([=](double x) mutable { return row++ % 10 == 3 ? word : fmt::format("{:.2f}", x); });
  };
  const TrainingData expected = ReadTrainingData({.path = folder.Write("empty.csv", with(""))});
  for (const char* word : {"NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "#N/A", "<NA>", "?", "None", "-", "--",
                           ".", "unknown", "#DIV/0!", "#VALUE!", "inf", "\\N"}) {
    const TrainingData data = ReadTrainingData({.path = folder.Write("t.csv", with(word))});
    EXPECT_EQ(data.examples.encoding.ToJson(), expected.examples.encoding.ToJson()) << word;
    EXPECT_EQ(data.examples.inputs, expected.examples.inputs) << word;
    const bool noted = HasNote(data.examples.notes, fmt::format("4 cells with '{}'", word));
    EXPECT_EQ(noted, word != std::string("?")) << word;
  }
}

TEST(ATable, TakesAFewWordsAmongManyNumbersForMissingAndSaysWhich) {
  const TemporaryFolder folder;
  int row = 0;
  const TrainingData data = ReadTrainingData(
      {.path = folder.Write(
           "t.csv", TableOf([&](double x) { return row++ == 7 ? std::string("broken") : fmt::format("{:.2f}", x); }))});
  EXPECT_TRUE(data.examples.encoding.columns()[0].numeric);
  EXPECT_TRUE(HasNote(data.examples.notes, "column 'price': 1 cell with 'broken' counts as missing"));
  const Dataset same = ReadForPrediction(folder.path() + "/t.csv", data.examples.encoding);
  EXPECT_EQ(same.inputs, data.examples.inputs);
}

TEST(ATable, LeavesOutRowsWhoseTargetIsAWordForMissing) {
  const TemporaryFolder folder;
  std::string csv = "size,kind\n";
  for (int row = 0; row < 40; ++row) csv += fmt::format("{},{}\n", row, row % 4 == 1 ? "NA" : row < 20 ? "a" : "b");
  const TrainingData data = ReadTrainingData({.path = folder.Write("t.csv", csv)});
  EXPECT_EQ(data.examples.encoding.labels, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(data.examples.rows, 30u);
  EXPECT_TRUE(HasNote(data.examples.notes, "10 rows are left out"));
}

TEST(ATable, JoinsTextsThatDifferInCaseAndBlanksAlone) {
  const TemporaryFolder folder;
  std::string csv = "colour,size,answer\n";
  for (int row = 0; row < 40; ++row) {
    csv += fmt::format("{},{},{}\n",
                       row % 5 == 0   ? "Light  Red"
                       : row % 2 == 0 ? "light red"
                                      : "blue",
                       row,
                       row % 7 == 0   ? "YES"
                       : row % 2 == 0 ? "yes"
                                      : "no");
  }
  const TrainingData data = ReadTrainingData({.path = folder.Write("t.csv", csv)});
  EXPECT_EQ(data.examples.encoding.columns()[0].values, (std::vector<std::string>{"blue", "light red"}));
  EXPECT_EQ(data.examples.encoding.labels, (std::vector<std::string>{"no", "yes"}));
  EXPECT_TRUE(HasNote(data.examples.notes, "'Light  Red' is taken for 'light red'"));
  const Dataset asked =
      ReadForPrediction(folder.Write("p.csv", "colour,size\nLIGHT RED,3\nlight red,3\n"), data.examples.encoding);
  std::vector<float> inputs(6);
  asked.Gather(std::vector<uint32_t>{0, 1}, inputs.data());
  EXPECT_EQ(std::vector<float>(inputs.begin(), inputs.begin() + 3),
            std::vector<float>(inputs.begin() + 3, inputs.end()));
}

TEST(ATable, TakesZerosInFrontAndTooManyDigitsForCodes) {
  const TemporaryFolder folder;
  for (const std::string code : {"0{}", "00{}", "12345678901234567{}"}) {
    std::string csv = "code,size,kind\n";
    for (int row = 0; row < 60; ++row) {
      csv += fmt::format("{},{},{}\n", fmt::format(fmt::runtime(code), 1 + row % 3), row, row % 2 == 0 ? "a" : "b");
    }
    const TrainingData data = ReadTrainingData({.path = folder.Write("t.csv", csv)});
    EXPECT_FALSE(data.examples.encoding.columns()[0].numeric) << code;
    EXPECT_EQ(data.examples.encoding.columns()[0].values.size(), 3u) << code;
    EXPECT_TRUE(HasNote(data.examples.notes, "column 'code' is read as text")) << code;
  }
}

TEST(ATable, LeavesTextsWithNumbersInThemAlone) {
  const TemporaryFolder folder;
  for (const std::string text : {"v{}", "{}-{}", "{}:30", "Q{}", "1.{}.2", "{} or {}"}) {
    std::string csv = "text,size,kind\n";
    for (int row = 0; row < 60; ++row) {
      csv += fmt::format("{},{},{}\n", fmt::format(fmt::runtime(text), 1 + row % 3, 5), row, row % 2 == 0 ? "a" : "b");
    }
    const TrainingData data = ReadTrainingData({.path = folder.Write("t.csv", csv)});
    EXPECT_FALSE(data.examples.encoding.columns()[0].numeric) << text;
    EXPECT_EQ(data.examples.encoding.columns()[0].values.size(), 3u) << text;
  }
}

TEST(ATable, IsTheSameWithWhatSpreadsheetsPutAroundIt) {
  const TemporaryFolder folder;
  const auto number = [](double x) { return fmt::format("{:.2f}", x); };
  const std::string plain = TableOf(number);
  const TrainingData expected = ReadTrainingData({.path = folder.Write("plain.csv", plain)});
  const auto each_line = [&](const std::string& end, bool header) {
    std::string csv;
    size_t line = 0;
    for (const char c : plain) {
      if (c == '\n' && (line++ > 0 || header)) csv += end;
      csv += c;
    }
    return csv;
  };
  std::string utf16 = "\xff\xfe";
  for (const char c : plain) utf16 += {c, '\0'};
  struct Case {
    const char* what;
    std::string csv;
  };
  const Case cases[] = {
      {"a line that says the separator", "sep=;\r\n" + TableOf(number, ';')},
      {"a title", "Prices of 2024\n" + plain},
      {"a title and a blank line", "Prices of 2024\n\n" + plain},
      {"a comment", "# exported 2024\n" + plain},
      {"two comments", "# exported\n# by hand\n" + plain},
      {"separators at the end of each row", each_line(",", true)},
      {"separators at the end of rows, not of the header", each_line(",", false)},
      {"UTF-16", utf16},
      {"a byte order mark", "\xEF\xBB\xBF" + plain},
  };
  for (const Case& c : cases) {
    const TrainingData data = ReadTrainingData({.path = folder.Write("t.csv", c.csv)});
    EXPECT_EQ(data.examples.encoding.ToJson(), expected.examples.encoding.ToJson()) << c.what;
    EXPECT_EQ(data.examples.inputs, expected.examples.inputs) << c.what;
  }
}

TEST(ATable, OfAHeaderAloneSaysSo) {
  const TemporaryFolder folder;
  ExpectError([&] { ReadTrainingData({.path = folder.Write("t.csv", "a,b,y\n")}); }, {"t.csv:1: has one line only"},
              "");
}

}  // namespace
}  // namespace ramp
