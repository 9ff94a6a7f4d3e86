// For tests: ONNX's operators straight from their definitions (https://onnx.ai/onnx/operators), in double precision and
// on the format's own nodes, so that what ramp reads has an oracle that knows nothing of layers.
#ifndef RAMP_ONNX_TEST_INTERPRETER_H_
#define RAMP_ONNX_TEST_INTERPRETER_H_

#include <onnx/onnx_pb.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "ramp/base/error.h"

namespace ramp {

class Interpreter {
 public:
  struct Tensor {
    std::vector<size_t> sizes = {};
    std::vector<double> values = {};
  };

  explicit Interpreter(const onnx::ModelProto& model)
      : graph_(model.graph()), opset_(model.opset_import(0).version()) {}

  Tensor Run(const Tensor& input) {
    for (const onnx::TensorProto& tensor : graph_.initializer()) values_[tensor.name()] = Read(tensor);
    values_[graph_.input(0).name()] = input;
    for (const onnx::NodeProto& node : graph_.node()) values_[node.output(0)] = Compute(node);
    return values_.at(graph_.output(0).name());
  }

 private:
  using Sizes = std::vector<size_t>;
  using Integers = std::vector<int64_t>;

  static Tensor Read(const onnx::TensorProto& tensor) {
    Tensor read{.sizes = {tensor.dims().begin(), tensor.dims().end()}};
    read.values.assign(tensor.float_data().begin(), tensor.float_data().end());
    for (const int64_t value : tensor.int64_data()) read.values.push_back(static_cast<double>(value));
    return read;
  }

  static size_t Count(const Sizes& sizes) {
    return std::accumulate(sizes.begin(), sizes.end(), size_t{1}, std::multiplies());
  }
  static const onnx::AttributeProto* Find(const onnx::NodeProto& node, const std::string& name) {
    for (const onnx::AttributeProto& attribute : node.attribute()) {
      if (attribute.name() == name) return &attribute;
    }
    return nullptr;
  }
  static double Number(const onnx::NodeProto& node, const std::string& name, double usual) {
    const onnx::AttributeProto* found = Find(node, name);
    if (found == nullptr) return usual;
    return found->type() == onnx::AttributeProto::INT ? static_cast<double>(found->i()) : found->f();
  }
  static Integers List(const onnx::NodeProto& node, const std::string& name, Integers usual) {
    const onnx::AttributeProto* found = Find(node, name);
    return found == nullptr ? usual : Integers(found->ints().begin(), found->ints().end());
  }
  const Tensor& In(const onnx::NodeProto& node, int i) const { return values_.at(node.input(i)); }
  bool Has(const onnx::NodeProto& node, int i) const { return i < node.input_size() && !node.input(i).empty(); }
  Integers ListOrInput(const onnx::NodeProto& node, const std::string& name, int input) const {
    if (!Has(node, input)) return List(node, name, {});
    return {In(node, input).values.begin(), In(node, input).values.end()};
  }
  static size_t Axis(double axis, size_t rank) {
    return static_cast<size_t>(axis < 0 ? axis + static_cast<double>(rank) : axis);
  }

  static Sizes Index(size_t place, const Sizes& sizes) {
    Sizes index(sizes.size());
    for (size_t axis = sizes.size(); axis-- > 0; place /= sizes[axis]) index[axis] = place % sizes[axis];
    return index;
  }
  static size_t Place(const Sizes& index, const Sizes& sizes) {
    size_t place = 0;
    for (size_t axis = 0; axis < sizes.size(); ++axis) place = place * sizes[axis] + index[axis];
    return place;
  }
  // A tensor of these sizes, whose value at each index is value(index).
  static Tensor Make(const Sizes& sizes, const std::function<double(const Sizes&)>& value) {
    Tensor made{sizes, std::vector<double>(Count(sizes))};
    for (size_t i = 0; i < made.values.size(); ++i) made.values[i] = value(Index(i, sizes));
    return made;
  }

  static Tensor Map(Tensor tensor, const std::function<double(double)>& function) {
    for (double& value : tensor.values) value = function(value);
    return tensor;
  }

  static Tensor Combine(const Tensor& a, const Tensor& b, const std::function<double(double, double)>& function) {
    const size_t rank = std::max(a.sizes.size(), b.sizes.size());
    const auto padded = [&](Sizes sizes) {
      sizes.insert(sizes.begin(), rank - sizes.size(), 1);
      return sizes;
    };
    const Sizes first = padded(a.sizes), second = padded(b.sizes);
    Sizes sizes(rank);
    for (size_t axis = 0; axis < rank; ++axis) sizes[axis] = std::max(first[axis], second[axis]);
    const auto at = [&](const Tensor& tensor, const Sizes& of, Sizes index) {
      for (size_t axis = 0; axis < rank; ++axis) index[axis] = of[axis] == 1 ? 0 : index[axis];
      return tensor.values[Place(index, of)];
    };
    return Make(sizes, [&](const Sizes& index) { return function(at(a, first, index), at(b, second, index)); });
  }

  // Windows over [batch, channels, places...]: take(the values inside of each window).
  static Tensor Windows(
      const onnx::NodeProto& node, const Tensor& x, const Integers& kernel, size_t channels,
      const std::function<double(
          const Sizes& output,
          const std::function<void(const std::function<void(size_t element, const Sizes& place)>&)>& inside)>& take) {
    const size_t axes = kernel.size();
    const Integers strides = List(node, "strides", Integers(axes, 1)), pads = List(node, "pads", Integers(2 * axes, 0));
    const Integers dilations = List(node, "dilations", Integers(axes, 1));
    Sizes sizes = {x.sizes[0], channels}, window;
    for (size_t axis = 0; axis < axes; ++axis) {
      const int64_t span = dilations[axis] * (kernel[axis] - 1) + 1;
      const int64_t padded = static_cast<int64_t>(x.sizes[axis + 2]) + pads[axis] + pads[axes + axis];
      sizes.push_back(static_cast<size_t>((padded - span) / strides[axis] + 1));
      window.push_back(static_cast<size_t>(kernel[axis]));
    }
    return Make(sizes, [&](const Sizes& output) {
      return take(output, [&](const std::function<void(size_t, const Sizes&)>& each) {
        for (size_t element = 0; element < Count(window); ++element) {
          const Sizes offset = Index(element, window);
          Sizes place(axes);
          bool inside = true;
          for (size_t axis = 0; axis < axes; ++axis) {
            const int64_t at = static_cast<int64_t>(output[axis + 2]) * strides[axis] +
                               static_cast<int64_t>(offset[axis]) * dilations[axis] - pads[axis];
            inside = inside && at >= 0 && at < static_cast<int64_t>(x.sizes[axis + 2]);
            place[axis] = static_cast<size_t>(at);
          }
          if (inside) each(element, place);
        }
      });
    });
  }

  static double At(const Tensor& x, size_t example, size_t channel, const Sizes& place) {
    Sizes index = {example, channel};
    index.insert(index.end(), place.begin(), place.end());
    return x.values[Place(index, x.sizes)];
  }

  Tensor Convolve(const onnx::NodeProto& node) const {
    const Tensor &x = In(node, 0), &w = In(node, 1);
    const Integers kernel(w.sizes.begin() + 2, w.sizes.end());
    const size_t units = w.sizes[0], channels = w.sizes[1], elements = Count(w.sizes) / units / channels;
    const size_t units_of_group = units / static_cast<size_t>(Number(node, "group", 1));
    return Windows(node, x, kernel, units, [&](const Sizes& output, const auto& inside) {
      double sum = Has(node, 2) ? In(node, 2).values[output[1]] : 0;
      inside([&](size_t element, const Sizes& place) {
        for (size_t c = 0; c < channels; ++c) {
          sum += w.values[(output[1] * channels + c) * elements + element] *
                 At(x, output[0], output[1] / units_of_group * channels + c, place);
        }
      });
      return sum;
    });
  }

  Tensor Pool(const onnx::NodeProto& node, bool maximum) const {
    const Tensor& x = In(node, 0);
    Integers whole(x.sizes.begin() + 2, x.sizes.end());
    return Windows(node, x, List(node, "kernel_shape", whole), x.sizes[1],
                   [&](const Sizes& output, const auto& inside) {
                     double sum = 0, largest = -std::numeric_limits<double>::infinity(), count = 0;
                     inside([&](size_t /*element*/, const Sizes& place) {
                       const double value = At(x, output[0], output[1], place);
                       sum += value;
                       largest = std::max(largest, value);
                       ++count;
                     });
                     return maximum ? largest : sum / count;
                   });
  }

  Tensor Normalize(const onnx::NodeProto& node) const {
    const double epsilon = Number(node, "epsilon", 1e-5);
    const Tensor& x = In(node, 0);
    return Make(x.sizes, [&](const Sizes& index) {
      const auto of = [&](int input) { return In(node, input).values[index[1]]; };
      return (x.values[Place(index, x.sizes)] - of(3)) / std::sqrt(of(4) + epsilon) * of(1) + of(2);
    });
  }

  Tensor Gemm(const onnx::NodeProto& node) const {
    const Tensor& b = In(node, 1);
    Tensor product = Multiply(In(node, 0), Number(node, "transB", 0) == 0 ? b : Permute(b, {1, 0}));
    product = Map(product, [&](double x) { return x * Number(node, "alpha", 1); });
    if (!Has(node, 2)) return product;
    return Combine(product, In(node, 2), [&](double x, double y) { return x + y * Number(node, "beta", 1); });
  }

  // a [..., n] times b [n, m]
  static Tensor Multiply(const Tensor& a, const Tensor& b) {
    Sizes sizes = a.sizes;
    sizes.back() = b.sizes[1];
    return Make(sizes, [&](Sizes index) {
      const size_t column = index.back();
      double sum = 0;
      for (size_t i = 0; i < b.sizes[0]; ++i) {
        index.back() = i;
        sum += a.values[Place(index, a.sizes)] * b.values[i * b.sizes[1] + column];
      }
      return sum;
    });
  }

  static Tensor Permute(const Tensor& x, const Integers& axes) {
    Sizes sizes;
    for (const int64_t axis : axes) sizes.push_back(x.sizes[static_cast<size_t>(axis)]);
    return Make(sizes, [&](const Sizes& index) {
      Sizes from(index.size());
      for (size_t i = 0; i < axes.size(); ++i) from[static_cast<size_t>(axes[i])] = index[i];
      return x.values[Place(from, x.sizes)];
    });
  }

  Tensor Reshape(const onnx::NodeProto& node) const {
    Tensor result = In(node, 0);
    const Sizes from = std::exchange(result.sizes, {});
    const std::vector<double>& wanted = In(node, 1).values;
    size_t open = wanted.size(), count = 1;
    for (size_t i = 0; i < wanted.size(); ++i) {
      if (wanted[i] < 0) open = i;
      result.sizes.push_back(wanted[i] < 0 ? 1 : wanted[i] == 0 ? from[i] : static_cast<size_t>(wanted[i]));
      count *= result.sizes.back();
    }
    if (open < wanted.size()) result.sizes[open] = result.values.size() / count;
    return result;
  }

  Tensor Gather(const onnx::NodeProto& node) const {
    const Tensor &x = In(node, 0), &which = In(node, 1);
    const size_t axis = Axis(Number(node, "axis", 0), x.sizes.size());
    Sizes sizes(x.sizes.begin(), x.sizes.begin() + static_cast<ptrdiff_t>(axis));
    sizes.insert(sizes.end(), which.sizes.begin(), which.sizes.end());
    sizes.insert(sizes.end(), x.sizes.begin() + static_cast<ptrdiff_t>(axis) + 1, x.sizes.end());
    return Make(sizes, [&](const Sizes& index) {
      const auto begin = index.begin() + static_cast<ptrdiff_t>(axis);
      const auto end = begin + static_cast<ptrdiff_t>(which.sizes.size());
      Sizes from(index.begin(), begin);
      from.push_back(static_cast<size_t>(which.values[Place(Sizes(begin, end), which.sizes)]));
      from.insert(from.end(), end, index.end());
      return x.values[Place(from, x.sizes)];
    });
  }

  Tensor Concat(const onnx::NodeProto& node) const {
    const size_t axis = Axis(Number(node, "axis", 0), In(node, 0).sizes.size());
    Sizes sizes = In(node, 0).sizes;
    for (int i = 1; i < node.input_size(); ++i) sizes[axis] += In(node, i).sizes[axis];
    return Make(sizes, [&](Sizes index) {
      int i = 0;
      for (; index[axis] >= In(node, i).sizes[axis]; ++i) index[axis] -= In(node, i).sizes[axis];
      return In(node, i).values[Place(index, In(node, i).sizes)];
    });
  }

  Tensor Mean(const onnx::NodeProto& node) const {
    const Tensor& x = In(node, 0);
    Sizes kept = x.sizes, squeezed;
    for (const int64_t axis : ListOrInput(node, "axes", 1)) {
      kept[Axis(static_cast<double>(axis), kept.size())] = 1;
    }
    Tensor mean{kept, std::vector<double>(Count(kept), 0)};
    for (size_t i = 0; i < x.values.size(); ++i) {
      Sizes index = Index(i, x.sizes);
      for (size_t axis = 0; axis < kept.size(); ++axis) index[axis] = kept[axis] == 1 ? 0 : index[axis];
      mean.values[Place(index, kept)] +=
          x.values[i] * static_cast<double>(mean.values.size()) / static_cast<double>(x.values.size());
    }
    if (Number(node, "keepdims", 1) != 0) return mean;
    for (size_t axis = 0; axis < kept.size(); ++axis) {
      if (kept[axis] == x.sizes[axis]) squeezed.push_back(kept[axis]);
    }
    mean.sizes = squeezed;
    return mean;
  }

  // Of the last axis alone.
  Tensor Softmax(const onnx::NodeProto& node) const {
    Tensor x = In(node, 0);
    const size_t units = x.sizes.back();
    for (size_t row = 0; row < x.values.size(); row += units) {
      double sum = 0;
      for (size_t i = row; i < row + units; ++i) sum += std::exp(x.values[i]);
      for (size_t i = row; i < row + units; ++i) {
        x.values[i] = node.op_type() == "Softmax" ? std::exp(x.values[i]) / sum : x.values[i] - std::log(sum);
      }
    }
    return x;
  }

  Tensor Unsqueeze(const onnx::NodeProto& node) const {
    Tensor x = In(node, 0);
    for (const int64_t axis : ListOrInput(node, "axes", 1)) x.sizes.insert(x.sizes.begin() + axis, 1);
    return x;
  }

  Tensor Pad(const onnx::NodeProto& node) const {
    const Tensor& x = In(node, 0);
    const Integers pads = ListOrInput(node, "pads", 1);
    Sizes sizes = x.sizes;
    const size_t rank = sizes.size();
    for (size_t axis = 0; axis < rank; ++axis) sizes[axis] += static_cast<size_t>(pads[axis] + pads[rank + axis]);
    return Make(sizes, [&](Sizes index) {
      for (size_t axis = 0; axis < rank; ++axis) {
        // Wraps around, and so lies outside, where it is negative.
        index[axis] -= static_cast<size_t>(pads[axis]);
        if (index[axis] >= x.sizes[axis]) return 0.0;
      }
      return x.values[Place(index, x.sizes)];
    });
  }

  Tensor Clip(const onnx::NodeProto& node) const {
    const bool inputs = opset_ >= 11;
    const double low = inputs ? In(node, 1).values[0] : Number(node, "min", 0);
    const double high = inputs ? In(node, 2).values[0] : Number(node, "max", 0);
    return Map(In(node, 0), [&](double x) { return std::clamp(x, low, high); });
  }

  Tensor Compute(const onnx::NodeProto& node) const {
    const std::string& op = node.op_type();
    if (op == "Constant") return Read(node.attribute(0).t());
    const Tensor& x = In(node, 0);
    if (op == "Conv") return Convolve(node);
    if (op == "MaxPool") return Pool(node, true);
    if (op == "AveragePool" || op == "GlobalAveragePool") return Pool(node, false);
    if (op == "BatchNormalization") return Normalize(node);
    if (op == "Gemm") return Gemm(node);
    if (op == "MatMul") return Multiply(x, In(node, 1));
    if (op == "Relu") return Map(x, [](double value) { return std::max(value, 0.0); });
    if (op == "Tanh") return Map(x, [](double value) { return std::tanh(value); });
    if (op == "Sigmoid") return Map(x, [](double value) { return 1 / (1 + std::exp(-value)); });
    if (op == "Sqrt") return Map(x, [](double value) { return std::sqrt(value); });
    if (op == "Pow") return Combine(x, In(node, 1), [](double a, double b) { return std::pow(a, b); });
    if (op == "Clip") return Clip(node);
    if (op == "Add") return Combine(x, In(node, 1), std::plus());
    if (op == "Sub") return Combine(x, In(node, 1), std::minus());
    if (op == "Mul") return Combine(x, In(node, 1), std::multiplies());
    if (op == "Div") return Combine(x, In(node, 1), std::divides());
    if (op == "Transpose") return Permute(x, List(node, "perm", {}));
    if (op == "Reshape") return Reshape(node);
    if (op == "Flatten") return {{x.sizes[0], x.values.size() / x.sizes[0]}, x.values};
    if (op == "Gather") return Gather(node);
    if (op == "Concat") return Concat(node);
    if (op == "ReduceMean") return Mean(node);
    if (op == "Softmax" || op == "LogSoftmax") return Softmax(node);
    if (op == "Unsqueeze") return Unsqueeze(node);
    if (op == "Pad") return Pad(node);
    if (op == "Shape") return {{x.sizes.size()}, {x.sizes.begin(), x.sizes.end()}};
    if (op == "Cast" || op == "Dropout" || op == "Identity") return x;
    throw Error("the interpreter of the tests does not know " + op);
  }

  const onnx::GraphProto& graph_;
  int64_t opset_;
  std::map<std::string, Tensor> values_;
};

}  // namespace ramp

#endif  // RAMP_ONNX_TEST_INTERPRETER_H_
