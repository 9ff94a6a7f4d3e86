// safetensors: named arrays in one file, as most programs for neural networks read them.
//
// The format: 8 bytes (little-endian) that say how long the header is; the header, JSON
//   {"NAME": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, ..., "__metadata__": {"KEY": "TEXT", ...}}
// which may end in blanks; then the data, little-endian, where the ranges, counted from the end of the header, lie one
// behind the other without a gap.
#ifndef RAMP_DATA_SAFETENSORS_H_
#define RAMP_DATA_SAFETENSORS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ramp {

struct StoredTensor {
  std::string name;
  std::string type;                // "F32", "F64", "U64", ...
  std::vector<size_t> shape = {};  // empty for a scalar
  std::span<const uint8_t> bytes = {};
};

struct Safetensors {
  std::vector<StoredTensor> tensors;
  std::map<std::string, std::string> metadata;

  // Null when no tensor has that name.
  const StoredTensor* Find(std::string_view name) const;
};

// The bytes of a file. Tensors keep their order; the data begins at a multiple of 8 bytes. Throws Error when two have
// one name, or bytes do not fit their shape and type.
std::string WriteSafetensors(const Safetensors& content);

// The tensors are views of `bytes`. Throws Error, beginning with `name`, on anything that the format does not allow.
Safetensors ReadSafetensors(const std::string& name, std::span<const uint8_t> bytes);

}  // namespace ramp

#endif  // RAMP_DATA_SAFETENSORS_H_
