// Single columns of a table: what their cells hold.
#ifndef RAMP_DATA_TABLE_COLUMNS_H_
#define RAMP_DATA_TABLE_COLUMNS_H_

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ramp/data/csv.h"

namespace ramp {

// The most values that a category keeps, and so the most inputs that one column takes.
inline constexpr size_t kMostCategories = 100;

// How many cells of each kind a column has.
struct ColumnSurvey {
  size_t missing = 0, numbers = 0, unusable_numbers = 0, texts = 0;
  size_t first_text = 0;  // its row
  // A single text makes a column one of text.
  bool IsNumeric() const { return texts == 0 && numbers + unusable_numbers > 0; }
};
ColumnSurvey SurveyColumn(const Table& table, std::span<const size_t> rows, size_t column);

// Neither a fraction nor too large to count by.
bool IsWhole(double number);

// When a few spellings of text stand among more numbers, a sentence that shows the first; else "".
std::string MixedHint(const Table& table, std::span<const size_t> rows, size_t column);

// nullopt for a missing number. Throws Error with line, column, text and remedy for anything else but a number.
std::optional<double> NumberAt(const Table& table, size_t row, size_t column, const std::string& name);

// A text cut to a length that fits into a message.
std::string Shortened(std::string_view text);
// "'a', 'b', 'c' ..."
std::string ListOfNames(std::span<const std::string> names);

}  // namespace ramp

#endif  // RAMP_DATA_TABLE_COLUMNS_H_
