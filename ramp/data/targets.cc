#include "ramp/data/targets.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "ramp/base/error.h"
#include "ramp/data/csv.h"

namespace ramp {
namespace {

constexpr size_t kMostClasses = 10000;
// Up to here any number of rows will do; from here on a class should come up at least twice on average.
constexpr size_t kFewClasses = 20;

}  // namespace

void CheckRowCount(const std::string& name, size_t rows) {
  if (rows <= std::numeric_limits<uint32_t>::max()) return;
  throw Error(fmt::format("{}: has {} rows, more than the {} that can be numbered: split it", name, rows,
                          std::numeric_limits<uint32_t>::max()));
}

double UsableDeviation(double deviation, double largest) {
  return deviation > 1e-9 * largest && deviation > std::numeric_limits<float>::min() ? deviation : 1;
}

LabelIndex::LabelIndex(const std::vector<std::string>& labels) {
  for (const std::string& label : labels) places_.emplace(label, static_cast<int32_t>(places_.size()));
}

std::optional<int32_t> LabelIndex::Find(std::string_view name) const {
  const auto found = places_.find(std::string(name));
  return found == places_.end() ? std::nullopt : std::optional(found->second);
}

void SortClasses(std::vector<std::string>& classes) {
  std::sort(classes.begin(), classes.end(), [](const std::string& a, const std::string& b) {
    const CellValue x = ReadCell(a), y = ReadCell(b);
    const bool a_is_number = x.kind == CellKind::kNumber, b_is_number = y.kind == CellKind::kNumber;
    if (a_is_number != b_is_number) return a_is_number;
    return a_is_number && x.number != y.number ? x.number < y.number : a < b;
  });
}

void CheckClasses(const std::string& place, size_t classes, size_t rows, const std::string& remedy) {
  if (classes < 2) {
    throw Error(fmt::format(
        "{}: all its {} targets are of one class, so there is nothing to learn: add rows of another class or "
        "choose another target",
        place, rows));
  }
  if (classes > kMostClasses || (classes > kFewClasses && classes > rows / 2)) {
    throw Error(
        fmt::format("{}: {} different values in {} rows are too many for classes: {}", place, classes, rows, remedy));
  }
}

void CheckTrainingClasses(const std::string& place, std::span<const int32_t> labels,
                          const std::vector<std::string>& names, std::span<const uint32_t> training, Notes& notes) {
  std::vector<size_t> counts(names.size(), 0);
  for (const uint32_t row : training) ++counts[static_cast<size_t>(labels[row])];
  const auto missing = static_cast<size_t>(std::count(counts.begin(), counts.end(), size_t{0}));
  if (names.size() - missing < 2) {
    throw Error(
        fmt::format("{}: all {} training rows are of one class: use another --seed, smaller test and validation "
                    "parts, or more rows",
                    place, training.size()));
  }
  if (missing > 0) {
    const auto first = std::find(counts.begin(), counts.end(), size_t{0}) - counts.begin();
    notes.push_back(
        fmt::format("{}: {} of {} classes have no training row (the first is '{}'): they are too rare for the "
                    "split",
                    place, missing, names.size(), names[static_cast<size_t>(first)]));
  }
}

void FitTarget(const std::string& place, std::span<const double> values, std::span<const uint32_t> training,
               Encoding& encoding) {
  const double n = static_cast<double>(training.size());
  double sum = 0, squares = 0, largest = 0;
  for (const uint32_t row : training) {
    sum += values[row];
    largest = std::max(largest, std::abs(values[row]));
  }
  encoding.target_mean = sum / n;
  for (const uint32_t row : training) squares += std::pow(values[row] - encoding.target_mean, 2);
  const double deviation = std::sqrt(squares / n);
  if (training.size() < 2) {
    throw Error(fmt::format(
        "{}: {} row is left for training, which is too few to learn from: add rows, or make the test and validation "
        "parts smaller",
        place, training.size()));
  }
  if (!(deviation > 1e-9 * largest) || deviation < std::numeric_limits<float>::min()) {
    throw Error(fmt::format("{}: is {} in every training row, so there is nothing to learn: choose another target",
                            place, encoding.target_mean));
  }
  encoding.target_deviation = deviation;
}

std::vector<float> StandardisedTarget(const std::string& place, std::span<const double> values,
                                      const Encoding& encoding) {
  std::vector<float> standardised(values.size());
  for (size_t row = 0; row < values.size(); ++row) {
    standardised[row] = static_cast<float>((values[row] - encoding.target_mean) / encoding.target_deviation);
    if (!std::isfinite(standardised[row])) {
      throw Error(fmt::format("{}: row {}: {} is too far from the training values: check it", place, row, values[row]));
    }
  }
  return standardised;
}

}  // namespace ramp
