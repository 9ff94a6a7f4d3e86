#include "ramp/onnx/network_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "ramp/base/error.h"
#include "ramp/network/activation_onnx.h"
#include "ramp/network/layers/layers.h"
#include "ramp/onnx/fold_constants.h"
#include "ramp/onnx/network_builder.h"

namespace ramp {
namespace {

// Parameters that even the smallest file may have: a few numbers for all units are a lot of parameters.
constexpr size_t kSmallNetwork = size_t{1} << 16;

// A value of the graph: the nodes of the network that have it, with the axes as in the graph, or with the channels
// last. At least one is there; for an example with one axis both are the same.
struct Value {
  std::optional<size_t> plain = {}, channels_last = {};
};

std::vector<int64_t> ChannelsToFront(size_t rank) {
  std::vector<int64_t> axes = {0, static_cast<int64_t>(rank)};
  for (size_t axis = 1; axis < rank; ++axis) axes.push_back(static_cast<int64_t>(axis));
  return axes;
}
std::vector<int64_t> ChannelsToBack(size_t rank) {
  std::vector<int64_t> axes = {0};
  for (size_t axis = 2; axis <= rank; ++axis) axes.push_back(static_cast<int64_t>(axis));
  axes.push_back(1);
  return axes;
}

class NetworkReader {
 public:
  NetworkReader(OnnxGraph graph, size_t file_bytes)
      : graph_(std::move(graph)),
        builder_(graph_.input_shape, file_bytes + kSmallNetwork),
        most_folded_(file_bytes + kSmallNetwork) {
    SetValue(graph_.input, kNetworkInput, false);
  }

  NetworkOfGraph Read() && {
    // First of all, for what reads a constant may stand before the node that it belongs to.
    for (size_t node = 0; node < graph_.nodes.size(); ++node) Fold(node);
    for (size_t node = 0; node < graph_.nodes.size(); ++node) ReadNode(node);
    const auto output = values_.find(graph_.output);
    if (output == values_.end()) {
      throw Error(fmt::format("its output does not depend on '{}'", graph_.input));
    }
    const size_t last = Form(output->second, false);
    const bool moved = builder_.TakeInputWithChannelsBehind(last);
    Network network = std::move(builder_).Build(last);
    if (network.nodes().empty()) throw Error("its output is its input: it computes nothing");
    return {std::move(network), moved};
  }

 private:
  void SetValue(const std::string& name, size_t node, bool channels_last) {
    const bool both = builder_.shape(node).rank() < 2;
    Value value;
    if (both || !channels_last) value.plain = node;
    if (both || channels_last) value.channels_last = node;
    values_[name] = value;
  }

  // The node of the network that has the value in this form, made where it is not there yet.
  size_t Form(Value& value, bool channels_last) {
    if (channels_last) {
      if (!value.channels_last) value.channels_last = builder_.MoveChannelsToBack(*value.plain);
      return *value.channels_last;
    }
    if (!value.plain) value.plain = builder_.MoveChannelsToFront(*value.channels_last);
    return *value.plain;
  }

  Shape ShapeOf(const Value& value, bool channels_last) const {
    if (channels_last ? value.channels_last.has_value() : value.plain.has_value()) {
      return builder_.shape(channels_last ? *value.channels_last : *value.plain);
    }
    std::vector<size_t> sizes = builder_.shape(channels_last ? *value.plain : *value.channels_last).sizes();
    std::rotate(sizes.begin(), channels_last ? sizes.begin() + 1 : sizes.end() - 1, sizes.end());
    return Shape(std::move(sizes));
  }

  bool Fold(size_t index) {
    const OnnxNode& node = graph_.nodes[index];
    if (graph_.Constant(node.outputs[0]) != nullptr) return true;
    std::optional<OnnxTensor> folded = FoldNode(graph_, node, most_folded_);
    if (!folded) return false;
    most_folded_ -= folded->values.size();
    graph_.initializers[node.outputs[0]] = *std::move(folded);
    return true;
  }

  void ReadNode(size_t index) {
    const OnnxNode& node = graph_.nodes[index];
    if (covered_.contains(index) || values_.contains(node.outputs[0]) || Fold(index)) return;
    const OnnxPlace place = PlaceOf(index);
    if (place.values.empty()) Fail(node, "with constants alone");
    try {
      const bool read = ReadShape(place) || ReadNothing(place) || ReadTranspose(place) || ReadSplit(place) ||
                        ReadDifference(place) || ReadLayer(place);
      if (!read) Fail(node, "on an input of shape " + ShapeOf(values_[place.value()], false).text());
    } catch (const UsageError& error) {
      // Whatever is wrong with a file is no wrong usage.
      throw Error(fmt::format("{}: {}", node.Title(), error.what()));
    }
  }

  [[noreturn]] static void Fail(const OnnxNode& node, const std::string& how) {
    throw Error(
        fmt::format("{}: no layer or activation known here is this operator with these attributes and inputs, "
                    "{}",
                    node.Title(), how));
  }

  OnnxPlace PlaceOf(size_t index) const {
    OnnxPlace place{.graph = graph_, .index = index, .values = {}, .shapes = {}};
    place.most_values = builder_.most_parameters();
    for (const std::string& input : place.node().inputs) {
      if (input.empty() || graph_.Constant(input) != nullptr) continue;
      if (!values_.contains(input)) {
        throw Error(fmt::format("{}: it reads '{}', an output that no layer or activation known here has",
                                place.node().Title(), input));
      }
      place.values.push_back(input);
    }
    return place;
  }

  // NaN stands for the size of the batch, see FoldNode.
  bool ReadShape(const OnnxPlace& place) {
    const OnnxNode& node = place.node();
    if (node.op != "Shape" || node.attributes.contains("start") || node.attributes.contains("end")) return false;
    const Shape shape = ShapeOf(values_[place.value()], false);
    OnnxTensor sizes{.shape = {shape.rank() + 1}, .values = {std::numeric_limits<float>::quiet_NaN()}, .whole = true};
    for (const size_t size : shape.sizes()) sizes.values.push_back(static_cast<float>(size));
    graph_.initializers[node.outputs[0]] = std::move(sizes);
    return true;
  }

  // What leaves its value as it is: a join of one, and Cast, for all values are float here. A cast to whole numbers is
  // only such where they are the numbers of tokens.
  bool ReadNothing(const OnnxPlace& place) {
    const OnnxNode& node = place.node();
    if (node.inputs.size() == 1 && (node.op == "Concat" || node.op == "Sum")) {
      values_[node.outputs[0]] = values_[place.value()];
      return true;
    }
    if (node.op != "Cast") return false;
    constexpr double kFloat = 1, kInt32 = 6, kInt64 = 7, kDouble = 11;
    const double to = node.Number("to").value_or(0);
    const auto readers = graph_.readers.find(node.outputs[0]);
    const bool counts = readers != graph_.readers.end() && std::ranges::all_of(readers->second, [&](size_t reader) {
                          const OnnxNode& gather = graph_.nodes[reader];
                          return gather.op == "Gather" && gather.inputs[0] != node.outputs[0];
                        });
    const bool whole = (to == kInt32 || to == kInt64) && counts && node.outputs[0] != graph_.output;
    if (!whole && to != kFloat && to != kDouble) return false;
    values_[node.outputs[0]] = values_[place.value()];
    return true;
  }

  bool ReadTranspose(const OnnxPlace& place) {
    const OnnxNode& node = place.node();
    if (node.op != "Transpose") return false;
    Value& value = values_[place.value()];
    const size_t rank = ShapeOf(value, false).rank();
    const auto axes = place.Integers("perm", 1);
    if (!axes || axes->size() != rank + 1) return false;
    Value result;
    if (*axes == ChannelsToFront(rank)) result.channels_last = value.plain;
    if (*axes == ChannelsToBack(rank)) result.plain = value.channels_last;
    if (!result.plain && !result.channels_last) {
      std::vector<size_t> order;
      for (size_t i = 1; i <= rank; ++i) {
        const int64_t axis = (*axes)[i];
        if (axis < 1 || axis > static_cast<int64_t>(rank)) return false;
        order.push_back(static_cast<size_t>(axis) - 1);
        if (std::ranges::count(order, order.back()) > 1) return false;
      }
      if ((*axes)[0] != 0) return false;
      result.plain = *axes == ChannelsToBack(rank)
                         ? builder_.MoveChannelsToBack(Form(value, false))
                         : builder_.Add(MakeTranspose(std::move(order)), {Form(value, false)});
    }
    values_[node.outputs[0]] = result;
    return true;
  }

  // Parts of an axis, each a value of its own.
  bool ReadSplit(const OnnxPlace& whole) {
    const OnnxNode& node = whole.node();
    if (node.op != "Split" || node.inputs[0] != whole.value()) return false;
    Value& value = values_[whole.value()];
    const bool channels_last = value.channels_last.has_value();
    OnnxPlace place = whole;
    place.channels_first = channels_last && ShapeOf(value, true).rank() > 1;
    place.shapes = {ShapeOf(value, channels_last)};
    const auto axis = place.Axis(node.Integer("axis"));
    if (!axis) return false;
    const size_t size = place.shape()[*axis];
    const auto sizes = place.Integers("split", 1);
    if (sizes ? sizes->size() != node.outputs.size() : size % node.outputs.size() != 0) return false;
    size_t begin = 0;
    for (size_t i = 0; i < node.outputs.size(); ++i) {
      const int64_t part = sizes ? (*sizes)[i] : static_cast<int64_t>(size / node.outputs.size());
      if (part < 1 || part > static_cast<int64_t>(size - begin)) return false;
      const size_t end = begin + static_cast<size_t>(part);
      if (!node.outputs[i].empty()) {
        const size_t slice = builder_.Add(MakeSlice(*axis, begin, end), {Form(value, channels_last)});
        SetValue(node.outputs[i], slice, channels_last);
      }
      begin = end;
    }
    return true;
  }

  // a - b of two values is the sum of a and -b.
  bool ReadDifference(const OnnxPlace& place) {
    const OnnxNode& node = place.node();
    if (node.op != "Sub" || place.values.size() != 2) return false;
    Value &a = values_[place.values[0]], &b = values_[place.values[1]];
    const bool channels_last = a.channels_last || b.channels_last;
    if (ShapeOf(a, channels_last) != ShapeOf(b, channels_last)) return false;
    const size_t first = Form(a, channels_last);
    const size_t negative = builder_.Add(MakeAffine(), {Form(b, channels_last)}, {{-1}, {0}});
    SetValue(node.outputs[0], builder_.Add(MakeResidual(), {first, negative}), channels_last);
    return true;
  }

  // In the forms that are there first.
  bool ReadLayer(const OnnxPlace& somewhere) {
    bool any_last = false, any_plain = false;
    for (const std::string& value : somewhere.values) {
      any_last = any_last || values_[value].channels_last;
      any_plain = any_plain || values_[value].plain;
    }
    const bool last_first = any_last || !any_plain;
    for (const bool channels_last : {last_first, !last_first}) {
      OnnxPlace place = somewhere;
      for (const std::string& value : place.values) place.shapes.push_back(ShapeOf(values_[value], channels_last));
      // What is made of a single axis has its axes as the graph says.
      const bool one_form = place.shape().rank() < 2;
      place.channels_first = channels_last && !one_form;
      if (std::optional<LayerFromOnnx> found = FindLayer(place)) {
        AddLayer(place, *std::move(found));
        return true;
      }
      if (one_form) return false;
    }
    return false;
  }

  static std::optional<LayerFromOnnx> FindLayer(const OnnxPlace& place) {
    if (place.values.size() == 1) {
      if (auto found = MatchActivation(place)) return FromActivation(*std::move(found));
    }
    for (const LayerDefinition& definition : Layers()) {
      if (definition.from_onnx == nullptr || definition.joins != (place.values.size() > 1)) continue;
      if (auto found = definition.from_onnx(place)) return found;
    }
    return std::nullopt;
  }

  static LayerFromOnnx FromActivation(MatchedActivation found) {
    LayerFromOnnx layer{.layer = MakeActivationLayer(*found.activation, found.parameters),
                        .output = std::move(found.output),
                        .nodes = std::move(found.nodes)};
    if (found.activation->learned()) layer.parameters.push_back(std::move(found.learned));
    return layer;
  }

  void AddLayer(const OnnxPlace& place, LayerFromOnnx found) {
    const bool channels_last = place.channels_first;
    std::vector<size_t> inputs;
    for (const std::string& value : place.values) inputs.push_back(Form(values_[value], channels_last));
    if (found.flattens) inputs[0] = builder_.BeforeReshapes(inputs[0], found.parameters[0]);
    size_t node = inputs[0];
    if (found.layer != nullptr) {
      node = builder_.Add(std::move(found.layer), std::move(inputs), std::move(found.parameters));
    }
    for (LayerPointer& layer : found.then) node = builder_.Add(std::move(layer), {node});
    if (found.reshaped) node = builder_.Reshape(node, *found.reshaped);
    SetValue(found.output, node, channels_last);
    covered_.merge(found.nodes);
  }

  OnnxGraph graph_;
  NetworkBuilder builder_;
  size_t most_folded_;
  std::map<std::string, Value> values_;
  std::set<size_t> covered_;
};

}  // namespace

NetworkOfGraph ReadNetwork(OnnxGraph graph, size_t file_bytes) {
  return NetworkReader(std::move(graph), file_bytes).Read();
}

}  // namespace ramp
