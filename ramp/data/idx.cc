#include <fmt/format.h>

#include <array>
#include <optional>

#include "ramp/base/error.h"
#include "ramp/data/raw_array.h"

namespace ramp {
namespace {

constexpr size_t kMostAxes = 8;

std::optional<NumberType> TypeOf(uint8_t code) {
  switch (code) {
    case 0x08:
      return NumberType::kUint8;
    case 0x09:
      return NumberType::kInt8;
    case 0x0b:
      return NumberType::kInt16;
    case 0x0c:
      return NumberType::kInt32;
    case 0x0d:
      return NumberType::kFloat32;
    case 0x0e:
      return NumberType::kFloat64;
    default:
      return std::nullopt;
  }
}

}  // namespace

bool LooksLikeIdx(std::span<const uint8_t> start) {
  return start.size() >= 4 && start[0] == 0 && start[1] == 0 && TypeOf(start[2]).has_value() && start[3] >= 1 &&
         start[3] <= kMostAxes;
}

RawArray ReadIdx(ByteSource& source) {
  std::array<uint8_t, 4> magic;
  source.ReadExactly(magic, "the magic number of an IDX file");
  if (magic[0] != 0 || magic[1] != 0) {
    throw Error(fmt::format("{}: byte 0: is no IDX file, which begins with two zero bytes", source.name()));
  }
  const std::optional<NumberType> type = TypeOf(magic[2]);
  if (!type) {
    throw Error(
        fmt::format("{}: byte 2: 0x{:02x} is no type of an IDX file: known are 08, 09, 0b, 0c, 0d and 0e; the "
                    "file is damaged, get it again",
                    source.name(), magic[2]));
  }
  if (magic[3] == 0 || magic[3] > kMostAxes) {
    throw Error(fmt::format("{}: byte 3: {} axes, and 1 to {} can be read: the file is damaged, get it again",
                            source.name(), magic[3], kMostAxes));
  }
  RawArray array{.name = source.name(), .sizes = {}, .type = *type, .big_endian = true, .bytes = {}};
  for (size_t axis = 0; axis < magic[3]; ++axis) {
    std::array<uint8_t, 4> size;
    source.ReadExactly(size, fmt::format("the size of axis {}", axis));
    array.sizes.push_back(size_t{size[0]} << 24 | size_t{size[1]} << 16 | size_t{size[2]} << 8 | size[3]);
  }
  ReadValues(source, array);
  return array;
}

}  // namespace ramp
