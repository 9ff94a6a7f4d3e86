// The target of a table: classes or numbers, read from the cells of its column.
#ifndef RAMP_DATA_TABLE_TARGET_H_
#define RAMP_DATA_TABLE_TARGET_H_

#include <cstdint>
#include <string>
#include <vector>

#include "ramp/data/csv.h"
#include "ramp/data/dataset.h"

namespace ramp {

class TargetReader {
 public:
  TargetReader(const Table& table, size_t column, std::string name)
      : table_(table), column_(column), name_(std::move(name)) {}

  // For messages.
  std::string place() const;

  // Where numbers that are no classes are the most, a text among them is taken for a mistake, and Numbers reports it.
  Task TaskOf(const std::vector<size_t>& rows) const;
  std::vector<std::string> Classes(const std::vector<size_t>& rows) const;

  // Fills labels, or leaves them empty and says in `unknown` where the first unknown class stands. Where a class is
  // only known without a dot at its end, as in the test part of the census data "Adult", it is taken without, with a
  // note.
  bool Labels(const std::vector<size_t>& rows, const std::vector<std::string>& classes, std::vector<int32_t>& labels,
              Notes& notes, std::string& unknown) const;
  std::vector<double> Numbers(const std::vector<size_t>& rows) const;

 private:
  const Table& table_;
  size_t column_;
  std::string name_;
};

}  // namespace ramp

#endif  // RAMP_DATA_TABLE_TARGET_H_
