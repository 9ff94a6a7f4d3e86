// The bytes of a file, plain or gzip, from disk or from memory: what every reader reads.
#ifndef RAMP_DATA_BYTES_H_
#define RAMP_DATA_BYTES_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace ramp {

// A gzip file is recognised by its first bytes and unpacked while it is read, so that a reader can let it stream
// straight into its final place.
class ByteSource {
 public:
  // Throws Error when the file is missing, a folder, unreadable or empty.
  static ByteSource Open(const std::string& path);
  // `name` stands for the path in messages; `bytes` must outlive the source.
  ByteSource(std::string name, std::span<const uint8_t> bytes);
  ByteSource(ByteSource&&) noexcept;
  ByteSource& operator=(ByteSource&&) noexcept;
  ~ByteSource();

  const std::string& name() const;
  // No more than this many bytes can come: the file's size, or what gzip could make of it at best. A header that
  // claims more lies, and is found out before anything is allocated for it.
  uint64_t most() const;
  // How many bytes were read so far.
  uint64_t position() const;

  // Fills `out` and returns its size, or less when the bytes end before. Throws Error when gzip's data is damaged.
  size_t Read(std::span<uint8_t> out);
  // Throws Error, which says that `what` is missing, when the bytes end before.
  void ReadExactly(std::span<uint8_t> out, const std::string& what);
  // The next bytes without taking them, `count` or as many as there are.
  std::span<const uint8_t> Peek(size_t count);
  // All that is left. Throws Error when it is more than `limit` bytes.
  std::string ReadAll(size_t limit);

 private:
  class State;
  explicit ByteSource(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace ramp

#endif  // RAMP_DATA_BYTES_H_
