#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstring>
#include <optional>
#include <string_view>

#include "ramp/base/error.h"
#include "ramp/data/raw_array.h"

namespace ramp {
namespace {

constexpr std::array<uint8_t, 6> kMagic = {0x93, 'N', 'U', 'M', 'P', 'Y'};
constexpr size_t kMostHeader = size_t{1} << 16;
constexpr size_t kMostAxes = 8;

struct Header {
  std::optional<std::string> type;
  std::optional<bool> columns_first;
  std::optional<std::vector<size_t>> sizes;
};

// The header is a Python dictionary of three entries in any order: {'descr': '<f4', 'fortran_order': False,
// 'shape': (3, 4), }. This reads that much of Python and nothing more.
class HeaderReader {
 public:
  HeaderReader(const std::string& name, std::string_view text, size_t offset)
      : name_(name), text_(text), offset_(offset) {}

  Header Read() {
    Header header;
    Expect('{');
    while (!Accept('}')) {
      const std::string key = Text();
      Expect(':');
      if (key == "descr") {
        header.type = Text();
      } else if (key == "fortran_order") {
        header.columns_first = Truth();
      } else if (key == "shape") {
        header.sizes = Sizes();
      } else {
        Fail(fmt::format("the key '{}' is unknown", key));
      }
      if (!Accept(',')) {
        Expect('}');
        break;
      }
    }
    if (!AtEnd()) Fail("more text follows the dictionary");
    if (!header.type || !header.columns_first || !header.sizes)
      Fail("descr, fortran_order and shape are not all there");
    return header;
  }

 private:
  [[noreturn]] void Fail(const std::string& reason) const {
    throw Error(fmt::format("{}: byte {}: the NPY header cannot be read: {}: write the file again with numpy.save",
                            name_, offset_ + at_, reason));
  }
  void SkipBlanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t')) ++at_;
  }
  bool AtEnd() {
    SkipBlanks();
    return at_ == text_.size();
  }
  bool Accept(char wanted) {
    if (AtEnd() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }
  void Expect(char wanted) {
    if (!Accept(wanted)) Fail(fmt::format("'{}' is missing", wanted));
  }
  bool AcceptWord(std::string_view word) {
    SkipBlanks();
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  std::string Text() {
    SkipBlanks();
    const char quote = at_ < text_.size() ? text_[at_] : '\0';
    if (quote == '[') Fail("the values are structures: save one plain array of numbers");
    if (quote != '\'' && quote != '"') Fail("a text in quotes is missing");
    const size_t end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) Fail("a quote is not closed");
    const std::string text(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    return text;
  }
  bool Truth() {
    if (AcceptWord("True")) return true;
    if (!AcceptWord("False")) Fail("True or False is missing");
    return false;
  }
  std::vector<size_t> Sizes() {
    std::vector<size_t> sizes;
    Expect('(');
    while (!Accept(')')) {
      if (sizes.size() == kMostAxes) Fail(fmt::format("the array has more than {} axes", kMostAxes));
      SkipBlanks();
      size_t size = 0;
      const auto [end, failure] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), size);
      if (failure != std::errc{}) Fail("a size is missing");
      at_ = static_cast<size_t>(end - text_.data());
      AcceptWord("L");  // a long integer, as Python 2 wrote it
      sizes.push_back(size);
      if (!Accept(',')) {
        Expect(')');
        break;
      }
    }
    return sizes;
  }

  const std::string& name_;
  std::string_view text_;
  size_t offset_;
  size_t at_ = 0;
};

std::optional<NumberType> TypeOf(std::string_view code) {
  struct Code {
    std::string_view text;
    NumberType type;
  };
  static constexpr Code kCodes[] = {
      {"b1", NumberType::kUint8},   {"u1", NumberType::kUint8},  {"u2", NumberType::kUint16},
      {"u4", NumberType::kUint32},  {"u8", NumberType::kUint64}, {"i1", NumberType::kInt8},
      {"i2", NumberType::kInt16},   {"i4", NumberType::kInt32},  {"i8", NumberType::kInt64},
      {"f4", NumberType::kFloat32}, {"f8", NumberType::kFloat64}};
  for (const Code& known : kCodes) {
    if (known.text == code) return known.type;
  }
  return std::nullopt;
}

void SetType(RawArray& array, const std::string& description) {
  const char order = description.empty() ? '\0' : description[0];
  const std::optional<NumberType> type = order != '\0' && std::strchr("<>|=", order) != nullptr
                                             ? TypeOf(std::string_view(description).substr(1))
                                             : std::nullopt;
  if (!type) {
    throw Error(
        fmt::format("{}: holds values of NumPy type '{}': save it as float32 (x.astype('float32')) or as integers",
                    array.name, description));
  }
  array.type = *type;
  array.big_endian = order == '>' || (order == '=' && std::endian::native == std::endian::big);
}

// Turns an array whose first axis runs fastest into one whose last axis does.
void Transpose(RawArray& array) {
  const size_t bytes = BytesOf(array.type);
  const size_t axes = array.sizes.size();
  std::vector<size_t> strides(axes, 1);
  for (size_t axis = 1; axis < axes; ++axis) strides[axis] = strides[axis - 1] * array.sizes[axis - 1];
  std::vector<uint8_t> turned(array.bytes.size());
  std::vector<size_t> index(axes, 0);
  size_t from = 0;
  for (size_t to = 0; to < turned.size(); to += bytes) {
    std::memcpy(turned.data() + to, array.bytes.data() + from * bytes, bytes);
    for (size_t axis = axes; axis-- > 0;) {
      from += strides[axis];
      if (++index[axis] < array.sizes[axis]) break;
      from -= strides[axis] * array.sizes[axis];
      index[axis] = 0;
    }
  }
  array.bytes = std::move(turned);
}

}  // namespace

bool LooksLikeNpy(std::span<const uint8_t> start) {
  return start.size() >= kMagic.size() && std::equal(kMagic.begin(), kMagic.end(), start.begin());
}

RawArray ReadNpy(ByteSource& source) {
  std::array<uint8_t, 8> start;
  source.ReadExactly(start, "the first bytes of an NPY file");
  if (!LooksLikeNpy(start)) throw Error(fmt::format("{}: byte 0: is no NPY file", source.name()));
  const uint8_t major = start[6];
  if (major < 1 || major > 3) {
    throw Error(fmt::format("{}: byte 6: NPY version {} is unknown: write the file again with numpy.save",
                            source.name(), major));
  }
  std::array<uint8_t, 4> length_bytes{};
  source.ReadExactly(std::span(length_bytes).first(major == 1 ? 2 : 4), "the length of its header");
  const size_t length = size_t{length_bytes[0]} | size_t{length_bytes[1]} << 8 | size_t{length_bytes[2]} << 16 |
                        size_t{length_bytes[3]} << 24;
  if (length > kMostHeader) {
    throw Error(fmt::format("{}: byte 8: its header claims to have {} bytes: the file is damaged, get it again",
                            source.name(), length));
  }
  const size_t offset = source.position();
  std::string text(length, '\0');
  source.ReadExactly({reinterpret_cast<uint8_t*>(text.data()), length}, "its header");
  const Header header = HeaderReader(source.name(), text, offset).Read();
  RawArray array{.name = source.name(), .sizes = *header.sizes, .type = {}, .big_endian = false, .bytes = {}};
  SetType(array, *header.type);
  ReadValues(source, array);
  if (*header.columns_first && array.sizes.size() > 1) Transpose(array);
  return array;
}

}  // namespace ramp
