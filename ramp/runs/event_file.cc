#include "ramp/runs/event_file.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <limits>

#include "ramp/base/error.h"

namespace ramp {
namespace {

// Numbers of the fields of Event, Summary, Summary.Value, HistogramProto and SessionLog.
enum EventField { kWallTime = 1, kStep = 2, kFileVersion = 3, kSummary = 5, kSessionLog = 7 };
enum SummaryField { kValue = 1 };
enum ValueField { kTag = 1, kSimpleValue = 2, kHistogram = 5 };
enum HistogramField { kLeast = 1, kMost, kNumber, kSum, kSquares, kLimits, kCounts };
enum SessionField { kStatus = 1 };
constexpr uint64_t kSessionStart = 1;

template <class T>
std::string LittleEndian(T value) {
  static_assert(std::endian::native == std::endian::little);
  std::string bytes(sizeof(T), '\0');
  std::memcpy(bytes.data(), &value, sizeof(T));
  return bytes;
}

// A message of protobuf: fields one after another, each a key (number and kind) and a value.
class Message {
 public:
  void Integer(int field, uint64_t value) {
    Key(field, Kind::kVariable);
    Variable(value);
  }
  void Double(int field, double value) {
    Key(field, Kind::kEightBytes);
    bytes_ += LittleEndian(value);
  }
  void Float(int field, float value) {
    Key(field, Kind::kFourBytes);
    bytes_ += LittleEndian(value);
  }
  void Bytes(int field, std::string_view value) {
    Key(field, Kind::kBytes);
    Variable(value.size());
    bytes_ += value;
  }
  void Doubles(int field, const std::vector<double>& values) {
    std::string packed;
    for (const double value : values) packed += LittleEndian(value);
    Bytes(field, packed);
  }
  const std::string& bytes() const { return bytes_; }

 private:
  enum class Kind : uint64_t { kVariable = 0, kEightBytes = 1, kBytes = 2, kFourBytes = 5 };

  void Key(int field, Kind kind) { Variable(static_cast<uint64_t>(field) << 3 | static_cast<uint64_t>(kind)); }
  // Seven bits a byte, the lowest first; the eighth says that more follow.
  void Variable(uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes_ += static_cast<char>((value & 0x7f) | 0x80);
    bytes_ += static_cast<char>(value);
  }

  std::string bytes_;
};

std::string HistogramMessage(const Histogram& histogram) {
  Message message;
  message.Double(kLeast, histogram.least);
  message.Double(kMost, histogram.most);
  message.Double(kNumber, histogram.number);
  message.Double(kSum, histogram.sum);
  message.Double(kSquares, histogram.squares);
  message.Doubles(kLimits, histogram.limits);
  message.Doubles(kCounts, histogram.counts);
  return message.bytes();
}

std::string ValueMessage(const EventValue& value) {
  Message message;
  message.Bytes(kTag, value.tag);
  if (const double* number = std::get_if<double>(&value.value)) {
    message.Float(kSimpleValue, static_cast<float>(*number));
  } else {
    message.Bytes(kHistogram, HistogramMessage(std::get<Histogram>(value.value)));
  }
  return message.bytes();
}

Message EventAt(size_t step) {
  Message event;
  const std::chrono::duration<double> now = std::chrono::system_clock::now().time_since_epoch();
  event.Double(kWallTime, now.count());
  event.Integer(kStep, step);
  return event;
}

constexpr std::array<uint32_t, 256> CrcTable() {
  constexpr uint32_t kPolynomial = 0x82f63b78;  // reversed
  std::array<uint32_t, 256> table{};
  for (uint32_t i = 0; i < table.size(); ++i) {
    uint32_t rest = i;
    for (int bit = 0; bit < 8; ++bit) rest = rest >> 1 ^ ((rest & 1) != 0 ? kPolynomial : 0);
    table[i] = rest;
  }
  return table;
}

// The time and the process make it another one each time; TensorBoard looks for "tfevents".
std::string NewFileName() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
  return fmt::format("events.out.tfevents.{:010}.{}.{}.{}",
                     std::chrono::duration_cast<std::chrono::seconds>(now).count(),
                     host[0] == '\0' ? "localhost" : host.data(), ::getpid(),
                     std::chrono::duration_cast<std::chrono::microseconds>(now).count() % 1'000'000);
}

}  // namespace

uint32_t Crc32c(std::string_view bytes) {
  static constexpr std::array<uint32_t, 256> kTable = CrcTable();
  uint32_t sum = 0xffffffff;
  for (const char byte : bytes) sum = sum >> 8 ^ kTable[(sum ^ static_cast<unsigned char>(byte)) & 0xff];
  return ~sum;
}

uint32_t MaskedCrc32c(std::string_view bytes) { return std::rotr(Crc32c(bytes), 15) + 0xa282ead8; }

Histogram HistogramOf(std::span<const float> values) {
  constexpr size_t kBuckets = 30;
  Histogram histogram{.least = std::numeric_limits<double>::infinity(),
                      .most = -std::numeric_limits<double>::infinity()};
  for (const float value : values) {
    if (!std::isfinite(value)) continue;
    const double number = static_cast<double>(value);
    histogram.least = std::min(histogram.least, number);
    histogram.most = std::max(histogram.most, number);
    histogram.number += 1;
    histogram.sum += number;
    histogram.squares += number * number;
  }
  if (histogram.number == 0) return {};
  const double width = (histogram.most - histogram.least) / kBuckets;
  if (width <= 0) {
    histogram.limits = {histogram.most};
    histogram.counts = {histogram.number};
    return histogram;
  }
  histogram.counts.assign(kBuckets, 0);
  for (size_t i = 1; i <= kBuckets; ++i) {
    histogram.limits.push_back(i < kBuckets ? histogram.least + width * static_cast<double>(i) : histogram.most);
  }
  for (const float value : values) {
    if (!std::isfinite(value)) continue;
    const auto bucket = static_cast<size_t>((static_cast<double>(value) - histogram.least) / width);
    histogram.counts[std::min(bucket, kBuckets - 1)] += 1;
  }
  return histogram;
}

EventFile::EventFile(const std::string& folder) {
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (failure) {
    throw Error(fmt::format("{}: the folder cannot be made ({}): choose a place that you may write to", folder,
                            failure.message()));
  }
  path_ = (std::filesystem::path(folder) / NewFileName()).string();
  file_.open(path_, std::ios::binary);
  Message event;
  event.Double(kWallTime, 0);
  event.Bytes(kFileVersion, "brain.Event:2");
  Write(event.bytes());
}

void EventFile::Add(size_t step, std::span<const EventValue> values) {
  Message summary;
  for (const EventValue& value : values) summary.Bytes(kValue, ValueMessage(value));
  Message event = EventAt(step);
  event.Bytes(kSummary, summary.bytes());
  Write(event.bytes());
}

void EventFile::Restart(size_t step) {
  Message session;
  session.Integer(kStatus, kSessionStart);
  Message event = EventAt(step);
  event.Bytes(kSessionLog, session.bytes());
  Write(event.bytes());
}

void EventFile::Write(const std::string& event) {
  const std::string length = LittleEndian<uint64_t>(event.size());
  errno = 0;
  file_ << length << LittleEndian(MaskedCrc32c(length)) << event << LittleEndian(MaskedCrc32c(event));
  file_.flush();
  if (file_.good()) return;
  throw Error(fmt::format("{}: cannot be written ({}): free some space or choose another place", path_,
                          errno != 0 ? std::strerror(errno) : "unknown reason"));
}

}  // namespace ramp
