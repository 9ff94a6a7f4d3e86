#include "ramp/web/server.h"

#include <fmt/format.h>
#include <httplib.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <thread>
#include <vector>

#include "ramp/base/error.h"
#include "ramp/base/threads.h"
#include "ramp/web/explorer.h"
#include "ramp/web/guard.h"
#include "ramp/web/http_server.h"
#include "ramp/web/page_files.h"
#include "ramp/web/stream.h"

namespace ramp::web {
namespace {

constexpr const char* kFirstHost = "127.0.0.1";
constexpr const char* kSecondHost = "::1";
constexpr size_t kWorkers = 64, kWorkersOfSecond = 16;
constexpr size_t kMostBody = size_t{5} << 20;
constexpr size_t kReadThoughRefused = size_t{64} << 10;

const httplib::Headers kHeaders = {
    {"Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Cache-Control", "no-store"},
};

constexpr std::string_view kNoPage =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>ramp</title><h1>ramp serve</h1><p>The server "
    "works, but this program was built without its page, which needs node and npm: install them, and build it "
    "again.</p></html>\n";

std::vector<std::string> ValuesOf(const httplib::Request& request, const char* name) {
  std::vector<std::string> values;
  const auto [begin, end] = request.headers.equal_range(name);
  for (auto header = begin; header != end; ++header) values.push_back(header->second);
  return values;
}

Asked AskedOf(const httplib::Request& request) {
  return {.method = request.method,
          .target = request.target,
          .hosts = ValuesOf(request, "Host"),
          .origins = ValuesOf(request, "Origin"),
          .fetch_sites = ValuesOf(request, "Sec-Fetch-Site"),
          .content_types = ValuesOf(request, "Content-Type"),
          .content_lengths = ValuesOf(request, "Content-Length"),
          .cookies = ValuesOf(request, "Cookie"),
          .transfer_encoding = request.has_header("Transfer-Encoding")};
}

std::string TypeOf(std::string_view name) {
  struct Type {
    std::string_view ending, type;
  };
  constexpr Type kTypes[] = {{".html", "text/html; charset=utf-8"},
                             {".js", "text/javascript; charset=utf-8"},
                             {".css", "text/css; charset=utf-8"},
                             {".svg", "image/svg+xml"},
                             {".json", "application/json"},
                             {".woff2", "font/woff2"},
                             {".png", "image/png"},
                             {".txt", "text/plain; charset=utf-8"}};
  for (const Type& type : kTypes) {
    if (name.ends_with(type.ending)) return std::string(type.type);
  }
  return "application/octet-stream";
}

const PageFile* FindFile(std::string_view name) {
  for (const PageFile& file : PageFiles()) {
    if (file.name == name) return &file;
  }
  return nullptr;
}

// Not by set_content: the library would compress it anew for each request, which takes seconds and megabytes.
void Give(httplib::Response& response, const Answer& answer, bool closes = false) {
  response.status = answer.status;
  if (closes) response.set_header("Connection", "close");
  response.set_content_provider(answer.body.size(), answer.type,
                                [body = answer.body, closes](size_t begin, size_t size, httplib::DataSink& sink) {
                                  return sink.write(body.data() + begin, size) && !closes;
                                });
}

// Ends the connection behind the answer, because there may be bytes on it that nobody is to read.
void GiveAndClose(httplib::Response& response, const Answer& answer) { Give(response, answer, true); }

Answer AnswerOf(const Refusal& refusal) { return RefusalAnswer(refusal.status, refusal.sentence, refusal.code); }

// Whether its body is small enough to be read to the end before it is refused.
bool HasSmallBody(const Asked& asked) {
  if (asked.method != "POST" || asked.transfer_encoding || asked.content_lengths.size() != 1) return false;
  const std::string& length = asked.content_lengths[0];
  size_t bytes = 0;
  const auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), bytes);
  return error == std::errc() && end == length.data() + length.size() && bytes <= kReadThoughRefused;
}

// What is behind the '?', without the token.
std::string RestOfQuery(const std::string& target) {
  std::string rest;
  for (size_t begin = target.find('?'); begin != std::string::npos && begin < target.size();) {
    const size_t end = std::min(target.find('&', begin + 1), target.size());
    const std::string part = target.substr(begin + 1, end - begin - 1);
    if (!part.starts_with("token=") && !part.empty()) rest += (rest.empty() ? "?" : "&") + part;
    begin = end;
  }
  return rest;
}

uint64_t LastEventOf(const httplib::Request& request) {
  const std::string text = request.get_header_value("Last-Event-ID");
  uint64_t id = 0;
  std::from_chars(text.data(), text.data() + text.size(), id);
  return id;
}

}  // namespace

class Server::Listeners {
 public:
  explicit Listeners(const ServerOptions& options) : token_(RandomToken()), explorer_(options.model, options.data) {
    // The library would let another program listen on the same port, and take some of the connections.
    for (HttpServer* server : {&first_, &second_}) {
      server->set_socket_options([](int socket) {
        const int yes = 1;
        ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
      });
    }
    port_ = options.port == 0 ? first_.bind_to_any_port(kFirstHost)
                              : (first_.bind_to_port(kFirstHost, options.port) ? options.port : -1);
    if (port_ < 0) {
      throw Error(
          fmt::format("port {} of {} cannot be listened on, perhaps because another program does: choose "
                      "another one, or --port 0 for any that is free",
                      options.port, kFirstHost));
    }
    guard_.emplace(port_, token_);
    // A machine without IPv6 has the other one.
    const bool has_second = second_.bind_to_port(kSecondHost, port_);
    Begin(first_, kWorkers);
    if (has_second) Begin(second_, kWorkersOfSecond);
  }

  ~Listeners() { Stop(); }

  void Stop() {
    first_.stop();
    second_.stop();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

  int port() const { return port_; }
  const std::string& token() const { return token_; }

 private:
  void Begin(HttpServer& server, size_t workers) {
    server.KeepMoreWaiting();
    server.new_task_queue = [workers] { return new httplib::ThreadPool(workers); };
    server.set_default_headers(kHeaders);
    server.set_payload_max_length(kMostBody);
    server.set_keep_alive_max_count(1000);
    server.set_keep_alive_timeout(2);
    server.set_read_timeout(5);
    server.set_write_timeout(5);
    server.set_tcp_nodelay(true);
    server.set_pre_routing_handler([this](const httplib::Request& request, httplib::Response& response) {
      return Receive(request, response) ? httplib::Server::HandlerResponse::Handled
                                        : httplib::Server::HandlerResponse::Unhandled;
    });
    server.Post(".*", [this](const httplib::Request& request, httplib::Response& response) {
      const Asked asked = AskedOf(request);
      if (const std::optional<Refusal> refusal = Check(request, asked)) return Give(response, AnswerOf(*refusal));
      SetThreads(1);
      Give(response, explorer_.Post(request.path, request.body));
    });
    server.set_error_handler([](const httplib::Request&, httplib::Response& response) {
      if (response.body.empty() && !response.content_provider_) {
        Give(response, RefusalAnswer(response.status, "this is no request that the server takes"));
      }
    });
    server.set_exception_handler([](const httplib::Request&, httplib::Response& response, std::exception_ptr) {
      Give(response, RefusalAnswer(500, "the server made a mistake"));
    });
    threads_.emplace_back([&server] { server.listen_after_bind(); });
    // Stop works on a server that runs.
    while (!server.is_running()) std::this_thread::yield();
  }

  std::optional<Refusal> Check(const httplib::Request& request, const Asked& asked) const {
    if (std::optional<Refusal> refusal = guard_->Check(asked)) return refusal;
    // What the library would do with them takes more memory than was sent.
    if (request.has_header("Content-Encoding") || request.has_header("Range")) {
      return Refusal{.status = 400, .sentence = "Content-Encoding and Range are not taken"};
    }
    if (IsEntrance(request)) return std::nullopt;
    return guard_->CheckCookie(asked);
  }

  bool IsEntrance(const httplib::Request& request) const {
    return request.method == "GET" && request.path == "/" && request.get_param_value_count("token") == 1 &&
           guard_->IsToken(request.get_param_value("token"));
  }

  // Everything but the body of a POST is known. True: it was answered.
  bool Receive(const httplib::Request& request, httplib::Response& response) {
    const Asked asked = AskedOf(request);
    if (const std::optional<Refusal> refusal = Check(request, asked)) {
      if (HasSmallBody(asked) && !request.has_header("Content-Encoding")) return false;
      GiveAndClose(response, AnswerOf(*refusal));
      return true;
    }
    if (request.method != "GET") return false;
    AnswerGet(request, response);
    return true;
  }

  void AnswerGet(const httplib::Request& request, httplib::Response& response) {
    if (IsEntrance(request)) {
      response.status = 303;
      response.set_header("Location", "/" + RestOfQuery(request.target));
      response.set_header("Set-Cookie", guard_->Cookie());
    } else if (request.path == "/") {
      const PageFile* file = FindFile("index.html");
      const std::string_view html =
          file == nullptr ? kNoPage
                          : std::string_view(reinterpret_cast<const char*>(file->bytes.data()), file->bytes.size());
      Give(response, {.type = TypeOf(".html"), .body = std::string(html)});
    } else if (request.path.starts_with("/assets/")) {
      GiveFile(request.path.substr(std::strlen("/assets/")), response);
    } else if (request.path == "/api/events") {
      GiveStream(request, response);
    } else {
      SetThreads(1);
      Explorer::Query query(request.params.begin(), request.params.end());
      Give(response, explorer_.Get(request.path, query));
    }
  }

  // Of the list alone: no path is ever looked for.
  static void GiveFile(const std::string& name, httplib::Response& response) {
    const PageFile* file = FindFile(name);
    if (file == nullptr) return Give(response, RefusalAnswer(404, "the page has no such file"));
    const std::string bytes(reinterpret_cast<const char*>(file->bytes.data()), file->bytes.size());
    Give(response, {.type = TypeOf(name), .body = bytes});
  }

  void GiveStream(const httplib::Request& request, httplib::Response& response) {
    const PagePointer page = explorer_.FindPage(request.get_param_value("page"));
    if (!page) {
      return Give(
          response,
          RefusalAnswer(404, "there is no such page: the server was started anew, or has forgotten it", "page"));
    }
    if (page->parked() && request.get_param_value("wake") != "1") {
      response.status = 204;
      return;
    }
    page->Unpark();
    const auto stream = std::make_shared<EventStream>(page, explorer_.pages().OpenStream(page), LastEventOf(request));
    response.set_chunked_content_provider("text/event-stream", [stream](size_t, httplib::DataSink& sink) {
      const std::string text = stream->Next();
      if (text.empty()) {
        sink.done();
        return true;
      }
      return sink.write(text.data(), text.size());
    });
  }

  std::string token_;
  int port_ = 0;
  std::optional<Guard> guard_;
  Explorer explorer_;
  HttpServer first_, second_;
  std::vector<std::thread> threads_;
};

Server::Server(const ServerOptions& options) : listeners_(std::make_unique<Listeners>(options)) {}
Server::~Server() = default;
int Server::port() const { return listeners_->port(); }
const std::string& Server::token() const { return listeners_->token(); }
std::string Server::address() const { return fmt::format("http://{}:{}/?token={}", kFirstHost, port(), token()); }
void Server::Stop() { listeners_->Stop(); }

}  // namespace ramp::web
