#include <fmt/format.h>
#include <google/protobuf/stubs/logging.h>
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <iterator>
#include <limits>
#include <set>
#include <type_traits>

#include "ramp/base/error.h"
#include "ramp/onnx/graph_format.h"

namespace ramp {
namespace {

static_assert(std::endian::native == std::endian::little, "raw_data is little-endian and copied as it is");

// 4096 x 4096 values: more than any example that is read here.
constexpr size_t kMostInputs = size_t{1} << 24;
constexpr int64_t kOldestOpset = 6;

Shape ReadShape(const google::protobuf::RepeatedField<int64_t>& sizes, const std::string& owner, size_t most) {
  std::vector<size_t> read;
  size_t count = 1;
  for (const int64_t size : sizes) {
    if (size <= 0) throw Error(fmt::format("{}: a shape with an axis of size {}", owner, size));
    if (static_cast<size_t>(size) > most / count) {
      throw Error(fmt::format("{}: a shape of more than {} values, which are not there", owner, most));
    }
    count *= static_cast<size_t>(size);
    read.push_back(static_cast<size_t>(size));
  }
  return Shape(std::move(read));
}

// The values of a tensor as they lie in the file: raw bytes of `Raw`, or a list of numbers.
template <class Raw, class Listed>
OnnxTensor ReadValues(const onnx::TensorProto& tensor, const google::protobuf::RepeatedField<Listed>& list,
                      const std::string& title) {
  const std::string& raw = tensor.raw_data();
  if (raw.size() % sizeof(Raw) != 0 || (!raw.empty() && !list.empty())) {
    throw Error(fmt::format("{}: its data is cut off or there twice", title));
  }
  const size_t count = raw.empty() ? static_cast<size_t>(list.size()) : raw.size() / sizeof(Raw);
  OnnxTensor read{.shape = ReadShape(tensor.dims(), title, std::max<size_t>(count, 1)),
                  .whole = std::is_integral_v<Raw>};
  if (read.shape.count() != count) {
    throw Error(fmt::format("{}: its shape {} needs {} values, but {} are there", title, read.shape.text(),
                            read.shape.count(), count));
  }
  read.values.resize(count);
  for (size_t i = 0; i < count; ++i) {
    if (raw.empty()) {
      read.values[i] = static_cast<float>(list.Get(static_cast<int>(i)));
    } else {
      Raw value;
      std::memcpy(&value, raw.data() + i * sizeof(Raw), sizeof(Raw));
      read.values[i] = static_cast<float>(value);
    }
  }
  return read;
}

OnnxTensor ReadTensor(const onnx::TensorProto& tensor, const std::string& name) {
  const std::string title = fmt::format("tensor '{}'", name);
  if (tensor.data_location() == onnx::TensorProto::EXTERNAL || tensor.external_data_size() > 0) {
    throw Error(fmt::format("{}: its values lie in another file: save the model as one file", title));
  }
  switch (tensor.data_type()) {
    case onnx::TensorProto::FLOAT:
      return ReadValues<float>(tensor, tensor.float_data(), title);
    case onnx::TensorProto::DOUBLE:
      return ReadValues<double>(tensor, tensor.double_data(), title);
    case onnx::TensorProto::INT64:
      return ReadValues<int64_t>(tensor, tensor.int64_data(), title);
    case onnx::TensorProto::INT32:
      return ReadValues<int32_t>(tensor, tensor.int32_data(), title);
    case onnx::TensorProto::BOOL:
      return ReadValues<uint8_t>(tensor, tensor.int32_data(), title);
    default:
      throw Error(fmt::format("{}: its values are of type {}: convert the model to float32", title,
                              onnx::TensorProto::DataType_IsValid(tensor.data_type())
                                  ? onnx::TensorProto::DataType_Name(tensor.data_type())
                                  : std::to_string(tensor.data_type())));
  }
}

// A tensor with one value is a number here. Attributes of other kinds (graphs, larger tensors) belong to operators that
// no layer has.
std::optional<OnnxAttribute> ReadAttribute(const onnx::AttributeProto& attribute) {
  switch (attribute.type()) {
    case onnx::AttributeProto::FLOAT:
      return attribute.f();
    case onnx::AttributeProto::INT:
      return int64_t{attribute.i()};
    case onnx::AttributeProto::STRING:
      return attribute.s();
    case onnx::AttributeProto::FLOATS:
      return std::vector<float>(attribute.floats().begin(), attribute.floats().end());
    case onnx::AttributeProto::INTS:
      return std::vector<int64_t>(attribute.ints().begin(), attribute.ints().end());
    case onnx::AttributeProto::TENSOR: {
      const OnnxTensor tensor = ReadTensor(attribute.t(), attribute.name());
      return tensor.values.size() == 1 ? std::optional<OnnxAttribute>(tensor.values[0]) : std::nullopt;
    }
    default:
      return std::nullopt;
  }
}

class GraphReader {
 public:
  explicit GraphReader(const onnx::ModelProto& model) : proto_(model.graph()) { graph_.opset = ReadOpset(model); }

  OnnxGraph Read() && {
    if (proto_.sparse_initializer_size() > 0) throw Error("it has sparse tensors, which are not read here");
    for (const onnx::TensorProto& tensor : proto_.initializer()) AddConstant(tensor.name(), tensor);
    ReadInput();
    ReadOutput();
    for (const onnx::NodeProto& node : proto_.node()) ReadNode(node);
    if (!known_.contains(graph_.output)) throw Error(fmt::format("no node writes its output '{}'", graph_.output));
    DropUnused();
    graph_.Connect();
    return std::move(graph_);
  }

 private:
  static int64_t ReadOpset(const onnx::ModelProto& model) {
    for (const onnx::OperatorSetIdProto& opset : model.opset_import()) {
      if (!opset.domain().empty() && opset.domain() != "ai.onnx") continue;
      if (opset.version() < kOldestOpset) {
        throw Error(fmt::format("it is of opset {}, and {} is the oldest that is read here: convert it to a newer one",
                                opset.version(), kOldestOpset));
      }
      return opset.version();
    }
    throw Error("it does not say of which opset it is");
  }

  // A name that is written by nobody else.
  void AddName(const std::string& name) {
    if (!known_.insert(name).second) throw Error(fmt::format("the name '{}' is given to two values", name));
  }

  void AddConstant(const std::string& name, const onnx::TensorProto& tensor) {
    AddName(name);
    graph_.initializers[name] = ReadTensor(tensor, name);
  }

  void ReadInput() {
    const onnx::ValueInfoProto* input = nullptr;
    for (const onnx::ValueInfoProto& value : proto_.input()) {
      // Up to IR version 3 the initializers are listed here as well.
      if (graph_.initializers.contains(value.name())) continue;
      if (input != nullptr) {
        throw Error(fmt::format("it has the inputs '{}' and '{}': only models of one input are read here",
                                input->name(), value.name()));
      }
      input = &value;
    }
    if (input == nullptr) throw Error("it has no input");
    graph_.input = input->name();
    AddName(graph_.input);
    graph_.input_shape = ReadInputShape(*input);
    const onnx::TensorShapeProto::Dimension& batch = input->type().tensor_type().shape().dim(0);
    graph_.batch = batch.has_dim_value() ? std::max<int64_t>(batch.dim_value(), 0) : 0;
  }

  static Shape ReadInputShape(const onnx::ValueInfoProto& input) {
    const std::string title = fmt::format("input '{}'", input.name());
    const onnx::TypeProto::Tensor& type = input.type().tensor_type();
    // Whole numbers are those of tokens, which are floats here.
    static constexpr int kTypes[] = {onnx::TensorProto::FLOAT, onnx::TensorProto::DOUBLE, onnx::TensorProto::INT64,
                                     onnx::TensorProto::INT32};
    if (std::ranges::count(kTypes, type.elem_type()) == 0) {
      throw Error(fmt::format("{}: not a tensor of float32 or of whole numbers", title));
    }
    if (type.shape().dim_size() < 2) {
      throw Error(fmt::format("{}: not of shape [batch, values...]", title));
    }
    google::protobuf::RepeatedField<int64_t> sizes;
    for (int axis = 1; axis < type.shape().dim_size(); ++axis) {
      const onnx::TensorShapeProto::Dimension& size = type.shape().dim(axis);
      if (!size.has_dim_value()) throw Error(fmt::format("{}: the size of axis {} is not given", title, axis));
      sizes.Add(size.dim_value());
    }
    return ReadShape(sizes, title, kMostInputs);
  }

  // Of several outputs only one may be of numbers with a fraction: classifiers write the winner's label beside them.
  void ReadOutput() {
    std::vector<const onnx::ValueInfoProto*> outputs;
    for (const onnx::ValueInfoProto& output : proto_.output()) {
      const int type = output.type().tensor_type().elem_type();
      if (proto_.output_size() == 1 || type == onnx::TensorProto::FLOAT) outputs.push_back(&output);
    }
    if (outputs.size() != 1) {
      throw Error(
          fmt::format("it has {} outputs: only models with one output of float32 are read here", proto_.output_size()));
    }
    graph_.output = outputs[0]->name();
    if (graph_.output == graph_.input) throw Error("its output is its input");
  }

  void ReadNode(const onnx::NodeProto& proto) {
    OnnxNode node{.name = proto.name(),
                  .op = proto.op_type(),
                  .inputs = {proto.input().begin(), proto.input().end()},
                  .outputs = {proto.output().begin(), proto.output().end()},
                  .attributes = {}};
    if (!proto.domain().empty() && proto.domain() != "ai.onnx") node.op = proto.domain() + "." + node.op;
    if (node.outputs.empty() || node.outputs[0].empty())
      throw Error(fmt::format("{}: it writes nothing", node.Title()));
    // Of outputs that nobody reads and inputs that are left out, only those at the end may be.
    while (!node.inputs.empty() && node.inputs.back().empty()) node.inputs.pop_back();
    for (const std::string& input : node.inputs) {
      if (input.empty() || known_.contains(input)) continue;
      throw Error(fmt::format("{}: it reads '{}', which nothing before it writes (a cycle, or a missing part)",
                              node.Title(), input));
    }
    if (node.op == "Constant") return ReadConstant(proto, node);
    for (const std::string& output : node.outputs) {
      if (!output.empty()) AddName(output);
    }
    for (const onnx::AttributeProto& attribute : proto.attribute()) {
      if (std::optional<OnnxAttribute> value = ReadAttribute(attribute)) node.attributes[attribute.name()] = *value;
    }
    if (node.op == "Clip" && graph_.opset < 11) ModernizeClip(node);
    graph_.nodes.push_back(std::move(node));
  }

  void ReadConstant(const onnx::NodeProto& proto, const OnnxNode& node) {
    for (const onnx::AttributeProto& attribute : proto.attribute()) {
      const std::string& kind = attribute.name();
      if (kind == "value") return AddConstant(node.outputs[0], attribute.t());
      if (kind == "value_float") return AddNumbers(node.outputs[0], {}, {attribute.f()}, false);
      if (kind == "value_int") return AddNumbers(node.outputs[0], {}, {static_cast<float>(attribute.i())}, true);
      if (kind == "value_floats") {
        return AddNumbers(node.outputs[0], {static_cast<size_t>(attribute.floats_size())},
                          {attribute.floats().begin(), attribute.floats().end()}, false);
      }
      if (kind == "value_ints") {
        return AddNumbers(node.outputs[0], {static_cast<size_t>(attribute.ints_size())},
                          {attribute.ints().begin(), attribute.ints().end()}, true);
      }
    }
    throw Error(fmt::format("{}: a constant of a kind that is not read here", node.Title()));
  }

  void AddNumbers(const std::string& name, Shape shape, std::vector<float> values, bool whole) {
    AddName(name);
    graph_.initializers[name] = {.shape = std::move(shape), .values = std::move(values), .whole = whole};
  }

  // The limits became inputs in opset 11.
  void ModernizeClip(OnnxNode& node) {
    for (const char* limit : {"min", "max"}) {
      const std::optional<double> value = node.Number(limit);
      node.attributes.erase(limit);
      const std::string name = node.outputs[0] + " " + limit;
      node.inputs.push_back(value ? name : "");
      if (value) AddNumbers(name, {}, {static_cast<float>(*value)}, false);
    }
    while (node.inputs.back().empty()) node.inputs.pop_back();
  }

  // Nodes stand behind those that they read from, so one pass from the end finds all that matter.
  void DropUnused() {
    std::set<std::string> needed = {graph_.output};
    std::vector<OnnxNode> used;
    for (size_t i = graph_.nodes.size(); i-- > 0;) {
      OnnxNode& node = graph_.nodes[i];
      const bool matters = std::ranges::any_of(node.outputs, [&](const auto& name) { return needed.contains(name); });
      if (!matters) continue;
      // Further outputs, such as the mask of a Dropout, only count where something reads them.
      // The parts of a Split are counted.
      while (node.op != "Split" && !needed.contains(node.outputs.back())) node.outputs.pop_back();
      for (const std::string& input : node.inputs) {
        if (!input.empty()) needed.insert(input);
      }
      used.push_back(std::move(node));
    }
    graph_.nodes.assign(std::make_move_iterator(used.rbegin()), std::make_move_iterator(used.rend()));
  }

  const onnx::GraphProto& proto_;
  OnnxGraph graph_;
  std::set<std::string> known_;
};

}  // namespace

ReadResult ReadGraph(std::string_view bytes) {
  // The reader of the format would tell the standard error of what it does not like.
  const google::protobuf::LogSilencer silence;
  onnx::ModelProto model;
  const bool fits = bytes.size() <= static_cast<size_t>(std::numeric_limits<int32_t>::max());
  if (!fits || !model.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) || !model.has_ir_version() ||
      !model.has_graph()) {
    throw Error("this is not an ONNX model, or it is cut off");
  }
  ReadResult result{.graph = GraphReader(model).Read(), .metadata = {}};
  for (const onnx::StringStringEntryProto& entry : model.metadata_props()) result.metadata[entry.key()] = entry.value();
  return result;
}

}  // namespace ramp
