// Event files that TensorBoard reads: records (length, masked CRC-32C of it, bytes, masked CRC-32C of those), each of
// them an `Event` of TensorFlow's event.proto in protobuf's wire format, of which this writes the few fields needed.
#ifndef RAMP_RUNS_EVENT_FILE_H_
#define RAMP_RUNS_EVENT_FILE_H_

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ramp {

// How often values fall between limits: count[i] of them lie above limits[i - 1] (the first from `least` on) and up to
// limits[i].
struct Histogram {
  double least = 0, most = 0, number = 0, sum = 0, squares = 0;
  std::vector<double> limits = {}, counts = {};
};
// Of the finite values, in buckets of one width.
Histogram HistogramOf(std::span<const float> values);

struct EventValue {
  std::string tag = {};  // "loss/train"; TensorBoard makes a group of what stands before the slash
  std::variant<double, Histogram> value = 0.0;
};

class EventFile {
 public:
  // A new file in the folder, which is made where there is none. Throws Error.
  explicit EventFile(const std::string& folder);

  // Written through to the file before it returns. Throws Error, and writes nothing more from then on.
  void Add(size_t step, std::span<const EventValue> values);
  // What was written for this step or a later one no longer counts.
  void Restart(size_t step);

  const std::string& path() const { return path_; }

 private:
  void Write(const std::string& event);

  std::string path_;
  std::ofstream file_;
};

// Castagnoli's checksum (RFC 3720, appendix B.4), and in the form in which event files have it.
uint32_t Crc32c(std::string_view bytes);
uint32_t MaskedCrc32c(std::string_view bytes);

}  // namespace ramp

#endif  // RAMP_RUNS_EVENT_FILE_H_
