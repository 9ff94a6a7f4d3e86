// Characters of UTF-8 text.
#ifndef RAMP_DATA_CHARACTERS_H_
#define RAMP_DATA_CHARACTERS_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace ramp {

// The length of the UTF-8 character at the front, 0 if there is none (Unicode 15, table 3-7).
size_t CharacterLength(std::string_view text);
// Where the text stops being UTF-8; npos if it never does.
size_t FirstNotUtf8(std::string_view text);
inline bool IsUtf8(std::string_view text) { return FirstNotUtf8(text) == std::string_view::npos; }
// ISO 8859-1, whose bytes are the first 256 characters.
std::string FromLatin1(std::string_view text);

// The first byte that stands in no text (control characters but blanks and line breaks); npos if there is none.
size_t FirstNotText(std::string_view bytes);

}  // namespace ramp

#endif  // RAMP_DATA_CHARACTERS_H_
