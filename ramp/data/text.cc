#include "ramp/data/text.h"

#include <fmt/format.h>

#include <algorithm>

#include "ramp/base/error.h"
#include "ramp/data/characters.h"

namespace ramp {
namespace {

constexpr std::string_view kMark = "\xEF\xBB\xBF";

bool IsBlank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// What is beyond ASCII counts as a letter.
bool IsWordCharacter(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '\'' || byte >= 0x80;
}

}  // namespace

std::string CleanText(const std::string& name, std::string bytes, Notes& notes) {
  if (bytes.starts_with(kMark)) bytes.erase(0, kMark.size());
  if (const size_t strange = FirstNotText(bytes); strange != std::string::npos) {
    throw Error(fmt::format("{}: byte {}: 0x{:02x} is no text: give a file of plain text (UTF-8)", name, strange,
                            static_cast<unsigned char>(bytes[strange])));
  }
  if (const size_t strange = FirstNotUtf8(bytes); strange != std::string::npos) {
    notes.push_back(fmt::format("{}: byte {} is no UTF-8: the file is read as Latin-1", name, strange));
    bytes = FromLatin1(bytes);
  }
  if (bytes.find('\r') == std::string::npos) return bytes;
  std::string plain;
  for (size_t at = 0; at < bytes.size(); ++at) {
    if (bytes[at] != '\r') {
      plain += bytes[at];
    } else if (at + 1 == bytes.size() || bytes[at + 1] != '\n') {
      plain += '\n';
    }
  }
  return plain;
}

std::optional<std::string_view> TokenReader::Next() {
  while (!characters_ && !text_.empty() && IsBlank(text_[0])) text_.remove_prefix(1);
  if (text_.empty()) return std::nullopt;
  if (characters_) {
    const std::string_view token = text_.substr(0, std::max<size_t>(1, CharacterLength(text_)));
    text_.remove_prefix(token.size());
    return token;
  }
  word_.clear();
  for (; !text_.empty() && IsWordCharacter(text_[0]); text_.remove_prefix(1)) {
    const char c = text_[0];
    word_ += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  if (word_.empty()) {
    word_ = text_[0];
    text_.remove_prefix(1);
  }
  return word_;
}

Vocabulary::Vocabulary(const TextEncoding& encoding) : characters_(encoding.characters) {
  for (const std::string& token : encoding.tokens) {
    numbers_.emplace(token, static_cast<uint16_t>(kFirstToken + numbers_.size()));
  }
}

uint16_t Vocabulary::Find(std::string_view token) const {
  const auto found = numbers_.find(std::string(token));
  return found == numbers_.end() ? kUnknownToken : found->second;
}

std::vector<uint16_t> Vocabulary::TokensOf(std::string_view text) const {
  std::vector<uint16_t> tokens;
  TokenReader reader(text, characters_);
  while (const auto token = reader.Next()) tokens.push_back(Find(*token));
  return tokens;
}

}  // namespace ramp
