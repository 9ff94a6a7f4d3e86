#include "ramp/web/server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "ramp/base/error.h"
#include "ramp/base/random.h"
#include "ramp/web/test_client.h"

namespace ramp::web {
namespace {

// A connection on which anything can be written.
class RawConnection {
 public:
  explicit RawConnection(int port, int receive_buffer = 0) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    if (receive_buffer > 0) ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
    const timeval patience = {.tv_sec = 8, .tv_usec = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
  }
  ~RawConnection() { ::close(socket_); }
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;

  bool connected() const { return connected_; }
  bool Send(std::string_view bytes) const {
    return ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
  }
  void EndSending() const { ::shutdown(socket_, SHUT_WR); }
  // What comes first: "" at the end of the connection or after 8 seconds.
  std::string ReadFirst() const {
    char buffer[4096];
    const ssize_t got = ::recv(socket_, buffer, sizeof(buffer), 0);
    return std::string(buffer, static_cast<size_t>(std::max<ssize_t>(got, 0)));
  }
  // Up to the end of the connection or 8 seconds.
  std::string ReadAll() const {
    std::string all;
    for (std::string piece; !(piece = ReadFirst()).empty();) all += piece;
    return all;
  }

 private:
  int socket_;
  bool connected_ = false;
};

size_t ResidentBytes() {
  std::ifstream file("/proc/self/statm");
  size_t all = 0, resident = 0;
  file >> all >> resident;
  return resident * static_cast<size_t>(::sysconf(_SC_PAGESIZE));
}

TEST(TheServer, ExchangesTheTokenOfItsAddressForACookie) {
  const Server server({});
  httplib::Client client("127.0.0.1", server.port());
  const std::string path = server.address().substr(server.address().find("/?"));
  const httplib::Result entered = client.Get(path + "&controls=train");
  ASSERT_EQ(StatusOf(entered), 303);
  EXPECT_EQ(entered->get_header_value("Location"), "/?controls=train");
  const std::string cookie = entered->get_header_value("Set-Cookie");
  EXPECT_NE(cookie.find("HttpOnly"), std::string::npos);
  EXPECT_NE(cookie.find("SameSite=Strict"), std::string::npos);
  const httplib::Result page = client.Get("/", {{"Cookie", cookie.substr(0, cookie.find(';'))}});
  ASSERT_EQ(StatusOf(page), 200);
  EXPECT_NE(page->get_header_value("Content-Type").find("text/html"), std::string::npos);
  EXPECT_EQ(page->get_header_value("Content-Security-Policy"), "default-src 'self'; frame-ancestors 'none'");
  EXPECT_EQ(page->get_header_value("X-Content-Type-Options"), "nosniff");
  EXPECT_FALSE(page->has_header("Access-Control-Allow-Origin"));
  EXPECT_EQ(StatusOf(client.Get("/?token=0123456789abcdef0123456789abcdef")), 403);
  EXPECT_EQ(StatusOf(client.Get("/")), 403);
  EXPECT_EQ(Json::parse(client.Get("/api/tables")->body)["code"], "token");
}

TEST(TheServer, AnswersOnBothLoopbacks) {
  const Server server({});
  TestClient client(server);
  EXPECT_EQ(StatusOf(client.Get("/api/tables")), 200);
  httplib::Client second("::1", server.port());
  const httplib::Result result = second.Get("/", {{"Host", "[::1]:" + std::to_string(server.port())}});
  if (!result) GTEST_SKIP() << "this machine has no IPv6";
  EXPECT_EQ(result->status, 403);
}

TEST(TheServer, SaysThatItsPortIsTaken) {
  const Server server({});
  EXPECT_THROW(Server({.port = server.port()}), Error);
}

TEST(TheServer, RefusesTheThreeAttacks) {
  const Server server({});
  TestClient client(server);
  const std::string page = client.OpenPage();
  httplib::Client attacker("127.0.0.1", server.port());
  const std::string cookie = client.Headers().find("Cookie")->second;
  const std::string body = Dump({{"page", page}, {"state", Json::object()}});

  struct Attack {
    std::string name;
    std::string host, origin, site, type;
  };
  const std::string host = client.host();
  const Attack attacks[] = {
      {"DNS rebinding", "evil.example:" + std::to_string(server.port()), "http://evil.example", "same-origin",
       "application/json"},
      {"a foreign page's POST", host, "https://evil.example", "cross-site", "application/json"},
      {"a foreign page's form", host, "https://evil.example", "cross-site", "text/plain"},
      {"a POST from another port of this machine", host, "http://127.0.0.1:1", "same-site", "application/json"},
      {"one without an origin", host, "", "same-origin", "application/json"},
  };
  for (const Attack& attack : attacks) {
    httplib::Headers headers = {{"Host", attack.host}, {"Cookie", cookie}, {"Sec-Fetch-Site", attack.site}};
    if (!attack.origin.empty()) headers.emplace("Origin", attack.origin);
    const httplib::Result result = attacker.Post("/api/play/start", headers, body, attack.type.c_str());
    EXPECT_EQ(StatusOf(result), 403) << attack.name;
    headers.erase("Origin");
    const httplib::Result read = attacker.Get("/api/tables", headers);
    const bool is_own = attack.site == "same-origin" && attack.host == host;
    EXPECT_EQ(StatusOf(read), is_own ? 200 : 403) << attack.name;
  }
  // None of them started anything.
  client.Post("/api/play/train", {{"page", page}}, 409);
}

TEST(TheServer, HasNoFilesBesideItsPage) {
  const Server server({});
  TestClient client(server);
  for (const std::string path : {"/assets/../CMakeLists.txt", "/assets/%2e%2e/%2e%2e/etc/passwd",
                                 "/assets/..%2f..%2fetc%2fpasswd", "/assets//etc/passwd", "/../../etc/passwd",
                                 "/etc/passwd", "/assets/", "/assets/page%00.js", "/assets/....//x"}) {
    const httplib::Result result = client.Get(path);
    EXPECT_EQ(StatusOf(result), 404) << path;
    EXPECT_TRUE(result && result->body.find("root:") == std::string::npos) << path;
  }
}

TEST(TheServer, SaysWhatIsWrongWithARequest) {
  const Server server({});
  TestClient client(server);
  const std::string page = client.OpenPage();
  struct Case {
    std::string path;
    Json body;
    int status;
    std::string word, field;
  };
  const Case cases[] = {
      {"/api/nothing", Json::object(), 404, "nothing", ""},
      {"/api/tables", Json::object(), 405, "GET", ""},
      {"/api/open", {{"x", 1}}, 400, "no field", "x"},
      {"/api/play/start", {{"state", Json::object()}}, 400, "missing", "page"},
      {"/api/play/start", {{"page", "other"}, {"state", Json::object()}}, 404, "no such page", ""},
      {"/api/play/start", {{"page", page}, {"state", {{"sed", 1}}}}, 400, "did you mean 'seed'", "state.sed"},
      {"/api/play/start", {{"page", page}, {"state", {{"seed", 1.5}}}}, 400, "whole number", "state.seed"},
      {"/api/play/start", {{"page", page}, {"state", {{"a", {{"batch", 0}}}}}}, 400, "from 1", "state.a.batch"},
      {"/api/play/start",
       {{"page", page}, {"state", {{"a", {{"network", "dense 8, rleu, dense"}}}}}},
       400,
       "did you mean",
       "state.a"},
      {"/api/play/start",
       {{"page", page}, {"state", {{"a", {{"network", "dense 16000000, relu, dense"}}}}}},
       400,
       "weights",
       "state.a"},
      {"/api/play/start", {{"page", page}, {"state", {{"a", {{"optimizer", "sdg"}}}}}}, 400, "did you mean", "state.a"},
      {"/api/play/start",
       {{"page", page}, {"state", {{"data", {{"set", "/etc/passwd"}}}}}},
       400,
       "no generated set",
       "state.data"},
      {"/api/play/start",
       {{"page", page}, {"state", {{"data", {{"set", "moons rows 900000"}}}}}},
       400,
       "more than",
       "state.data"},
      {"/api/play/start", {{"page", page}, {"state", {{"data", {{"set", "digits"}}}}}}, 400, "too large", "state.data"},
      {"/api/play/start",
       {{"page", page}, {"state", {{"data", {{"csv", "x,y\n1,a\n1,2,3\n"}}}}}},
       400,
       "points.csv:3",
       "state.data"},
      {"/api/play/undo", {{"page", page}}, 409, "nothing to undo", ""},
      {"/api/play/step", {{"page", page}}, 409, "nothing was started", ""},
      {"/api/curve", {{"name", "rleu"}, {"at", {1}}}, 400, "did you mean", ""},
  };
  for (const Case& c : cases) {
    const Json answer = client.Post(c.path, c.body, c.status);
    EXPECT_NE(answer.value("error", "").find(c.word), std::string::npos) << c.path << Dump(c.body) << Dump(answer);
    EXPECT_EQ(answer.value("field", ""), c.field) << c.path << Dump(c.body) << Dump(answer);
  }
  EXPECT_EQ(StatusOf(client.PostRaw("/api/open", "{")), 400);
  EXPECT_EQ(StatusOf(client.PostRaw("/api/open", "[]")), 400);
  EXPECT_EQ(StatusOf(client.PostRaw("/api/open", std::string(60000, '['))), 400);
  EXPECT_EQ(StatusOf(client.PostRaw("/api/open", "{\"a\": \"\xff\"}")), 400);
}

TEST(TheServer, CompressesNothing) {
  const Server server({});
  TestClient client(server);
  httplib::Headers headers = client.Headers();
  headers.erase("Origin");
  headers.emplace("Accept-Encoding", "gzip, deflate, br");
  for (const std::string path : {"/api/tables", "/", "/api/activations"}) {
    const httplib::Result result = client.raw().Get(path, headers);
    ASSERT_EQ(StatusOf(result), 200) << path;
    EXPECT_FALSE(result->has_header("Content-Encoding")) << path;
  }
}

// Whatever is sent, the server goes on to answer, and what it takes of memory stays small.
class UnderAttack : public ::testing::Test {
 protected:
  void SetUp() override {
    page_ = client_.OpenPage();
    client_.Post("/api/play/start", {{"page", page_}, {"state", EndlessState()}});
    stream_ = std::make_unique<TestStream>(server_, page_);
    stream_->WaitForPlay([](const Json& play) { return play["a"]["epoch"] > 1; });
    stream_->KeepNewest(30);
    before_ = ResidentBytes();
  }
  void TearDown() override {
    const auto epoch_of_last = [&] { return stream_->events().back().data["a"]["epoch"].get<size_t>(); };
    const size_t epoch = epoch_of_last();
    EXPECT_TRUE(WaitFor([&] { return epoch_of_last() > epoch; })) << "the training stands still";
    EXPECT_EQ(StatusOf(client_.Get("/api/tables")), 200);
    const size_t after = ResidentBytes();
    EXPECT_LT(after, before_ + (size_t{50} << 20));
  }

  std::string RequestHead(const std::string& first_line) const {
    std::string head = first_line + " HTTP/1.1\r\nHost: " + client_.host() + "\r\n";
    head += "Cookie: " + client_.Headers().find("Cookie")->second + "\r\n";
    return head;
  }

  Server server_{ServerOptions{}};
  TestClient client_{server_};
  std::string page_;
  std::unique_ptr<TestStream> stream_;
  size_t before_ = 0;
};

TEST_F(UnderAttack, Takes200ClientsThatOpenAndDrop) {
  std::vector<std::unique_ptr<RawConnection>> connections;
  for (int i = 0; i < 200; ++i) {
    connections.push_back(std::make_unique<RawConnection>(server_.port()));
    if (i % 2 == 0) connections.back()->Send(RequestHead("GET /api/tables") + (i % 4 == 0 ? "\r\n" : ""));
  }
}

TEST_F(UnderAttack, TakesSlowReaders) {
  std::vector<std::unique_ptr<RawConnection>> connections;
  for (int i = 0; i < 3; ++i) {
    const std::string page = client_.OpenPage();
    client_.Post("/api/play/start", {{"page", page}, {"state", EndlessState()}});
    connections.push_back(std::make_unique<RawConnection>(server_.port(), 2048));
    connections.back()->Send(RequestHead("GET /api/events?page=" + page) + "\r\n");
  }
  std::this_thread::sleep_for(std::chrono::seconds(1));
}

// "431", or "" where the connection was closed before it could be told.
std::string StatusOfRefusal(const std::string& answer) { return answer.empty() ? "" : answer.substr(9, 3); }

TEST_F(UnderAttack, RefusesLongHeaders) {
  std::string many = RequestHead("GET /api/tables");
  for (int i = 0; i < 2000; ++i) many += "X-" + std::to_string(i) + ": " + std::string(30, 'b') + "\r\n";
  struct Case {
    std::string name, request;
  };
  const Case cases[] = {
      {"one of 64 KB", RequestHead("GET /api/tables") + "X-Long: " + std::string(65536, 'a') + "\r\n\r\n"},
      {"one of 64 KB without an end", RequestHead("GET /api/tables") + "X-Long: " + std::string(65536, 'a')},
      {"2,000", many + "\r\n"},
      {"a first line of 64 KB", RequestHead("GET /" + std::string(65536, 'a')) + "\r\n"},
      {"no line at all", std::string(65536, 'a')},
      {"empty lines", std::string(65536, '\r')},
  };
  for (const Case& c : cases) {
    const RawConnection connection(server_.port());
    connection.Send(c.request);
    const std::string answer = connection.ReadAll();
    EXPECT_EQ(StatusOfRefusal(answer), "431") << c.name << "\n" << answer;
    EXPECT_NE(answer.find("\"error\""), std::string::npos) << c.name;
  }
}

TEST_F(UnderAttack, TakesAsMuchAsAPageHasOfCookies) {
  httplib::Headers headers = client_.Headers();
  headers.erase("Origin");
  for (int i = 0; i < 5; ++i) headers.emplace("X-" + std::to_string(i), std::string(8000, 'c'));
  EXPECT_EQ(StatusOf(client_.raw().Get("/api/tables", headers)), 200);
}

TEST_F(UnderAttack, EndsHeadersThatNeverEnd) {
  for (int round = 0; round < 4; ++round) {
    const RawConnection connection(server_.port());
    connection.Send(RequestHead("GET /api/tables") + "X-Long: ");
    const std::string megabyte(size_t{1} << 20, 'a');
    size_t sent = 0;
    while (sent < 64 && connection.Send(megabyte)) ++sent;
    EXPECT_LT(sent, 64u) << "all of it was read";
  }
}

TEST_F(UnderAttack, RefusesWhatWouldGrowWhenItIsUnpacked) {
  const std::string post = RequestHead("POST /api/open") + "Origin: http://" + client_.host() +
                           "\r\nContent-Type: application/json\r\nConnection: close\r\n";
  const std::string requests[] = {
      post + "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
      post + "Transfer-Encoding: chunked\r\n\r\nffffffff\r\n{}",
      post + "Content-Length: 99999999999\r\n\r\n{}",
      post + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
      RequestHead("GET /") + "Range: bytes=0-,0-,0-,0-,0-,0-\r\nConnection: close\r\n\r\n",
  };
  for (const std::string& request : requests) {
    const RawConnection connection(server_.port());
    connection.Send(request);
    const std::string answer = connection.ReadAll();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 4")) << request << "\n" << answer.substr(0, 100);
    EXPECT_EQ(answer.find("HTTP/1.1 200"), std::string::npos) << request;
  }
}

// A request with some of its bytes changed, left out or doubled.
std::string Broken(std::string request, Random& random) {
  for (uint64_t changes = 1 + random.Below(6); changes > 0 && !request.empty(); --changes) {
    const size_t place = random.Below(request.size());
    switch (random.Below(5)) {
      case 0:
        request[place] = static_cast<char>(random.Below(256));
        break;
      case 1:
        request.erase(place, random.Below(20));
        break;
      case 2:
        request.insert(place, request.substr(place, random.Below(40)));
        break;
      case 3:
        request.insert(place, 1 + random.Below(3), "\r\n{}[]\":,%;\0"[random.Below(12)]);
        break;
      default:
        request.resize(place);
    }
  }
  return request;
}

TEST_F(UnderAttack, TakesMalformedRequests) {
  const char* asked = std::getenv("RAMP_MALFORMED");
  const int count = asked == nullptr ? 300 : std::atoi(asked);
  const std::string origin = "Origin: http://" + client_.host() + "\r\nContent-Type: application/json\r\n";
  const auto post = [&](const std::string& path, const Json& body) {
    const std::string text = Dump(body);
    return RequestHead("POST " + path) + origin + "Content-Length: " + std::to_string(text.size()) + "\r\n\r\n" + text;
  };
  const std::string other = client_.OpenPage();
  const std::string requests[] = {
      RequestHead("GET /?token=abc&controls=1") + "\r\n",
      RequestHead("GET /api/events?page=" + other) + "Last-Event-ID: 7\r\n\r\n",
      RequestHead("GET /assets/page.js") + "Accept-Encoding: gzip, br\r\n\r\n",
      post("/api/play/start", {{"page", other}, {"train", false}, {"state", {{"data", {{"csv", "x,y,c\n1,2,a\n"}}}}}}),
      post("/api/check", {{"state", {{"a", {{"network", "dense 8, relu, dense"}, {"batch", 10}}}}}}),
      post("/api/play/look", {{"page", other}, {"look", {{"axes", {0, 1}}, {"kinks", {{1, 2}}}}}}),
      post("/api/curve", {{"name", "relu"}, {"low", -1}, {"high", 1}, {"count", 5}}),
  };
  int answered = 0;
  for (int i = 0; i < count; ++i) {
    Random random(static_cast<uint64_t>(i), 9);
    const std::string request = Broken(requests[random.Below(std::size(requests))], random);
    const RawConnection connection(server_.port());
    ASSERT_TRUE(connection.connected()) << i;
    connection.Send(request);
    // Most are dropped at once; of some the answer is read, or its beginning: a stream of events has no end.
    if (i % 8 == 0) {
      connection.EndSending();
      const std::string answer = connection.ReadFirst();
      EXPECT_TRUE(answer.empty() || answer.starts_with("HTTP/1.1 ")) << i;
      answered += answer.empty() ? 0 : 1;
    }
  }
  EXPECT_GT(answered, count / 16) << "of " << count / 8 << " that were read";
}

}  // namespace
}  // namespace ramp::web
