#include "ramp/runs/run_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "ramp/base/error.h"

namespace ramp {
namespace {

struct flock ByteOf(int64_t number) {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = number;
  lock.l_len = 1;
  return lock;
}

}  // namespace

RunLocks::RunLocks(const std::string& history_path, Access access)
    : path_(std::filesystem::path(history_path).replace_extension(".lock").string()) {
  // Locks that belong to the open file, not to the process: it may have several.
  const int flags = (access == Access::kHold ? O_RDWR | O_CREAT : O_RDONLY) | O_CLOEXEC;
  descriptor_ = ::open(path_.c_str(), flags, 0666);
  if (descriptor_ < 0 && access == Access::kHold) {
    throw Error(fmt::format("{}: cannot be opened ({}): set RAMP_HOME to a folder that you may write to", path_,
                            std::strerror(errno)));
  }
}

RunLocks::~RunLocks() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void RunLocks::Hold(int64_t number) {
  struct flock lock = ByteOf(number);
  if (::fcntl(descriptor_, F_OFD_SETLK, &lock) != 0) {
    throw Error(fmt::format("{}: cannot be locked ({}): set RAMP_HOME to a folder on a local disk", path_,
                            std::strerror(errno)));
  }
}

bool RunLocks::IsHeld(int64_t number) const {
  struct flock lock = ByteOf(number);
  return descriptor_ >= 0 && ::fcntl(descriptor_, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

}  // namespace ramp
