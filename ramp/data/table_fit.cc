#include "ramp/data/table_fit.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "ramp/base/error.h"
#include "ramp/data/targets.h"

namespace ramp {
namespace {

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

// The column's type is that of all examples, its figures are those of the examples that train.
TableColumn FitColumn(TableSurvey& survey, std::span<const uint32_t> training, size_t column) {
  const Table& table = survey.table;
  const std::string& name = survey.names[column];
  const ColumnSurvey& cells = survey.columns[column];
  if (!cells.IsNumeric()) return FitCategory(table, survey.rows, training, column, name, survey.notes);
  if (cells.missing == 0) {
    std::vector<double> numbers;
    for (const size_t row : survey.rows) numbers.push_back(NumberAt(table, row, column, name).value());
    if (LooksLikeRowNumber(numbers)) {
      survey.notes.push_back(
          fmt::format("column '{}' counts the rows ({} to {}): if it is only their number, remove it", name,
                      numbers.front(), numbers.back()));
    }
  }
  return FitNumbers(table, survey.rows, training, column, name, survey.notes);
}

}  // namespace

Encoding FitTable(TableSurvey& survey, std::span<const uint32_t> training) {
  const size_t target = survey.target.value();
  TableEncoding columns{.target = survey.target_name, .header = survey.header, .target_index = target};
  Encoding encoding;
  encoding.task = survey.task;
  encoding.labels = survey.labels;
  if (encoding.task == Task::kRegression) {
    FitTarget(survey.TargetPlace(), survey.target_numbers, training, encoding);
  } else {
    CheckTrainingClasses(survey.TargetPlace(), survey.target_labels, encoding.labels, training, survey.notes);
  }
  size_t width = 0;
  for (const size_t column : survey.inputs) {
    const std::string& name = survey.names[column];
    columns.columns.push_back(column == survey.group ? LeftOut(name, "rows are held out by it", survey.notes)
                                                     : FitColumn(survey, training, column));
    width += columns.columns.back().width();
  }
  if (width == 0) {
    throw Error(fmt::format("{}: no column is of use to predict '{}': {}", survey.table.name(), columns.target,
                            survey.notes.back()));
  }
  encoding.shape = {width};
  encoding.data = std::move(columns);
  return encoding;
}

}  // namespace ramp
