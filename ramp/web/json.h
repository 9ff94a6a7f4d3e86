// JSON as this folder writes and reads it.
#ifndef RAMP_WEB_JSON_H_
#define RAMP_WEB_JSON_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>

namespace ramp::web {

using Json = nlohmann::ordered_json;

// A JSON object out of what came from outside. Throws UsageError with a sentence for what is none, or is nested deeper
// than anything that the page sends.
Json ParseObject(std::string_view text);

// On one line; what is not UTF-8 is replaced.
std::string Dump(const Json& json);

// base64 of the values as they lie in memory (little-endian).
std::string Base64(std::span<const std::byte> bytes);
template <class T>
std::string Base64(std::span<const T> values) {
  return Base64(std::as_bytes(values));
}

}  // namespace ramp::web

#endif  // RAMP_WEB_JSON_H_
