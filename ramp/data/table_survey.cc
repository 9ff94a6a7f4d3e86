#include "ramp/data/table_survey.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_map>
#include <unordered_set>

#include "ramp/base/error.h"
#include "ramp/data/hold_out.h"
#include "ramp/data/table_tidy.h"
#include "ramp/data/targets.h"

namespace ramp {
namespace {

constexpr size_t kMostClassesOfNumbers = 20;

std::string NumberedName(size_t column) { return fmt::format("column {}", column + 1); }

// The names of all columns, unlike each other.
std::vector<std::string> ColumnNames(const Table& table, bool header, Notes& notes) {
  std::vector<std::string> names;
  std::unordered_set<std::string> seen;
  for (size_t column = 0; column < table.columns(); ++column) {
    std::string name = header ? std::string(table.cell(0, column)) : "";
    if (name.empty()) name = NumberedName(column);
    if (seen.contains(name)) {
      const std::string twice = name;
      for (size_t copy = 2; seen.contains(name); ++copy) name = fmt::format("{} ({})", twice, copy);
      notes.push_back(fmt::format("{}:{}: two columns are called '{}': the later one is taken as '{}'", table.name(),
                                  table.line(0), twice, name));
    }
    seen.insert(name);
    names.push_back(std::move(name));
  }
  return names;
}

// By name, or without a header by its number; `what` says what the column is for.
size_t FindColumn(const Table& table, const std::vector<std::string>& names, const std::string& target, bool header,
                  const std::string& what) {
  const auto found = std::find(names.begin(), names.end(), target);
  if (found != names.end()) return static_cast<size_t>(found - names.begin());
  if (!header) {
    const CellValue number = ReadCell(target);
    const double count = static_cast<double>(names.size());
    if (number.kind == CellKind::kNumber && number.number >= 1 && number.number <= count &&
        number.number == std::floor(number.number)) {
      return static_cast<size_t>(number.number) - 1;
    }
    throw UsageError(
        fmt::format("{}: there is no column {}: the table has no header, so give the {} as a number from 1 "
                    "to {}",
                    table.name(), target, what, names.size()));
  }
  throw UsageError(fmt::format("{}:{}: there is no column '{}'{}: choose one of {}", table.name(), table.line(0),
                               target, DidYouMean(target, names), ListOfNames(names)));
}

std::vector<size_t> AllFrom(size_t first, size_t rows) {
  std::vector<size_t> all(rows - first);
  std::iota(all.begin(), all.end(), first);
  return all;
}

size_t FindTarget(const Table& table, const std::vector<std::string>& names, const std::string& target, bool header) {
  return target.empty() ? names.size() - 1 : FindColumn(table, names, target, header, "target");
}

// The column to hold out by. Its examples with one of the values test.
size_t HoldOutRows(const std::string& text, TableSurvey& survey) {
  const Table& table = survey.table;
  const HoldOut hold_out = ParseHoldOut(text);
  if (hold_out.field.empty()) {
    throw UsageError(fmt::format("--hold-out is '{}': a table needs the column as well, such as city={}", text, text));
  }
  const size_t column = FindColumn(table, survey.names, hold_out.field, survey.header, "column to hold out by");
  if (column == survey.target) {
    throw UsageError(
        fmt::format("--hold-out: '{}' is the target, and training must meet all its values: choose "
                    "another column",
                    survey.names[column]));
  }
  std::vector<std::string_view> cells;
  for (const size_t row : survey.rows) cells.push_back(table.cell(row, column));
  for (const bool held : HeldOutCells(hold_out, fmt::format("column '{}'", survey.names[column]), cells)) {
    survey.to_split.parts.push_back(held ? Part::kTest : Part::kAny);
  }
  return column;
}

// The rule in table_survey.h. A text among more numbers that are no classes is taken for a mistake, which reading the
// numbers will report.
Task TaskOf(const TableSurvey& survey) {
  size_t numbers = 0, texts = 0;
  bool whole = true;
  std::unordered_set<double> different;
  for (const size_t row : survey.rows) {
    const CellValue value = ReadCell(survey.table.cell(row, *survey.target));
    ++(value.kind == CellKind::kText ? texts : numbers);
    if (value.kind == CellKind::kText) continue;
    whole = whole && value.kind == CellKind::kNumber && IsWhole(value.number);
    if (whole && different.size() <= kMostClassesOfNumbers) different.insert(value.number);
  }
  if (texts >= numbers) return Task::kClassification;
  const bool few = whole && different.size() <= kMostClassesOfNumbers && different.size() * 2 <= numbers;
  return few ? Task::kClassification : Task::kRegression;
}

// The name under which a class is listed: "1" and "1.0" are one class.
std::string ClassName(std::string_view cell) {
  const CellValue value = ReadCell(cell);
  const bool whole = value.kind == CellKind::kNumber && IsWhole(value.number);
  return whole ? fmt::format("{:.0f}", value.number + 0.0) : std::string(cell);
}

std::vector<std::string> ClassesOf(const TableSurvey& survey) {
  std::unordered_set<std::string> different;
  for (const size_t row : survey.rows) different.insert(ClassName(survey.table.cell(row, *survey.target)));
  std::vector<std::string> classes(different.begin(), different.end());
  SortClasses(classes);
  return classes;
}

// Returns the problem where a target is no class, and leaves the labels empty then. A dot at the end of
// a class that is only known without it, as in the test part of the census data "Adult", is dropped, with a note.
std::string ReadLabels(const std::vector<std::string>& classes, TableSurvey& survey) {
  const Table& table = survey.table;
  const LabelIndex index(classes);
  size_t dots = 0, first_dot = 0;
  for (const size_t row : survey.rows) {
    const std::string name = ClassName(table.cell(row, *survey.target));
    std::optional<int32_t> label = index.Find(name);
    if (!label && name.ends_with('.')) {
      label = index.Find(std::string_view(name).substr(0, name.size() - 1));
      if (label && dots++ == 0) first_dot = row;
    }
    if (!label) {
      survey.target_labels.clear();
      return fmt::format("{}:{}: '{}' is no class of the target '{}'{}", table.name(), table.line(row), Shortened(name),
                         survey.target_name, DidYouMean(name, classes));
    }
    survey.target_labels.push_back(*label);
  }
  if (dots > 0) {
    survey.target_notes.push_back(
        fmt::format("{}:{}: {} of {} targets end in a dot that the training's do not have ('{}'): they are "
                    "read without it",
                    table.name(), table.line(first_dot), dots, survey.rows.size(),
                    Shortened(table.cell(first_dot, *survey.target))));
  }
  return "";
}

void ReadTargets(Task task, const std::vector<std::string>& classes, bool needed, TableSurvey& survey) {
  if (task == Task::kRegression) {
    for (const size_t row : survey.rows) {
      survey.target_numbers.push_back(NumberAt(survey.table, row, *survey.target, survey.target_name).value());
    }
    return;
  }
  const std::string problem = ReadLabels(classes, survey);
  if (problem.empty()) return;
  if (needed) throw Error(problem + ": correct it or leave the row out");
  survey.target_notes.push_back(problem + ": the targets are not used");
}

// True where each row of a table that is to be predicted has a target; a note reports that only some have one.
bool HasAllTargets(TableSurvey& survey) {
  const auto is_missing = [&](size_t row) {
    return ReadCell(survey.table.cell(row, *survey.target)).kind == CellKind::kMissing;
  };
  const auto missing = static_cast<size_t>(std::ranges::count_if(survey.rows, is_missing));
  if (missing > 0 && missing < survey.rows.size()) {
    survey.target_notes.push_back(fmt::format("{}: {} of {} rows have no target: the targets are not used",
                                              survey.table.name(), missing, survey.rows.size()));
  }
  return missing == 0;
}

// Keeps the examples that have a target; a note reports the others.
void KeepRowsWithTarget(TableSurvey& survey) {
  const Table& table = survey.table;
  const std::string& name = survey.target_name;
  std::vector<size_t> kept;
  size_t first_line = 0;
  for (const size_t row : survey.rows) {
    if (ReadCell(table.cell(row, *survey.target)).kind != CellKind::kMissing) {
      kept.push_back(row);
    } else if (first_line == 0) {
      first_line = table.line(row);
    }
  }
  const size_t dropped = survey.rows.size() - kept.size();
  if (dropped > 0) {
    survey.notes.push_back(fmt::format("{}:{}: {} row{} left out, as the target '{}' is missing there", table.name(),
                                       first_line, dropped, dropped == 1 ? " is" : "s are", name));
  }
  if (kept.empty()) {
    throw Error(fmt::format("{}: no row has a value of the target '{}': choose another target", table.name(), name));
  }
  survey.rows = std::move(kept);
}

// Years in even steps above numbers that are no years: 1990, 1995, 2000 above 3.1, 3.4, 2.9.
bool HasYearsAsHeader(const Table& table) {
  constexpr size_t kFewest = 3;
  const auto year = [&](size_t row, size_t column) -> std::optional<double> {
    const CellValue value = ReadCell(table.cell(row, column));
    const bool is_year =
        value.kind == CellKind::kNumber && IsWhole(value.number) && value.number >= 1500 && value.number <= 2200;
    return is_year ? std::optional(value.number) : std::nullopt;
  };
  std::vector<double> years;
  for (size_t column = 0; column < table.columns(); ++column) {
    const CellKind kind = ReadCell(table.cell(0, column)).kind;
    if (kind == CellKind::kText || kind == CellKind::kMissing) continue;
    const std::optional<double> first = year(0, column);
    if (!first) return false;
    bool years_below = true;
    for (size_t row = 1; row < table.rows() && years_below; ++row) years_below = year(row, column).has_value();
    if (years_below) return false;
    years.push_back(*first);
  }
  if (years.size() < kFewest || years[1] == years[0]) return false;
  for (size_t i = 1; i < years.size(); ++i) {
    if (years[i] - years[i - 1] != years[1] - years[0]) return false;
  }
  return true;
}

// Whether the first row names the columns: where it is text above numbers, or unlike the repeated words below it, it
// does, where it is like the rows below it does not; the columns vote.
bool HasHeader(const Table& table, const TableTidy& tidy) {
  if (table.rows() < 2) return false;
  if (HasYearsAsHeader(table)) return true;
  size_t in_favour = 0, against = 0;
  bool all_named_apart = true;
  std::unordered_set<std::string_view> seen;
  const std::vector<size_t> below = AllFrom(1, table.rows());
  for (size_t column = 0; column < table.columns(); ++column) {
    const std::string_view first = table.cell(0, column);
    const CellKind kind = tidy.IsNumber(first) ? CellKind::kNumber : ReadCell(first).kind;
    all_named_apart = all_named_apart && kind == CellKind::kText && seen.insert(first).second;
    if (kind == CellKind::kMissing) continue;
    if (tidy.IsNumeric(column, 1)) {
      ++(kind == CellKind::kText ? in_favour : against);
      continue;
    }
    std::unordered_set<std::string_view> different;
    for (const size_t row : below) different.insert(table.cell(row, column));
    if (different.contains(first) || kind != CellKind::kText) {
      ++against;
    } else if (different.size() * 2 <= below.size()) {
      ++in_favour;  // a word unlike the few that are repeated below it
    }
  }
  if (in_favour == against) return in_favour == 0 && all_named_apart;
  return in_favour > against;
}

void FindByName(const Encoding& encoding, TableSurvey& survey) {
  const Table& table = survey.table;
  Notes unused;
  survey.names = ColumnNames(table, true, unused);
  const std::vector<std::string>& names = survey.names;
  std::unordered_map<std::string, size_t> index;
  for (size_t column = 0; column < names.size(); ++column) index.emplace(names[column], column);
  std::vector<std::string> missing;
  size_t used = 0;
  for (const TableColumn& column : encoding.columns()) {
    const auto found = index.find(column.name);
    if (found == index.end() && column.width() > 0) missing.push_back(column.name);
    survey.inputs.push_back(found == index.end() ? 0 : found->second);
    used += found == index.end() ? 0 : 1;
  }
  if (!missing.empty()) {
    const std::string where = fmt::format("{}:{}", table.name(), table.line(0));
    if (used == 0) {
      throw Error(
          fmt::format("{}: no column has a name known from the training: the first line must name the columns, "
                      "which are {}",
                      where, ListOfNames(missing)));
    }
    throw Error(
        fmt::format("{}: there is no column '{}'{}, which the model was trained with: add it, its cells may be "
                    "empty",
                    where, missing[0], DidYouMean(missing[0], names)));
  }
  if (const auto found = index.find(encoding.table()->target); found != index.end()) {
    survey.target = found->second;
    ++used;
  }
  if (used < names.size()) {
    survey.notes.push_back(fmt::format("{}: {} column{} not known from the training {} not used", table.name(),
                                       names.size() - used, names.size() - used == 1 ? "" : "s",
                                       names.size() - used == 1 ? "is" : "are"));
  }
}

void FindByNumber(const Encoding& encoding, TableSurvey& survey) {
  const Table& table = survey.table;
  const size_t known = encoding.columns().size();
  if (table.columns() != known && table.columns() != known + 1) {
    throw Error(
        fmt::format("{}:{}: has {} columns, but the model was trained on {} and the target: give the same columns in "
                    "the same order",
                    table.name(), table.line(0), table.columns(), known));
  }
  if (table.columns() == known + 1) survey.target = encoding.table()->target_index;
  for (size_t c = 0; c < known; ++c) survey.inputs.push_back(survey.target && c >= *survey.target ? c + 1 : c);
}

// Whether the first row of a table for a model that knows no names has words above all its numbers: it is no example.
bool HasNamesAboveNumbers(const Encoding& encoding, TableSurvey& survey) {
  const Table& table = survey.table;
  if (table.rows() < 2) return false;
  const TableTidy tidy(survey.table);
  size_t numbers = 0;
  for (size_t c = 0; c < encoding.columns().size(); ++c) {
    if (!encoding.columns()[c].numeric || encoding.columns()[c].width() == 0) continue;
    const std::string_view first = table.cell(0, survey.inputs[c]);
    if (tidy.IsNumber(first) || ReadCell(first).kind != CellKind::kText) return false;
    if (!tidy.IsNumeric(survey.inputs[c], 1)) return false;
    ++numbers;
  }
  if (numbers == 0) return false;
  survey.notes.push_back(
      fmt::format("{}:{}: '{}' stands above numbers: the first row is taken for names, and the columns by "
                  "their order",
                  table.name(), table.line(0), Shortened(table.cell(0, survey.inputs[0]))));
  return true;
}

// Brings the cells to the form in which the model knows them.
void TidyForModel(const Encoding& encoding, TableSurvey& survey) {
  TableTidy tidy(survey.table);
  const size_t first = survey.header ? 1 : 0;
  for (size_t c = 0; c < encoding.columns().size(); ++c) {
    const TableColumn& column = encoding.columns()[c];
    if (column.width() == 0) continue;
    if (column.numeric) {
      tidy.TidyNumbers(survey.inputs[c], first, column.name, survey.notes);
    } else {
      tidy.TidyTexts(survey.inputs[c], first, column.values);
    }
  }
  if (!survey.target) return;
  if (encoding.task == Task::kRegression) {
    tidy.TidyNumbers(*survey.target, first, encoding.table()->target, survey.notes);
  } else {
    tidy.TidyTexts(*survey.target, first, encoding.labels);
  }
}

TableSurvey SurveyOf(Table table) {
  CheckRowCount(table.name(), table.rows());
  TableSurvey survey;
  survey.table = std::move(table);
  survey.table.DropEmptyLastColumn();
  survey.notes = survey.table.notes();
  return survey;
}

}  // namespace

std::string TableSurvey::TargetPlace() const { return fmt::format("{}: target '{}'", table.name(), target_name); }

TableSurvey SurveyToTrain(Table read, const DataRequest& request) {
  TableSurvey survey = SurveyOf(std::move(read));
  Table& table = survey.table;
  if (table.columns() < 2) {
    throw Error(
        fmt::format("{}:{}: has one column, but a target and something to predict it from are needed: separate the "
                    "columns with commas, semicolons or tabs",
                    table.name(), table.line(0)));
  }
  if (table.rows() < 2) {
    throw Error(fmt::format("{}:{}: has one line only: the names of the columns and rows of examples are needed",
                            table.name(), table.line(0)));
  }
  TableTidy tidy(table);
  survey.header = HasHeader(table, tidy);
  if (survey.header && HasYearsAsHeader(table)) {
    survey.notes.push_back(
        fmt::format("{}:{}: the years in it are taken for the names of columns", table.name(), table.line(0)));
  }
  survey.names = ColumnNames(table, survey.header, survey.notes);
  std::vector<bool> codes;
  for (size_t column = 0; column < table.columns(); ++column) {
    codes.push_back(tidy.TidyColumn(column, survey.header ? 1 : 0, survey.names[column], survey.notes));
  }
  const size_t target = FindTarget(table, survey.names, request.target, survey.header);
  survey.target = target;
  survey.target_name = survey.names[target];
  survey.rows = AllFrom(survey.header ? 1 : 0, table.rows());
  KeepRowsWithTarget(survey);
  survey.task = request.task.value_or(TaskOf(survey));
  if (survey.task == Task::kClassification) {
    survey.labels = ClassesOf(survey);
    CheckClasses(survey.TargetPlace(), survey.labels.size(), survey.rows.size(),
                 "choose another target (--target), and leave cells empty where a number is missing" +
                     MixedHint(table, survey.rows, target));
  }
  survey.to_split = {.name = table.name(), .rows = survey.rows.size()};
  if (!request.hold_out.empty()) survey.group = HoldOutRows(request.hold_out, survey);
  for (size_t column = 0; column < table.columns(); ++column) {
    survey.columns.push_back(SurveyColumn(table, survey.rows, column));
    survey.columns.back().texts += codes[column] ? survey.columns.back().numbers : 0;
    if (column != target) survey.inputs.push_back(column);
  }
  ReadTargets(survey.task, survey.labels, true, survey);
  return survey;
}

TableSurvey SurveyForModel(Table read, const Encoding& encoding, bool for_test) {
  TableSurvey survey = SurveyOf(std::move(read));
  const Table& table = survey.table;
  if (encoding.columns().empty()) {
    throw Error(fmt::format("{}: is a table, but the model was trained on {}: give such data", table.name(),
                            encoding.Wanted()));
  }
  survey.header = encoding.table()->header;
  if (survey.header) {
    FindByName(encoding, survey);
  } else {
    FindByNumber(encoding, survey);
    survey.header = HasNamesAboveNumbers(encoding, survey);
  }
  TidyForModel(encoding, survey);
  survey.rows = AllFrom(survey.header ? 1 : 0, table.rows());
  if (survey.rows.empty()) throw Error(fmt::format("{}: has a header but no rows: add some", table.name()));
  survey.target_name = encoding.table()->target;
  if (for_test && !survey.target) {
    throw Error(fmt::format("{}:{}: has no column '{}', the target: a test needs it", table.name(), table.line(0),
                            survey.target_name));
  }
  if (for_test) KeepRowsWithTarget(survey);
  if (survey.target && (for_test || HasAllTargets(survey))) {
    ReadTargets(encoding.task, encoding.labels, for_test, survey);
  }
  return survey;
}

}  // namespace ramp
