// Bytes are a model whose network can be written and read again, or refused with an Error.
#include "ramp/base/error.h"
#include "ramp/onnx/graph_format.h"
#include "ramp/onnx/model_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const ramp::ModelFile model = ramp::ReadModelBytes(bytes, "fuzz.onnx");
    const std::string written = ramp::WriteGraph(model.network, model.metadata);
    const ramp::ModelFile again = ramp::ReadModelBytes(written, "again.onnx");
    if (again.network.output_shape() != model.network.output_shape()) __builtin_trap();
  } catch (const ramp::Error&) {
  }
  return 0;
}
