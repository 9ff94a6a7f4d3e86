// Tables of text as people have them (CSV), cut into cells; what the cells mean is not decided here.
#ifndef RAMP_DATA_CSV_H_
#define RAMP_DATA_CSV_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "ramp/data/dataset.h"

namespace ramp {

class Table {
 public:
  // Takes what RFC 4180 describes and what is seen besides: commas, semicolons or tabs (found from the first lines),
  // any line end, a byte order mark, blanks around cells, line breaks and doubled quotes within quotes, blank lines
  // (skipped), lines before the table and lines of comments (skipped), a separator at the end of each row, UTF-16 with
  // its mark, and Latin-1 text (read as such when it is no UTF-8). `name` stands for the file in messages. Throws
  // Error with the line for a row of another length, a quote that is not closed or text behind one, and bytes that are
  // no text.
  static Table Parse(std::string name, std::string bytes);

  const std::string& name() const { return name_; }
  size_t rows() const { return lines_.size(); }
  size_t columns() const { return columns_; }
  // Without the blanks around it; what stood in quotes is as it was.
  std::string_view cell(size_t row, size_t column) const {
    const Cell& cell = cells_[row * columns_ + column];
    return std::string_view(text_).substr(cell.begin, cell.size);
  }
  // Takes away a last column that is empty in all rows: what a separator at the end of each row makes.
  void DropEmptyLastColumn();
  // Puts another text into a cell.
  void SetCell(size_t row, size_t column, std::string_view text);
  // Between the cells.
  char separator() const { return separator_; }
  // The line, from 1, on which a row begins.
  size_t line(size_t row) const { return lines_[row]; }
  const Notes& notes() const { return notes_; }

 private:
  struct Cell {
    size_t begin, size;
  };
  friend class TableParser;

  std::string name_, text_;
  char separator_ = ',';
  size_t columns_ = 0;
  std::vector<Cell> cells_;    // [rows, columns]
  std::vector<size_t> lines_;  // [rows]
  Notes notes_;
};

// What a cell can be: "" and "?" are missing; a number is a finite decimal (12, -0.5, 1e-3); "nan", "inf" and numbers
// beyond a float's range are numbers that cannot be used; all else is text.
enum class CellKind { kMissing, kNumber, kUnusableNumber, kText };
struct CellValue {
  CellKind kind = CellKind::kMissing;
  double number = 0;
};
CellValue ReadCell(std::string_view cell);

// The cell in quotes, if it needs them.
std::string QuoteCell(std::string_view cell);

}  // namespace ramp

#endif  // RAMP_DATA_CSV_H_
