// Layers. A layer is an immutable value: how it is written, which shape and parameters it has, which memory it needs,
// and how it makes its step of a plan. It holds no parameters and no activations, so networks and plans share it.
#ifndef RAMP_NETWORK_LAYER_H_
#define RAMP_NETWORK_LAYER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ramp/base/shape.h"
#include "ramp/network/onnx_form.h"

namespace ramp {

struct Activation;
class LayerWords;  // the words of one layer in a network text, see network_text.h
class Layer;
using LayerPointer = std::shared_ptr<const Layer>;

// One array of parameters of a layer.
struct ParameterBlock {
  enum class Kind { kWeight, kBias, kSlope };  // weight decay and initialisation tell them apart
  std::string name;                            // "weight"
  Kind kind = Kind::kWeight;
  Shape shape;         // dense weight: [inputs, units]
  size_t fan_in = 0;   // weights: the number of inputs that a unit sums
  size_t fan_out = 0;  // and the number of units that an input reaches
  float initial = 0;   // biases and slopes start here
};

// What a step needs from the plan's arena, said before anything is created.
struct MemoryDemand {
  bool backward_reads_input = false;
  bool backward_reads_output = false;
  bool in_place = false;     // the output may overwrite the input
  size_t saved_bytes = 0;    // own memory that lives from forward to backward
  size_t scratch_bytes = 0;  // own memory within one forward or one backward
};

// A layer at work in one plan: all pointers are fixed when it is made. It neither throws nor allocates.
class Step {
 public:
  virtual ~Step() = default;
  virtual void Forward() = 0;
  virtual void Backward() = 0;
};

// What an activation needs beyond its input and output. The layer before it may take it into its own step (bias +
// activation + gates in one pass over the memory).
struct ActivationContext {
  const Activation* activation = nullptr;  // null: none
  std::array<float, 2> parameters = {};
  uint64_t* gates = nullptr;          // [batch x rows, units], see Gates; null when nobody reads them
  const float* learned = nullptr;     // [units]
  float* learned_gradient = nullptr;  // [units], set by backward
};

// Everything that a step is made of. Gradients are null in inference; the gradient of the network's input is never
// asked for.
struct StepContext {
  size_t batch = 0;
  bool training = false;
  Shape input_shape = {}, output_shape = {};
  const float* input = nullptr;                  // [batch, input_shape]
  float* output = nullptr;                       // [batch, output_shape]
  float* output_gradient = nullptr;              // [batch, output_shape]; backward may destroy it
  float* input_gradient = nullptr;               // [batch, input_shape], or null when nobody wants it
  std::vector<const float*> parameters = {};     // one for each block
  std::vector<float*> parameter_gradients = {};  // the step adds nothing: it sets them
  std::byte* saved = nullptr;                    // MemoryDemand::saved_bytes, 64-byte aligned
  std::byte* scratch = nullptr;                  // MemoryDemand::scratch_bytes
  ActivationContext activation = {};             // the layer itself if it is one, or the one that it takes in
  const uint64_t* random_key = nullptr;          // changes with each step of the training; dropout draws from it
  uint64_t random_stream = 0;                    // tells the layers of a network apart
};

class Layer {
 public:
  virtual ~Layer() = default;
  // As it is written in a network text: "dense 256".
  virtual std::string Text() const = 0;
  // Throws UsageError when it cannot follow such an input.
  virtual Shape OutputShape(const Shape& input) const = 0;
  virtual std::vector<ParameterBlock> Parameters(const Shape& /*input*/) const { return {}; }
  // Inference may leave it out (dropout).
  virtual bool OnlyInTraining() const { return false; }
  // The activation that this layer is, if it is one: its gates are watched.
  virtual const Activation* activation() const { return nullptr; }
  virtual std::array<float, 2> activation_parameters() const { return {}; }
  // It can take the activation that follows it into its step.
  virtual bool TakesActivation() const { return false; }
  // `taken` is the activation taken in, or null.
  virtual MemoryDemand Demand(const Shape& input, size_t batch, bool training, const Activation* taken) const = 0;
  virtual std::unique_ptr<Step> MakeStep(const StepContext& context) const = 0;
  // Writes its inference to ONNX: `input` is a value's name, the result is the output's name. `parameters` has one span
  // for each block of Parameters(shape).
  virtual std::string WriteOnnx(OnnxWriter& writer, const std::string& input, const Shape& shape,
                                std::span<const std::span<const float>> parameters) const = 0;
};

// A layer recognised in an ONNX graph.
struct LayerFromOnnx {
  LayerPointer layer;
  std::vector<std::vector<float>> parameters;  // one for each block
  std::string output;                          // the value in which it ends
  size_t nodes = 0;                            // how many nodes it covers
};

// One row of the table of layers.
struct LayerDefinition {
  std::string_view name;      // "dense"
  std::string_view notation;  // "dense [UNITS]"
  std::string_view summary;
  LayerPointer (*parse)(LayerWords& words) = nullptr;
  // The layer that begins at `value` (of that shape), or nothing.
  std::optional<LayerFromOnnx> (*from_onnx)(const OnnxGraph& graph, const std::string& value,
                                            const Shape& shape) = nullptr;
};

// The layers; every activation of the family is one, too, and is listed by Activations().
std::span<const LayerDefinition> Layers();

}  // namespace ramp

#endif  // RAMP_NETWORK_LAYER_H_
