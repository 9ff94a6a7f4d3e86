#include "ramp/web/json.h"

#include <fmt/format.h>

#include <array>
#include <bit>

#include "ramp/base/error.h"

namespace ramp::web {
namespace {

constexpr int kDeepest = 8;
static_assert(std::endian::native == std::endian::little);

}  // namespace

Json ParseObject(std::string_view text) {
  try {
    const auto check_depth = [](int depth, Json::parse_event_t, const Json&) {
      if (depth > kDeepest) throw UsageError("what was sent is nested too deep");
      return true;
    };
    Json json = Json::parse(text.begin(), text.end(), check_depth);
    if (json.is_object()) return json;
  } catch (const Json::exception& error) {
    throw UsageError(fmt::format("what was sent is no JSON: {}", error.what()));
  }
  throw UsageError("what was sent is no JSON object");
}

std::string Dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string Base64(std::span<const std::byte> bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t begin = 0; begin < bytes.size(); begin += 3) {
    const size_t count = std::min<size_t>(3, bytes.size() - begin);
    uint32_t group = 0;
    for (size_t i = 0; i < 3; ++i) group = group << 8 | (i < count ? std::to_integer<uint32_t>(bytes[begin + i]) : 0);
    for (size_t i = 0; i < 4; ++i) text += i <= count ? kDigits[group >> (18 - 6 * i) & 63] : '=';
  }
  return text;
}

}  // namespace ramp::web
