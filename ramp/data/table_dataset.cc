#include "ramp/data/table_dataset.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_map>
#include <unordered_set>

#include "ramp/base/error.h"
#include "ramp/data/table_columns.h"
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

// Which rows have one of the values to hold out.
std::vector<uint32_t> HeldOutRows(const Table& table, const std::vector<size_t>& rows, size_t column,
                                  const std::string& name, const HoldOut& hold_out) {
  std::vector<std::string_view> cells;
  for (const size_t row : rows) cells.push_back(table.cell(row, column));
  const std::vector<bool> held = HeldOutCells(hold_out, fmt::format("column '{}'", name), cells);
  std::vector<uint32_t> held_rows;
  for (uint32_t row = 0; row < held.size(); ++row) {
    if (held[row]) held_rows.push_back(row);
  }
  return held_rows;
}

// The rows of `rows` that have a target; the others are told in a note.
std::vector<size_t> RowsWithTarget(const Table& table, const std::vector<size_t>& rows, size_t target,
                                   const std::string& name, Notes& notes) {
  std::vector<size_t> kept;
  size_t first_line = 0;
  for (const size_t row : rows) {
    if (ReadCell(table.cell(row, target)).kind != CellKind::kMissing) {
      kept.push_back(row);
    } else if (first_line == 0) {
      first_line = table.line(row);
    }
  }
  const size_t dropped = rows.size() - kept.size();
  if (dropped > 0) {
    notes.push_back(fmt::format("{}:{}: {} row{} left out, as the target '{}' is missing there", table.name(),
                                first_line, dropped, dropped == 1 ? " is" : "s are", name));
  }
  if (kept.empty()) {
    throw Error(fmt::format("{}: no row has a value of the target '{}': choose another target", table.name(), name));
  }
  return kept;
}

// The name under which a class is listed: "1" and "1.0" are one class.
std::string WholeNumberName(double number) { return fmt::format("{:.0f}", number + 0.0); }

bool IsWhole(double number) { return number == std::floor(number) && std::abs(number) < 1e15; }

// Targets of rows: text or whole numbers as classes, or numbers.
class TargetReader {
 public:
  TargetReader(const Table& table, size_t column, std::string name)
      : table_(table), column_(column), name_(std::move(name)) {}

  std::string place() const { return fmt::format("{}: target '{}'", table_.name(), name_); }

  // As table_dataset.h has it. Where numbers that are no classes are the most, a text among them is taken for a
  // mistake, which reading the numbers will name.
  Task TaskOf(const std::vector<size_t>& rows) const {
    size_t numbers = 0, texts = 0;
    bool whole = true;
    std::unordered_set<double> different;
    for (const size_t row : rows) {
      const CellValue value = ReadCell(table_.cell(row, column_));
      ++(value.kind == CellKind::kText ? texts : numbers);
      if (value.kind == CellKind::kText) continue;
      whole = whole && value.kind == CellKind::kNumber && IsWhole(value.number);
      if (whole && different.size() <= kMostClassesOfNumbers) different.insert(value.number);
    }
    if (texts >= numbers) return Task::kClassification;
    const bool few = whole && different.size() <= kMostClassesOfNumbers && different.size() * 2 <= numbers;
    return few ? Task::kClassification : Task::kRegression;
  }

  std::vector<std::string> Classes(const std::vector<size_t>& rows) const {
    std::unordered_set<std::string> different;
    for (const size_t row : rows) different.insert(ClassName(table_.cell(row, column_)));
    std::vector<std::string> classes(different.begin(), different.end());
    SortClasses(classes);
    return classes;
  }

  // Fills labels, or leaves them empty and says in `unknown` where the first unknown class stands. Where a class is
  // only known without a dot at its end, as in the test part of the census data "Adult", it is taken without, with a
  // note.
  bool Labels(const std::vector<size_t>& rows, const std::vector<std::string>& classes, std::vector<int32_t>& labels,
              Notes& notes, std::string& unknown) const {
    const LabelIndex index(classes);
    size_t dots = 0, first_dot = 0;
    for (const size_t row : rows) {
      const std::string name = ClassName(table_.cell(row, column_));
      std::optional<int32_t> label = index.Find(name);
      if (!label && name.ends_with('.')) {
        label = index.Find(std::string_view(name).substr(0, name.size() - 1));
        if (label && dots++ == 0) first_dot = row;
      }
      if (!label) {
        unknown = fmt::format("{}:{}: '{}' is no class of the target '{}'{}", table_.name(), table_.line(row),
                              Shortened(name), name_, DidYouMean(name, classes));
        labels.clear();
        return false;
      }
      labels.push_back(*label);
    }
    if (dots > 0) {
      notes.push_back(fmt::format(
          "{}:{}: {} of {} targets end in a dot that the training's do not have ('{}'): they are "
          "read without it",
          table_.name(), table_.line(first_dot), dots, rows.size(), Shortened(table_.cell(first_dot, column_))));
    }
    return true;
  }

  std::vector<double> Numbers(const std::vector<size_t>& rows) const {
    std::vector<double> numbers;
    for (const size_t row : rows) numbers.push_back(NumberAt(table_, row, column_, name_).value());
    return numbers;
  }

 private:
  static std::string ClassName(std::string_view cell) {
    const CellValue value = ReadCell(cell);
    return value.kind == CellKind::kNumber && IsWhole(value.number) ? WholeNumberName(value.number) : std::string(cell);
  }

  const Table& table_;
  size_t column_;
  std::string name_;
};

// Inputs of the rows, [rows, encoding.shape.count()]; places[c] is where the encoding's column c stands in the table.
std::vector<float> EncodeInputs(const Table& table, const std::vector<size_t>& rows, const Encoding& encoding,
                                const std::vector<size_t>& places, Notes& notes) {
  const size_t width = encoding.shape.count();
  std::vector<float> inputs(rows.size() * width);
  size_t offset = 0;
  for (size_t c = 0; c < encoding.columns.size(); ++c) {
    const TableColumn& column = encoding.columns[c];
    if (column.width() == 0) continue;
    EncodeColumn(table, rows, places[c], column, {inputs.data() + offset, width}, notes);
    offset += column.width();
  }
  return inputs;
}

// Where a later table has the columns of the encoding, and its target if it is there.
struct Places {
  size_t first_row = 0;
  std::vector<size_t> columns;
  std::optional<size_t> target;
};

Places PlacesByName(const Table& table, const Encoding& encoding, Notes& notes) {
  Notes unused;
  const std::vector<std::string> names = ColumnNames(table, true, unused);
  std::unordered_map<std::string, size_t> index;
  for (size_t column = 0; column < names.size(); ++column) index.emplace(names[column], column);
  Places places{.first_row = 1, .columns = {}, .target = {}};
  std::vector<std::string> missing;
  size_t used = 0;
  for (const TableColumn& column : encoding.columns) {
    const auto found = index.find(column.name);
    if (found == index.end() && column.width() > 0) missing.push_back(column.name);
    places.columns.push_back(found == index.end() ? 0 : found->second);
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
  if (const auto found = index.find(encoding.target); found != index.end()) {
    places.target = found->second;
    ++used;
  }
  if (used < names.size()) {
    notes.push_back(fmt::format("{}: {} column{} not known from the training {} not used", table.name(),
                                names.size() - used, names.size() - used == 1 ? "" : "s",
                                names.size() - used == 1 ? "is" : "are"));
  }
  return places;
}

Places PlacesByNumber(const Table& table, const Encoding& encoding) {
  Places places;
  const size_t known = encoding.columns.size();
  if (table.columns() != known && table.columns() != known + 1) {
    throw Error(
        fmt::format("{}:{}: has {} columns, but the model was trained on {} and the target: give the same columns in "
                    "the same order",
                    table.name(), table.line(0), table.columns(), known));
  }
  if (table.columns() == known + 1) places.target = encoding.target_index;
  for (size_t c = 0; c < known; ++c) {
    places.columns.push_back(places.target && c >= *places.target ? c + 1 : c);
  }
  return places;
}

// Targets of every row of a table that is to be predicted, or a note why there are none.
void ReadTargetsIfComplete(const TargetReader& reader, const Table& table, const std::vector<size_t>& rows,
                           size_t target, Dataset& dataset) {
  size_t missing = 0;
  for (const size_t row : rows) missing += ReadCell(table.cell(row, target)).kind == CellKind::kMissing ? 1 : 0;
  if (missing == rows.size()) return;
  if (missing > 0) {
    dataset.notes.push_back(
        fmt::format("{}: {} of {} rows have no target: the targets are not used", table.name(), missing, rows.size()));
    return;
  }
  const Encoding& encoding = dataset.encoding;
  if (encoding.task == Task::kRegression) {
    dataset.values = StandardisedTarget(reader.place(), reader.Numbers(rows), encoding);
    return;
  }
  std::string unknown;
  if (!reader.Labels(rows, encoding.labels, dataset.labels, dataset.notes, unknown)) {
    dataset.notes.push_back(unknown + ": the targets are not used");
  }
}

void ReadTargets(const TargetReader& reader, const std::vector<size_t>& rows, Dataset& dataset) {
  const Encoding& encoding = dataset.encoding;
  if (encoding.task == Task::kRegression) {
    dataset.values = StandardisedTarget(reader.place(), reader.Numbers(rows), encoding);
    return;
  }
  std::string unknown;
  if (!reader.Labels(rows, encoding.labels, dataset.labels, dataset.notes, unknown)) {
    throw Error(unknown + ": correct it or leave the row out");
  }
}

// Years in even steps above numbers that are none: 1990, 1995, 2000 above 3.1, 3.4, 2.9.
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

}  // namespace

bool HasHeader(const Table& table) {
  if (table.rows() < 2) return false;
  if (HasYearsAsHeader(table)) return true;
  size_t in_favour = 0, against = 0;
  bool all_named_apart = true;
  std::unordered_set<std::string_view> seen;
  const std::vector<size_t> below = AllFrom(1, table.rows());
  for (size_t column = 0; column < table.columns(); ++column) {
    const std::string_view first = table.cell(0, column);
    const CellKind kind = ReadCell(first).kind;
    all_named_apart = all_named_apart && kind == CellKind::kText && seen.insert(first).second;
    if (kind == CellKind::kMissing) continue;
    if (SurveyColumn(table, below, column).IsNumeric()) {
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

Dataset FitTable(const Table& table, const TableRequest& request, const SplitRows& split) {
  CheckRowCount(table.name(), table.rows());
  if (table.columns() < 2) {
    throw Error(
        fmt::format("{}:{}: has one column, but a target and something to predict it from are needed: separate the "
                    "columns with commas, semicolons or tabs",
                    table.name(), table.line(0)));
  }
  Dataset dataset;
  dataset.notes = table.notes();
  Encoding& encoding = dataset.encoding;
  encoding.header = HasHeader(table);
  if (encoding.header && HasYearsAsHeader(table)) {
    dataset.notes.push_back(
        fmt::format("{}:{}: the years in it are taken for the names of columns", table.name(), table.line(0)));
  }
  const std::vector<std::string> names = ColumnNames(table, encoding.header, dataset.notes);
  encoding.target_index = FindTarget(table, names, request.target, encoding.header);
  encoding.target = names[encoding.target_index];

  const std::vector<size_t> rows = RowsWithTarget(table, AllFrom(encoding.header ? 1 : 0, table.rows()),
                                                  encoding.target_index, encoding.target, dataset.notes);
  dataset.rows = rows.size();
  const TargetReader reader(table, encoding.target_index, encoding.target);
  encoding.task = request.task.value_or(reader.TaskOf(rows));
  if (encoding.task == Task::kClassification) {
    encoding.labels = reader.Classes(rows);
    CheckClasses(reader.place(), encoding.labels.size(), rows.size(),
                 "choose another target (--target), and leave cells empty where a number is missing" +
                     MixedHint(table, rows, encoding.target_index));
  }
  std::optional<size_t> group;
  std::vector<uint32_t> held_out;
  if (request.hold_out) {
    group = FindColumn(table, names, request.hold_out->field, encoding.header, "column to hold out by");
    if (*group == encoding.target_index) {
      throw UsageError(
          fmt::format("--hold-out: '{}' is the target, and training must meet all its values: choose "
                      "another column",
                      encoding.target));
    }
    held_out = HeldOutRows(table, rows, *group, names[*group], *request.hold_out);
  }
  const std::vector<uint32_t> training = split(rows.size(), held_out);
  if (encoding.task == Task::kRegression) FitTarget(reader.place(), reader.Numbers(rows), training, encoding);
  ReadTargets(reader, rows, dataset);
  if (encoding.task == Task::kClassification) {
    CheckTrainingClasses(reader.place(), dataset.labels, encoding.labels, training, dataset.notes);
  }

  std::vector<size_t> places;
  size_t width = 0;
  for (size_t column = 0; column < table.columns(); ++column) {
    if (column == encoding.target_index) continue;
    places.push_back(column);
    if (column == group) {
      dataset.notes.push_back(fmt::format("column '{}' is left out: rows are held out by it", names[column]));
      encoding.columns.push_back({.name = names[column], .numeric = false});
      continue;
    }
    encoding.columns.push_back(FitColumn(table, rows, training, column, names[column], dataset.notes));
    width += encoding.columns.back().width();
  }
  if (width == 0) {
    throw Error(fmt::format("{}: no column is of use to predict '{}': {}", table.name(), encoding.target,
                            dataset.notes.back()));
  }
  encoding.shape = {width};
  dataset.inputs = EncodeInputs(table, rows, encoding, places, dataset.notes);
  return dataset;
}

Dataset EncodeTable(const Table& table, const Encoding& encoding, bool for_test) {
  CheckRowCount(table.name(), table.rows());
  if (encoding.columns.empty()) {
    throw Error(fmt::format("{}: is a table, but the model was trained on {}: give such data", table.name(),
                            encoding.Wanted()));
  }
  Dataset dataset;
  dataset.encoding = encoding;
  dataset.notes = table.notes();
  const Places places =
      encoding.header ? PlacesByName(table, encoding, dataset.notes) : PlacesByNumber(table, encoding);
  std::vector<size_t> rows = AllFrom(places.first_row, table.rows());
  if (rows.empty()) throw Error(fmt::format("{}: has a header but no rows: add some", table.name()));
  if (for_test) {
    if (!places.target) {
      throw Error(fmt::format("{}:{}: has no column '{}', the target: a test needs it", table.name(), table.line(0),
                              encoding.target));
    }
    rows = RowsWithTarget(table, rows, *places.target, encoding.target, dataset.notes);
  }
  dataset.rows = rows.size();
  dataset.inputs = EncodeInputs(table, rows, encoding, places.columns, dataset.notes);
  if (!places.target) return dataset;
  const TargetReader reader(table, *places.target, encoding.target);
  if (for_test) {
    ReadTargets(reader, rows, dataset);
  } else {
    ReadTargetsIfComplete(reader, table, rows, *places.target, dataset);
  }
  return dataset;
}

}  // namespace ramp
