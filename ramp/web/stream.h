// One stream of server-sent events: what is written next, and when.
#ifndef RAMP_WEB_STREAM_H_
#define RAMP_WEB_STREAM_H_

#include <chrono>
#include <cstdint>
#include <string>

#include "ramp/web/history_view.h"
#include "ramp/web/page.h"
#include "ramp/web/viewer.h"

namespace ramp::web {

class EventStream {
 public:
  // `seen` is the last event that the page has had; 0: none.
  EventStream(PagePointer page, uint64_t stream, uint64_t seen);
  ~EventStream();
  EventStream(const EventStream&) = delete;
  EventStream& operator=(const EventStream&) = delete;

  // Waits for what is to be written next, at most a quarter of a second, and never sooner than a thirtieth of one
  // behind the event before it. Empty: this is the end of the stream.
  std::string Next();

 private:
  PagePointer page_;
  uint64_t stream_;
  bool begun_ = false, ended_ = false;
  Viewer viewer_;
  HistoryWatch history_;
  uint64_t jobs_seen_;
  std::chrono::steady_clock::time_point event_at_ = {};
};

}  // namespace ramp::web

#endif  // RAMP_WEB_STREAM_H_
