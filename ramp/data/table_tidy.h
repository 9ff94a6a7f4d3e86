// The first look at a table's cells: numbers lose their dress, words for what is missing become empty cells, and texts
// that differ in case or blanks alone become one. Whoever reads the table afterwards meets plain cells.
//
// Each column is decided from all of its rows, and each decision is a note.
#ifndef RAMP_DATA_TABLE_TIDY_H_
#define RAMP_DATA_TABLE_TIDY_H_

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "ramp/data/csv.h"
#include "ramp/data/number_dress.h"

namespace ramp {

// The decimal mark of a file: most of the cells that tell one decide; without any it is the comma where semicolons
// separate the cells, and else the point.
char DecimalMarkOf(const Table& table);

class TableTidy {
 public:
  // The notes name columns by `names`, which has one name for each.
  explicit TableTidy(Table& table) : table_(table), mark_(DecimalMarkOf(table)) {}

  bool IsNumber(std::string_view cell) const { return ramp::Undress(cell, mark_).has_value(); }
  // Whether the cells from row `first` on are numbers, dressed or not.
  bool IsNumeric(size_t column, size_t first) const;

  // A column of which nothing is known, from row `first` on. A column is one of numbers where all cells are numbers in
  // one dress or missing, or all but one in twenty, which are a few words. Returns whether its numbers are codes: they
  // have zeros in front, or too many digits. Throws Error where some cells have decimal points and others decimal
  // commas.
  bool TidyColumn(size_t column, size_t first, const std::string& name, Notes& notes);
  // A column that a model takes for numbers; texts that are none are left for others to refuse.
  void TidyNumbers(size_t column, size_t first, const std::string& name, Notes& notes);
  // A column that a model takes for texts, of which it knows some: others become those that they equal but for case and
  // blanks.
  void TidyTexts(size_t column, size_t first, std::span<const std::string> known);

 private:
  struct Dress;
  Dress Look(size_t column, size_t first) const;
  void Undress(size_t column, size_t first, const Dress& dress, const std::string& name, Notes& notes);
  static void NoteMissing(const Dress& dress, const std::string& name, Notes& notes);
  void EmptyMissingWords(size_t column, size_t first, const std::string& name, Notes& notes);
  void JoinSpellings(size_t column, size_t first, const std::string& name, Notes& notes);
  [[noreturn]] void FailOnBothMarks(size_t column, size_t first, const std::string& name) const;

  Table& table_;
  char mark_;
};

}  // namespace ramp

#endif  // RAMP_DATA_TABLE_TIDY_H_
