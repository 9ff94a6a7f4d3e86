// What exporters compute in the graph although it never changes: shapes, axes, weights in another order.
#ifndef RAMP_ONNX_FOLD_CONSTANTS_H_
#define RAMP_ONNX_FOLD_CONSTANTS_H_

#include <cstddef>
#include <optional>

#include "ramp/network/onnx_form.h"

namespace ramp {

// The output of a node all of whose inputs are constants. Nothing when its operator, or what it would compute, is not
// known here, or when it has more than `most` values. NaN stands for the size of the batch: it is passed on, but
// nothing is computed from it.
std::optional<OnnxTensor> FoldNode(const OnnxGraph& graph, const OnnxNode& node, size_t most);

}  // namespace ramp

#endif  // RAMP_ONNX_FOLD_CONSTANTS_H_
