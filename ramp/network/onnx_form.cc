#include "ramp/network/onnx_form.h"

#include <fmt/format.h>

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
                                          {"Gemm", "alpha", 1},
                                          {"Gemm", "beta", 1},
                                          {"Gemm", "transA", 0},
                                          {"Gemm", "transB", 0},
                                          {"HardSigmoid", "alpha", 0.2f},
                                          {"HardSigmoid", "beta", 0.5},
                                          {"LeakyRelu", "alpha", 0.01f},
                                          {"Reshape", "allowzero", 0},
                                          {"Selu", "alpha", 1.67326319217681884765625f},
                                          {"Selu", "gamma", 1.05070102214813232421875f},
                                          {"Shrink", "bias", 0},
                                          {"Shrink", "lambd", 0.5},
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

}  // namespace ramp
