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
  // The same for a list of int64, which operators take as axes, sizes and permutations.
  virtual std::string Integers(std::string_view name, const std::vector<int64_t>& values) = 0;
};

struct OnnxTensor {
  Shape shape;
  std::vector<float> values;
};

struct OnnxNode {
  std::string name, op;
  std::vector<std::string> inputs, outputs;  // an input that is left out is ""
  OnnxAttributes attributes;

  // An attribute that is a number; the operator's default when the node does not give it, else nothing.
  std::optional<double> Number(const std::string& attribute) const;
  // "node 'Gemm_3' (Gemm)", for messages.
  std::string Title() const;
};

// The default that ONNX gives a number among an operator's attributes.
std::optional<double> OnnxDefault(std::string_view op, std::string_view attribute);

// A graph as it was read: every node stands behind those that it reads from.
struct OnnxGraph {
  int64_t opset = 0;
  std::vector<OnnxNode> nodes;
  std::map<std::string, OnnxTensor> initializers;
  std::string input, output;
  Shape input_shape;  // without the batch

  // Who writes and who reads a value, as indices into `nodes`; Connect fills them in from the nodes.
  std::map<std::string, size_t> writers;
  std::map<std::string, std::vector<size_t>> readers;
  void Connect();

  // Null when no node, or more than one, reads the value.
  const OnnxNode* OnlyReader(const std::string& value) const;
  // Null when the value is no constant.
  const OnnxTensor* Constant(const std::string& value) const;
};

}  // namespace ramp

#endif  // RAMP_NETWORK_ONNX_FORM_H_
