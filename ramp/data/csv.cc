#include "ramp/data/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "ramp/base/error.h"
#include "ramp/data/characters.h"

namespace ramp {
namespace {

constexpr std::string_view kMark = "\xEF\xBB\xBF";
// How many rows decide what separates the cells.
constexpr size_t kRowsToSniff = 50;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace

// Cuts text into cells, quotes and all. Cells in quotes are unescaped where they stand, as they only get shorter.
class TableParser {
 public:
  TableParser(Table& table, char separator) : table_(table), text_(table.text_), separator_(separator) {}

  void Parse() {
    while (at_ < text_.size()) ParseRow();
  }

 private:
  [[noreturn]] void Fail(size_t line, const std::string& problem) const {
    throw Error(fmt::format("{}:{}: {}", table_.name_, line, problem));
  }

  bool AtRowEnd() const { return at_ == text_.size() || text_[at_] == '\n' || text_[at_] == '\r'; }

  void SkipRowEnd() {
    if (at_ == text_.size()) return;
    const bool return_first = text_[at_] == '\r';
    ++at_;
    if (return_first && at_ < text_.size() && text_[at_] == '\n') ++at_;
    ++line_;
  }

  bool IsFiller(char c) const { return c != separator_ && IsBlank(c); }

  void ParseRow() {
    const size_t line = line_;
    const size_t first_cell = table_.cells_.size();
    while (at_ < text_.size() && IsFiller(text_[at_])) ++at_;
    if (AtRowEnd()) {
      SkipRowEnd();
      return;
    }
    ParseCell();
    while (at_ < text_.size() && text_[at_] == separator_) {
      ++at_;
      ParseCell();
    }
    SkipRowEnd();
    const size_t cells = table_.cells_.size() - first_cell;
    if (table_.lines_.empty()) table_.columns_ = cells;
    if (cells != table_.columns_) {
      Fail(line,
           fmt::format("has {} field{} where {} {} expected, as on line {}: correct the line, or put a field that "
                       "contains a {} in quotes",
                       cells, cells == 1 ? "" : "s", table_.columns_, table_.columns_ == 1 ? "is" : "are",
                       table_.lines_[0], separator_ == '\t' ? "tab" : fmt::format("'{}'", separator_)));
    }
    table_.lines_.push_back(line);
  }

  // Leaves at_ on the separator or the row's end.
  void ParseCell() {
    while (at_ < text_.size() && IsFiller(text_[at_])) ++at_;
    if (at_ < text_.size() && text_[at_] == '"') {
      ParseQuoted();
      return;
    }
    const size_t begin = at_;
    while (!AtRowEnd() && text_[at_] != separator_) ++at_;
    const std::string_view cell = Trimmed(std::string_view(text_).substr(begin, at_ - begin));
    table_.cells_.push_back({begin, cell.size()});
  }

  void ParseQuoted() {
    const size_t first_line = line_;
    const size_t begin = ++at_;
    size_t end = begin;
    for (;; ++at_) {
      if (at_ == text_.size()) {
        Fail(first_line,
             "a quote is opened here but never closed: close it, or double a quote that belongs to the text");
      }
      if (text_[at_] == '"') {
        const bool doubled = at_ + 1 < text_.size() && text_[at_ + 1] == '"';
        if (!doubled) break;
        ++at_;
      } else if (text_[at_] == '\n' || (text_[at_] == '\r' && (at_ + 1 == text_.size() || text_[at_ + 1] != '\n'))) {
        ++line_;
      }
      text_[end++] = text_[at_];
    }
    ++at_;
    while (at_ < text_.size() && IsFiller(text_[at_])) ++at_;
    if (!AtRowEnd() && text_[at_] != separator_) {
      Fail(line_, "text follows a closed quote: double a quote that belongs to the text");
    }
    table_.cells_.push_back({begin, end - begin});
  }

  Table& table_;
  std::string& text_;
  char separator_;
  size_t at_ = 0, line_ = 1;
};

namespace {

void CheckIsText(const std::string& name, std::string_view bytes) {
  const auto starts = [&](std::string_view magic) { return bytes.starts_with(magic); };
  const std::string what = fmt::format("{}: byte 0: is ", name);
  if (starts("PK\x03\x04")) {
    throw Error(what +
                "a ZIP archive (a spreadsheet, or NumPy's .npz): export the table as CSV, or save each array as .npy");
  }
  if (starts("\xff\xfe") || starts("\xfe\xff")) throw Error(what + "UTF-16 text: save it as UTF-8");
  const size_t at = FirstNotText(bytes);
  if (at == std::string_view::npos) return;
  throw Error(
      fmt::format("{}: byte {}: 0x{:02x} is no text, so this is no CSV file: ramp reads tables (CSV), pictures "
                  "(PNG), sound (WAV) and arrays (IDX, NPY)",
                  name, at, static_cast<unsigned char>(bytes[at])));
}

// How often a separator stands in the first rows, outside of quotes.
struct SeparatorCount {
  char separator;
  size_t total = 0;
  bool same_in_all_rows = true;
};

SeparatorCount CountSeparator(std::string_view text, char separator) {
  SeparatorCount count{separator};
  size_t rows = 0, here = 0, in_first = 0;
  bool quoted = false, blank = true;
  const auto end_row = [&] {
    if (!blank) {
      if (rows++ == 0) in_first = here;
      if (here != in_first) count.same_in_all_rows = false;
    }
    here = 0;
    blank = true;
  };
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (!quoted && (c == '\n' || c == '\r')) {
      end_row();
      if (rows == kRowsToSniff) break;
      continue;
    }
    blank = blank && IsBlank(c) && c != separator;
    if (!quoted && c == separator) {
      ++here;
      ++count.total;
    }
  }
  if (rows < kRowsToSniff) end_row();
  return count;
}

// One that stands equally often in each of the first rows, tabs before semicolons before commas (which also stand in
// numbers and sentences); else the most frequent.
char FindSeparator(std::string_view text) {
  SeparatorCount best{','};
  for (const char separator : {'\t', ';', ','}) {
    const SeparatorCount count = CountSeparator(text, separator);
    if (count.total > 0 && count.same_in_all_rows) return separator;
    if (count.total > best.total) best = count;
  }
  return best.separator;
}

// "3,14", "-0,5"; but not "3.141,5".
bool HasDecimalComma(std::string_view cell) {
  if (!cell.empty() && (cell[0] == '-' || cell[0] == '+')) cell.remove_prefix(1);
  const size_t comma = cell.find(',');
  if (comma == std::string_view::npos || comma + 1 == cell.size()) return false;
  return std::ranges::all_of(cell.substr(0, comma), IsDigit) && std::ranges::all_of(cell.substr(comma + 1), IsDigit);
}

}  // namespace

// In a column of numbers with decimal commas they become points, where commas do not separate the cells. Elsewhere they
// are rather thousands, and left to the person.
class DecimalCommas {
 public:
  DecimalCommas(Table& table, char separator) : table_(table), separator_(separator) {}

  void Mend() {
    size_t first_row = 0, first_column = 0, columns = 0;
    for (size_t column = 0; column < table_.columns(); ++column) {
      const std::optional<size_t> row = FirstComma(column);
      if (!row) continue;
      if (columns++ == 0) {
        first_row = *row;
        first_column = column;
      }
    }
    if (columns == 0) return;
    const std::string example = fmt::format(
        "{}:{}: {} column{} of numbers with commas (the first is '{}')", table_.name_, table_.line(first_row), columns,
        columns == 1 ? " consists" : "s consist", table_.cell(first_row, first_column));
    if (separator_ == ',') {
      table_.notes_.push_back(example + ", which are read as text: write them without");
      return;
    }
    table_.notes_.push_back(example + ", which are read as decimal points");
    for (size_t column = 0; column < table_.columns(); ++column) {
      if (FirstComma(column)) Replace(column);
    }
  }

 private:
  // The first row with a comma, if all cells below the first row are numbers or missing. The first may be a header.
  std::optional<size_t> FirstComma(size_t column) const {
    std::optional<size_t> first;
    for (size_t row = 0; row < table_.rows(); ++row) {
      const std::string_view cell = table_.cell(row, column);
      if (HasDecimalComma(cell)) {
        if (!first) first = row;
      } else if (ReadCell(cell).kind == CellKind::kText && (row > 0 || table_.rows() == 1)) {
        return std::nullopt;
      }
    }
    return first;
  }

  void Replace(size_t column) {
    for (size_t row = 0; row < table_.rows(); ++row) {
      const Table::Cell& cell = table_.cells_[row * table_.columns() + column];
      const std::string_view text = table_.cell(row, column);
      if (HasDecimalComma(text)) table_.text_[cell.begin + text.find(',')] = '.';
    }
  }

  Table& table_;
  char separator_;
};

Table Table::Parse(std::string name, std::string bytes) {
  Table table;
  table.name_ = std::move(name);
  if (bytes.starts_with(kMark)) bytes.erase(0, kMark.size());
  CheckIsText(table.name_, bytes);
  if (const size_t strange = FirstNotUtf8(bytes); strange != std::string::npos) {
    table.notes_.push_back(fmt::format("{}: byte {} is no UTF-8: the file is read as Latin-1", table.name_, strange));
    bytes = FromLatin1(bytes);
  }
  table.text_ = std::move(bytes);
  const char separator = FindSeparator(table.text_);
  TableParser(table, separator).Parse();
  if (table.lines_.empty())
    throw Error(fmt::format("{}: holds nothing but blanks: there is nothing to read", table.name_));
  DecimalCommas(table, separator).Mend();
  return table;
}

CellValue ReadCell(std::string_view cell) {
  cell = Trimmed(cell);
  if (cell.empty() || cell == "?") return {};
  std::string_view digits = cell;
  // A plus is fine before a number, but not before a sign.
  if (digits.size() > 1 && digits[0] == '+' && digits[1] != '-') digits.remove_prefix(1);
  double number = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (end != digits.data() + digits.size() || failure == std::errc::invalid_argument) return {CellKind::kText, 0};
  // Far beyond double's range; what is as near to zero as that is zero.
  if (failure == std::errc::result_out_of_range) {
    const size_t exponent = digits.find_first_of("eE");
    const bool tiny = exponent != std::string_view::npos ? digits.substr(exponent + 1).starts_with('-')
                                                         : digits.find_first_of("123456789") > digits.find('.');
    return tiny ? CellValue{CellKind::kNumber, 0} : CellValue{CellKind::kUnusableNumber, HUGE_VAL};
  }
  const bool usable = std::abs(number) <= static_cast<double>(std::numeric_limits<float>::max());
  return {usable ? CellKind::kNumber : CellKind::kUnusableNumber, number};
}

std::string QuoteCell(std::string_view cell) {
  const bool plain =
      cell.find_first_of("\",;\t\r\n") == std::string_view::npos && Trimmed(cell) == cell && !cell.empty();
  if (plain) return std::string(cell);
  std::string quoted = "\"";
  for (const char c : cell) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace ramp
