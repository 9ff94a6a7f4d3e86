#include "ramp/data/csv.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <fstream>
#include <sstream>

#include "ramp/base/error.h"
#include "ramp/data/test_data.h"

namespace ramp {
namespace {

using Rows = std::vector<std::vector<std::string>>;

Rows Cells(const Table& table) {
  Rows rows(table.rows());
  for (size_t row = 0; row < table.rows(); ++row) {
    for (size_t column = 0; column < table.columns(); ++column) rows[row].emplace_back(table.cell(row, column));
  }
  return rows;
}

TEST(Csv, ReadsTablesAsPeopleHaveThem) {
  struct Case {
    std::string what, text;
    Rows cells;
  };
  const Case cases[] = {
      {"commas", "a,b\n1,2\n", {{"a", "b"}, {"1", "2"}}},
      {"no line end at the end", "a,b\n1,2", {{"a", "b"}, {"1", "2"}}},
      {"CRLF", "a,b\r\n1,2\r\n", {{"a", "b"}, {"1", "2"}}},
      {"a lone CR", "a,b\r1,2\r", {{"a", "b"}, {"1", "2"}}},
      {"semicolons, with commas in numbers", "a;b\n1,5;2,5\n", {{"a", "b"}, {"1,5", "2,5"}}},
      {"tabs, with an empty cell at the start", "a\tb\n\t2\n", {{"a", "b"}, {"", "2"}}},
      {"a byte order mark",
       "\xEF\xBB\xBF"
       "a,b\n1,2\n",
       {{"a", "b"}, {"1", "2"}}},
      {"blanks after commas", "39, State-gov, x y \n1, ?, \n", {{"39", "State-gov", "x y"}, {"1", "?", ""}}},
      {"empty cells", ",,\n,1,\n", {{"", "", ""}, {"", "1", ""}}},
      {"an empty last line", "a,b\n1,2\n\n", {{"a", "b"}, {"1", "2"}}},
      {"blank lines between", "a,b\n\n  \n1,2\n", {{"a", "b"}, {"1", "2"}}},
      {"quotes around commas, quotes and line ends",
       "\"a,\"\"b\"\"\",\"c\nd\"\n1, \"x\" \n",
       {{"a,\"b\"", "c\nd"}, {"1", "x"}}},
      {"blanks within quotes", "\" a \",b\n", {{" a ", "b"}}},
      {"a quote within a cell", "5\" pipe,b\n6\" pipe,c\n", {{"5\" pipe", "b"}, {"6\" pipe", "c"}}},
      {"one column", "a\n1\n", {{"a"}, {"1"}}},
      {"Latin-1", "caf\xe9,1\n", {{"caf\xc3\xa9", "1"}}},
      {"UTF-8", "caf\xc3\xa9,\xe2\x82\xac\n", {{"caf\xc3\xa9", "\xe2\x82\xac"}}},
  };
  for (const Case& c : cases) EXPECT_EQ(Cells(Table::Parse("t.csv", c.text)), c.cells) << c.what;
}

TEST(Csv, NumbersItsLinesAcrossQuotedLineEnds) {
  const Table table = Table::Parse("t.csv", "a,b\n\"x\n\r\ny\",2\n\nlast,3\n");
  EXPECT_EQ(table.line(1), 2u);
  EXPECT_EQ(table.line(2), 6u);
}

TEST(Csv, RefusesWhatItCannotReadAndSaysWhereAndWhatToDo) {
  struct Case {
    std::string text;
    std::vector<std::string> words;
  };
  const Case cases[] = {
      {"a,b,c\n1,2,3\n1,2\n", {"t.csv:3:", "has 2 fields where 3 are expected", "line 1", "correct the line"}},
      {"a,b\n1,2,3\n1,2\n", {"t.csv:2:", "has 3 fields where 2 are expected"}},
      {"a,b\n1,\"x\n2,y\n", {"t.csv:2:", "never closed"}},
      {"a,b\n1,\"x\"y\n", {"t.csv:2:", "text follows a closed quote", "double a quote"}},
      {"\n \n\n", {"t.csv:", "nothing but blanks"}},
      {std::string("a,b\n1,\0\n", 8), {"t.csv: byte 6: 0x00 is no text", "CSV", "IDX, NPY"}},
      {"PK\x03\x04xx", {"t.csv: byte 0: is a ZIP archive", "export"}},
      {"\xff\xfe"
       "a",
       {"UTF-16", "ends within a character"}},
  };
  for (const Case& c : cases) {
    ExpectError([&] { Table::Parse("t.csv", c.text); }, c.words, c.text);
  }
}

TEST(Csv, TellsWhenItReadsLatin1) {
  const Notes notes = Table::Parse("t.csv", "caf\xe9,1\n").notes();
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_NE(notes[0].find("byte 3 is no UTF-8: the file is read as Latin-1"), std::string::npos) << notes[0];
}

RC_GTEST_PROP(Csv, ReturnsEveryTableThatWasQuoted, ()) {
  const auto columns = *rc::gen::inRange<size_t>(2, 5);
  const auto rows = *rc::gen::inRange<size_t>(1, 6);
  Rows cells(rows);
  std::string text;
  for (auto& row : cells) {
    for (size_t column = 0; column < columns; ++column) {
      row.push_back(*rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab1 .,;\t\"\r\n"))));
      text += (column == 0 ? "" : ",") + QuoteCell(row.back());
    }
    text += *rc::gen::elementOf(std::vector<std::string>{"\n", "\r\n"});
  }
  RC_ASSERT(Cells(Table::Parse("t.csv", text)) == cells);
}

TEST(Cell, IsANumberOnlyWhereItIsAFiniteDecimal) {
  struct Case {
    std::string cell;
    CellKind kind;
    double number;
  };
  const Case cases[] = {
      {"", CellKind::kMissing, 0},
      {"?", CellKind::kMissing, 0},
      {" ? ", CellKind::kMissing, 0},
      {"12", CellKind::kNumber, 12},
      {"-0.5", CellKind::kNumber, -0.5},
      {"+1e-3", CellKind::kNumber, 0.001},
      {".5", CellKind::kNumber, 0.5},
      {"5.", CellKind::kNumber, 5},
      {" 7 ", CellKind::kNumber, 7},
      {"1e-999", CellKind::kNumber, 0},
      {"nan", CellKind::kUnusableNumber, 0},
      {"-inf", CellKind::kUnusableNumber, 0},
      {"Infinity", CellKind::kUnusableNumber, 0},
      {"1e39", CellKind::kUnusableNumber, 0},
      {"1e999", CellKind::kUnusableNumber, 0},
      {"-1e999", CellKind::kUnusableNumber, 0},
      {"x", CellKind::kText, 0},
      {"1,5", CellKind::kText, 0},
      {"+-1", CellKind::kText, 0},
      {"0x10", CellKind::kText, 0},
      {"1 2", CellKind::kText, 0},
      {"-", CellKind::kText, 0},
      {"NA", CellKind::kText, 0},
      {"1e", CellKind::kText, 0},
  };
  for (const Case& c : cases) {
    const CellValue value = ReadCell(c.cell);
    EXPECT_EQ(value.kind, c.kind) << "'" << c.cell << "'";
    if (value.kind == CellKind::kNumber) {
      EXPECT_EQ(value.number, c.number) << "'" << c.cell << "'";
    }
  }
}

}  // namespace
}  // namespace ramp
