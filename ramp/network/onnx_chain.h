// A chain of ONNX operators, each of which alone reads what the one before it writes: the form in which a layer of ours
// that no operator stands for is written, and recognised.
#ifndef RAMP_NETWORK_ONNX_CHAIN_H_
#define RAMP_NETWORK_ONNX_CHAIN_H_

#include <cstddef>
#include <set>
#include <string>
#include <string_view>

#include "ramp/network/onnx_form.h"

namespace ramp {

class OnnxChain {
 public:
  // Begins at the output of the place's node.
  explicit OnnxChain(const OnnxPlace& place) : graph_(place.graph), value_(place.node().outputs[0]) {}

  // Goes on to the reader of the value, if it is the only one, has this operator, and reads the value first. Else null.
  const OnnxNode* Next(std::string_view op) {
    const OnnxNode* node = value_ == graph_.output ? nullptr : graph_.OnlyReader(value_);
    if (node == nullptr || node->op != op || node->inputs.empty() || node->inputs[0] != value_) return nullptr;
    covered_.insert(graph_.writers.at(value_));
    value_ = node->outputs[0];
    return node;
  }
  // The same, and gives the operator's second input, a constant; null where there is none.
  const OnnxTensor* NextConstant(std::string_view op) {
    const OnnxNode* node = Next(op);
    return node == nullptr || node->inputs.size() < 2 ? nullptr : graph_.Constant(node->inputs[1]);
  }

  // In which the chain ends so far, and the nodes that it covers, but for the last.
  const std::string& value() const { return value_; }
  const std::set<size_t>& covered() const { return covered_; }

 private:
  const OnnxGraph& graph_;
  std::string value_;
  std::set<size_t> covered_;
};

}  // namespace ramp

#endif  // RAMP_NETWORK_ONNX_CHAIN_H_
