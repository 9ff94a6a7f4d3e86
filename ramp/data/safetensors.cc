#include "ramp/data/safetensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "ramp/base/error.h"

namespace ramp {
namespace {

using Json = nlohmann::ordered_json;

static_assert(std::endian::native == std::endian::little, "tensors are stored as they lie in memory");

constexpr size_t kLengthBytes = 8;
constexpr size_t kMostHeaderBytes = 100'000'000;
constexpr size_t kAlignment = 8;
constexpr const char* kMetadata = "__metadata__";
// The header, a tensor's description, a list in it.
constexpr int kDeepest = 3;

struct NumberType {
  std::string_view name;
  size_t bytes;
};
constexpr NumberType kTypes[] = {{"BOOL", 1}, {"U8", 1},  {"I8", 1},  {"F8_E5M2", 1}, {"F8_E4M3", 1},
                                 {"I16", 2},  {"U16", 2}, {"F16", 2}, {"BF16", 2},    {"I32", 4},
                                 {"U32", 4},  {"F32", 4}, {"F64", 8}, {"I64", 8},     {"U64", 8}};

[[noreturn]] void Fail(const std::string& name, const std::string& what) {
  throw Error(fmt::format("{}: is no safetensors file, or a damaged one: {}", name, what));
}

// Nothing where it is too much for any memory, or the type is unknown.
std::optional<size_t> BytesOf(std::string_view type, std::span<const size_t> shape) {
  const auto row = std::ranges::find(kTypes, type, &NumberType::name);
  if (row == std::end(kTypes)) return std::nullopt;
  size_t bytes = row->bytes;
  for (const size_t size : shape) {
    if (__builtin_mul_overflow(bytes, size, &bytes)) return std::nullopt;
  }
  return bytes;
}

// Refuses what the parser would let pass: a key that stands twice, and depths that no header has.
Json ParseHeader(const std::string& name, std::string_view text) {
  std::vector<std::set<std::string>> keys;
  const auto watch = [&](int depth, Json::parse_event_t event, const Json& parsed) {
    if (depth > kDeepest) Fail(name, "its header is nested too deeply");
    if (event == Json::parse_event_t::object_start) {
      keys.resize(static_cast<size_t>(depth) + 1);
      keys.back().clear();
    } else if (event == Json::parse_event_t::key) {
      const std::string& key = parsed.get_ref<const std::string&>();
      if (!keys[static_cast<size_t>(depth) - 1].insert(key).second) {
        Fail(name, fmt::format("its header has '{}' twice", key));
      }
    }
    return true;
  };
  if (text.empty() || text.front() != '{')
    Fail(name, fmt::format("byte {} is not the '{{' of its header", kLengthBytes));
  try {
    return Json::parse(text, watch);
  } catch (const Json::exception&) {
    Fail(name, "its header is no JSON");
  }
}

std::vector<size_t> ReadSizes(const std::string& name, const Json& tensor, const char* key, const std::string& owner) {
  const auto found = tensor.find(key);
  std::vector<size_t> sizes;
  if (found == tensor.end() || !found->is_array()) Fail(name, fmt::format("'{}' has no list '{}'", owner, key));
  for (const Json& size : *found) {
    if (!size.is_number_unsigned()) Fail(name, fmt::format("'{}' has a {} that is no whole number", owner, key));
    sizes.push_back(size.get<size_t>());
  }
  return sizes;
}

StoredTensor ReadTensor(const std::string& name, const std::string& key, const Json& json,
                        std::span<const uint8_t> data) {
  if (!json.is_object()) Fail(name, fmt::format("'{}' is no description of a tensor", key));
  const auto type = json.find("dtype");
  if (type == json.end() || !type->is_string()) Fail(name, fmt::format("'{}' has no dtype", key));
  StoredTensor tensor{.name = key, .type = type->get<std::string>(), .shape = ReadSizes(name, json, "shape", key)};
  const std::vector<size_t> offsets = ReadSizes(name, json, "data_offsets", key);
  if (json.size() != 3) Fail(name, fmt::format("'{}' has something besides dtype, shape and data_offsets", key));
  if (offsets.size() != 2 || offsets[0] > offsets[1] || offsets[1] > data.size()) {
    Fail(name, fmt::format("'{}' does not lie within the {} bytes of data", key, data.size()));
  }
  tensor.bytes = data.subspan(offsets[0], offsets[1] - offsets[0]);
  if (BytesOf(tensor.type, tensor.shape) != tensor.bytes.size()) {
    Fail(name, fmt::format("'{}' has {} bytes, which its type {} and its shape do not make", key, tensor.bytes.size(),
                           tensor.type));
  }
  return tensor;
}

// The tensors lie end to end, from the first byte to the last.
void CheckRanges(const std::string& name, const std::vector<StoredTensor>& tensors, std::span<const uint8_t> data) {
  std::vector<std::span<const uint8_t>> ranges;
  for (const StoredTensor& tensor : tensors) ranges.push_back(tensor.bytes);
  std::ranges::sort(ranges, [](const auto& a, const auto& b) {
    return a.data() != b.data() ? a.data() < b.data() : a.size() < b.size();
  });
  const uint8_t* end = data.data();
  for (const auto& range : ranges) {
    if (range.data() != end) Fail(name, "its tensors overlap or leave a gap");
    end += range.size();
  }
  if (end != data.data() + data.size()) Fail(name, "bytes follow its last tensor");
}

}  // namespace

const StoredTensor* Safetensors::Find(std::string_view name) const {
  const auto found = std::ranges::find(tensors, name, &StoredTensor::name);
  return found == tensors.end() ? nullptr : &*found;
}

std::string WriteSafetensors(const Safetensors& content) {
  Json header = Json::object();
  if (!content.metadata.empty()) header[kMetadata] = content.metadata;
  size_t offset = 0;
  for (const StoredTensor& tensor : content.tensors) {
    if (header.contains(tensor.name)) throw Error(fmt::format("safetensors: there are two tensors '{}'", tensor.name));
    if (BytesOf(tensor.type, tensor.shape) != tensor.bytes.size()) {
      throw Error(fmt::format("safetensors: the bytes of '{}' do not fit its shape", tensor.name));
    }
    const size_t end = offset + tensor.bytes.size();
    header[tensor.name] = {{"dtype", tensor.type}, {"shape", tensor.shape}, {"data_offsets", {offset, end}}};
    offset = end;
  }
  std::string text = header.dump(-1, ' ', false, Json::error_handler_t::replace);
  text.append((kAlignment - text.size() % kAlignment) % kAlignment, ' ');
  std::string bytes;
  bytes.reserve(kLengthBytes + text.size() + offset);
  for (size_t i = 0; i < kLengthBytes; ++i) bytes += static_cast<char>(text.size() >> (8 * i) & 255u);
  bytes += text;
  for (const StoredTensor& tensor : content.tensors) {
    bytes.append(reinterpret_cast<const char*>(tensor.bytes.data()), tensor.bytes.size());
  }
  return bytes;
}

Safetensors ReadSafetensors(const std::string& name, std::span<const uint8_t> bytes) {
  if (bytes.size() < kLengthBytes) Fail(name, fmt::format("it has {} bytes", bytes.size()));
  uint64_t length = 0;
  for (size_t i = 0; i < kLengthBytes; ++i) length |= uint64_t{bytes[i]} << (8 * i);
  if (length > kMostHeaderBytes || length > bytes.size() - kLengthBytes) {
    Fail(name, fmt::format("its header of {} bytes is more than there is, or than is allowed", length));
  }
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()) + kLengthBytes, length);
  const std::span<const uint8_t> data = bytes.subspan(kLengthBytes + length);
  Safetensors content;
  const Json header = ParseHeader(name, text);
  for (const auto& [key, value] : header.items()) {
    if (key != kMetadata) {
      content.tensors.push_back(ReadTensor(name, key, value, data));
      continue;
    }
    if (!value.is_object()) Fail(name, "its metadata are no object");
    for (const auto& [word, meaning] : value.items()) {
      if (!meaning.is_string()) Fail(name, fmt::format("the metadata '{}' is no text", word));
      content.metadata[word] = meaning.get<std::string>();
    }
  }
  CheckRanges(name, content.tensors, data);
  return content;
}

}  // namespace ramp
