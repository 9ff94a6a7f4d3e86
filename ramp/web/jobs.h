// Jobs: what takes longer than an answer may, each in a thread of its own, with progress and an early end.
#ifndef RAMP_WEB_JOBS_H_
#define RAMP_WEB_JOBS_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "ramp/base/error.h"
#include "ramp/web/json.h"

namespace ramp::web {

// Too many are at work.
class Busy : public Error {
 public:
  using Error::Error;
};

enum class JobStatus { kRunning, kDone, kStopped, kFailed };

// What is known of a job.
struct JobState {
  std::string id = {}, kind = {};
  JobStatus status = JobStatus::kRunning;
  size_t done = 0, of = 0;
  double seconds_left = 0;  // a guess; not finite: nobody knows
  std::string error = {};
  Json result = nullptr;
  uint64_t version = 0;  // of the page's clock
};
Json ToJson(const JobState& state);

// What a job's work sees of the outside.
class JobDesk {
 public:
  virtual ~JobDesk() = default;
  virtual const std::atomic<bool>& stop() const = 0;
  // May be called from any thread. `result` is what there is so far, or null.
  virtual void Tell(size_t done, size_t of, double seconds_left, Json result) = 0;
};
// Gives the result; that of a job that was stopped is what there was by then.
using JobWork = std::function<Json(JobDesk& desk)>;

// What the jobs of all pages share.
struct JobRoom {
  std::atomic<size_t> at_work = 0;
};

// The jobs of one page.
class Jobs {
 public:
  // At most so many are at work on all pages that share a room.
  static constexpr size_t kMostAtWork = 2;
  using Clock = std::function<uint64_t()>;
  Jobs(Clock clock, std::shared_ptr<JobRoom> room);
  ~Jobs();
  Jobs(const Jobs&) = delete;
  Jobs& operator=(const Jobs&) = delete;

  // Gives its id. Throws Busy when another of the kind is at work on this page, or too many are at all.
  std::string Start(const std::string& kind, JobWork work);
  // False when there is no such job.
  bool Stop(const std::string& id);
  void StopAll();
  // The version of the oldest change behind `seen` that a page has yet to see, or 0.
  uint64_t Waiting(uint64_t seen) const;
  JobState At(uint64_t version) const;

 private:
  class Job;
  Clock clock_;
  std::shared_ptr<JobRoom> room_;
  mutable std::mutex mutex_;
  std::list<Job> jobs_;  // the newest last
};

}  // namespace ramp::web

#endif  // RAMP_WEB_JOBS_H_
