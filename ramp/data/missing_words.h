// Words that stand for a missing cell.
#ifndef RAMP_DATA_MISSING_WORDS_H_
#define RAMP_DATA_MISSING_WORDS_H_

#include <string_view>

namespace ramp {

// In a column of any kind: NA, NaN, NULL and what statistics programs and databases write. By exact case: Nan is a name
// and Na is sodium.
bool IsMissingWord(std::string_view cell);
// In a column of numbers these as well: None, a dash, unknown, a spreadsheet's errors, infinities. In a column of texts
// they are values.
bool IsMissingAmongNumbers(std::string_view cell);

}  // namespace ramp

#endif  // RAMP_DATA_MISSING_WORDS_H_
