// Numbers as people write them: 2,372.03 and 2.372,03, 1 234,5, 47.4 %, $47.44, 154 m2, (12), with any minus.
#ifndef RAMP_DATA_NUMBER_DRESS_H_
#define RAMP_DATA_NUMBER_DRESS_H_

#include <optional>
#include <string>
#include <string_view>

namespace ramp {

// A number and what it wears.
struct DressedNumber {
  std::string plain = {};      // "-1234.5", as ReadCell takes it
  std::string unit = {};       // "%", "$", "m2"; empty: none
  std::string thousands = {};  // the sign between thousands; empty: none
  bool code = false;           // "007", or more digits than a double holds: rather a name
};

// The number in a cell whose decimal mark is '.' or ','; nothing where it is none. Thousands stand in groups of three,
// and the first group is not 0.
std::optional<DressedNumber> Undress(std::string_view cell, char decimal_mark);

// The decimal mark of a cell that only one of both explains: ',' of "1,5" and "1.234,5", '.' of "1.5" and "1,234.5";
// nothing of "12", "1.234" and what is no number.
std::optional<char> DecimalMarkOf(std::string_view cell);

}  // namespace ramp

#endif  // RAMP_DATA_NUMBER_DRESS_H_
