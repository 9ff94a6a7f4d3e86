#include "ramp/data/table_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <unordered_set>

#include "ramp/base/error.h"
#include "ramp/data/targets.h"

namespace ramp {
namespace {

// The most values that a category keeps, and so the most inputs that one column takes.
constexpr size_t kMostCategories = 100;
// From this many values on, a text column that is mostly different in each row is taken for names.
constexpr size_t kFewCategories = 10;

double Median(std::vector<double> numbers) {
  const auto middle = numbers.begin() + static_cast<ptrdiff_t>(numbers.size() / 2);
  std::nth_element(numbers.begin(), middle, numbers.end());
  if (numbers.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(numbers.begin(), middle)) / 2;
}

// A whole number that grows by about one from row to row is rather a row's name than a measurement. Rows that were
// taken out leave gaps.
bool LooksLikeRowNumber(std::span<const double> numbers) {
  constexpr size_t kEnoughToTell = 20;
  constexpr double kMostGrowth = 2;  // a row, on average
  if (numbers.size() < kEnoughToTell) return false;
  if (numbers.back() - numbers.front() > kMostGrowth * static_cast<double>(numbers.size())) return false;
  for (size_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i] != std::floor(numbers[i]) || (i > 0 && numbers[i] <= numbers[i - 1])) return false;
  }
  return true;
}

TableColumn LeftOut(const std::string& name, const std::string& reason, Notes& notes) {
  notes.push_back(fmt::format("column '{}' is left out: {}", name, reason));
  return {.name = name, .numeric = false};
}

TableColumn FitNumbers(const Table& table, std::span<const size_t> rows, std::span<const uint32_t> training,
                       size_t column, const std::string& name, Notes& notes) {
  std::vector<double> numbers;
  for (const uint32_t row : training) {
    if (const auto number = NumberAt(table, rows[row], column, name)) numbers.push_back(*number);
  }
  const size_t missing = training.size() - numbers.size();
  if (numbers.empty()) return LeftOut(name, "it has no value in any training row", notes);
  const auto [low, high] = std::minmax_element(numbers.begin(), numbers.end());
  if (*low == *high && missing == 0) {
    return LeftOut(name, fmt::format("it is {} in every training row", *low), notes);
  }
  TableColumn fitted{.name = name, .numeric = true};
  const double count = static_cast<double>(numbers.size());
  double sum = 0, squares = 0;
  for (const double number : numbers) sum += number;
  fitted.mean = sum / count;
  for (const double number : numbers) squares += (number - fitted.mean) * (number - fitted.mean);
  fitted.deviation = UsableDeviation(std::sqrt(squares / count), std::max(std::abs(*low), std::abs(*high)));
  fitted.median = Median(numbers);
  fitted.may_be_missing = missing > 0;
  return fitted;
}

TableColumn FitCategory(const Table& table, std::span<const size_t> rows, std::span<const uint32_t> training,
                        size_t column, const std::string& name, Notes& notes) {
  std::unordered_map<std::string_view, size_t> counts;
  size_t present = 0;
  for (const uint32_t row : training) {
    const std::string_view cell = table.cell(rows[row], column);
    if (ReadCell(cell).kind == CellKind::kMissing) continue;
    ++counts[cell];
    ++present;
  }
  if (present == 0) return LeftOut(name, "it has no value in any training row", notes);
  if (counts.size() == 1 && present == training.size()) {
    return LeftOut(name, fmt::format("it is '{}' in every training row", Shortened(counts.begin()->first)), notes);
  }
  if (counts.size() > kFewCategories && counts.size() * 2 > present) {
    return LeftOut(name,
                   fmt::format("it holds {} different texts in {} rows, which are names rather than categories{}",
                               counts.size(), present, MixedHint(table, rows, column)),
                   notes);
  }
  std::vector<std::pair<std::string_view, size_t>> frequent(counts.begin(), counts.end());
  std::sort(frequent.begin(), frequent.end(), [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  if (frequent.size() > kMostCategories) {
    notes.push_back(
        fmt::format("column '{}' has {} different texts: the {} most frequent are kept, the others count as "
                    "unknown{}",
                    name, frequent.size(), kMostCategories, MixedHint(table, rows, column)));
    frequent.resize(kMostCategories);
  } else if (const std::string hint = MixedHint(table, rows, column); !hint.empty()) {
    notes.push_back(fmt::format("column '{}' is read as text{}", name, hint));
  }
  TableColumn fitted{.name = name, .numeric = false};
  for (const auto& [value, count] : frequent) fitted.values.emplace_back(value);
  std::sort(fitted.values.begin(), fitted.values.end());
  return fitted;
}

void EncodeNumbers(const Table& table, std::span<const size_t> rows, size_t place, const TableColumn& column,
                   InputPlace out, Notes& notes) {
  size_t missing = 0, first_line = 0;
  for (size_t r = 0; r < rows.size(); ++r) {
    const std::optional<double> number = NumberAt(table, rows[r], place, column.name);
    if (!number && missing++ == 0) first_line = table.line(rows[r]);
    const double scaled = (number.value_or(column.median) - column.mean) / column.deviation;
    float* const input = out.first + r * out.stride;
    input[0] = static_cast<float>(scaled);
    if (!std::isfinite(input[0])) {
      throw Error(
          fmt::format("{}:{}: column '{}': {} is too far from the training values (mean {}, deviation {}): check it",
                      table.name(), table.line(rows[r]), column.name, *number, column.mean, column.deviation));
    }
    if (column.may_be_missing) input[1] = number ? 0.0f : 1.0f;
  }
  if (missing > 0 && !column.may_be_missing) {
    notes.push_back(
        fmt::format("{}:{}: column '{}' lacks {} value{}, though none was missing in training: the median {} "
                    "stands for {}",
                    table.name(), first_line, column.name, missing, missing == 1 ? "" : "s", column.median,
                    missing == 1 ? "it" : "them"));
  }
}

void EncodeCategory(const Table& table, std::span<const size_t> rows, size_t place, const TableColumn& column,
                    InputPlace out, Notes& notes) {
  const LabelIndex index(column.values);
  size_t unknown = 0, first = 0;
  for (size_t r = 0; r < rows.size(); ++r) {
    float* const input = out.first + r * out.stride;
    std::fill_n(input, column.values.size(), 0.0f);
    const std::string_view cell = table.cell(rows[r], place);
    if (ReadCell(cell).kind == CellKind::kMissing) continue;
    if (const auto value = index.Find(cell)) {
      input[*value] = 1;
    } else if (unknown++ == 0) {
      first = rows[r];
    }
  }
  // Where only the most frequent values are kept, the others are no news.
  if (unknown > 0 && column.values.size() < kMostCategories) {
    notes.push_back(
        fmt::format("{}:{}: column '{}' has {} value{} that the training rows do not have (the first is '{}'): "
                    "all its inputs are 0 there",
                    table.name(), table.line(first), column.name, unknown, unknown == 1 ? "" : "s",
                    Shortened(table.cell(first, place))));
  }
}

}  // namespace

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

TableColumn FitColumn(const Table& table, std::span<const size_t> rows, std::span<const uint32_t> training,
                      size_t column, const std::string& name, Notes& notes) {
  const ColumnSurvey survey = SurveyColumn(table, rows, column);
  if (!survey.IsNumeric()) return FitCategory(table, rows, training, column, name, notes);
  if (survey.missing == 0) {
    std::vector<double> numbers;
    for (const size_t row : rows) numbers.push_back(NumberAt(table, row, column, name).value());
    if (LooksLikeRowNumber(numbers)) {
      notes.push_back(fmt::format("column '{}' counts the rows ({} to {}): if it is only their number, remove it", name,
                                  numbers.front(), numbers.back()));
    }
  }
  return FitNumbers(table, rows, training, column, name, notes);
}

void EncodeColumn(const Table& table, std::span<const size_t> rows, size_t place, const TableColumn& column,
                  InputPlace out, Notes& notes) {
  if (column.numeric) {
    EncodeNumbers(table, rows, place, column, out, notes);
  } else {
    EncodeCategory(table, rows, place, column, out, notes);
  }
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
