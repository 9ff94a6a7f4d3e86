#include "ramp/onnx/model_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ramp/base/error.h"
#include "ramp/base/file.h"
#include "ramp/network/activation_onnx.h"
#include "ramp/network/layers/layers.h"
#include "ramp/onnx/graph_format.h"

namespace ramp {
namespace {

// What a protobuf message can hold.
constexpr size_t kMostBytes = (size_t{1} << 31) - 1;

// The layers of a graph, from its input to its output.
class ChainReader {
 public:
  // `file_bytes` bounds the number of parameters: a small file may name one tensor many times.
  ChainReader(const OnnxGraph& graph, size_t file_bytes)
      : graph_(graph), most_parameters_(file_bytes + kSmallNetwork), shape_(graph.input_shape) {}

  Network Read() {
    std::string value = graph_.input;
    while (value != graph_.output) {
      LayerFromOnnx found = ReadLayer(value);
      value = found.output;
      Add(std::move(found));
    }
    Network network(std::move(layers_), graph_.input_shape);
    for (size_t i = 0; i < parameters_.size(); ++i) {
      std::ranges::copy(parameters_[i], network.parameters(network.blocks()[i]).begin());
    }
    return network;
  }

 private:
  static constexpr size_t kSmallNetwork = size_t{1} << 16;

  LayerFromOnnx ReadLayer(const std::string& value) const {
    for (const LayerDefinition& definition : Layers()) {
      if (definition.from_onnx == nullptr) continue;
      if (auto found = definition.from_onnx(graph_, value, shape_)) return std::move(*found);
    }
    if (auto found = MatchActivation(graph_, value)) return FromActivation(std::move(*found));
    Fail(value);
  }

  LayerFromOnnx FromActivation(MatchedActivation found) const {
    LayerFromOnnx layer{.layer = MakeActivationLayer(*found.activation, found.parameters),
                        .parameters = {},
                        .output = std::move(found.output),
                        .nodes = found.nodes};
    if (found.activation->learned()) {
      if (found.learned.size() == 1 && shape_.units() <= most_parameters_)
        found.learned.resize(shape_.units(), found.learned[0]);
      layer.parameters.push_back(std::move(found.learned));
    }
    return layer;
  }

  [[noreturn]] void Fail(const std::string& value) const {
    const auto readers = graph_.readers.find(value);
    if (readers == graph_.readers.end()) throw Error(fmt::format("its output does not depend on '{}'", value));
    if (readers->second.size() > 1) {
      throw Error(fmt::format("'{}' goes to {} and to {}: only chains of layers are read here", value,
                              graph_.nodes[readers->second[0]].Title(), graph_.nodes[readers->second[1]].Title()));
    }
    throw Error(
        fmt::format("{}: no layer or activation known here is this operator with these attributes and inputs, on "
                    "an input of shape {}",
                    graph_.nodes[readers->second[0]].Title(), shape_.text()));
  }

  void Add(LayerFromOnnx found) {
    const std::vector<ParameterBlock> blocks = found.layer->Parameters({shape_});
    const std::string title = fmt::format("layer {} ({})", layers_.size() + 1, found.layer->Text());
    for (size_t i = 0; i < blocks.size(); ++i) {
      std::vector<float>& values = found.parameters.at(i);
      if (values.size() != blocks[i].shape.count()) {
        throw Error(fmt::format("{}: its {} has {} values where its input of shape {} needs {}", title, blocks[i].name,
                                values.size(), shape_.text(), blocks[i].shape.count()));
      }
      if (!std::ranges::all_of(values, [](float value) { return std::isfinite(value); })) {
        throw Error(fmt::format("{}: its {} has a value that is not finite", title, blocks[i].name));
      }
      if (values.size() > most_parameters_ - parameter_count_) {
        throw Error(
            fmt::format("{}: with its {} the network has more parameters than the file holds", title, blocks[i].name));
      }
      parameter_count_ += values.size();
      parameters_.push_back(std::move(values));
    }
    shape_ = found.layer->OutputShape({shape_});
    layers_.push_back({std::move(found.layer), {layers_.size() - 1}});
  }

  const OnnxGraph& graph_;
  size_t most_parameters_;
  size_t parameter_count_ = 0;
  Shape shape_;
  std::vector<GraphNode> layers_;  // each reads the one before it; the first reads kNetworkInput, which is -1
  std::vector<std::vector<float>> parameters_;
};

}  // namespace

void WriteModel(const std::string& path, const Network& network, const Metadata& metadata) {
  WriteFileWhole(path, WriteGraph(network, metadata));
}

ModelFile ReadModelBytes(std::string_view bytes, const std::string& name) {
  try {
    ReadResult read = ReadGraph(bytes);
    return {ChainReader(read.graph, bytes.size()).Read(), std::move(read.metadata)};
  } catch (const Error& error) {
    // Whatever is wrong with a file is no wrong usage.
    throw Error(fmt::format("{}: {}", name, error.what()));
  }
}

ModelFile ReadModel(const std::string& path) { return ReadModelBytes(ReadFileWhole(path, kMostBytes), path); }

}  // namespace ramp
