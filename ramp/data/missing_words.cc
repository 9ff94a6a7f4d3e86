#include "ramp/data/missing_words.h"

#include <algorithm>
#include <array>

namespace ramp {
namespace {

constexpr std::array<std::string_view, 21> kAnywhere = {
    "NA",   "N/A",  "n/a", "#N/A", "#NA",    "#N/A N/A", "<NA>",    "NaN",      "nan",   "-NaN",  "-nan",
    "NULL", "null", "?",   "\\N",  "1.#IND", "-1.#IND",  "1.#QNAN", "-1.#QNAN", "#N/A!", "<NULL>"};

constexpr std::array<std::string_view, 39> kAmongNumbers = {
    "None", "none",   "-",       "--",      "---",      ".",         "..",       "...",       "na",      "Na",
    "N.A.", "n.a.",   "nil",     "Nil",     "missing",  "Missing",   "MISSING",  "unknown",   "Unknown", "UNKNOWN",
    "NaT",  "(null)", "#DIV/0!", "#VALUE!", "#REF!",    "#NAME?",    "#NUM!",    "#NULL!",    "inf",     "-inf",
    "Inf",  "-Inf",   "INF",     "-INF",    "Infinity", "-Infinity", "infinity", "-infinity", "+inf"};

}  // namespace

bool IsMissingWord(std::string_view cell) { return std::ranges::find(kAnywhere, cell) != kAnywhere.end(); }

bool IsMissingAmongNumbers(std::string_view cell) {
  return IsMissingWord(cell) || std::ranges::find(kAmongNumbers, cell) != kAmongNumbers.end();
}

}  // namespace ramp
