#include "ramp/base/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "ramp/base/error.h"

namespace ramp {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
  ~Descriptor() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return descriptor_; }
  bool Close() {
    const int closed = ::close(descriptor_);
    descriptor_ = -1;
    return closed == 0;
  }

 private:
  int descriptor_;
};

std::string Remedy(int reason) {
  switch (reason) {
    case ENOSPC:
    case EDQUOT:
      return "free some space or choose another place";
    case EACCES:
    case EPERM:
    case EROFS:
      return "choose a place that you may write to";
    case ENOENT:
      return "make the folder first or correct the path";
    default:
      return "check the path";
  }
}

[[noreturn]] void FailWriting(const std::string& path, int reason) {
  throw Error(fmt::format("{}: cannot be written ({}): {}", path, std::strerror(reason), Remedy(reason)));
}

// A device or a pipe (/dev/full, /dev/stdout) has nothing to replace, so it is written in place.
bool IsSpecial(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

void RefuseFolder(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored))
    throw Error(fmt::format("{}: is a folder: name a file in it", path));
}

// Where the new content stands until it is whole.
std::string PartOf(const std::string& path) { return fmt::format("{}.part{}", path, ::getpid()); }

int WriteAll(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return 0;
}

}  // namespace

void WriteFileWhole(const std::string& path, std::string_view bytes) {
  RefuseFolder(path);
  const bool special = IsSpecial(path);
  // A link stays one: what it points to is replaced.
  std::error_code no_link;
  const std::filesystem::path resolved = std::filesystem::weakly_canonical(path, no_link);
  const std::string place = no_link ? path : resolved.string();
  const std::string target = special ? path : PartOf(place);
  Descriptor file(::open(target.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  if (file.get() < 0) FailWriting(path, errno);
  int reason = WriteAll(file.get(), bytes);
  struct stat before {};
  if (reason == 0 && !special && ::stat(place.c_str(), &before) == 0) ::fchmod(file.get(), before.st_mode);
  if (reason == 0 && !special && ::fsync(file.get()) != 0) reason = errno;
  if (!file.Close() && reason == 0) reason = errno;
  if (reason == 0 && !special && ::rename(target.c_str(), place.c_str()) != 0) reason = errno;
  if (reason != 0) {
    if (!special) ::unlink(target.c_str());
    FailWriting(path, reason);
  }
}

void CheckWritable(const std::string& path) {
  RefuseFolder(path);
  if (IsSpecial(path)) return;
  const std::string part = PartOf(path);
  const Descriptor file(::open(part.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666));
  if (file.get() < 0) FailWriting(path, errno);
  ::unlink(part.c_str());
}

void CheckApart(const std::string& written, const std::string& read) {
  std::error_code missing;
  if (IsSpecial(written) || !std::filesystem::equivalent(written, read, missing)) return;
  throw Error(fmt::format("{}: is read here, and writing would replace it: name another file to write", written));
}

std::string ReadFileWhole(const std::string& path, size_t most) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  const auto fail = [&](const char* reason) {
    throw Error(fmt::format("{}: cannot be read ({}): check the path", path, reason));
  };
  if (file.get() < 0) fail(std::strerror(errno));
  std::string bytes;
  std::string block(size_t{1} << 16, '\0');
  for (;;) {
    const ssize_t got = ::read(file.get(), block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(std::strerror(errno));
    if (got == 0) return bytes;
    bytes.append(block.data(), static_cast<size_t>(got));
    if (bytes.size() > most) {
      throw Error(fmt::format("{}: is larger than {} bytes, the most that is read here", path, most));
    }
  }
}

}  // namespace ramp
