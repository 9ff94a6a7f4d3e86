#include "ramp/data/table_target.h"

#include <fmt/format.h>

#include <unordered_set>

#include "ramp/base/error.h"
#include "ramp/data/table_columns.h"
#include "ramp/data/targets.h"

namespace ramp {
namespace {

constexpr size_t kMostClassesOfNumbers = 20;

// The name under which a class is listed: "1" and "1.0" are one class.
std::string WholeNumberName(double number) { return fmt::format("{:.0f}", number + 0.0); }

std::string ClassName(std::string_view cell) {
  const CellValue value = ReadCell(cell);
  return value.kind == CellKind::kNumber && IsWhole(value.number) ? WholeNumberName(value.number) : std::string(cell);
}

}  // namespace

std::string TargetReader::place() const { return fmt::format("{}: target '{}'", table_.name(), name_); }

Task TargetReader::TaskOf(const std::vector<size_t>& rows) const {
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

std::vector<std::string> TargetReader::Classes(const std::vector<size_t>& rows) const {
  std::unordered_set<std::string> different;
  for (const size_t row : rows) different.insert(ClassName(table_.cell(row, column_)));
  std::vector<std::string> classes(different.begin(), different.end());
  SortClasses(classes);
  return classes;
}

bool TargetReader::Labels(const std::vector<size_t>& rows, const std::vector<std::string>& classes,
                          std::vector<int32_t>& labels, Notes& notes, std::string& unknown) const {
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

std::vector<double> TargetReader::Numbers(const std::vector<size_t>& rows) const {
  std::vector<double> numbers;
  for (const size_t row : rows) numbers.push_back(NumberAt(table_, row, column_, name_).value());
  return numbers;
}

}  // namespace ramp
