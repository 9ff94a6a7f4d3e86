#include "ramp/web/stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "ramp/base/threads.h"

namespace ramp::web {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr auto kBetweenEvents = std::chrono::microseconds(33400);  // 30 a second, hardly less
constexpr auto kBetweenSigns = std::chrono::milliseconds(250);     // that the stream lives
constexpr auto kBetweenLooks = std::chrono::milliseconds(4);

std::string Event(std::string_view name, uint64_t id, std::string_view data) {
  return fmt::format("id: {}\nevent: {}\ndata: {}\n\n", id, name, data);
}

bool WatchesRuns(Page& page) {
  bool watches = false;
  page.play().Look([&](const SharedPlay& shared) { watches = shared.state.look.runs; });
  return watches;
}

}  // namespace

EventStream::EventStream(PagePointer page, uint64_t stream, uint64_t seen)
    : page_(std::move(page)), stream_(stream), viewer_(seen), jobs_seen_(seen) {}

EventStream::~EventStream() { page_->CloseStream(stream_); }

std::string EventStream::Next() {
  if (!begun_) {
    begun_ = true;
    SetThreads(1);
    const Json hello = {
        {"page", page_->id()}, {"version", RAMP_VERSION}, {"playing", viewer_.Waiting(page_->play()) != 0}};
    return "retry: 300\n\n" + fmt::format("event: hello\ndata: {}\n\n", Dump(hello));
  }
  std::this_thread::sleep_until(event_at_ + kBetweenEvents);
  const SteadyClock::time_point sign_at = SteadyClock::now() + kBetweenSigns;
  while (SteadyClock::now() < sign_at) {
    if (ended_) return "";
    if (!page_->IsOpen(stream_)) {
      ended_ = true;
      return page_->parked() ? "event: parked\ndata: {}\n\n" : "";
    }
    if (WatchesRuns(*page_) && history_.Changed()) {
      event_at_ = SteadyClock::now();
      return "event: runs\ndata: {\"changed\":true}\n\n";
    }
    // What changed first goes first, so that the last id says what the page has of both. In this order: while a job
    // takes the time of its change nobody can look at it, so what it takes before the play's is seen here.
    const uint64_t play = viewer_.Waiting(page_->play());
    const uint64_t job = page_->jobs().Waiting(jobs_seen_);
    if (play != 0 || job != 0) event_at_ = SteadyClock::now();
    if (job != 0 && (play == 0 || job < play)) {
      const JobState state = page_->jobs().At(job);
      jobs_seen_ = state.version;
      return Event("job", state.version, Dump(ToJson(state)));
    }
    if (play != 0) {
      const Viewer::Event event = viewer_.Next(page_->play());
      return Event("play", event.version, event.data);
    }
    std::this_thread::sleep_for(kBetweenLooks);
  }
  return ":\n\n";
}

}  // namespace ramp::web
