#include "ramp/data/table_tidy.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "ramp/base/error.h"
#include "ramp/data/missing_words.h"
#include "ramp/data/table_columns.h"

namespace ramp {
namespace {

// One text in so many numbers may stand for a missing one, where there are few spellings of it.
constexpr size_t kNumbersForAText = 20, kMostSpellings = 3;
// Columns with more different texts are names, whose spelling is their own.
constexpr size_t kMostTextsToJoin = 1000;

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

// Without blanks around it, with one blank for several, and in small letters.
std::string Folded(std::string_view cell) {
  std::string folded;
  for (const char c : cell) {
    if (IsBlank(c)) {
      if (!folded.empty() && folded.back() != ' ') folded += ' ';
    } else {
      folded += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  while (!folded.empty() && folded.back() == ' ') folded.pop_back();
  return folded;
}

}  // namespace

char DecimalMarkOf(const Table& table) {
  size_t points = 0, commas = 0;
  for (size_t row = 0; row < table.rows(); ++row) {
    for (size_t column = 0; column < table.columns(); ++column) {
      const std::optional<char> mark = DecimalMarkOf(table.cell(row, column));
      points += mark == '.' ? 1 : 0;
      commas += mark == ',' ? 1 : 0;
    }
  }
  if (points != commas) return points > commas ? '.' : ',';
  return table.separator() == ';' ? ',' : '.';
}

// How the numbers of a column are written.
struct TableTidy::Dress {
  size_t numbers = 0, missing = 0, texts = 0, codes = 0;
  size_t first_missing = 0, first_code = 0;                   // rows
  std::optional<size_t> first_dressed = {};                   // the first number that is not plain
  std::map<std::string, size_t, std::less<>> words = {};      // for missing cells, with how often each is there
  std::map<std::string, size_t, std::less<>> spellings = {};  // of the texts, up to one too many
  std::string unit = {}, thousands = {};
  bool one_unit = true, one_sign = true;

  bool is_numeric() const {
    const bool few_texts = texts * kNumbersForAText <= numbers && spellings.size() <= kMostSpellings;
    return numbers > 0 && one_unit && one_sign && (texts == 0 || few_texts);
  }
};

TableTidy::Dress TableTidy::Look(size_t column, size_t first) const {
  Dress dress;
  for (size_t row = first; row < table_.rows(); ++row) {
    const std::string_view cell = table_.cell(row, column);
    if (cell.empty()) continue;
    if (IsMissingAmongNumbers(cell)) {
      if (dress.missing++ == 0) dress.first_missing = row;
      ++dress.words[std::string(cell)];
      continue;
    }
    const std::optional<DressedNumber> number = ramp::Undress(cell, mark_);
    if (!number) {
      ++dress.texts;
      if (dress.spellings.size() <= kMostSpellings) ++dress.spellings[std::string(cell)];
      continue;
    }
    if (number->code && dress.codes++ == 0) dress.first_code = row;
    if (number->plain != cell && !dress.first_dressed) dress.first_dressed = row;
    if (dress.numbers++ == 0) dress.unit = number->unit;
    dress.one_unit = dress.one_unit && number->unit == dress.unit;
    if (number->thousands.empty()) continue;
    if (dress.thousands.empty()) dress.thousands = number->thousands;
    dress.one_sign = dress.one_sign && number->thousands == dress.thousands;
  }
  return dress;
}

void TableTidy::NoteMissing(const Dress& dress, const std::string& name, Notes& notes) {
  if (dress.words.empty() && dress.spellings.empty()) return;
  std::vector<std::string> words;
  for (const auto& [word, count] : dress.words) words.push_back(word);
  for (const auto& [word, count] : dress.spellings) words.push_back(word);
  // "?" is known from many files and needs no word.
  if (words == std::vector<std::string>{"?"}) return;
  const size_t cells = dress.missing + dress.texts;
  notes.push_back(fmt::format("column '{}': {} cell{} with {} count{} as missing", name, cells, cells == 1 ? "" : "s",
                              ListOfNames(words), cells == 1 ? "s" : ""));
}

void TableTidy::Undress(size_t column, size_t first, const Dress& dress, const std::string& name, Notes& notes) {
  if (dress.first_dressed) {
    const std::string_view cell = table_.cell(*dress.first_dressed, column);
    const DressedNumber number = *ramp::Undress(cell, mark_);
    notes.push_back(fmt::format("column '{}': '{}' is read as {}{}", name, Shortened(cell), number.plain,
                                number.unit.empty() ? "" : fmt::format(" ({})", number.unit)));
  }
  NoteMissing(dress, name, notes);
  for (size_t row = first; row < table_.rows(); ++row) {
    const std::string_view cell = table_.cell(row, column);
    if (cell.empty()) continue;
    const bool missing = IsMissingAmongNumbers(cell) || dress.spellings.contains(cell);
    const std::optional<DressedNumber> number = missing ? std::nullopt : ramp::Undress(cell, mark_);
    if (missing) {
      table_.SetCell(row, column, "");
    } else if (number && number->plain != cell) {
      table_.SetCell(row, column, number->plain);
    }
  }
}

void TableTidy::FailOnBothMarks(size_t column, size_t first, const std::string& name) const {
  const auto first_with = [&](char mark) {
    for (size_t row = first; row < table_.rows(); ++row) {
      if (DecimalMarkOf(table_.cell(row, column)) == mark) return row;
    }
    return first;
  };
  const size_t point = first_with('.'), comma = first_with(',');
  throw Error(
      fmt::format("{}:{}: column '{}': '{}' has a decimal comma, and '{}' on line {} a decimal point: write "
                  "both in one way",
                  table_.name(), table_.line(comma), name, Shortened(table_.cell(comma, column)),
                  Shortened(table_.cell(point, column)), table_.line(point)));
}

bool TableTidy::IsNumeric(size_t column, size_t first) const {
  const Dress dress = Look(column, first);
  return dress.is_numeric() && dress.codes == 0;
}

bool TableTidy::TidyColumn(size_t column, size_t first, const std::string& name, Notes& notes) {
  const Dress dress = Look(column, first);
  if (dress.is_numeric() && dress.codes > 0) {
    const std::string_view code = table_.cell(dress.first_code, column);
    notes.push_back(fmt::format("column '{}' is read as text: '{}' on line {} {}", name, Shortened(code),
                                table_.line(dress.first_code),
                                code.starts_with('0') ? "begins with 0, as codes do" : "has too many digits to count"));
    EmptyMissingWords(column, first, name, notes);
    return true;
  }
  if (dress.is_numeric()) {
    Undress(column, first, dress, name, notes);
    return false;
  }
  // Numbers all the same, some by the other mark?
  const char other = mark_ == '.' ? ',' : '.';
  size_t by_other = 0;
  for (size_t row = first; row < table_.rows() && dress.texts > 0; ++row) {
    by_other += DecimalMarkOf(table_.cell(row, column)) == other ? 1 : 0;
  }
  if (dress.texts > 0 && by_other == dress.texts) {
    bool both = false;
    for (size_t row = first; row < table_.rows(); ++row) {
      both = both || DecimalMarkOf(table_.cell(row, column)) == mark_;
    }
    if (both) FailOnBothMarks(column, first, name);
    TableTidy with_other(table_);
    with_other.mark_ = other;
    return with_other.TidyColumn(column, first, name, notes);
  }
  EmptyMissingWords(column, first, name, notes);
  JoinSpellings(column, first, name, notes);
  return false;
}

void TableTidy::EmptyMissingWords(size_t column, size_t first, const std::string& name, Notes& notes) {
  Dress dress;
  for (size_t row = first; row < table_.rows(); ++row) {
    const std::string_view cell = table_.cell(row, column);
    if (!IsMissingWord(cell)) continue;
    ++dress.words[std::string(cell)];
    ++dress.missing;
    table_.SetCell(row, column, "");
  }
  NoteMissing(dress, name, notes);
}

void TableTidy::JoinSpellings(size_t column, size_t first, const std::string& name, Notes& notes) {
  // By its folded form, each spelling with how often it is there.
  std::map<std::string, std::map<std::string, size_t>> spellings;
  for (size_t row = first; row < table_.rows(); ++row) {
    const std::string_view cell = table_.cell(row, column);
    if (cell.empty()) continue;
    ++spellings[Folded(cell)][std::string(cell)];
    if (spellings.size() > kMostTextsToJoin) return;
  }
  std::unordered_map<std::string, std::string> joined;
  std::string example;
  for (const auto& [folded, written] : spellings) {
    if (written.size() < 2) continue;
    const auto usual = std::ranges::max_element(written, {}, [](const auto& pair) { return pair.second; });
    for (const auto& [spelling, count] : written) {
      if (spelling == usual->first) continue;
      joined.emplace(spelling, usual->first);
      if (example.empty())
        example = fmt::format("'{}' is taken for '{}'", Shortened(spelling), Shortened(usual->first));
    }
  }
  if (joined.empty()) return;
  notes.push_back(fmt::format("column '{}': {}: they differ in case or blanks alone{}", name, example,
                              joined.size() > 1 ? fmt::format(" (and {} more)", joined.size() - 1) : ""));
  for (size_t row = first; row < table_.rows(); ++row) {
    const auto found = joined.find(std::string(table_.cell(row, column)));
    if (found != joined.end()) table_.SetCell(row, column, found->second);
  }
}

void TableTidy::TidyNumbers(size_t column, size_t first, const std::string& name, Notes& notes) {
  Dress dress = Look(column, first);
  if (!dress.is_numeric()) {
    dress.spellings.clear();
    dress.texts = 0;
  }
  if (dress.texts > 0 || dress.first_dressed || dress.missing > 0) Undress(column, first, dress, name, notes);
}

void TableTidy::TidyTexts(size_t column, size_t first, std::span<const std::string> known) {
  std::unordered_map<std::string, std::string_view> by_folded;
  for (const std::string& value : known) by_folded.emplace(Folded(value), value);
  const std::unordered_set<std::string_view> as_they_are(known.begin(), known.end());
  for (size_t row = first; row < table_.rows(); ++row) {
    const std::string_view cell = table_.cell(row, column);
    if (cell.empty() || as_they_are.contains(cell)) continue;
    if (IsMissingWord(cell)) {
      table_.SetCell(row, column, "");
    } else if (const auto found = by_folded.find(Folded(cell)); found != by_folded.end()) {
      table_.SetCell(row, column, found->second);
    }
  }
}

}  // namespace ramp
