// The library's server with bounds on what comes before a body: the library reads lines of any length, and as many as
// are sent, for as long as some byte comes within its time limit.
#ifndef RAMP_WEB_HTTP_SERVER_H_
#define RAMP_WEB_HTTP_SERVER_H_

#include <httplib.h>

#include <cstddef>

namespace ramp::web {

// First line and headers of a request; more is answered by status 431. Browsers send the cookies of all ports along.
inline constexpr size_t kMostHead = size_t{48} << 10;

class HttpServer : public httplib::Server {
 public:
  // The library keeps 5 connections waiting only.
  void KeepMoreWaiting();

 private:
  bool process_and_close_socket(socket_t socket) override;
};

}  // namespace ramp::web

#endif  // RAMP_WEB_HTTP_SERVER_H_
