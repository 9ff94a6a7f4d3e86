// Who may ask this server for anything: its own page in this person's browser, and nobody else. A page of another site
// that the browser shows can send requests to this machine, too, under a name that leads here (DNS rebinding), and from
// another port of this machine; none of them gets an answer.
#ifndef RAMP_WEB_GUARD_H_
#define RAMP_WEB_GUARD_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ramp::web {

// What of a request the guard looks at; a header that is absent is empty, one that comes twice has both values.
struct Asked {
  std::string method = {}, target = {};  // "POST", "/api/open?x=1"
  std::vector<std::string> hosts = {}, origins = {}, fetch_sites = {};
  std::vector<std::string> content_types = {}, content_lengths = {}, cookies = {};
  bool transfer_encoding = false;
};

// Why a request is refused.
struct Refusal {
  int status = 403;
  std::string code = {};  // "guard", "token", or empty
  std::string sentence = {};
};

class Guard {
 public:
  Guard(int port, std::string token) : port_(port), token_(std::move(token)) {}

  // Looks at everything but the cookie. Nothing: it may pass.
  std::optional<Refusal> Check(const Asked& asked) const;
  std::optional<Refusal> CheckCookie(const Asked& asked) const;

  bool IsToken(std::string_view token) const;
  // What a browser that knows the token gets.
  std::string Cookie() const;

 private:
  bool IsOwnHost(const std::string& host) const;

  int port_;
  std::string token_;
};

// 128 random bits, written in hexadecimal digits. Throws Error where the system has none.
std::string RandomToken();

}  // namespace ramp::web

#endif  // RAMP_WEB_GUARD_H_
