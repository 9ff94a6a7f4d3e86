#include "ramp/web/jobs.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>

namespace ramp::web {
namespace {

constexpr size_t kMostKept = 8;  // of those that have ended

// Holds one of the places for jobs at work as long as it lives.
class Place {
 public:
  Place(std::shared_ptr<JobRoom> room, size_t most) : room_(std::move(room)) {
    if (room_->at_work++ < most) return;
    --room_->at_work;
    throw Busy(fmt::format("{} jobs are at work already: wait for one, or stop it", most));
  }
  ~Place() { --room_->at_work; }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

 private:
  std::shared_ptr<JobRoom> room_;
};

}  // namespace

class Jobs::Job : public JobDesk {
 public:
  Job(std::string id, std::string kind, const Clock& clock) : clock_(clock) {
    state_.id = std::move(id);
    state_.kind = std::move(kind);
    state_.version = clock_();
  }
  ~Job() override {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
  }

  void Begin(JobWork work, std::shared_ptr<Place> place) {
    thread_ = std::thread([this, work = std::move(work), place = std::move(place)]() mutable {
      try {
        Json result = work(*this);
        End(stop_ ? JobStatus::kStopped : JobStatus::kDone, std::move(result), "");
      } catch (const std::exception& error) {
        End(JobStatus::kFailed, nullptr, error.what());
      }
      place.reset();
    });
  }
  void Stop() { stop_ = true; }

  const std::atomic<bool>& stop() const override { return stop_; }
  void Tell(size_t done, size_t of, double seconds_left, Json result) override {
    const std::lock_guard lock(mutex_);
    state_.done = done;
    state_.of = of;
    state_.seconds_left = seconds_left;
    state_.result = std::move(result);
    state_.version = clock_();
  }
  JobState state() const {
    const std::lock_guard lock(mutex_);
    return state_;
  }
  uint64_t version() const {
    const std::lock_guard lock(mutex_);
    return state_.version;
  }
  bool IsAtWork() const {
    const std::lock_guard lock(mutex_);
    return state_.status == JobStatus::kRunning;
  }

 private:
  void End(JobStatus status, Json result, std::string error) {
    const std::lock_guard lock(mutex_);
    state_.status = status;
    state_.seconds_left = 0;
    state_.error = std::move(error);
    if (!result.is_null()) state_.result = std::move(result);
    state_.version = clock_();
  }

  Clock clock_;
  mutable std::mutex mutex_;
  JobState state_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

Json ToJson(const JobState& state) {
  constexpr std::array<const char*, 4> kNames = {"running", "done", "stopped", "failed"};
  return {{"job", state.id},
          {"kind", state.kind},
          {"status", kNames[static_cast<size_t>(state.status)]},
          {"done", state.done},
          {"of", state.of},
          {"seconds_left", std::isfinite(state.seconds_left) ? Json(state.seconds_left) : Json(nullptr)},
          {"error", state.error.empty() ? Json(nullptr) : Json(state.error)},
          {"result", state.result}};
}

Jobs::Jobs(Clock clock, std::shared_ptr<JobRoom> room) : clock_(std::move(clock)), room_(std::move(room)) {}

Jobs::~Jobs() { StopAll(); }

std::string Jobs::Start(const std::string& kind, JobWork work) {
  const std::lock_guard lock(mutex_);
  for (const Job& job : jobs_) {
    if (job.IsAtWork() && job.state().kind == kind) throw Busy("one of this kind is at work already: stop it first");
  }
  auto place = std::make_shared<Place>(room_, kMostAtWork);
  while (jobs_.size() >= kMostKept) {
    const auto ended = std::ranges::find_if(jobs_, [](const Job& job) { return !job.IsAtWork(); });
    if (ended == jobs_.end()) break;
    jobs_.erase(ended);
  }
  const std::string id = fmt::format("j{}", clock_());
  jobs_.emplace_back(id, kind, clock_);
  jobs_.back().Begin(std::move(work), std::move(place));
  return id;
}

bool Jobs::Stop(const std::string& id) {
  const std::lock_guard lock(mutex_);
  for (Job& job : jobs_) {
    if (job.state().id != id) continue;
    job.Stop();
    return true;
  }
  return false;
}

void Jobs::StopAll() {
  const std::lock_guard lock(mutex_);
  for (Job& job : jobs_) job.Stop();
}

uint64_t Jobs::Waiting(uint64_t seen) const {
  const std::lock_guard lock(mutex_);
  uint64_t oldest = 0;
  for (const Job& job : jobs_) {
    const uint64_t version = job.version();
    if (version > seen && (oldest == 0 || version < oldest)) oldest = version;
  }
  return oldest;
}

// Of a job that has moved on since, what is new.
JobState Jobs::At(uint64_t version) const {
  const std::lock_guard lock(mutex_);
  const Job* found = nullptr;
  for (const Job& job : jobs_) {
    if (job.version() >= version && (found == nullptr || job.version() < found->version())) found = &job;
  }
  return found == nullptr ? JobState{} : found->state();
}

}  // namespace ramp::web
