// The third pass over a table: the encoding of its columns, from the rows that train.
//
// A column of numbers is standardised; where training rows lack some, the median takes their place and a second input
// marks them. A column of text is a category: one input for each value, at most the hundred most frequent; any other
// value, and a missing one, leaves them all 0. Columns without use are left out, each with a note: one value only, no
// value, or texts of which most are different (names, tickets).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "ramp/base/error.h"
#include "ramp/data/table_survey.h"
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

TableColumn LeftOut(TableSurvey& survey, size_t column, const std::string& reason) {
  survey.notes.push_back(fmt::format("column '{}' is left out: {}", survey.names[column], reason));
  return {.name = survey.names[column], .numeric = false};
}

TableColumn FitNumbers(TableSurvey& survey, std::span<const uint32_t> training, size_t column) {
  std::vector<double> numbers;
  for (const uint32_t row : training) {
    if (const auto number = NumberAt(survey.table, survey.rows[row], column, survey.names[column]))
      numbers.push_back(*number);
  }
  const size_t missing = training.size() - numbers.size();
  if (numbers.empty()) return LeftOut(survey, column, "it has no value in any training row");
  const auto [low, high] = std::minmax_element(numbers.begin(), numbers.end());
  if (*low == *high && missing == 0) {
    return LeftOut(survey, column, fmt::format("it is {} in every training row", *low));
  }
  TableColumn fitted{.name = survey.names[column], .numeric = true};
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

TableColumn FitCategory(TableSurvey& survey, std::span<const uint32_t> training, size_t column) {
  std::unordered_map<std::string_view, size_t> counts;
  size_t present = 0;
  for (const uint32_t row : training) {
    const std::string_view cell = survey.table.cell(survey.rows[row], column);
    if (ReadCell(cell).kind == CellKind::kMissing) continue;
    ++counts[cell];
    ++present;
  }
  if (present == 0) return LeftOut(survey, column, "it has no value in any training row");
  if (counts.size() == 1 && present == training.size()) {
    return LeftOut(survey, column, fmt::format("it is '{}' in every training row", Shortened(counts.begin()->first)));
  }
  if (counts.size() > kFewCategories && counts.size() * 2 > present) {
    return LeftOut(survey, column,
                   fmt::format("it holds {} different texts in {} rows, which are names rather than categories{}",
                               counts.size(), present, MixedHint(survey.table, survey.rows, column)));
  }
  std::vector<std::pair<std::string_view, size_t>> frequent(counts.begin(), counts.end());
  std::sort(frequent.begin(), frequent.end(), [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  if (frequent.size() > kMostCategories) {
    survey.notes.push_back(fmt::format(
        "column '{}' has {} different texts: the {} most frequent are kept, the others count as "
        "unknown{}",
        survey.names[column], frequent.size(), kMostCategories, MixedHint(survey.table, survey.rows, column)));
    frequent.resize(kMostCategories);
  } else if (const std::string hint = MixedHint(survey.table, survey.rows, column); !hint.empty()) {
    survey.notes.push_back(fmt::format("column '{}' is read as text{}", survey.names[column], hint));
  }
  TableColumn fitted{.name = survey.names[column], .numeric = false};
  for (const auto& [value, count] : frequent) fitted.values.emplace_back(value);
  std::sort(fitted.values.begin(), fitted.values.end());
  return fitted;
}

// The column's type is that of all examples, its figures are those of the examples that train.
TableColumn FitColumn(TableSurvey& survey, std::span<const uint32_t> training, size_t column) {
  const std::string& name = survey.names[column];
  const ColumnSurvey& cells = survey.columns[column];
  if (!cells.IsNumeric()) return FitCategory(survey, training, column);
  if (cells.missing == 0) {
    std::vector<double> numbers;
    for (const size_t row : survey.rows) numbers.push_back(NumberAt(survey.table, row, column, name).value());
    if (LooksLikeRowNumber(numbers)) {
      survey.notes.push_back(
          fmt::format("column '{}' counts the rows ({} to {}): if it is only their number, remove it", name,
                      numbers.front(), numbers.back()));
    }
  }
  return FitNumbers(survey, training, column);
}

}  // namespace

Encoding FitTable(Survey& any, const DataRequest&, std::span<const uint32_t> training) {
  auto& survey = static_cast<TableSurvey&>(any);
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
    columns.columns.push_back(column == survey.group ? LeftOut(survey, column, "rows are held out by it")
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
