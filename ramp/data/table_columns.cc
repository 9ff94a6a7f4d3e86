#include "ramp/data/table_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "ramp/base/error.h"

namespace ramp {

ColumnSurvey SurveyColumn(const Table& table, std::span<const size_t> rows, size_t column) {
  ColumnSurvey survey;
  for (const size_t row : rows) {
    switch (ReadCell(table.cell(row, column)).kind) {
      case CellKind::kMissing:
        ++survey.missing;
        break;
      case CellKind::kNumber:
        ++survey.numbers;
        break;
      case CellKind::kUnusableNumber:
        ++survey.unusable_numbers;
        break;
      case CellKind::kText:
        if (survey.texts++ == 0) survey.first_text = row;
        break;
    }
  }
  return survey;
}

bool IsWhole(double number) { return number == std::floor(number) && std::abs(number) < 1e15; }

std::string MixedHint(const Table& table, std::span<const size_t> rows, size_t column) {
  const ColumnSurvey survey = SurveyColumn(table, rows, column);
  if (survey.texts == 0 || survey.numbers <= survey.texts) return "";
  // A placeholder for what is missing comes in few spellings; tickets and codes come in many.
  constexpr size_t kMostSpellings = 8;
  std::unordered_set<std::string_view> spellings;
  for (const size_t row : rows) {
    const std::string_view cell = table.cell(row, column);
    if (ReadCell(cell).kind == CellKind::kText) spellings.insert(cell);
    if (spellings.size() > kMostSpellings) return "";
  }
  return fmt::format(
      " ({} of {} cells are numbers; the first that is none is '{}' on line {}: where that stands for a "
      "missing number, leave the cell empty)",
      survey.numbers, survey.numbers + survey.texts + survey.unusable_numbers,
      Shortened(table.cell(survey.first_text, column)), table.line(survey.first_text));
}

std::optional<double> NumberAt(const Table& table, size_t row, size_t column, const std::string& name) {
  const std::string_view cell = table.cell(row, column);
  const CellValue value = ReadCell(cell);
  if (value.kind == CellKind::kNumber) return value.number;
  if (value.kind == CellKind::kMissing) return std::nullopt;
  const std::string place = fmt::format("{}:{}: column '{}'", table.name(), table.line(row), name);
  if (value.kind == CellKind::kText) {
    throw Error(
        fmt::format("{}: here stands '{}' where a number is needed: correct it, or leave the cell empty if the number "
                    "is missing",
                    place, Shortened(cell)));
  }
  throw Error(
      fmt::format("{}: '{}' is no finite number that a 32-bit float can hold: correct it, or leave the cell empty if "
                  "the number is missing",
                  place, Shortened(cell)));
}

std::string Shortened(std::string_view text) {
  constexpr size_t kLongest = 40;
  std::string shortened;
  for (const char c : text.substr(0, kLongest)) shortened += c == '\n' || c == '\r' || c == '\t' ? ' ' : c;
  if (text.size() <= kLongest) return shortened;
  // Not within a character of several bytes.
  while (!shortened.empty() && (static_cast<unsigned char>(shortened.back()) & 0xc0) == 0x80) shortened.pop_back();
  if (!shortened.empty() && static_cast<unsigned char>(shortened.back()) >= 0xc0) shortened.pop_back();
  return shortened + "...";
}

std::string ListOfNames(std::span<const std::string> names) {
  constexpr size_t kMost = 30;
  std::string list;
  for (size_t i = 0; i < std::min(names.size(), kMost); ++i) {
    list += fmt::format("{}'{}'", i == 0 ? "" : ", ", Shortened(names[i]));
  }
  return names.size() > kMost ? list + " ..." : list;
}

}  // namespace ramp
