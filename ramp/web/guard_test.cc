#include "ramp/web/guard.h"

#include <gtest/gtest.h>

#include <functional>

namespace ramp::web {
namespace {

const Guard& TheGuard() {
  static const Guard kGuard(4000, "secret");
  return kGuard;
}

Asked GoodGet() { return {.method = "GET", .target = "/api/tables", .hosts = {"127.0.0.1:4000"}}; }

Asked GoodPost() {
  return {.method = "POST",
          .target = "/api/open",
          .hosts = {"127.0.0.1:4000"},
          .origins = {"http://127.0.0.1:4000"},
          .fetch_sites = {"same-origin"},
          .content_types = {"application/json"},
          .content_lengths = {"2"}};
}

struct Case {
  std::string name;
  std::function<void(Asked&)> change;
  int status = 0;  // 0: it passes
};

void Check(const Asked& good, const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    Asked asked = good;
    c.change(asked);
    const std::optional<Refusal> refusal = TheGuard().Check(asked);
    EXPECT_EQ(refusal ? refusal->status : 0, c.status) << asked.method << ": " << c.name;
    EXPECT_FALSE(refusal && refusal->sentence.empty()) << c.name;
  }
}

TEST(TheGuard, LooksAtEveryHeaderOfAGet) {
  Check(GoodGet(), {
                       {"nothing changed", [](Asked&) {}, 0},
                       {"localhost", [](Asked& a) { a.hosts = {"localhost:4000"}; }, 0},
                       {"IPv6", [](Asked& a) { a.hosts = {"[::1]:4000"}; }, 0},
                       {"typed into the browser", [](Asked& a) { a.fetch_sites = {"none"}; }, 0},
                       {"own page", [](Asked& a) { a.fetch_sites = {"same-origin"}; }, 0},
                       {"another name (DNS rebinding)", [](Asked& a) { a.hosts = {"evil.example:4000"}; }, 403},
                       {"another port", [](Asked& a) { a.hosts = {"127.0.0.1:4001"}; }, 403},
                       {"no port", [](Asked& a) { a.hosts = {"127.0.0.1"}; }, 403},
                       {"no host", [](Asked& a) { a.hosts = {}; }, 403},
                       {"two hosts", [](Asked& a) { a.hosts.push_back("127.0.0.1:4000"); }, 403},
                       {"name behind it", [](Asked& a) { a.hosts = {"127.0.0.1:4000.evil.example"}; }, 403},
                       {"another site", [](Asked& a) { a.fetch_sites = {"cross-site"}; }, 403},
                       {"another port of this machine", [](Asked& a) { a.fetch_sites = {"same-site"}; }, 403},
                       {"foreign origin", [](Asked& a) { a.origins = {"http://evil.example"}; }, 403},
                       {"another method", [](Asked& a) { a.method = "DELETE"; }, 405},
                       {"a preflight", [](Asked& a) { a.method = "OPTIONS"; }, 405},
                       {"a body", [](Asked& a) { a.content_lengths = {"3"}; }, 400},
                       {"chunks", [](Asked& a) { a.transfer_encoding = true; }, 400},
                       {"a long address", [](Asked& a) { a.target = "/" + std::string(3000, 'a'); }, 414},
                   });
}

TEST(TheGuard, LooksAtEveryHeaderOfAPost) {
  Check(GoodPost(),
        {
            {"nothing changed", [](Asked&) {}, 0},
            {"no Sec-Fetch-Site", [](Asked& a) { a.fetch_sites = {}; }, 0},
            {"a character set", [](Asked& a) { a.content_types = {"application/json; charset=utf-8"}; }, 0},
            {"localhost",
             [](Asked& a) {
               a.hosts = {"localhost:4000"};
               a.origins = {"http://localhost:4000"};
             },
             0},
            {"no origin", [](Asked& a) { a.origins = {}; }, 403},
            {"foreign origin", [](Asked& a) { a.origins = {"https://evil.example"}; }, 403},
            {"origin of another port", [](Asked& a) { a.origins = {"http://127.0.0.1:4001"}; }, 403},
            {"origin of another name of this server", [](Asked& a) { a.origins = {"http://localhost:4000"}; }, 403},
            {"origin null", [](Asked& a) { a.origins = {"null"}; }, 403},
            {"two origins", [](Asked& a) { a.origins.push_back("http://127.0.0.1:4000"); }, 403},
            {"another site", [](Asked& a) { a.fetch_sites = {"cross-site"}; }, 403},
            {"typed", [](Asked& a) { a.fetch_sites = {"none"}; }, 403},
            {"a form", [](Asked& a) { a.content_types = {"text/plain"}; }, 415},
            {"no type", [](Asked& a) { a.content_types = {}; }, 415},
            {"two types", [](Asked& a) { a.content_types.push_back("text/plain"); }, 415},
            {"no length", [](Asked& a) { a.content_lengths = {}; }, 411},
            {"two lengths", [](Asked& a) { a.content_lengths.push_back("2"); }, 411},
            {"no number", [](Asked& a) { a.content_lengths = {"0x2"}; }, 400},
            {"a negative length", [](Asked& a) { a.content_lengths = {"-1"}; }, 400},
            {"a large body", [](Asked& a) { a.content_lengths = {"70000"}; }, 413},
            {"a large body that may be", [](Asked& a) { a.content_lengths = {"70000"}, a.target = "/api/check"; }, 0},
            {"one too large", [](Asked& a) { a.content_lengths = {"9000000"}, a.target = "/api/check"; }, 413},
            {"chunks", [](Asked& a) { a.transfer_encoding = true; }, 400},
        });
}

TEST(TheGuard, KnowsItsCookieAmongOthers) {
  struct CookieCase {
    std::vector<std::string> cookies;
    bool passes;
  };
  const CookieCase cases[] = {
      {{"ramp_4000=secret"}, true},
      {{"a=b; ramp_4000=secret; c=d"}, true},
      {{"ramp_4001=other; ramp_4000=secret"}, true},
      {{}, false},
      {{"ramp_4000=secre"}, false},
      {{"ramp_4000=secrets"}, false},
      {{"ramp_4000=Secret"}, false},
      {{"ramp_4001=secret"}, false},
      {{"xramp_4000=secret"}, false},
      {{"; ; ;"}, false},
  };
  for (const CookieCase& c : cases) {
    Asked asked = GoodGet();
    asked.cookies = c.cookies;
    EXPECT_EQ(!TheGuard().CheckCookie(asked), c.passes) << (c.cookies.empty() ? "none" : c.cookies[0]);
  }
  EXPECT_EQ(TheGuard().Cookie(), "ramp_4000=secret; Path=/; HttpOnly; SameSite=Strict");
}

TEST(Tokens, AreLongAndNeverTheSame) {
  const std::string one = RandomToken();
  EXPECT_EQ(one.size(), 32u);
  EXPECT_NE(one, RandomToken());
}

}  // namespace
}  // namespace ramp::web
