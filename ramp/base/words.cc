#include "ramp/base/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "ramp/base/error.h"

namespace ramp {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

[[noreturn]] void FailAt(std::string_view subject, std::string_view text, size_t position, const std::string& what) {
  // A long text is shown around the place only.
  constexpr size_t kBefore = 40, kShown = 72;
  const size_t begin = position > kBefore ? position - kBefore : 0;
  std::string line(text.substr(begin, kShown));
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < ' ' || static_cast<unsigned char>(c) > '~') c = ' ';
  }
  throw UsageError(fmt::format("{}, character {}: {}\n  {}\n  {}^", subject, position + 1, what, line,
                               std::string(position - begin, ' ')));
}

}  // namespace

Words::Words(std::string_view subject, std::string_view text, size_t begin, size_t end)
    : subject_(subject), text_(text) {
  for (size_t i = std::min(text.find_first_not_of(kBlanks, begin), end); i < end;) {
    const size_t stop = std::min(text.find_first_of(kBlanks, i), end);
    words_.push_back({text.substr(i, stop - i), i});
    i = std::min(text.find_first_not_of(kBlanks, stop), end);
  }
  if (words_.empty()) FailAt(subject, text, std::min(begin, text.size()), "a word is missing here");
}

double Words::Number(std::string_view meaning, double low, double high) {
  if (empty()) FailAtName(fmt::format("'{}' needs {} behind it, a number from {} to {}", name(), meaning, low, high));
  const std::string_view word = words_[next_].text;
  double number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error != std::errc() || end != word.data() + word.size() || !(number >= low && number <= high)) {
    Fail(fmt::format("'{}' is not {}, a number from {} to {}", word, meaning, low, high));
  }
  ++next_;
  return number;
}

size_t Words::Count(std::string_view meaning, size_t low, size_t high) {
  const double number = Number(meaning, static_cast<double>(low), static_cast<double>(high));
  if (number != std::floor(number)) {
    --next_;
    Fail(fmt::format("{} is a whole number", meaning));
  }
  return static_cast<size_t>(number);
}

void Words::End() const {
  if (!empty()) Fail(fmt::format("'{}' is too much here", words_[next_].text));
}

void Words::Fail(const std::string& what) const {
  FailAt(subject_, text_, (empty() ? words_.back() : words_[next_]).position, what);
}

void Words::FailAtName(const std::string& what) const { FailAt(subject_, text_, words_[0].position, what); }

}  // namespace ramp
