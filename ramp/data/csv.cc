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

  // Skips lines before the table, of which there are so many.
  void SkipLines(size_t count) {
    while (line_ <= count) {
      while (!AtRowEnd()) ++at_;
      SkipRowEnd();
    }
  }

  void Parse() {
    while (at_ < text_.size()) ParseRow();
    const auto note = [&](size_t count, size_t line, std::string_view what) {
      if (count == 0) return;
      table_.notes_.push_back(
          fmt::format("{}:{}: {} line{} {}", table_.name_, line, count, count == 1 ? "" : "s", what));
    };
    note(comments_, first_comment_, "with # at the start and fewer fields: skipped as comments");
    note(trailing_, first_trailing_, "with one more separator at the end: it is skipped");
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
    const bool begins_with_sign = text_[at_] == '#';
    ParseCell();
    while (at_ < text_.size() && text_[at_] == separator_) {
      ++at_;
      ParseCell();
    }
    SkipRowEnd();
    size_t cells = table_.cells_.size() - first_cell;
    if (table_.lines_.empty()) table_.columns_ = cells;
    if (cells == table_.columns_ + 1 && table_.cells_.back().size == 0) {
      table_.cells_.pop_back();
      --cells;
      if (trailing_++ == 0) first_trailing_ = line;
    }
    if (cells < table_.columns_ && begins_with_sign) {
      table_.cells_.resize(first_cell);
      if (comments_++ == 0) first_comment_ = line;
      return;
    }
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
  size_t comments_ = 0, first_comment_ = 0, trailing_ = 0, first_trailing_ = 0;
};

namespace {

void CheckIsText(const std::string& name, std::string_view bytes) {
  const auto starts = [&](std::string_view magic) { return bytes.starts_with(magic); };
  const std::string what = fmt::format("{}: byte 0: is ", name);
  if (starts("PK\x03\x04")) {
    throw Error(what +
                "a ZIP archive (a spreadsheet, or NumPy's .npz): export the table as CSV, or save each array as .npy");
  }
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

// What stands before the first row.
struct Preamble {
  size_t lines = 0;
  char separator = ',';
};

// All rows but the first may end in a separator more than it has: they are no other table.
bool EndInSeparator(std::string_view text, char separator) {
  size_t rows = 0;
  while (!text.empty() && rows < kRowsToSniff) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty() && line.back() != separator) return false;
    text.remove_prefix(std::min(end + 1, text.size()));
    ++rows;
  }
  return rows > 0;
}

// Lines before the first of those that all have as many separators: a title, a remark. "sep=;" says what separates.
Preamble FindPreamble(std::string_view text) {
  constexpr size_t kMostLines = 20;
  constexpr std::string_view kSaysSeparator = "sep=";
  const size_t end = std::min(text.find_first_of("\r\n"), text.size());
  const std::string_view first = Trimmed(text.substr(0, end));
  if (first.size() == kSaysSeparator.size() + 1 && first.starts_with(kSaysSeparator)) return {1, first.back()};
  const char separator = FindSeparator(text);
  if (const SeparatorCount all = CountSeparator(text, separator); all.same_in_all_rows) return {0, separator};
  std::string_view rest = text;
  for (size_t lines = 0; lines <= kMostLines && !rest.empty(); ++lines) {
    const char here = FindSeparator(rest);
    const SeparatorCount count = CountSeparator(rest, here);
    // A table, and not its last line alone.
    const size_t rows = static_cast<size_t>(std::ranges::count(rest, '\n'));
    if (count.total > 0 && count.same_in_all_rows && rows > 1) {
      std::string_view before = text.substr(0, text.size() - rest.size());
      const bool narrower =
          CountSeparator(before, here).total < lines * CountSeparator(rest.substr(0, rest.find('\n')), here).total;
      if (lines == 0 || (narrower && !EndInSeparator(rest, here))) return {lines, here};
    }
    const size_t next = rest.find('\n');
    if (next == std::string_view::npos || rest.substr(0, next).find('"') != std::string_view::npos) break;
    rest.remove_prefix(next + 1);
  }
  return {0, separator};
}

// UTF-16 with its mark, as UTF-8.
std::string FromUtf16(const std::string& name, std::string_view bytes) {
  const bool little = bytes[0] == '\xff';
  if (bytes.size() % 2 != 0)
    throw Error(fmt::format("{}: byte {}: UTF-16 text ends within a character", name, bytes.size()));
  const auto unit = [&](size_t at) {
    const auto low = static_cast<unsigned char>(bytes[at + (little ? 0 : 1)]);
    const auto high = static_cast<unsigned char>(bytes[at + (little ? 1 : 0)]);
    return static_cast<uint32_t>(high << 8 | low);
  };
  std::string text;
  const auto add = [&](uint32_t byte) { text += static_cast<char>(byte); };
  for (size_t at = 2; at < bytes.size(); at += 2) {
    uint32_t code = unit(at);
    const bool pair = code >= 0xd800 && code < 0xdc00 && at + 2 < bytes.size() && (unit(at + 2) & 0xfc00) == 0xdc00;
    if (pair) {
      code = 0x10000 + ((code - 0xd800) << 10) + (unit(at + 2) - 0xdc00);
      at += 2;
    } else if (code >= 0xd800 && code < 0xe000) {
      throw Error(fmt::format("{}: byte {}: half a character of UTF-16: the file is damaged", name, at));
    }
    if (code < 0x80) {
      add(code);
    } else if (code < 0x800) {
      add(0xc0 | code >> 6);
      add(0x80 | (code & 0x3f));
    } else if (code < 0x10000) {
      add(0xe0 | code >> 12);
      add(0x80 | (code >> 6 & 0x3f));
      add(0x80 | (code & 0x3f));
    } else {
      add(0xf0 | code >> 18);
      add(0x80 | (code >> 12 & 0x3f));
      add(0x80 | (code >> 6 & 0x3f));
      add(0x80 | (code & 0x3f));
    }
  }
  return text;
}

}  // namespace

void Table::DropEmptyLastColumn() {
  if (columns_ < 2) return;
  for (size_t row = 0; row < rows(); ++row) {
    if (!cell(row, columns_ - 1).empty()) return;
  }
  std::vector<Cell> kept;
  kept.reserve(rows() * (columns_ - 1));
  for (size_t i = 0; i < cells_.size(); ++i) {
    if (i % columns_ != columns_ - 1) kept.push_back(cells_[i]);
  }
  cells_ = std::move(kept);
  --columns_;
  notes_.push_back(
      fmt::format("{}:{}: each row ends in a separator: the empty last column is skipped", name_, line(0)));
}

Table Table::Parse(std::string name, std::string bytes) {
  Table table;
  table.name_ = std::move(name);
  if (bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff")) bytes = FromUtf16(table.name_, bytes);
  if (bytes.starts_with(kMark)) bytes.erase(0, kMark.size());
  CheckIsText(table.name_, bytes);
  if (const size_t strange = FirstNotUtf8(bytes); strange != std::string::npos) {
    table.notes_.push_back(fmt::format("{}: byte {} is no UTF-8: the file is read as Latin-1", table.name_, strange));
    bytes = FromLatin1(bytes);
  }
  table.text_ = std::move(bytes);
  const Preamble preamble = FindPreamble(table.text_);
  table.separator_ = preamble.separator;
  if (preamble.lines > 0) {
    table.notes_.push_back(fmt::format(
        "{}:1: {} line{} before the table {} skipped: '{}'", table.name_, preamble.lines,
        preamble.lines == 1 ? "" : "s", preamble.lines == 1 ? "is" : "are",
        Trimmed(std::string_view(table.text_).substr(0, std::min(table.text_.find_first_of("\r\n"), size_t{40})))));
  }
  TableParser parser(table, table.separator_);
  parser.SkipLines(preamble.lines);
  parser.Parse();
  if (table.lines_.empty())
    throw Error(fmt::format("{}: holds nothing but blanks: there is nothing to read", table.name_));
  return table;
}

void Table::SetCell(size_t row, size_t column, std::string_view text) {
  Cell& cell = cells_[row * columns_ + column];
  if (text.size() > cell.size) {
    cell.begin = text_.size();
    text_ += text;
  } else {
    text_.replace(cell.begin, text.size(), text);
  }
  cell.size = text.size();
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
