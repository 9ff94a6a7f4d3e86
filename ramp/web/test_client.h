// For tests: a browser's side of the conversation.
#ifndef RAMP_WEB_TEST_CLIENT_H_
#define RAMP_WEB_TEST_CLIENT_H_

#include <gtest/gtest.h>
#include <httplib.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "ramp/web/json.h"
#include "ramp/web/server.h"

namespace ramp::web {

// Waits until it is true, at most some seconds; returns whether it became so.
inline bool WaitFor(const std::function<bool()>& condition, double seconds = 10) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

inline int StatusOf(const httplib::Result& result) { return result ? result->status : 0; }

// An endless training on the page, whose epochs can be watched.
inline Json EndlessState() { return {{"a", {{"epochs", 20000}}}, {"pace", 200}, {"look", {{"pictures", 2}}}}; }

// A page that knows the token.
class TestClient {
 public:
  explicit TestClient(const Server& server)
      : client_("127.0.0.1", server.port()),
        host_("127.0.0.1:" + std::to_string(server.port())),
        cookie_("ramp_" + std::to_string(server.port()) + "=" + server.token()) {
    client_.set_keep_alive(true);
    client_.set_read_timeout(20);
  }

  httplib::Headers Headers() const {
    return {{"Host", host_}, {"Cookie", cookie_}, {"Origin", "http://" + host_}, {"Sec-Fetch-Site", "same-origin"}};
  }
  const std::string& host() const { return host_; }
  httplib::Client& raw() { return client_; }

  httplib::Result Get(const std::string& path) {
    httplib::Headers headers = Headers();
    headers.erase("Origin");
    return client_.Get(path, headers);
  }
  httplib::Result PostRaw(const std::string& path, const std::string& body) {
    return client_.Post(path, Headers(), body, "application/json");
  }
  // The answer's JSON, whose status must be this one.
  Json Post(const std::string& path, const Json& body, int status = 200) {
    const httplib::Result result = PostRaw(path, Dump(body));
    EXPECT_TRUE(result) << path << ": " << to_string(result.error());
    if (!result) return {};
    EXPECT_EQ(result->status, status) << path << ": " << result->body;
    return Json::parse(result->body);
  }
  std::string OpenPage() { return Post("/api/open", Json::object())["page"]; }

 private:
  httplib::Client client_;
  std::string host_, cookie_;
};

// A stream of a page, read in a thread of its own.
class TestStream {
 public:
  struct Event {
    std::string name = {};
    uint64_t id = 0;
    Json data = {};
    double seconds = 0;  // since the beginning
  };

  TestStream(const Server& server, const std::string& page, uint64_t last_event = 0, const std::string& more = "")
      : client_(server) {
    httplib::Headers headers = client_.Headers();
    headers.erase("Origin");
    if (last_event > 0) headers.emplace("Last-Event-ID", std::to_string(last_event));
    thread_ = std::thread([this, headers, path = "/api/events?page=" + page + more] {
      const httplib::Result result = client_.raw().Get(
          path, headers,
          [this](const httplib::Response& response) {
            status_ = response.status;
            return true;
          },
          [this](const char* data, size_t size) {
            Take({data, size});
            return !closed_;
          });
      if (result) status_ = result->status;
      ended_ = true;
    });
  }
  ~TestStream() { Close(); }

  void Close() {
    closed_ = true;
    client_.raw().stop();
    if (thread_.joinable()) thread_.join();
  }

  // Forgets all but the newest events, so that a long test measures the server's memory and not its own.
  void KeepNewest(size_t count) { most_ = count; }

  int status() const { return status_; }
  bool ended() const { return ended_; }
  std::vector<Event> events(const std::string& name = "play") const {
    const std::lock_guard lock(mutex_);
    std::vector<Event> found;
    for (const Event& event : events_) {
      if (event.name == name) found.push_back(event);
    }
    return found;
  }
  // The last play event, once it satisfies this.
  Json WaitForPlay(const std::function<bool(const Json&)>& condition, double seconds = 20) {
    Json last;
    const bool came = WaitFor(
        [&] {
          const std::lock_guard lock(mutex_);
          for (const Event& event : events_) {
            if (event.name == "play" && condition(event.data)) {
              last = event.data;
              return true;
            }
          }
          return false;
        },
        seconds);
    EXPECT_TRUE(came) << "no such event came";
    return last;
  }

 private:
  void Take(std::string_view bytes) {
    text_ += bytes;
    for (size_t end = 0; (end = text_.find("\n\n")) != std::string::npos;) {
      Note(text_.substr(0, end + 1));
      text_.erase(0, end + 2);
    }
  }
  void Note(const std::string& block) {
    Event event{.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count()};
    for (size_t begin = 0; begin < block.size();) {
      const size_t end = block.find('\n', begin);
      const std::string line = block.substr(begin, end - begin);
      if (line.starts_with("event: ")) event.name = line.substr(7);
      if (line.starts_with("id: ")) event.id = std::stoull(line.substr(4));
      if (line.starts_with("data: ")) event.data = Json::parse(line.substr(6));
      begin = end + 1;
    }
    if (event.name.empty()) return;
    const std::lock_guard lock(mutex_);
    events_.push_back(std::move(event));
    if (events_.size() > most_) events_.erase(events_.begin());
  }

  TestClient client_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  mutable std::mutex mutex_;
  std::vector<Event> events_;
  std::string text_;
  std::atomic<size_t> most_ = SIZE_MAX;
  std::atomic<int> status_ = 0;
  std::atomic<bool> closed_ = false, ended_ = false;
  std::thread thread_;
};

}  // namespace ramp::web

#endif  // RAMP_WEB_TEST_CLIENT_H_
