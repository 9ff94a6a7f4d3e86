#include "ramp/data/number_dress.h"

#include <algorithm>
#include <array>
#include <utility>

namespace ramp {
namespace {

constexpr size_t kLongestUnit = 12;
constexpr size_t kMostDigits = 15;  // that a double holds

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Signs of Unicode that stand for one of ASCII.
constexpr std::array<std::pair<std::string_view, char>, 8> kSigns = {{{"\xC2\xA0", ' '},      // no-break space
                                                                      {"\xE2\x80\xAF", ' '},  // narrow no-break space
                                                                      {"\xE2\x80\x89", ' '},  // thin space
                                                                      {"\t", ' '},
                                                                      {"\xE2\x88\x92", '-'},    // minus sign
                                                                      {"\xE2\x80\x93", '-'},    // en dash
                                                                      {"\xE2\x80\x99", '\''},   // right quotation mark
                                                                      {"\xEF\xBC\x85", '%'}}};  // full-width per cent
// Currencies that stand before or behind a number. Words (EUR, kr) are units as m2 is one.
constexpr std::array<std::string_view, 6> kCurrencies = {"$",        "\xE2\x82\xAC", "\xC2\xA3",
                                                         "\xC2\xA5", "\xE2\x82\xB9", "\xE2\x82\xBD"};

std::string WithPlainSigns(std::string_view cell) {
  std::string plain;
  while (!cell.empty()) {
    const auto sign = std::ranges::find_if(kSigns, [&](const auto& row) { return cell.starts_with(row.first); });
    plain += sign == kSigns.end() ? cell[0] : sign->second;
    cell.remove_prefix(sign == kSigns.end() ? 1 : sign->first.size());
  }
  return plain;
}

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// "m2", "km/h", "EUR", "%", a currency: no digit first, no sign of a number within.
bool IsUnit(std::string_view text) {
  if (text == "%" || std::ranges::find(kCurrencies, text) != kCurrencies.end()) return true;
  const auto of_unit = [](char c) { return IsLetter(c) || IsDigit(c) || c == '/' || c == '^' || (c & 0x80) != 0; };
  const bool begins = !text.empty() && (IsLetter(text[0]) || (text[0] & 0x80) != 0);
  return begins && text.size() <= kLongestUnit && std::ranges::all_of(text, of_unit);
}

// What stands before and behind the digits is taken away: a sign, brackets, a unit.
struct Stripped {
  std::string_view body = {};
  bool negative = false, plus = false;
  std::string_view unit = {};
};

bool TakeSign(std::string_view& text, Stripped& stripped) {
  if (text.empty() || (text[0] != '-' && text[0] != '+')) return true;
  if (stripped.negative || stripped.plus) return false;
  (text[0] == '-' ? stripped.negative : stripped.plus) = true;
  text = Trimmed(text.substr(1));
  return true;
}

std::optional<Stripped> Strip(std::string_view text) {
  Stripped stripped;
  text = Trimmed(text);
  if (text.size() > 2 && text.front() == '(' && text.back() == ')') {
    stripped.negative = true;
    text = Trimmed(text.substr(1, text.size() - 2));
  }
  if (!TakeSign(text, stripped)) return std::nullopt;
  const auto of_number = [](char c) { return IsDigit(c) || c == '.' || c == ','; };
  const auto begin = static_cast<size_t>(std::ranges::find_if(text, of_number) - text.begin());
  if (begin == text.size()) return std::nullopt;
  std::string_view before = text.substr(0, begin);
  text = text.substr(begin);
  if (!before.empty() && (before.back() == '-' || before.back() == '+')) {
    std::string_view sign = before.substr(before.size() - 1);
    if (!TakeSign(sign, stripped)) return std::nullopt;
    before.remove_suffix(1);
  }
  before = Trimmed(before);
  size_t end = text.size();
  while (end > 0 && !of_number(text[end - 1])) --end;
  // The 2 of m2 belongs to the unit.
  const size_t letter = static_cast<size_t>(
      std::ranges::find_if(text, [](char c) { return IsLetter(c) || (c & 0x80) != 0; }) - text.begin());
  const bool exponent = letter + 1 < text.size() && (text[letter] == 'e' || text[letter] == 'E') &&
                        (IsDigit(text[letter + 1]) || text[letter + 1] == '-' || text[letter + 1] == '+');
  if (letter < text.size() && !exponent) end = std::min(end, letter);
  std::string_view behind = text.substr(end);
  stripped.body = Trimmed(text.substr(0, end));
  behind = Trimmed(behind);
  if (!behind.empty() && behind.back() == '-') {
    if (stripped.negative || stripped.plus) return std::nullopt;
    stripped.negative = true;
    behind = Trimmed(behind.substr(0, behind.size() - 1));
  }
  if (!before.empty() && !behind.empty()) return std::nullopt;
  stripped.unit = before.empty() ? behind : before;
  if (!stripped.unit.empty() && !IsUnit(stripped.unit)) return std::nullopt;
  // A unit before a number is a currency: "v2", "Q3" and "page 7" are names.
  const bool currency =
      stripped.unit.size() == 3 && std::ranges::all_of(stripped.unit, [](char c) { return c >= 'A' && c <= 'Z'; });
  const bool sign = std::ranges::find(kCurrencies, stripped.unit) != kCurrencies.end();
  if (!before.empty() && !currency && !sign) return std::nullopt;
  return stripped;
}

// The digits before the decimal mark, with what stands between the thousands.
bool ReadWhole(std::string_view text, char decimal_mark, DressedNumber& number) {
  constexpr size_t kGroup = 3;
  const char other = decimal_mark == '.' ? ',' : '.';
  const auto separates = [&](char c) { return c == other || c == ' ' || c == '\''; };
  const size_t first = static_cast<size_t>(std::ranges::find_if(text, separates) - text.begin());
  if (first == text.size()) {
    number.plain += text;
    number.code = (text.size() > 1 && text[0] == '0') || text.size() > kMostDigits;
    return std::ranges::all_of(text, IsDigit);
  }
  const char separator = text[first];
  if (first == 0 || first > kGroup || text[0] == '0' || (text.size() - first) % (kGroup + 1) != 0) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool between = i >= first && (i - first) % (kGroup + 1) == 0;
    if (between ? text[i] != separator : !IsDigit(text[i])) return false;
    if (!between) number.plain += text[i];
  }
  number.thousands = separator;
  return true;
}

// "e-3", or nothing.
bool ReadExponent(std::string_view text, std::string& plain) {
  if (text.empty()) return true;
  std::string_view digits = text.substr(1);
  if (!digits.empty() && (digits[0] == '-' || digits[0] == '+')) digits.remove_prefix(1);
  if (digits.empty() || !std::ranges::all_of(digits, IsDigit)) return false;
  plain += text;
  return true;
}

}  // namespace

std::optional<DressedNumber> Undress(std::string_view cell, char decimal_mark) {
  const std::string plain = WithPlainSigns(cell);
  const std::optional<Stripped> stripped = Strip(plain);
  if (!stripped) return std::nullopt;
  const std::string_view body = stripped->body;
  const size_t exponent = std::min(body.find_first_of("eE"), body.size());
  const std::string_view mantissa = body.substr(0, exponent);
  const size_t mark = std::min(mantissa.find(decimal_mark), mantissa.size());
  const std::string_view whole = mantissa.substr(0, mark);
  const std::string_view fraction = mark < mantissa.size() ? mantissa.substr(mark + 1) : std::string_view();
  DressedNumber number;
  number.unit = stripped->unit;
  if (stripped->negative) number.plain = "-";
  if (whole.empty() && fraction.empty()) return std::nullopt;
  if (!ReadWhole(whole, decimal_mark, number) || !std::ranges::all_of(fraction, IsDigit)) return std::nullopt;
  // Telephone numbers begin with + and have blanks.
  if (stripped->plus && number.thousands == " ") return std::nullopt;
  if (whole.empty()) number.plain += '0';
  if (!fraction.empty()) number.plain += "." + std::string(fraction);
  if (!ReadExponent(body.substr(exponent), number.plain)) return std::nullopt;
  return number;
}

std::optional<char> DecimalMarkOf(std::string_view cell) {
  if (cell.find_first_of(".,") == std::string_view::npos) return std::nullopt;
  const bool point = Undress(cell, '.').has_value(), comma = Undress(cell, ',').has_value();
  if (point == comma) return std::nullopt;
  return point ? '.' : ',';
}

}  // namespace ramp
