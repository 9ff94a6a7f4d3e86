#include "ramp/web/page.h"

#include <algorithm>

#include "ramp/web/guard.h"

namespace ramp::web {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr size_t kMostPages = 32;
// A new page has some time to open its stream; one that loses it has time enough to come back over a hiccup.
constexpr auto kFirstPatience = std::chrono::seconds(5);
constexpr auto kPatience = std::chrono::milliseconds(700);
constexpr auto kMemory = std::chrono::minutes(10);
constexpr auto kBetweenLooks = std::chrono::milliseconds(50);

}  // namespace

Page::Page(std::string id, std::shared_ptr<JobRoom> room)
    : id_(std::move(id)),
      alone_since_(SteadyClock::now() + kFirstPatience - kPatience),
      play_([this] { return Tick(); }),
      jobs_([this] { return Tick(); }, std::move(room)) {}

uint64_t Page::OpenStream() {
  const std::lock_guard lock(mutex_);
  resting_ = false;
  open_ = ++streams_;
  play_.Wake();
  return open_;
}

bool Page::IsOpen(uint64_t stream) const {
  const std::lock_guard lock(mutex_);
  return open_ == stream;
}

void Page::CloseStream(uint64_t stream) {
  const std::lock_guard lock(mutex_);
  if (open_ != stream) return;
  open_ = 0;
  alone_since_ = SteadyClock::now();
}

void Page::Park() {
  const std::lock_guard lock(mutex_);
  parked_ = true;
  open_ = 0;
  alone_since_ = SteadyClock::now();
}

void Page::Unpark() {
  const std::lock_guard lock(mutex_);
  parked_ = false;
}

bool Page::parked() const {
  const std::lock_guard lock(mutex_);
  return parked_;
}

bool Page::has_stream() const {
  const std::lock_guard lock(mutex_);
  return open_ != 0;
}

Page::TimePoint Page::alone_since() const {
  const std::lock_guard lock(mutex_);
  return alone_since_;
}

void Page::RestWhenAlone(TimePoint now) {
  const std::lock_guard lock(mutex_);
  if (open_ != 0 || resting_ || now - alone_since_ < kPatience) return;
  resting_ = true;
  play_.Rest();
  jobs_.StopAll();
}

Pages::Pages() : watch_([this](const std::stop_token& stop) { Watch(stop); }) {}

Pages::~Pages() {
  watch_.request_stop();
  watch_.join();
}

PagePointer Pages::Open() {
  PagePointer forgotten;  // ends outside of the lock
  const PagePointer page = std::make_shared<Page>(RandomToken(), room_);
  const std::lock_guard lock(mutex_);
  if (pages_.size() >= kMostPages) {
    auto oldest = pages_.end();
    for (auto one = pages_.begin(); one != pages_.end(); ++one) {
      if (one->second->has_stream()) continue;
      if (oldest == pages_.end() || one->second->alone_since() < oldest->second->alone_since()) oldest = one;
    }
    if (oldest == pages_.end()) throw NoRoom("too many pages are open: close some");
    forgotten = oldest->second;
    pages_.erase(oldest);
  }
  pages_.emplace(page->id(), page);
  return page;
}

PagePointer Pages::Find(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = pages_.find(id);
  return found == pages_.end() ? nullptr : found->second;
}

uint64_t Pages::OpenStream(const PagePointer& page) {
  const std::lock_guard lock(mutex_);
  std::erase_if(streaming_, [&](const PagePointer& other) { return other == page || !other->has_stream(); });
  if (streaming_.size() >= kMostStreams) {
    streaming_.front()->Park();
    streaming_.erase(streaming_.begin());
  }
  streaming_.push_back(page);
  return page->OpenStream();
}

void Pages::Watch(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    std::this_thread::sleep_for(kBetweenLooks);
    const SteadyClock::time_point now = SteadyClock::now();
    std::vector<PagePointer> forgotten;
    const std::lock_guard lock(mutex_);
    for (auto one = pages_.begin(); one != pages_.end();) {
      const PagePointer page = one->second;
      page->RestWhenAlone(now);
      if (!page->has_stream() && now - page->alone_since() > kMemory) {
        forgotten.push_back(page);
        one = pages_.erase(one);
      } else {
        ++one;
      }
    }
    std::erase_if(streaming_, [](const PagePointer& page) { return !page->has_stream(); });
  }
}

}  // namespace ramp::web
