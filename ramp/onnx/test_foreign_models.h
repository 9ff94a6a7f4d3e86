// For tests: models as other programs write them, in the forms of their opsets.
#ifndef RAMP_ONNX_TEST_FOREIGN_MODELS_H_
#define RAMP_ONNX_TEST_FOREIGN_MODELS_H_

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include <functional>
#include <string>
#include <vector>

#include "ramp/base/random.h"

namespace ramp {

inline constexpr int64_t kForeignOpsets[] = {7, 9, 11, 13, 17, 18, 21};

// Builds a graph node by node; weights are drawn.
class ForeignModel {
 public:
  using Sizes = std::vector<int64_t>;
  using Names = std::vector<std::string>;

  ForeignModel(int64_t opset, const Sizes& input) : opset_(opset), random_(opset_ + 1), input_(input) {
    model_.set_ir_version(7);
    model_.add_opset_import()->set_version(opset);
    graph().add_input()->set_name("x");
    onnx::TypeProto::Tensor& type = *graph().mutable_input(0)->mutable_type()->mutable_tensor_type();
    type.set_elem_type(onnx::TensorProto::FLOAT);
    type.mutable_shape()->add_dim()->set_dim_param("n");
    for (const int64_t size : input) type.mutable_shape()->add_dim()->set_dim_value(size);
  }

  int64_t opset() const { return opset_; }

  // A node; its output's name.
  std::string Node(const std::string& op, const Names& inputs) {
    onnx::NodeProto& node = *graph().add_node();
    node.set_op_type(op);
    node.set_name(fmt::format("{}_{}", op, graph().node_size()));
    for (const std::string& input : inputs) node.add_input(input);
    node.add_output(node.name());
    return node.name();
  }
  // Attributes of the node that was added last.
  ForeignModel& With(const std::string& name, const Sizes& values) {
    onnx::AttributeProto& attribute = AddAttribute(name, onnx::AttributeProto::INTS);
    for (const int64_t value : values) attribute.add_ints(value);
    return *this;
  }
  ForeignModel& With(const std::string& name, int64_t value) {
    AddAttribute(name, onnx::AttributeProto::INT).set_i(value);
    return *this;
  }
  ForeignModel& With(const std::string& name, float value) {
    AddAttribute(name, onnx::AttributeProto::FLOAT).set_f(value);
    return *this;
  }

  std::string Weight(const Sizes& sizes, double low = -0.5, double high = 0.5) {
    onnx::TensorProto& tensor = AddTensor(sizes, onnx::TensorProto::FLOAT);
    int64_t count = 1;
    for (const int64_t size : sizes) count *= size;
    for (int64_t i = 0; i < count; ++i) tensor.add_float_data(static_cast<float>(random_.Uniform(low, high)));
    return tensor.name();
  }
  std::string Number(float value) {
    onnx::TensorProto& tensor = AddTensor({}, onnx::TensorProto::FLOAT);
    tensor.add_float_data(value);
    return tensor.name();
  }
  std::string Integers(const Sizes& values) {
    onnx::TensorProto& tensor = AddTensor({static_cast<int64_t>(values.size())}, onnx::TensorProto::INT64);
    for (const int64_t value : values) tensor.add_int64_data(value);
    return tensor.name();
  }
  std::string Integer(int64_t value) {
    onnx::TensorProto& tensor = AddTensor({}, onnx::TensorProto::INT64);
    tensor.add_int64_data(value);
    return tensor.name();
  }

  // What exporters make of one layer.
  std::string Conv(const std::string& x, int64_t from, int64_t to, int64_t window, int64_t stride, int64_t pad,
                   int64_t groups = 1) {
    Node("Conv", {x, Weight({to, from / groups, window, window}), Weight({to})});
    With("kernel_shape", {window, window}).With("strides", {stride, stride}).With("pads", {pad, pad, pad, pad});
    return With("group", groups).Last();
  }
  std::string BatchNorm(const std::string& x, int64_t units) {
    Node("BatchNormalization", {x, Weight({units}), Weight({units}), Weight({units}), Weight({units}, 0.5, 2)});
    return With("epsilon", 1e-3f).Last();
  }
  std::string Dense(const std::string& x, int64_t from, int64_t to) {
    Node("Gemm", {x, Weight({to, from}), Weight({to})});
    return With("transB", int64_t{1}).Last();
  }
  std::string Relu6(const std::string& x) {
    if (opset_ >= 11) return Node("Clip", {x, Number(0), Number(6)});
    Node("Clip", {x});
    return With("min", 0.0f).With("max", 6.0f).Last();
  }
  std::string Unsqueeze(const std::string& x, const Sizes& axes) {
    if (opset_ >= 13) return Node("Unsqueeze", {x, Integers(axes)});
    Node("Unsqueeze", {x});
    return With("axes", axes).Last();
  }
  std::string Mean(const std::string& x, const Sizes& axes, bool keeps) {
    Names inputs = {x};
    if (opset_ >= 18) inputs.push_back(Integers(axes));
    Node("ReduceMean", inputs);
    if (opset_ < 18) With("axes", axes);
    return With("keepdims", int64_t{keeps}).Last();
  }
  // x.view(x.size(0), -1) and x.view(x.size(0), x.size(1), 1, 1)
  std::string View(const std::string& x, const std::string& source, bool flat) {
    const auto size = [&](int64_t axis) {
      return Unsqueeze(Node("Gather", {Node("Shape", {source}), Integer(axis)}), {0});
    };
    Names sizes = {size(0)};
    if (flat) sizes.push_back(Integers({-1}));
    if (!flat) sizes.insert(sizes.end(), {size(1), Integers({1}), Integers({1})});
    Node("Concat", sizes);
    return Node("Reshape", {x, With("axis", int64_t{0}).Last()});
  }
  std::string Transpose(const std::string& x, const Sizes& axes) {
    Node("Transpose", {x});
    return With("perm", axes).Last();
  }
  std::string Concat(const Names& values, int64_t axis) {
    Node("Concat", values);
    return With("axis", axis).Last();
  }
  std::string Pool(const std::string& op, const std::string& x, int64_t window, int64_t stride, int64_t pad) {
    Node(op, {x});
    With("kernel_shape", {window, window}).With("strides", {stride, stride});
    return With("pads", {pad, pad, pad, pad}).Last();
  }

  onnx::ModelProto& Finish(const std::string& output) {
    onnx::ValueInfoProto& value = *graph().add_output();
    value.set_name(output);
    value.mutable_type()->mutable_tensor_type()->set_elem_type(onnx::TensorProto::FLOAT);
    return model_;
  }
  const Sizes& input() const { return input_; }
  std::string Last() { return graph().node(graph().node_size() - 1).output(0); }

 private:
  onnx::GraphProto& graph() { return *model_.mutable_graph(); }
  onnx::AttributeProto& AddAttribute(const std::string& name, onnx::AttributeProto::AttributeType type) {
    onnx::AttributeProto& attribute = *graph().mutable_node(graph().node_size() - 1)->add_attribute();
    attribute.set_name(name);
    attribute.set_type(type);
    return attribute;
  }
  onnx::TensorProto& AddTensor(const Sizes& sizes, int type) {
    onnx::TensorProto& tensor = *graph().add_initializer();
    tensor.set_name(fmt::format("constant_{}", graph().initializer_size()));
    tensor.set_data_type(type);
    for (const int64_t size : sizes) tensor.add_dims(size);
    return tensor;
  }

  int64_t opset_;
  Random random_;
  Sizes input_;
  onnx::ModelProto model_;
};

// A model that is written in the form of the opset that it has.
struct ForeignCase {
  std::string name;
  ForeignModel::Sizes input;
  std::function<std::string(ForeignModel&)> build;
  std::string text;     // of the network that it is; empty where nobody needs to know
  bool tokens = false;  // as inputs, 0 to 8
};

inline std::vector<ForeignCase> ForeignCases() {
  return {
      {"a perceptron with a norm",
       {2, 3},
       [](ForeignModel& m) {
         std::string h = m.Node("Relu", {m.BatchNorm(m.Dense(m.Node("Flatten", {"x"}), 6, 5), 5)});
         m.Node("Softmax", {m.Dense(m.Node("Dropout", {h}), 5, 4)});
         return m.With("axis", int64_t{1}).Last();
       },
       "dense 5, batchnorm 0.001, relu, dropout 0.5, dense 4, softmax"},
      {"a perceptron of products and sums",
       {6},
       [](ForeignModel& m) {
         m.Node("Cast", {"x"});
         const std::string x = m.With("to", int64_t{1}).Last();
         const std::string h = m.Node("Add", {m.Node("MatMul", {x, m.Weight({6, 5})}), m.Weight({5})});
         return m.Node("Add", {m.Node("MatMul", {m.Node("Tanh", {h}), m.Weight({5, 2})}), m.Weight({1, 2})});
       },
       "dense 5, tanh, dense 2"},
      {"LeNet, whose view asks for the size of the batch",
       {1, 12, 12},
       [](ForeignModel& m) {
         std::string h = m.Pool("MaxPool", m.Node("Tanh", {m.Conv("x", 1, 3, 3, 1, 1)}), 2, 2, 0);
         h = m.Pool("AveragePool", m.Node("Relu", {m.Conv(h, 3, 4, 3, 1, 0)}), 2, 2, 0);
         return m.Dense(m.Node("Relu", {m.Dense(m.View(h, h, true), 16, 7)}), 7, 3);
       },
       "conv 3 3x3, tanh, maxpool 2, conv 4 3x3 pad valid, relu, averagepool 2, dense 7, relu, dense 3"},
      {"a VGG block",
       {3, 6, 6},
       [](ForeignModel& m) {
         std::string h = m.Node("Relu", {m.Conv(m.Node("Relu", {m.Conv("x", 3, 4, 3, 1, 1)}), 4, 5, 3, 1, 1)});
         return m.Dense(m.Node("Flatten", {m.Pool("MaxPool", h, 2, 2, 0)}), 45, 4);
       },
       "conv 4 3x3, relu, conv 5 3x3, relu, maxpool 2, dense 4"},
      {"a residual block that halves the size",
       {4, 8, 8},
       [](ForeignModel& m) {
         const std::string h = m.Pool("MaxPool", m.Node("Relu", {m.Conv("x", 4, 4, 3, 1, 1)}), 3, 2, 1);
         std::string a = m.Node("Relu", {m.BatchNorm(m.Conv(h, 4, 6, 3, 2, 1), 6)});
         a = m.BatchNorm(m.Conv(a, 6, 6, 3, 1, 1), 6);
         const std::string sum = m.Node("Relu", {m.Node("Add", {a, m.BatchNorm(m.Conv(h, 4, 6, 1, 2, 0), 6)})});
         return m.Dense(m.Node("Flatten", {m.Node("GlobalAveragePool", {sum})}), 6, 3);
       },
       ""},
      {"a depthwise block with relu6",
       {3, 6, 6},
       [](ForeignModel& m) {
         std::string h = m.Relu6(m.BatchNorm(m.Conv("x", 3, 6, 1, 1, 0), 6));
         h = m.BatchNorm(m.Conv(m.Relu6(m.BatchNorm(m.Conv(h, 6, 6, 3, 1, 1, 6), 6)), 6, 3, 1, 1, 0), 3);
         return m.Dense(m.Mean(m.Node("Add", {"x", h}), {2, 3}, false), 3, 4);
       },
       "residual( | conv 6 1x1, batchnorm 0.001, relu6, conv 6 3x3 groups 6, batchnorm 0.001, relu6, conv 3 1x1, "
       "batchnorm 0.001), global_average, dense 4"},
      {"squeeze and excitation, by convolutions and by a perceptron",
       {4, 5, 5},
       [](ForeignModel& m) {
         std::string s =
             m.Conv(m.Node("Relu", {m.Conv(m.Node("GlobalAveragePool", {"x"}), 4, 2, 1, 1, 0)}), 2, 4, 1, 1, 0);
         const std::string h = m.Node("Mul", {"x", m.Node("Sigmoid", {s})});
         s = m.Node("Sigmoid", {m.Dense(m.Mean(h, {2, 3}, false), 4, 4)});
         return m.Node("Flatten", {m.Node("Mul", {m.View(s, h, false), h})});
       },
       ""},
      {"dense connections",
       {3, 4, 4},
       [](ForeignModel& m) {
         const std::string a = m.Conv("x", 3, 2, 3, 1, 1), b = m.Conv(m.Concat({"x", a}, 1), 5, 2, 3, 1, 1);
         const std::string all = m.Concat({"x", a, b}, 1);
         return m.Mean(m.Node("Relu", {all}), {-1, -2}, false);
       },
       "n1: conv 2 3x3, concat(input | ), conv 2 3x3, concat(input | n1 | ), relu, global_average"},
      {"a text classifier",
       {7},
       [](ForeignModel& m) {
         m.Node("Cast", {"x"});
         const std::string e = m.Node("Gather", {m.Weight({9, 6}), m.With("to", int64_t{7}).Last()});
         return m.Dense(m.Node("Relu", {m.Dense(m.Mean(e, {1}, false), 6, 5)}), 5, 2);
       },
       "embedding 6 9, global_average, dense 5, relu, dense 2",
       true},
      {"a perceptron at each place of a sequence",
       {7, 4},
       [](ForeignModel& m) {
         const std::string h = m.Node("Add", {m.Weight({5}), m.Node("MatMul", {"x", m.Weight({4, 5})})});
         return m.Node("Gather", {m.Node("Relu", {h}), m.Integer(3)}), m.With("axis", int64_t{1}).Last();
       },
       "conv1d 5 1, relu, slice 1 4 4, flatten"},
      {"a norm of the units by its definition",
       {5, 4},
       [](ForeignModel& m) {
         const std::string d = m.Node("Sub", {"x", m.Mean("x", {-1}, true)});
         const std::string v = m.Mean(m.Node("Pow", {d, m.Number(2)}), {-1}, true);
         const std::string y = m.Node("Div", {d, m.Node("Sqrt", {m.Node("Add", {v, m.Number(1e-3f)})})});
         return m.Node("Relu", {m.Node("Add", {m.Node("Mul", {y, m.Weight({4})}), m.Weight({4})})});
       },
       "layernorm 0.001, relu"},
      {"pictures with the channels last, as TensorFlow has them",
       {6, 6, 3},
       [](ForeignModel& m) {
         std::string h = m.Transpose("x", {0, 3, 1, 2});
         m.Node("Pad", m.opset() >= 11 ? ForeignModel::Names{h, m.Integers({0, 0, 0, 0, 0, 0, 1, 1})}
                                       : ForeignModel::Names{h});
         if (m.opset() < 11) m.With("pads", {0, 0, 0, 0, 0, 0, 1, 1});
         h = m.Relu6(m.Conv(m.Last(), 3, 4, 3, 2, 0));
         h = m.Node("Reshape", {m.Transpose(h, {0, 2, 3, 1}), m.Integers({-1, 36})});
         return m.Node("Add", {m.Node("MatMul", {h, m.Weight({36, 3})}), m.Weight({3})});
       },
       "padding 1 0 1, padding 2 0 1, conv 4 3x3 stride 2 pad valid, relu6, dense 3"},
      {"pictures that are standardised in the graph",
       {3, 4, 4},
       [](ForeignModel& m) {
         const std::string x =
             m.Node("Div", {m.Node("Sub", {"x", m.Weight({3, 1, 1})}), m.Weight({1, 3, 1, 1}, 0.5, 1)});
         const std::string y = m.Node("Mul", {m.Conv(x, 3, 4, 3, 1, 1), m.Number(0.5f)});
         return m.Node("Flatten", {m.Node("Sub", {m.Node("Relu", {y}), y})});
       },
       ""},
      {"channels that are shuffled",
       {4, 3, 3},
       [](ForeignModel& m) {
         std::string h = m.Node("Reshape", {m.Conv("x", 4, 4, 1, 1, 0), m.Integers({0, 2, 2, 3, 3})});
         h = m.Node("Reshape", {m.Transpose(h, {0, 2, 1, 3, 4}), m.Integers({-1, 4, 3, 3})});
         return m.Node("Flatten", {m.Conv(h, 4, 2, 3, 1, 0)});
       },
       ""},
      {"a matrix that is folded",
       {4},
       [](ForeignModel& m) {
         const std::string w = m.Transpose(m.Node("Mul", {m.Weight({3, 4}), m.Number(2)}), {1, 0});
         return m.Node("Relu", {m.Node("MatMul", {"x", m.Node("Identity", {w})})});
       },
       "dense 3, relu"},
  };
}

}  // namespace ramp

#endif  // RAMP_ONNX_TEST_FOREIGN_MODELS_H_
