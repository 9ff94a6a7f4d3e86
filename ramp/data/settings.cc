#include "ramp/data/settings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "ramp/base/error.h"

namespace ramp {
namespace {

constexpr std::string_view kBetween = " \t\r\n,";

std::optional<double> ToNumber(std::string_view text) {
  double number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

void FailSettings(std::string_view what, std::string_view text, size_t position, const std::string& problem) {
  constexpr size_t kBefore = 40, kShown = 72;
  const size_t begin = position > kBefore ? position - kBefore : 0;
  std::string line(text.substr(begin, kShown));
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < ' ' || static_cast<unsigned char>(c) > '~') c = ' ';
  }
  throw UsageError(fmt::format("{}, character {}: {}\n  {}\n  {}^", what, position + 1, problem, line,
                               std::string(position - begin, ' ')));
}

std::vector<SettingWord> SplitSettings(std::string_view what, std::string_view text) {
  std::vector<SettingWord> words;
  for (size_t at = text.find_first_not_of(kBetween); at < text.size(); at = text.find_first_not_of(kBetween, at)) {
    const size_t end = std::min(text.find_first_of(kBetween, at), text.size());
    const std::string_view part = text.substr(at, end - at);
    if (const std::optional<double> number = ToNumber(part)) {
      if (words.empty() || words.back().number) {
        FailSettings(what, text, at, fmt::format("a word is needed before the number {}", part));
      }
      words.back().number = number;
    } else {
      words.push_back({.word = part, .number = std::nullopt, .position = at});
    }
    at = end;
  }
  return words;
}

double NumberOf(std::string_view what, std::string_view text, const SettingWord& word, const Setting& setting) {
  const std::string range =
      fmt::format("{} from {} to {}", setting.whole ? "a whole number" : "a number", setting.low, setting.high);
  if (!word.number) {
    FailSettings(what, text, word.position, fmt::format("'{}' ({}) needs {}", word.word, setting.meaning, range));
  }
  const double number = *word.number;
  if (!(number >= setting.low && number <= setting.high) || (setting.whole && number != std::floor(number))) {
    FailSettings(what, text, word.position,
                 fmt::format("{} is no value for '{}' ({}): give {}", number, word.word, setting.meaning, range));
  }
  return number;
}

std::vector<double> ReadSettings(std::string_view what, std::string_view text, std::span<const SettingWord> words,
                                 std::span<const Setting> table) {
  std::vector<double> values;
  std::vector<std::string> names;
  for (const Setting& setting : table) {
    values.push_back(setting.initial);
    names.emplace_back(setting.word);
  }
  std::vector<bool> seen(table.size(), false);
  for (const SettingWord& word : words) {
    const auto found = std::find(names.begin(), names.end(), word.word);
    const auto place = static_cast<size_t>(found - names.begin());
    if (found == names.end()) {
      FailSettings(what, text, word.position,
                   fmt::format("there is no setting '{}'{}; there are: {}", word.word, DidYouMean(word.word, names),
                               fmt::join(names, ", ")));
    }
    if (seen[place]) FailSettings(what, text, word.position, fmt::format("'{}' is set twice", word.word));
    seen[place] = true;
    values[place] = NumberOf(what, text, word, table[place]);
  }
  return values;
}

}  // namespace ramp
