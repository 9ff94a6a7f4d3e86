#include "ramp/data/sound.h"

#include <fmt/format.h>
#include <sndfile.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>

#include "ramp/base/error.h"

namespace ramp {
namespace {

constexpr size_t kBlock = 4096;  // samples of one channel
constexpr size_t kMostSamples = size_t{1} << 27;
constexpr int kMostChannels = 64;
// Samples are within 1; some programs write floats as large as 16-bit numbers.
constexpr float kLoudest = 1e9f;
constexpr int kLowestRate = 1000, kHighestRate = 400000;

// A file in memory, as libsndfile asks for it.
struct Memory {
  std::string_view bytes;
  size_t at = 0;
};

sf_count_t MemorySize(void* user) { return static_cast<sf_count_t>(static_cast<Memory*>(user)->bytes.size()); }

sf_count_t MemorySeek(sf_count_t offset, int whence, void* user) {
  auto* memory = static_cast<Memory*>(user);
  const auto size = static_cast<sf_count_t>(memory->bytes.size());
  const sf_count_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? static_cast<sf_count_t>(memory->at) : size;
  // A damaged file may send it anywhere.
  sf_count_t place = 0;
  if (__builtin_add_overflow(base, offset, &place)) return -1;
  memory->at = static_cast<size_t>(std::clamp<sf_count_t>(place, 0, size));
  return static_cast<sf_count_t>(memory->at);
}

sf_count_t MemoryRead(void* out, sf_count_t count, void* user) {
  auto* memory = static_cast<Memory*>(user);
  const size_t part = std::min(memory->bytes.size() - memory->at, static_cast<size_t>(std::max<sf_count_t>(count, 0)));
  std::memcpy(out, memory->bytes.data() + memory->at, part);
  memory->at += part;
  return static_cast<sf_count_t>(part);
}

sf_count_t MemoryWrite(const void*, sf_count_t, void*) { return 0; }

sf_count_t MemoryTell(void* user) { return static_cast<sf_count_t>(static_cast<Memory*>(user)->at); }

class SoundFile {
 public:
  SoundFile(const std::string& name, std::string_view bytes) : name_(name), memory_{bytes, 0} {
    SF_VIRTUAL_IO io{MemorySize, MemorySeek, MemoryRead, MemoryWrite, MemoryTell};
    file_.reset(sf_open_virtual(&io, SFM_READ, &info_, &memory_));
    if (!file_) {
      throw Error(
          fmt::format("{}: is no recording that can be read ({}): WAV, FLAC, Ogg, AIFF and AU are, so convert "
                      "it, or get it again",
                      name, sf_strerror(nullptr)));
    }
    if (info_.channels < 1 || info_.channels > kMostChannels) {
      throw Error(
          fmt::format("{}: its header claims {} channels, and 1 to {} are possible: the file is damaged, get it "
                      "again",
                      name, info_.channels, kMostChannels));
    }
    if (info_.samplerate < kLowestRate || info_.samplerate > kHighestRate) {
      throw Error(
          fmt::format("{}: its header claims {} samples a second, and {} to {} are possible: the file is damaged, "
                      "get it again",
                      name, info_.samplerate, kLowestRate, kHighestRate));
    }
    if (info_.frames <= 0) throw Error(fmt::format("{}: holds no sound: get it again, or remove it", name));
  }

  size_t rate() const { return static_cast<size_t>(info_.samplerate); }
  size_t claimed_samples() const { return static_cast<size_t>(info_.frames); }

  std::vector<float> ReadMono() {
    const auto channels = static_cast<size_t>(info_.channels);
    std::vector<float> mono;
    std::vector<float> block(kBlock * channels);
    for (;;) {
      const auto got = static_cast<size_t>(sf_readf_float(file_.get(), block.data(), sf_count_t{kBlock}));
      for (size_t i = 0; i < got; ++i) {
        float sum = 0;
        for (size_t c = 0; c < channels; ++c) sum += block[i * channels + c];
        mono.push_back(sum / static_cast<float>(channels));
        // Written so that NaN fails as well.
        if (!(std::abs(mono.back()) <= kLoudest)) {
          throw Error(
              fmt::format("{}: sample {} is {}, which is no sound: get it again", name_, mono.size() - 1, mono.back()));
        }
      }
      if (mono.size() > kMostSamples) {
        throw Error(fmt::format("{}: has more than {} samples: cut it into shorter recordings", name_, kMostSamples));
      }
      if (got < kBlock) break;
    }
    if (sf_error(file_.get()) != SF_ERR_NO_ERROR) {
      throw Error(fmt::format("{}: is damaged near sample {} ({}): get it again", name_, mono.size(),
                              sf_strerror(file_.get())));
    }
    if (mono.empty()) throw Error(fmt::format("{}: holds no sound: get it again, or remove it", name_));
    return mono;
  }

 private:
  struct Close {
    void operator()(SNDFILE* file) const { sf_close(file); }
  };
  std::string name_;
  Memory memory_;
  SF_INFO info_{};
  std::unique_ptr<SNDFILE, Close> file_;
};

// A WAV file's own length against what is there; libsndfile reads what is there in silence.
void CheckComplete(const std::string& name, std::string_view bytes) {
  if (!bytes.starts_with("RIFF")) return;
  const auto number = [&](size_t at) {
    uint64_t value = 0;
    for (size_t i = 4; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
    return value;
  };
  constexpr size_t kFirstChunk = 12, kChunkHeader = 8;
  // Programs that write to a pipe leave the largest length, as they could not know it.
  constexpr uint64_t kUnknown = 0xfffffff0u - 0x10000u;
  for (size_t at = kFirstChunk; at + kChunkHeader <= bytes.size();) {
    const uint64_t size = number(at + 4);
    const uint64_t there = bytes.size() - at - kChunkHeader;
    if (bytes.substr(at, 4) == "data") {
      if (size <= there || size >= kUnknown) return;
      throw Error(
          fmt::format("{}: byte {}: {} bytes of sound should follow, but {} do: the file is cut off, get it "
                      "again",
                      name, at + kChunkHeader, size, there));
    }
    if (size > there) return;
    at += kChunkHeader + size + size % 2;
  }
}

}  // namespace

SoundHeader ReadSoundHeader(const std::string& name, std::string_view bytes) {
  CheckComplete(name, bytes);
  const SoundFile file(name, bytes);
  return {.rate = file.rate(), .samples = file.claimed_samples()};
}

Sound ReadSound(const std::string& name, std::string_view bytes) {
  CheckComplete(name, bytes);
  SoundFile file(name, bytes);
  return {.rate = file.rate(), .samples = file.ReadMono()};
}

}  // namespace ramp
