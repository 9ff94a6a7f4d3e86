// The neutral form in which layers speak about ONNX: a layer's definition says how it is written and how it is
// recognised, and ramp/onnx, the only place that knows protobuf, turns this form into a file and back.
#ifndef RAMP_NETWORK_ONNX_FORM_H_
#define RAMP_NETWORK_ONNX_FORM_H_

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ramp/base/shape.h"

namespace ramp {

using OnnxAttribute = std::variant<float, int64_t, std::string, std::vector<float>, std::vector<int64_t>>;
using OnnxAttributes = std::map<std::string, OnnxAttribute>;

// What a layer writes itself to.
class OnnxWriter {
 public:
  virtual ~OnnxWriter() = default;
  // Adds a node with one output and returns that output's name.
  virtual std::string Node(std::string_view op, const std::vector<std::string>& inputs,
                           const OnnxAttributes& attributes = {}) = 0;
  // Adds a constant and returns its name, made from `name` so that it is unique.
  virtual std::string Initializer(std::string_view name, const Shape& shape, std::span<const float> values) = 0;
};

struct OnnxTensor {
  Shape shape;
  std::vector<float> values;
};

struct OnnxNode {
  std::string name, op;
  std::vector<std::string> inputs, outputs;
  OnnxAttributes attributes;
};

// A graph as it was read.
struct OnnxGraph {
  int64_t opset = 0;
  std::vector<OnnxNode> nodes;
  std::map<std::string, OnnxTensor> initializers;
  std::string input, output;
  Shape input_shape;  // without the batch
};

}  // namespace ramp

#endif  // RAMP_NETWORK_ONNX_FORM_H_
