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
  Shape shape = {};
  std::vector<float> values = {};
  bool whole = false;  // of a type of whole numbers
};

struct OnnxNode {
  std::string name, op;
  std::vector<std::string> inputs, outputs;  // an input that is left out is ""
  OnnxAttributes attributes;

  // An attribute that is a number; the operator's default when the node does not give it, else nothing.
  std::optional<double> Number(const std::string& attribute) const;
  // Likewise, an attribute that is a whole number.
  std::optional<int64_t> Integer(const std::string& attribute) const;
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
  int64_t batch = 0;  // that the input is declared with; 0 when it is free

  // Who writes and who reads a value, as indices into `nodes`; Connect fills them in from the nodes.
  std::map<std::string, size_t> writers;
  std::map<std::string, std::vector<size_t>> readers;
  void Connect();

  // Null when no node, or more than one, reads the value.
  const OnnxNode* OnlyReader(const std::string& value) const;
  // Null when the value is no constant.
  const OnnxTensor* Constant(const std::string& value) const;
};

// A place in a graph where a layer may begin: a node, and those of its inputs that are no constants.
struct OnnxPlace {
  const OnnxGraph& graph;
  size_t index;                     // of the node
  std::vector<std::string> values;  // the inputs
  std::vector<Shape> shapes;        // of them, as the network has them
  // The graph has the last axis of the shapes in front of the others, as ONNX has pictures.
  bool channels_first = false;
  size_t most_values = 0;  // how many parameters a layer may have: a small file must not ask for much

  const OnnxNode& node() const { return graph.nodes[index]; }
  const std::string& value() const { return values[0]; }
  const Shape& shape() const { return shapes[0]; }
  // The axis of `shape` that the graph calls `given`, counting the batch, and from the end where it is negative;
  // nothing where it is the batch or none.
  std::optional<size_t> Axis(std::optional<int64_t> given) const;
  // Null when the node has no such input, or no constant there.
  const OnnxTensor* Constant(size_t input) const;
  // The whole numbers that the node has as an attribute or, in later opsets, as a constant input.
  std::optional<std::vector<int64_t>> Integers(const std::string& attribute, size_t input) const;
  // A constant that meets the value in a sum or product, for each unit of `shape`, or for all its values: [1], [units]
  // or [shape]. Nothing where it fits otherwise or not at all.
  std::optional<std::vector<float>> Broadcast(const OnnxTensor& constant) const;
};

// Rounded to whole numbers; what no int64 holds becomes the nearest one.
std::vector<int64_t> ToIntegers(const std::vector<float>& values);

}  // namespace ramp

#endif  // RAMP_NETWORK_ONNX_FORM_H_
