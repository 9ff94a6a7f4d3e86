#include "ramp/network/onnx_form.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

namespace ramp {

std::optional<double> OnnxDefault(std::string_view op, std::string_view attribute) {
  struct Default {
    std::string_view op, attribute;
    double value;
  };
  // From ONNX's operator schemas, opset 17.
  static constexpr Default kDefaults[] = {{"Celu", "alpha", 1},
                                          {"Dropout", "ratio", 0.5},
                                          {"Elu", "alpha", 1},
                                          {"Flatten", "axis", 1},
                                          {"Gather", "axis", 0},
                                          {"Gemm", "alpha", 1},
                                          {"Gemm", "beta", 1},
                                          {"Gemm", "transA", 0},
                                          {"Gemm", "transB", 0},
                                          {"HardSigmoid", "alpha", 0.2f},
                                          {"HardSigmoid", "beta", 0.5},
                                          {"LayerNormalization", "axis", -1},
                                          {"LeakyRelu", "alpha", 0.01f},
                                          {"LogSoftmax", "axis", -1},
                                          {"ReduceMax", "keepdims", 1},
                                          {"ReduceMean", "keepdims", 1},
                                          {"Reshape", "allowzero", 0},
                                          {"Selu", "alpha", 1.67326319217681884765625f},
                                          {"Selu", "gamma", 1.05070102214813232421875f},
                                          {"Shrink", "bias", 0},
                                          {"Shrink", "lambd", 0.5},
                                          {"Softmax", "axis", -1},
                                          {"Split", "axis", 0},
                                          {"ThresholdedRelu", "alpha", 1}};
  for (const Default& row : kDefaults) {
    if (row.op == op && row.attribute == attribute) return row.value;
  }
  return std::nullopt;
}

std::optional<double> OnnxNode::Number(const std::string& attribute) const {
  const auto found = attributes.find(attribute);
  if (found == attributes.end()) return OnnxDefault(op, attribute);
  if (const float* number = std::get_if<float>(&found->second)) return *number;
  if (const int64_t* number = std::get_if<int64_t>(&found->second)) return static_cast<double>(*number);
  return std::nullopt;
}

std::optional<int64_t> OnnxNode::Integer(const std::string& attribute) const {
  const auto found = attributes.find(attribute);
  if (found == attributes.end()) {
    const std::optional<double> usual = OnnxDefault(op, attribute);
    return usual ? std::optional(static_cast<int64_t>(*usual)) : std::nullopt;
  }
  const int64_t* number = std::get_if<int64_t>(&found->second);
  return number == nullptr ? std::nullopt : std::optional(*number);
}

std::string OnnxNode::Title() const {
  return name.empty() ? fmt::format("the node that writes '{}' ({})", outputs.empty() ? "" : outputs[0], op)
                      : fmt::format("node '{}' ({})", name, op);
}

void OnnxGraph::Connect() {
  writers.clear();
  readers.clear();
  for (size_t i = 0; i < nodes.size(); ++i) {
    for (const std::string& value : nodes[i].outputs) writers[value] = i;
    for (const std::string& value : nodes[i].inputs) {
      std::vector<size_t>& list = readers[value];
      if (list.empty() || list.back() != i) list.push_back(i);
    }
  }
}

const OnnxNode* OnnxGraph::OnlyReader(const std::string& value) const {
  const auto found = readers.find(value);
  return found == readers.end() || found->second.size() != 1 ? nullptr : &nodes[found->second[0]];
}

const OnnxTensor* OnnxGraph::Constant(const std::string& value) const {
  const auto found = initializers.find(value);
  return found == initializers.end() ? nullptr : &found->second;
}

std::optional<size_t> OnnxPlace::Axis(std::optional<int64_t> given) const {
  if (!given) return std::nullopt;
  const auto rank = static_cast<int64_t>(shape().rank());
  const int64_t axis = *given < 0 ? *given + rank + 1 : *given;
  if (axis < 1 || axis > rank) return std::nullopt;
  if (!channels_first) return static_cast<size_t>(axis - 1);
  return static_cast<size_t>(axis == 1 ? rank - 1 : axis - 2);
}

const OnnxTensor* OnnxPlace::Constant(size_t input) const {
  return input < node().inputs.size() ? graph.Constant(node().inputs[input]) : nullptr;
}

std::optional<std::vector<int64_t>> OnnxPlace::Integers(const std::string& attribute, size_t input) const {
  const auto found = node().attributes.find(attribute);
  if (found != node().attributes.end()) {
    const auto* list = std::get_if<std::vector<int64_t>>(&found->second);
    return list == nullptr ? std::nullopt : std::optional(*list);
  }
  const OnnxTensor* constant = Constant(input);
  if (constant == nullptr || constant->shape.rank() > 1) return std::nullopt;
  return ToIntegers(constant->values);
}

std::optional<std::vector<float>> OnnxPlace::Broadcast(const OnnxTensor& constant) const {
  const size_t rank = constant.shape.rank(), axes = shape().rank() + 1;
  if (rank > axes) return std::nullopt;
  // By the axes of `shape`: how far the next value is in the constant, 0 where all share one.
  std::vector<size_t> steps(shape().rank(), 0);
  bool along_units_alone = true;
  size_t step = 1;
  for (size_t back = 1; back <= rank; ++back) {
    const size_t size = constant.shape[rank - back];
    if (size == 1) continue;
    const auto axis = Axis(-static_cast<int64_t>(back));
    if (!axis || size != shape()[*axis]) return std::nullopt;
    steps[*axis] = step;
    step *= size;
    along_units_alone = along_units_alone && *axis + 1 == shape().rank();
  }
  if (constant.values.size() == 1 || along_units_alone) return constant.values;
  if (shape().count() > most_values) return std::nullopt;
  std::vector<float> values(shape().count());
  for (size_t i = 0; i < values.size(); ++i) {
    size_t place = i, from = 0;
    for (size_t axis = shape().rank(); axis-- > 0; place /= shape()[axis]) from += place % shape()[axis] * steps[axis];
    values[i] = constant.values[from];
  }
  return values;
}

std::vector<int64_t> ToIntegers(const std::vector<float>& values) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  std::vector<int64_t> integers;
  for (const float value : values) {
    const bool fits = std::abs(value) < 9.2e18f;
    integers.push_back(fits ? static_cast<int64_t>(std::llround(value)) : (value < 0 ? -kMost : kMost));
  }
  return integers;
}

}  // namespace ramp
