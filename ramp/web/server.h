// The server of the explorer, on this machine alone.
//   Server server({.port = 0});
//   ... server.address() ...       "http://127.0.0.1:40123/?token=..."
//   server.Stop();                 or its end
#ifndef RAMP_WEB_SERVER_H_
#define RAMP_WEB_SERVER_H_

#include <memory>
#include <string>

namespace ramp::web {

struct ServerOptions {
  int port = 0;            // 0: one that is free
  std::string model = {};  // a model to look at, and the data on which; empty: none
  std::string data = {};
};

class Server {
 public:
  // Listens on 127.0.0.1, and on ::1 where the machine has it, and answers in threads of its own. Throws Error when
  // the port is taken.
  explicit Server(const ServerOptions& options);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  int port() const;
  // With the token: whoever knows it may use the server.
  std::string address() const;
  const std::string& token() const;
  void Stop();

 private:
  class Listeners;
  std::unique_ptr<Listeners> listeners_;
};

}  // namespace ramp::web

#endif  // RAMP_WEB_SERVER_H_
