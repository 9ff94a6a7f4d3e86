#include "ramp/data/bytes.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <vector>

#include "ramp/base/error.h"
#include "ramp/base/file.h"

namespace ramp {
namespace {

constexpr size_t kBlock = size_t{1} << 16;
// What a pipe may deliver: its size is not known before.
constexpr size_t kMostFromPipe = size_t{1} << 31;
// Deflate makes at most 1032 bytes of one (zlib's technical notes).
constexpr uint64_t kMostInflation = 1032;

bool IsGzip(std::span<const uint8_t> start) { return start.size() >= 2 && start[0] == 0x1f && start[1] == 0x8b; }

std::span<const uint8_t> Bytes(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

}  // namespace

// Two layers: raw bytes from the file or memory through `input_`, and inflate over them when they are gzip.
class ByteSource::State {
 public:
  State(std::string name, std::span<const uint8_t> bytes) : name_(std::move(name)), size_(bytes.size()) {
    input_ = bytes;
    Start();
  }
  State(std::string name, std::string bytes) : name_(std::move(name)), owned_(std::move(bytes)), size_(owned_.size()) {
    input_ = Bytes(owned_);
    Start();
  }
  State(std::string name, std::ifstream file, uint64_t size)
      : name_(std::move(name)), file_(std::move(file)), size_(size), block_(kBlock) {
    Refill();
    Start();
  }
  ~State() {
    if (gzip_) inflateEnd(&stream_);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  const std::string& name() const { return name_; }
  uint64_t position() const { return position_; }
  uint64_t most() const {
    if (!gzip_) return size_;
    return size_ > std::numeric_limits<uint64_t>::max() / kMostInflation ? std::numeric_limits<uint64_t>::max()
                                                                         : size_ * kMostInflation;
  }

  size_t Read(std::span<uint8_t> out) {
    const size_t from_peeked = std::min(out.size(), peeked_.size());
    std::copy_n(peeked_.begin(), from_peeked, out.begin());
    peeked_.erase(peeked_.begin(), peeked_.begin() + static_cast<ptrdiff_t>(from_peeked));
    const size_t got = from_peeked + Decode(out.subspan(from_peeked));
    position_ += got;
    return got;
  }

  std::span<const uint8_t> Peek(size_t count) {
    const size_t have = peeked_.size();
    if (have < count) {
      peeked_.resize(count);
      peeked_.resize(have + Decode(std::span(peeked_).subspan(have)));
    }
    return std::span<const uint8_t>(peeked_).first(std::min(count, peeked_.size()));
  }

 private:
  void Start() {
    if (!IsGzip(input_)) return;
    // 16 asks zlib for gzip's header and checksum, 15 for its largest window.
    if (inflateInit2(&stream_, 15 + 16) != Z_OK) throw Error(fmt::format("{}: zlib has no memory", name_));
    gzip_ = true;
  }

  // Whether there is input.
  bool Refill() {
    if (input_.empty() && file_.is_open()) {
      file_.read(reinterpret_cast<char*>(block_.data()), static_cast<std::streamsize>(block_.size()));
      if (file_.bad()) throw Error(fmt::format("{}: cannot be read ({})", name_, std::strerror(errno)));
      input_ = std::span<const uint8_t>(block_).first(static_cast<size_t>(file_.gcount()));
    }
    return !input_.empty();
  }

  size_t Decode(std::span<uint8_t> out) { return gzip_ ? Inflate(out) : Copy(out); }

  size_t Copy(std::span<uint8_t> out) {
    size_t done = 0;
    while (done < out.size() && Refill()) {
      const size_t part = std::min(out.size() - done, input_.size());
      std::copy_n(input_.begin(), part, out.begin() + static_cast<ptrdiff_t>(done));
      input_ = input_.subspan(part);
      done += part;
    }
    return done;
  }

  size_t Inflate(std::span<uint8_t> out) {
    size_t done = 0;
    while (done < out.size() && !ended_) {
      if (!Refill())
        throw Error(fmt::format("{}: its gzip data ends too early: the file is cut off, get it again", name_));
      const size_t room = std::min<size_t>(out.size() - done, kBlock * 16);
      stream_.next_in = const_cast<Bytef*>(input_.data());  // zlib's interface is older than const
      stream_.avail_in = static_cast<uInt>(std::min<size_t>(input_.size(), kBlock));
      stream_.next_out = out.data() + done;
      stream_.avail_out = static_cast<uInt>(room);
      const uInt given = stream_.avail_in;
      const int status = inflate(&stream_, Z_NO_FLUSH);
      input_ = input_.subspan(given - stream_.avail_in);
      done += room - stream_.avail_out;
      if (status == Z_STREAM_END) {
        NextMember();
      } else if (status != Z_OK && status != Z_BUF_ERROR) {
        throw Error(fmt::format("{}: its gzip data is damaged near unpacked byte {} ({}): get it again", name_,
                                position_ + done, stream_.msg == nullptr ? "no reason given" : stream_.msg));
      }
    }
    return done;
  }

  // gzip files may be joined end to end; anything else after the end is padding, as gzip itself takes it.
  void NextMember() {
    if (Refill() && input_[0] == 0x1f) {
      inflateReset(&stream_);
    } else {
      ended_ = true;
    }
  }

  std::string name_;
  std::string owned_;
  std::ifstream file_;
  uint64_t size_ = 0;
  std::vector<uint8_t> block_;
  std::span<const uint8_t> input_;
  std::vector<uint8_t> peeked_;
  z_stream stream_{};
  bool gzip_ = false, ended_ = false;
  uint64_t position_ = 0;
};

ByteSource::ByteSource(std::unique_ptr<State> state) : state_(std::move(state)) {}
ByteSource::ByteSource(std::string name, std::span<const uint8_t> bytes)
    : state_(std::make_unique<State>(std::move(name), bytes)) {}
ByteSource::ByteSource(ByteSource&&) noexcept = default;
ByteSource& ByteSource::operator=(ByteSource&&) noexcept = default;
ByteSource::~ByteSource() = default;

ByteSource ByteSource::Open(const std::string& path) {
  std::error_code failed;
  const std::filesystem::file_status status = std::filesystem::status(path, failed);
  if (!std::filesystem::exists(status)) throw Error(fmt::format("{}: there is no such file: check the path", path));
  if (std::filesystem::is_directory(status)) throw Error(fmt::format("{}: is a folder: name a file in it", path));
  const auto checked = [&](std::unique_ptr<State> state) {
    ByteSource source(std::move(state));
    if (source.Peek(1).empty()) throw Error(fmt::format("{}: is empty: there is nothing to read", path));
    return source;
  };
  if (!std::filesystem::is_regular_file(status)) {
    return checked(std::make_unique<State>(path, ReadFileWhole(path, kMostFromPipe)));
  }
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(fmt::format("{}: cannot be read ({}): check its permissions", path, std::strerror(errno)));
  return checked(std::make_unique<State>(path, std::move(file), std::filesystem::file_size(path)));
}

const std::string& ByteSource::name() const { return state_->name(); }
uint64_t ByteSource::most() const { return state_->most(); }
uint64_t ByteSource::position() const { return state_->position(); }
size_t ByteSource::Read(std::span<uint8_t> out) { return state_->Read(out); }
std::span<const uint8_t> ByteSource::Peek(size_t count) { return state_->Peek(count); }

void ByteSource::ReadExactly(std::span<uint8_t> out, const std::string& what) {
  const uint64_t begin = position();
  const size_t got = Read(out);
  if (got == out.size()) return;
  throw Error(
      fmt::format("{}: ends at byte {} in the middle of {}, which should take {} bytes from byte {}: the file is "
                  "cut off, get it again",
                  name(), begin + got, what, out.size(), begin));
}

std::string ByteSource::ReadAll(size_t limit) {
  std::string bytes;
  for (;;) {
    const size_t have = bytes.size();
    const size_t step = std::max<size_t>(kBlock, std::min<size_t>(have, size_t{1} << 26));
    bytes.resize(have + step);
    const size_t got = Read({reinterpret_cast<uint8_t*>(bytes.data()) + have, step});
    bytes.resize(have + got);
    if (bytes.size() > limit) {
      throw Error(fmt::format("{}: has more than {} bytes, the most that is read as text: split it", name(), limit));
    }
    if (got < step) return bytes;
  }
}

}  // namespace ramp
