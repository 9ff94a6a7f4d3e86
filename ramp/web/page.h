// The pages that are open: what each plays with, and the stream on which it sees it.
#ifndef RAMP_WEB_PAGE_H_
#define RAMP_WEB_PAGE_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "ramp/web/jobs.h"
#include "ramp/web/play.h"

namespace ramp::web {

class Page {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  Page(std::string id, std::shared_ptr<JobRoom> room);

  const std::string& id() const { return id_; }
  Play& play() { return play_; }
  Jobs& jobs() { return jobs_; }
  uint64_t Tick() { return ++clock_; }

  // A stream of this page begins, in the place of any other that it has. The number is the stream's.
  uint64_t OpenStream();
  // False when another has taken its place, or the page was parked.
  bool IsOpen(uint64_t stream) const;
  void CloseStream(uint64_t stream);
  // It gave its stream to another page, and gets none before it is woken.
  void Park();
  void Unpark();
  bool parked() const;

  // To be called now and then: nobody has watched for a while, so nothing is to be computed.
  void RestWhenAlone(TimePoint now);
  bool has_stream() const;
  TimePoint alone_since() const;

 private:
  std::string id_;
  std::atomic<uint64_t> clock_ = 0;
  mutable std::mutex mutex_;
  uint64_t streams_ = 0, open_ = 0;  // so many were opened; the one that is open, or 0
  TimePoint alone_since_;
  bool resting_ = false, parked_ = false;
  Play play_;
  Jobs jobs_;
};
using PagePointer = std::shared_ptr<Page>;

// Too many pages are open.
class NoRoom : public Error {
 public:
  using Error::Error;
};

class Pages {
 public:
  Pages();
  ~Pages();

  // Throws NoRoom when all places are taken by pages that are watched.
  PagePointer Open();
  // Null when there is no such page.
  PagePointer Find(const std::string& id) const;

  // A stream for the page. At most kMostStreams are open: the page whose stream was opened longest ago is parked.
  static constexpr size_t kMostStreams = 4;
  uint64_t OpenStream(const PagePointer& page);

 private:
  void Watch(const std::stop_token& stop);

  mutable std::mutex mutex_;
  const std::shared_ptr<JobRoom> room_ = std::make_shared<JobRoom>();
  std::map<std::string, PagePointer> pages_;
  std::vector<PagePointer> streaming_;  // the oldest stream first
  std::jthread watch_;
};

}  // namespace ramp::web

#endif  // RAMP_WEB_PAGE_H_
