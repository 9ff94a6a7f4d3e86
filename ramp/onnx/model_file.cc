#include "ramp/onnx/model_file.h"

#include <fmt/format.h>

#include "ramp/base/error.h"
#include "ramp/base/file.h"
#include "ramp/onnx/graph_format.h"
#include "ramp/onnx/network_reader.h"

namespace ramp {
namespace {

// What a protobuf message can hold.
constexpr size_t kMostBytes = (size_t{1} << 31) - 1;

}  // namespace

void WriteModel(const std::string& path, const Network& network, const Metadata& metadata) {
  WriteFileWhole(path, WriteGraph(network, metadata));
}

ModelFile ReadModelBytes(std::string_view bytes, const std::string& name) {
  try {
    ReadResult read = ReadGraph(bytes);
    NetworkOfGraph found = ReadNetwork(std::move(read.graph), bytes.size());
    return {std::move(found.network), std::move(read.metadata), found.channels_moved};
  } catch (const Error& error) {
    // Whatever is wrong with a file is no wrong usage.
    throw Error(fmt::format("{}: {}", name, error.what()));
  }
}

ModelFile ReadModel(const std::string& path) { return ReadModelBytes(ReadFileWhole(path, kMostBytes), path); }

}  // namespace ramp
