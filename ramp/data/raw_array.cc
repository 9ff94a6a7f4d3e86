#include "ramp/data/raw_array.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

#include "ramp/base/error.h"

namespace ramp {
namespace {

// Calls `visit` with a value of the C++ type of `type`.
template <class Visit>
auto WithType(NumberType type, const Visit& visit) {
  switch (type) {
    case NumberType::kUint8:
      return visit(uint8_t{});
    case NumberType::kUint16:
      return visit(uint16_t{});
    case NumberType::kUint32:
      return visit(uint32_t{});
    case NumberType::kUint64:
      return visit(uint64_t{});
    case NumberType::kInt8:
      return visit(int8_t{});
    case NumberType::kInt16:
      return visit(int16_t{});
    case NumberType::kInt32:
      return visit(int32_t{});
    case NumberType::kInt64:
      return visit(int64_t{});
    case NumberType::kFloat32:
      return visit(float{});
    case NumberType::kFloat64:
      break;
  }
  return visit(double{});
}

template <class T>
T Load(const uint8_t* bytes, bool swapped) {
  uint8_t ordered[sizeof(T)];
  std::memcpy(ordered, bytes, sizeof(T));
  if (swapped) std::reverse(ordered, ordered + sizeof(T));
  T value;
  std::memcpy(&value, ordered, sizeof(T));
  return value;
}

std::string IndexText(const RawArray& array, size_t place) {
  std::string text;
  for (size_t axis = array.sizes.size(); axis-- > 0;) {
    text = fmt::format("{}{}{}", place % array.sizes[axis], text.empty() ? "" : ", ", text);
    place /= array.sizes[axis];
  }
  return "[" + text + "]";
}

[[noreturn]] void FailValue(const RawArray& array, size_t place, double value) {
  if (std::isfinite(value)) {
    throw Error(fmt::format("{}: the value at {} is {}, beyond what a 32-bit float can hold: scale the values first",
                            array.name, IndexText(array, place), value));
  }
  throw Error(fmt::format("{}: the value at {} is {}: replace or leave out what is not a finite number", array.name,
                          IndexText(array, place), value));
}

// Every value as Out, each checked to be one that a float can hold.
template <class Out>
std::vector<Out> ToNumbers(const RawArray& array) {
  const bool swapped = array.big_endian != (std::endian::native == std::endian::big);
  std::vector<Out> numbers(array.count());
  WithType(array.type, [&](auto zero) {
    using In = decltype(zero);
    for (size_t i = 0; i < numbers.size(); ++i) {
      const In value = Load<In>(array.bytes.data() + i * sizeof(In), swapped);
      if constexpr (std::is_floating_point_v<In>) {
        // Written so that NaN fails as well.
        if (!(std::abs(value) <= static_cast<In>(std::numeric_limits<float>::max()))) {
          FailValue(array, i, static_cast<double>(value));
        }
      }
      numbers[i] = static_cast<Out>(value);
    }
  });
  return numbers;
}

}  // namespace

size_t BytesOf(NumberType type) {
  return WithType(type, [](auto zero) { return sizeof(zero); });
}

bool IsInteger(NumberType type) { return type != NumberType::kFloat32 && type != NumberType::kFloat64; }

std::string SizesText(std::span<const size_t> sizes) { return fmt::format("{}", fmt::join(sizes, "x")); }

void ReadValues(ByteSource& source, RawArray& array) {
  if (array.sizes.empty()) {
    throw Error(fmt::format("{}: holds a single value: an array with one row for each example is needed", array.name));
  }
  const uint64_t most = source.most() - std::min(source.most(), source.position());
  uint64_t bytes = BytesOf(array.type);
  if (std::find(array.sizes.begin(), array.sizes.end(), size_t{0}) != array.sizes.end()) {
    throw Error(
        fmt::format("{}: its header gives the sizes {}: there is nothing in it", array.name, SizesText(array.sizes)));
  }
  for (const size_t size : array.sizes) {
    if (bytes > most / size) {
      throw Error(
          fmt::format("{}: its header claims {} values of {} bytes, but at most {} bytes follow byte {}: the file "
                      "is cut off or its header is damaged, get it again",
                      array.name, SizesText(array.sizes), BytesOf(array.type), most, source.position()));
    }
    bytes *= size;
  }
  array.bytes.resize(bytes);
  source.ReadExactly(array.bytes, fmt::format("the {} values that its header announces", SizesText(array.sizes)));
  if (!source.Peek(1).empty()) {
    throw Error(
        fmt::format("{}: goes on after byte {}, where the {} values that its header announces end: its header is "
                    "damaged, get it again",
                    array.name, source.position(), SizesText(array.sizes)));
  }
}

void MoveChannelsLast(RawArray& array) {
  const size_t channels = array.sizes[1], bytes = BytesOf(array.type);
  const size_t places = array.count() / std::max<size_t>(array.rows() * channels, 1);
  std::vector<uint8_t> moved(array.bytes.size());
  auto out = moved.begin();
  for (size_t row = 0; row < array.rows(); ++row) {
    for (size_t place = 0; place < places; ++place) {
      for (size_t channel = 0; channel < channels; ++channel) {
        const size_t from = ((row * channels + channel) * places + place) * bytes;
        out = std::copy_n(array.bytes.begin() + static_cast<ptrdiff_t>(from), bytes, out);
      }
    }
  }
  array.bytes = std::move(moved);
  std::rotate(array.sizes.begin() + 1, array.sizes.begin() + 2, array.sizes.end());
}

InputValues ToInputs(RawArray array) {
  if (array.type == NumberType::kUint8) return std::move(array.bytes);
  return ToNumbers<float>(array);
}

std::vector<double> ToReals(const RawArray& array) { return ToNumbers<double>(array); }

std::vector<int64_t> ToIntegers(const RawArray& array) {
  if (!IsInteger(array.type)) throw Error(fmt::format("{}: holds floats, and integers are needed", array.name));
  std::vector<int64_t> integers = ToNumbers<int64_t>(array);
  if (array.type == NumberType::kUint64) {
    const auto wrapped = std::find_if(integers.begin(), integers.end(), [](int64_t value) { return value < 0; });
    if (wrapped != integers.end()) {
      throw Error(fmt::format("{}: the value at {} is too large: number the classes from 0", array.name,
                              IndexText(array, static_cast<size_t>(wrapped - integers.begin()))));
    }
  }
  return integers;
}

}  // namespace ramp
