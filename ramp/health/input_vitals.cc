#include "ramp/health/input_vitals.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace ramp {
namespace {

// A column leaks when the target explains all but this share of its variance.
constexpr double kUnexplained = 1e-4;
// Pictures have too many columns to name; their neighbours are often equal.
constexpr size_t kMostDuplicates = 20;

// The gathered inputs of some rows, [rows, columns].
struct Table {
  size_t rows, columns;
  std::vector<float> values;
  double at(size_t row, size_t column) const { return static_cast<double>(values[row * columns + column]); }
};

struct Moments {
  double mean = 0, deviation = 0;
};

Moments MomentsOf(const Table& table, size_t column) {
  double mean = 0, square = 0;
  for (size_t row = 0; row < table.rows; ++row) mean += table.at(row, column);
  mean /= static_cast<double>(table.rows);
  for (size_t row = 0; row < table.rows; ++row) square += std::pow(table.at(row, column) - mean, 2);
  return {mean, std::sqrt(square / static_cast<double>(table.rows))};
}

// The share of the column's variance that is left within the classes.
double UnexplainedByClass(const Table& table, size_t column, const Moments& moments, const Dataset& data,
                          std::span<const uint32_t> rows) {
  const size_t classes = data.encoding.labels.size();
  std::vector<double> sums(classes), squares(classes), counts(classes);
  for (size_t row = 0; row < table.rows; ++row) {
    const auto label = static_cast<size_t>(data.labels[rows[row]]);
    const double value = table.at(row, column) - moments.mean;
    sums[label] += value;
    squares[label] += value * value;
    ++counts[label];
  }
  double within = 0;
  for (size_t c = 0; c < classes; ++c) {
    if (counts[c] > 0) within += squares[c] - sums[c] * sums[c] / counts[c];
  }
  return within / (static_cast<double>(table.rows) * moments.deviation * moments.deviation);
}

// The share of the column's variance that the best line over the target leaves.
double UnexplainedByValue(const Table& table, size_t column, const Moments& moments, const Dataset& data,
                          std::span<const uint32_t> rows) {
  double mean = 0, product = 0, square = 0;
  for (const uint32_t row : rows) mean += static_cast<double>(data.values[row]);
  mean /= static_cast<double>(rows.size());
  for (size_t row = 0; row < table.rows; ++row) {
    const double target = static_cast<double>(data.values[rows[row]]) - mean;
    product += target * (table.at(row, column) - moments.mean);
    square += target * target;
  }
  const double variance = static_cast<double>(table.rows) * moments.deviation * moments.deviation;
  return square > 0 ? 1 - product * product / (square * variance) : 1;
}

uint64_t HashOf(const Table& table, size_t column) {
  uint64_t hash = 14695981039346656037u;  // FNV-1a
  for (size_t row = 0; row < table.rows; ++row) {
    const auto bits = static_cast<uint64_t>(std::hash<float>()(table.values[row * table.columns + column]));
    hash = (hash ^ bits) * 1099511628211u;
  }
  return hash;
}

bool AreEqual(const Table& table, size_t a, size_t b) {
  for (size_t row = 0; row < table.rows; ++row) {
    if (table.at(row, a) != table.at(row, b)) return false;
  }
  return true;
}

void FindDuplicates(const Table& table, const std::vector<Moments>& moments, InputVitals& vitals) {
  std::unordered_map<uint64_t, size_t> first;
  for (size_t column = 0; column < table.columns; ++column) {
    if (moments[column].deviation == 0) continue;
    const auto [place, is_new] = first.emplace(HashOf(table, column), column);
    if (is_new || !AreEqual(table, place->second, column)) continue;
    if (vitals.duplicates.size() < kMostDuplicates) vitals.duplicates.emplace_back(place->second, column);
  }
}

// Rows whose value is not the column's median.
size_t UnusualRows(const Table& table, size_t column) {
  std::vector<double> values(table.rows);
  for (size_t row = 0; row < table.rows; ++row) values[row] = table.at(row, column);
  const auto middle = values.begin() + static_cast<ptrdiff_t>(table.rows / 2);
  std::nth_element(values.begin(), middle, values.end());
  const double median = *middle;
  return table.rows - static_cast<size_t>(std::count(values.begin(), values.end(), median));
}

void FindLeaks(const Table& table, const std::vector<Moments>& moments, const Dataset& data,
               std::span<const uint32_t> rows, InputVitals& vitals) {
  // As many values as rows would explain anything.
  if (!data.has_targets() || table.rows < 30) return;
  const bool classes = data.encoding.task == Task::kClassification;
  if (classes && 5 * data.encoding.labels.size() > table.rows) return;
  const auto unexplained = classes ? UnexplainedByClass : UnexplainedByValue;
  for (size_t column = 0; column < table.columns; ++column) {
    if (moments[column].deviation == 0) continue;
    // What is different in a handful of rows only can be so by chance: a rare word, a dark pixel.
    if (UnusualRows(table, column) < 10) continue;
    if (unexplained(table, column, moments[column], data, rows) < kUnexplained) vitals.leaking.push_back(column);
  }
}

}  // namespace

std::string InputVitals::Name(size_t column) const {
  return names.empty() ? fmt::format("column {}", column + 1) : names[column];
}

std::string InputVitals::Names(std::span<const size_t> named) const {
  constexpr size_t kMostNamed = 4;
  std::string text;
  for (const size_t column : named.first(std::min(named.size(), kMostNamed))) {
    text += (text.empty() ? "" : ", ") + Name(column);
  }
  if (named.size() > kMostNamed) text += fmt::format(" and {} more", named.size() - kMostNamed);
  return text;
}

InputVitals ExamineInputs(const Dataset& data, std::span<const uint32_t> rows) {
  InputVitals vitals{
      .tokens = data.encoding.vocabulary() > 0, .columns = data.encoding.shape.count(), .rows = rows.size()};
  if (vitals.tokens || rows.empty() || vitals.columns == 0) return vitals;
  if (!data.encoding.columns().empty()) {
    for (size_t column = 0; column < vitals.columns; ++column) {
      vitals.names.push_back(ColumnName(data.encoding, column));
    }
  }
  Table table{rows.size(), vitals.columns, std::vector<float>(rows.size() * vitals.columns)};
  data.Gather(rows, table.values.data());

  std::vector<Moments> moments(vitals.columns);
  std::vector<double> deviations;
  double means = 0, variances = 0;
  for (size_t column = 0; column < vitals.columns; ++column) {
    const Moments& m = moments[column] = MomentsOf(table, column);
    // A constant column says nothing about the scale of those that tell something.
    if (m.deviation == 0) {
      vitals.constant.push_back(column);
      continue;
    }
    means += m.mean * m.mean;
    variances += m.deviation * m.deviation;
    deviations.push_back(m.deviation);
    if (m.deviation > vitals.widest) {
      vitals.widest = m.deviation;
      vitals.widest_column = column;
    }
  }
  if (!deviations.empty()) {
    const auto count = static_cast<double>(deviations.size());
    vitals.offset = std::sqrt(means / count);
    vitals.deviation = std::sqrt(variances / count);
    vitals.root_mean_square = std::hypot(vitals.offset, vitals.deviation);
    const auto middle = deviations.begin() + static_cast<ptrdiff_t>(deviations.size() / 2);
    std::nth_element(deviations.begin(), middle, deviations.end());
    vitals.usual = *middle;
  }
  FindDuplicates(table, moments, vitals);
  FindLeaks(table, moments, data, rows, vitals);
  return vitals;
}

std::string ColumnName(const Encoding& encoding, size_t column) {
  size_t first = 0;
  for (const TableColumn& candidate : encoding.columns()) {
    if (column < first + candidate.width()) {
      if (candidate.numeric) return fmt::format("'{}'", candidate.name);
      return fmt::format("'{}' = '{}'", candidate.name, candidate.values[column - first]);
    }
    first += candidate.width();
  }
  return fmt::format("column {}", column + 1);
}

}  // namespace ramp
