#include "ramp/web/http_server.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <string_view>

#include "ramp/web/explorer.h"

namespace ramp::web {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr int kWaiting = 128;  // connections that nobody has taken up yet
constexpr auto kForHead = std::chrono::seconds(10), kForRequest = std::chrono::seconds(30);
constexpr auto kBetweenLooks = std::chrono::milliseconds(20);
constexpr size_t kMostDrained = size_t{1} << 20;
constexpr auto kForDraining = std::chrono::milliseconds(300);

// Whether it can be read or written within this time. What is broken can, and says so then.
bool Wait(socket_t socket, short events, SteadyClock::duration time) {
  pollfd poll{.fd = socket, .events = events, .revents = 0};
  const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(time).count();
  return ::poll(&poll, 1, static_cast<int>(std::max<int64_t>(milliseconds, 0))) > 0;
}

// One request on a connection. Reading fails where its head is too long, or takes too long.
class RequestStream : public httplib::Stream {
 public:
  RequestStream(socket_t socket, SteadyClock::duration to_read, SteadyClock::duration to_write)
      : socket_(socket), to_read_(to_read), to_write_(to_write) {}

  bool is_readable() const override { return begin_ < end_ || Wait(socket_, POLLIN, to_read_); }
  bool is_writable() const override { return !refused_ && Wait(socket_, POLLOUT, to_write_); }

  ssize_t read(char* bytes, size_t size) override {
    if (refused_ || (begin_ == end_ && !Fill())) return -1;
    const size_t count = std::min(size, end_ - begin_);
    const std::string_view got(buffer_.data() + begin_, count);
    if (!CountHead(got)) return -1;
    std::ranges::copy(got, bytes);
    begin_ += count;
    return static_cast<ssize_t>(count);
  }

  ssize_t write(const char* bytes, size_t size) override {
    if (!is_writable()) return -1;
    return ::send(socket_, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);
  }

  // Nobody asks; all are of this machine.
  void get_remote_ip_and_port(std::string& ip, int& port) const override { ip.clear(), port = 0; }
  void get_local_ip_and_port(std::string& ip, int& port) const override { ip.clear(), port = 0; }
  socket_t socket() const override { return socket_; }

  bool refused() const { return refused_; }

 private:
  bool Fill() {
    const SteadyClock::duration left = began_ + (in_head_ ? kForHead : kForRequest) - SteadyClock::now();
    if (!Wait(socket_, POLLIN, std::min(left, to_read_))) return false;
    const ssize_t got = ::recv(socket_, buffer_.data(), buffer_.size(), 0);
    if (got <= 0) return false;
    begin_ = 0;
    end_ = static_cast<size_t>(got);
    return true;
  }

  // The head ends with an empty line. False: it is too long.
  bool CountHead(std::string_view bytes) {
    for (size_t i = 0; in_head_ && i < bytes.size(); ++i) {
      if (++head_ > kMostHead) {
        Refuse();
        return false;
      }
      if (bytes[i] == '\n') {
        in_head_ = !line_is_empty_;
        line_is_empty_ = true;
      } else if (bytes[i] != '\r') {
        line_is_empty_ = false;
      }
    }
    return true;
  }

  // The library knows no answer to this.
  void Refuse() {
    refused_ = true;
    const Answer answer = RefusalAnswer(431, fmt::format("the headers are longer than {} bytes", kMostHead));
    const std::string text = fmt::format(
        "HTTP/1.1 431 Request Header Fields Too Large\r\nContent-Type: {}\r\nContent-Length: {}\r\n"
        "Content-Security-Policy: default-src 'self'; frame-ancestors 'none'\r\nX-Content-Type-Options: nosniff\r\n"
        "Cache-Control: no-store\r\nConnection: close\r\n\r\n{}",
        answer.type, answer.body.size(), answer.body);
    if (Wait(socket_, POLLOUT, to_write_)) ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  }

  socket_t socket_;
  SteadyClock::duration to_read_, to_write_;
  SteadyClock::time_point began_ = SteadyClock::now();
  std::array<char, 4096> buffer_ = {};
  size_t begin_ = 0, end_ = 0;  // of what was received and not read yet
  size_t head_ = 0;
  bool in_head_ = true, line_is_empty_ = false, refused_ = false;
};

// What is unread when a connection is closed takes the answer with it.
void Drain(socket_t socket) {
  ::shutdown(socket, SHUT_WR);
  std::array<char, 4096> bytes = {};
  const SteadyClock::time_point end = SteadyClock::now() + kForDraining;
  for (size_t drained = 0; drained < kMostDrained && Wait(socket, POLLIN, end - SteadyClock::now());) {
    const ssize_t got = ::recv(socket, bytes.data(), bytes.size(), 0);
    if (got <= 0) break;
    drained += static_cast<size_t>(got);
  }
}

}  // namespace

void HttpServer::KeepMoreWaiting() { ::listen(svr_sock_, kWaiting); }

bool HttpServer::process_and_close_socket(socket_t socket) {
  const auto to_read = std::chrono::seconds(read_timeout_sec_), to_write = std::chrono::seconds(write_timeout_sec_);
  const auto comes = [&] {
    const SteadyClock::time_point end = SteadyClock::now() + std::chrono::seconds(keep_alive_timeout_sec_);
    while (svr_sock_ != INVALID_SOCKET && SteadyClock::now() < end) {
      if (Wait(socket, POLLIN, kBetweenLooks)) return true;
    }
    return false;
  };
  bool answered = false, closed = false;
  for (size_t left = keep_alive_max_count_; left > 0 && !closed && comes(); --left) {
    RequestStream stream(socket, to_read, to_write);
    answered = process_request(stream, left == 1, closed, nullptr);
    if (stream.refused()) Drain(socket);
    if (!answered || stream.refused()) break;
  }
  ::shutdown(socket, SHUT_RDWR);
  ::close(socket);
  return answered;
}

}  // namespace ramp::web
