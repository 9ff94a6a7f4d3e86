#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include <limits>

#include "ramp/base/error.h"
#include "ramp/onnx/graph_format.h"

namespace ramp {
namespace {

constexpr int64_t kOpset = 17;
constexpr int64_t kIrVersion = 8;
constexpr char kInput[] = "input";
constexpr char kOutput[] = "output";

class GraphWriter final : public OnnxWriter {
 public:
  explicit GraphWriter(onnx::GraphProto& graph) : graph_(graph) {}

  std::string Node(std::string_view op, const std::vector<std::string>& inputs,
                   const OnnxAttributes& attributes) override {
    onnx::NodeProto& node = *graph_.add_node();
    const std::string name = fmt::format("{}_{}", op, graph_.node_size());
    node.set_op_type(std::string(op));
    node.set_name(name);
    for (const std::string& input : inputs) node.add_input(input);
    node.add_output(name);
    for (const auto& [key, value] : attributes) {
      onnx::AttributeProto& attribute = *node.add_attribute();
      attribute.set_name(key);
      std::visit([&](const auto& typed) { Set(attribute, typed); }, value);
    }
    return name;
  }

  std::string Initializer(std::string_view name, const Shape& shape, std::span<const float> values) override {
    onnx::TensorProto& tensor = *graph_.add_initializer();
    tensor.set_name(fmt::format("{}_{}", name, graph_.initializer_size()));
    tensor.set_data_type(onnx::TensorProto::FLOAT);
    for (const size_t size : shape.sizes()) tensor.add_dims(static_cast<int64_t>(size));
    tensor.set_raw_data(values.data(), values.size_bytes());
    return tensor.name();
  }

  std::string Integers(std::string_view name, const std::vector<int64_t>& values) override {
    onnx::TensorProto& tensor = *graph_.add_initializer();
    tensor.set_name(fmt::format("{}_{}", name, graph_.initializer_size()));
    tensor.set_data_type(onnx::TensorProto::INT64);
    tensor.add_dims(static_cast<int64_t>(values.size()));
    tensor.mutable_int64_data()->Add(values.begin(), values.end());
    return tensor.name();
  }

 private:
  static void Set(onnx::AttributeProto& attribute, float value) {
    attribute.set_type(onnx::AttributeProto::FLOAT);
    attribute.set_f(value);
  }
  static void Set(onnx::AttributeProto& attribute, int64_t value) {
    attribute.set_type(onnx::AttributeProto::INT);
    attribute.set_i(value);
  }
  static void Set(onnx::AttributeProto& attribute, const std::string& value) {
    attribute.set_type(onnx::AttributeProto::STRING);
    attribute.set_s(value);
  }
  static void Set(onnx::AttributeProto& attribute, const std::vector<float>& values) {
    attribute.set_type(onnx::AttributeProto::FLOATS);
    attribute.mutable_floats()->Add(values.begin(), values.end());
  }
  static void Set(onnx::AttributeProto& attribute, const std::vector<int64_t>& values) {
    attribute.set_type(onnx::AttributeProto::INTS);
    attribute.mutable_ints()->Add(values.begin(), values.end());
  }

  onnx::GraphProto& graph_;
};

// [batch, shape...] with a free batch.
void Declare(onnx::ValueInfoProto& value, const std::string& name, const Shape& shape) {
  value.set_name(name);
  onnx::TypeProto::Tensor& type = *value.mutable_type()->mutable_tensor_type();
  type.set_elem_type(onnx::TensorProto::FLOAT);
  type.mutable_shape()->add_dim()->set_dim_param("batch");
  for (const size_t size : shape.sizes()) type.mutable_shape()->add_dim()->set_dim_value(static_cast<int64_t>(size));
}

void WriteNodes(onnx::GraphProto& graph, const Network& network) {
  GraphWriter writer(graph);
  std::vector<std::string> values;  // the output of each node
  const auto name_of = [&](size_t node) { return node == kNetworkInput ? kInput : values[node]; };
  for (const Node& node : network.nodes()) {
    std::vector<std::span<const float>> parameters;
    for (const PlacedBlock& block : network.blocks().subspan(node.first_block, node.block_count)) {
      parameters.push_back(network.parameters(block));
    }
    std::vector<std::string> inputs;
    for (const size_t input : node.inputs) inputs.push_back(name_of(input));
    values.push_back(node.layer->WriteOnnx(writer, inputs, node.input_shapes, parameters));
  }
  std::string value = name_of(network.nodes().size() - 1);
  // A network that does nothing in inference still needs a node, for an output must not be an input.
  if (value == kInput) value = writer.Node("Identity", {value}, {});
  for (onnx::NodeProto& node : *graph.mutable_node()) {
    if (node.output(0) == value) node.set_output(0, kOutput);
  }
}

}  // namespace

std::string WriteGraph(const Network& network, const std::map<std::string, std::string>& metadata) {
  onnx::ModelProto model;
  model.set_ir_version(kIrVersion);
  model.set_producer_name("ramp");
  model.add_opset_import()->set_version(kOpset);
  model.mutable_opset_import(0)->set_domain("");
  onnx::GraphProto& graph = *model.mutable_graph();
  graph.set_name("ramp");
  Declare(*graph.add_input(), kInput, network.input_shape());
  Declare(*graph.add_output(), kOutput, network.output_shape());
  WriteNodes(graph, network);
  for (const auto& [key, value] : metadata) {
    onnx::StringStringEntryProto& entry = *model.add_metadata_props();
    entry.set_key(key);
    entry.set_value(value);
  }
  const size_t size = model.ByteSizeLong();
  if (size > static_cast<size_t>(std::numeric_limits<int32_t>::max())) {
    throw Error(
        fmt::format("the network takes {} bytes, and an ONNX file holds less than 2 GiB: make it smaller", size));
  }
  return model.SerializeAsString();
}

}  // namespace ramp
