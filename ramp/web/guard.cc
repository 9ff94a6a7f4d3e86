#include "ramp/web/guard.h"

#include <fmt/format.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "ramp/base/error.h"

namespace ramp::web {
namespace {

constexpr size_t kLongestTarget = 2048;
constexpr size_t kMostBytes = size_t{64} << 10;
constexpr size_t kMostBytesOfData = size_t{5} << 20;  // what is not small: tables
constexpr std::array<std::string_view, 3> kWithData = {"/api/play/start", "/api/play/change", "/api/check"};

Refusal Guarded(std::string sentence) { return {.status = 403, .code = "guard", .sentence = std::move(sentence)}; }

// Without parameters: "application/json; charset=utf-8" is JSON.
bool IsJson(std::string_view type) {
  type = type.substr(0, type.find(';'));
  while (type.ends_with(' ')) type.remove_suffix(1);
  return type == "application/json";
}

std::optional<Refusal> CheckBody(const Asked& asked, bool posts) {
  if (asked.transfer_encoding) return Refusal{.status = 400, .sentence = "Transfer-Encoding is not taken"};
  if (!posts) {
    const bool has_body = !asked.content_lengths.empty() && asked.content_lengths != std::vector<std::string>{"0"};
    if (has_body) return Refusal{.status = 400, .sentence = "a GET has no body"};
    return std::nullopt;
  }
  if (asked.content_lengths.size() != 1) return Refusal{.status = 411, .sentence = "a POST says its Content-Length"};
  const std::string& length = asked.content_lengths[0];
  size_t bytes = 0;
  const auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), bytes);
  if (length.empty() || error != std::errc() || end != length.data() + length.size()) {
    return Refusal{.status = 400, .sentence = "Content-Length is a number of bytes"};
  }
  const std::string_view path = std::string_view(asked.target).substr(0, asked.target.find('?'));
  const size_t most = std::ranges::count(kWithData, path) > 0 ? kMostBytesOfData : kMostBytes;
  if (bytes > most) {
    return Refusal{.status = 413, .sentence = fmt::format("{} bytes are too much: {} is the most", bytes, most)};
  }
  if (asked.content_types.size() != 1 || !IsJson(asked.content_types[0])) {
    return Refusal{.status = 415, .sentence = "a POST is application/json"};
  }
  return std::nullopt;
}

}  // namespace

bool Guard::IsOwnHost(const std::string& host) const {
  return std::ranges::any_of(std::array{"127.0.0.1", "localhost", "[::1]"},
                             [&](const char* name) { return host == fmt::format("{}:{}", name, port_); });
}

std::optional<Refusal> Guard::Check(const Asked& asked) const {
  if (asked.hosts.size() != 1 || !IsOwnHost(asked.hosts[0])) {
    return Guarded(
        fmt::format("this server is called 127.0.0.1:{0} or localhost:{0}, and answers to no other name", port_));
  }
  if (asked.target.size() > kLongestTarget) return Refusal{.status = 414, .sentence = "the address is too long"};
  const bool posts = asked.method == "POST";
  if (!posts && asked.method != "GET") return Refusal{.status = 405, .sentence = "only GET and POST are answered"};
  const std::vector<std::string>& sites = asked.fetch_sites;
  const bool own_site =
      sites.empty() || (sites.size() == 1 && (sites[0] == "same-origin" || (!posts && sites[0] == "none")));
  if (!own_site) return Guarded("a page of another site may ask nothing here");
  const bool own_origin = asked.origins.size() == 1 && asked.origins[0] == "http://" + asked.hosts[0];
  if (posts ? !own_origin : !asked.origins.empty() && !own_origin) {
    return Guarded("only this server's own page may send anything here (Origin)");
  }
  return CheckBody(asked, posts);
}

// Compared in full, so that the time says nothing about how much of it was right.
bool Guard::IsToken(std::string_view token) const {
  unsigned difference = token.size() == token_.size() ? 0 : 1;
  for (size_t i = 0; i < std::min(token.size(), token_.size()); ++i) {
    difference |= static_cast<unsigned>(static_cast<unsigned char>(token[i]) ^ static_cast<unsigned char>(token_[i]));
  }
  return difference == 0;
}

std::string Guard::Cookie() const {
  return fmt::format("ramp_{}={}; Path=/; HttpOnly; SameSite=Strict", port_, token_);
}

// Cookies belong to a name and not to a port, so that other servers' come along.
std::optional<Refusal> Guard::CheckCookie(const Asked& asked) const {
  const std::string name = fmt::format("ramp_{}=", port_);
  for (const std::string& cookies : asked.cookies) {
    for (size_t begin = 0; begin < cookies.size();) {
      const size_t end = std::min(cookies.find(';', begin), cookies.size());
      std::string_view cookie = std::string_view(cookies).substr(begin, end - begin);
      while (cookie.starts_with(' ')) cookie.remove_prefix(1);
      if (cookie.starts_with(name) && IsToken(cookie.substr(name.size()))) return std::nullopt;
      begin = end + 1;
    }
  }
  return Refusal{.status = 403,
                 .code = "token",
                 .sentence = "open the address that ramp serve has printed: it holds the key to this page"};
}

std::string RandomToken() {
  std::array<uint8_t, 16> bytes = {};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    throw Error("the system has no random numbers for a token");
  }
  std::string token;
  for (const uint8_t byte : bytes) token += fmt::format("{:02x}", byte);
  return token;
}

}  // namespace ramp::web
