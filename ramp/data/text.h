// Text: from bytes to tokens to their numbers.
#ifndef RAMP_DATA_TEXT_H_
#define RAMP_DATA_TEXT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "ramp/data/dataset.h"

namespace ramp {

inline constexpr uint16_t kFillingToken = 0;
inline constexpr uint16_t kUnknownToken = 1;
inline constexpr uint16_t kFirstToken = 2;

// UTF-8 without its mark, with plain line feeds. Other bytes are read as Latin-1, with a note. Throws Error, which
// begins with `name`, for what is no text.
std::string CleanText(const std::string& name, std::string bytes, Notes& notes);

// Tokens one after another. Characters are those of UTF-8. Words are runs of letters, digits and apostrophes, in small
// letters (of ASCII alone); any other sign is a token of its own; blanks separate tokens.
class TokenReader {
 public:
  TokenReader(std::string_view text, bool characters) : text_(text), characters_(characters) {}
  // Valid up to the next call; nullopt at the end.
  std::optional<std::string_view> Next();

 private:
  std::string_view text_;  // the rest of it
  bool characters_;
  std::string word_;
};

// From a token to its number.
class Vocabulary {
 public:
  explicit Vocabulary(const TextEncoding& encoding);
  uint16_t Find(std::string_view token) const;
  std::vector<uint16_t> TokensOf(std::string_view text) const;

 private:
  bool characters_;
  std::unordered_map<std::string, uint16_t> numbers_;
};

}  // namespace ramp

#endif  // RAMP_DATA_TEXT_H_
