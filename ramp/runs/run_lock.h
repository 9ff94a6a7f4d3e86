// How one process sees that another still records a run: the recording one holds a lock on one byte of a file, whose
// place is the run's number. The kernel lets go of it however the process ends, and it is seen across containers.
#ifndef RAMP_RUNS_RUN_LOCK_H_
#define RAMP_RUNS_RUN_LOCK_H_

#include <cstdint>
#include <string>

namespace ramp {

// The file of the locks of a history.
class RunLocks {
 public:
  enum class Access { kHold, kLook };
  // To hold, the file is made where there is none, and Error is thrown when it cannot be opened; to look at one that
  // is not there finds nothing held.
  RunLocks(const std::string& history_path, Access access);
  ~RunLocks();
  RunLocks(const RunLocks&) = delete;
  RunLocks& operator=(const RunLocks&) = delete;

  // Until this goes out of scope. Throws Error.
  void Hold(int64_t number);
  // By anybody, through another RunLocks.
  bool IsHeld(int64_t number) const;

 private:
  std::string path_;
  int descriptor_;
};

}  // namespace ramp

#endif  // RAMP_RUNS_RUN_LOCK_H_
