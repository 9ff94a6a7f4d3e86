// Layers. A layer is an immutable value: how it is written, which shape and parameters it has, which memory it needs,
// and how it makes its step of a plan. It holds no parameters and no activations, so networks and plans share it.
#ifndef RAMP_NETWORK_LAYER_H_
#define RAMP_NETWORK_LAYER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ramp/base/random.h"
#include "ramp/base/shape.h"
#include "ramp/network/onnx_form.h"
#include "ramp/network/precision.h"

namespace ramp {

struct Activation;
class LayerWords;  // the words of one layer in a network text, see network_text.h
class Layer;
using Shapes = std::vector<Shape>;
using LayerPointer = std::shared_ptr<const Layer>;

// One array of parameters of a layer.
struct ParameterBlock {
  // Weight decay and initialisation tell them apart. A statistic is no parameter in the strict sense: no step
  // changes it, but forward may keep it up to date (running means of a norm). Its gradient is always zero.
  enum class Kind { kWeight, kBias, kSlope, kScale, kShift, kStatistic };
  std::string name;  // "weight"
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
  bool in_place = false;     // the output may overwrite the (first) input, and its gradient that of the output
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

// What the layer at `stream` draws from in the step of the training that has this key.
inline uint64_t DrawKey(uint64_t step_key, uint64_t stream) { return Random::Mix(step_key ^ Random::Mix(stream)); }

// Everything that a step is made of. Gradients are null in inference; the gradient of the network's input is never
// asked for. Most layers have one input; a join of branches has several.
struct StepContext {
  size_t batch = 0;
  bool training = false;
  Precision precision = Precision::kFloat32;
  Shapes input_shapes = {};
  Shape output_shape = {};
  std::vector<const float*> inputs = {};         // each [batch, input_shape]
  float* output = nullptr;                       // [batch, output_shape]
  float* output_gradient = nullptr;              // [batch, output_shape]; backward may destroy it
  std::vector<float*> input_gradients = {};      // [batch, input_shape], to be set, or null where nobody wants it
  std::vector<const float*> parameters = {};     // one for each block
  std::vector<float*> parameter_gradients = {};  // the step adds nothing: it sets them
  std::vector<float*> statistics = {};           // in training, one for each block: null unless it is a kStatistic
  std::byte* saved = nullptr;                    // MemoryDemand::saved_bytes, 64-byte aligned
  std::byte* scratch = nullptr;                  // MemoryDemand::scratch_bytes
  ActivationContext activation = {};             // the layer itself if it is one, or the one that it takes in
  const uint64_t* random_key = nullptr;          // changes with each step of the training; dropout draws from it
  uint64_t random_stream = 0;                    // tells the layers of a network apart

  const Shape& input_shape() const { return input_shapes[0]; }
  const float* input() const { return inputs[0]; }
  float* input_gradient() const { return input_gradients.empty() ? nullptr : input_gradients[0]; }
  // Of the step that is under way.
  uint64_t draw_key() const { return DrawKey(*random_key, random_stream); }
};

// What a layer's reference computes from: a whole batch in double precision.
struct ReferenceContext {
  size_t batch = 0;
  bool training = false;
  uint64_t draw_key = 0;
  Shapes input_shapes = {};
  Shape output_shape = {};
  std::vector<std::vector<double>> inputs = {};          // each [batch, input_shape]
  std::vector<std::span<const double>> parameters = {};  // one for each block

  const std::vector<double>& input() const { return inputs[0]; }
  const Shape& input_shape() const { return input_shapes[0]; }
};

class Layer {
 public:
  virtual ~Layer() = default;
  // As it is written in a network text: "dense 256".
  virtual std::string Text() const = 0;
  // Throws UsageError when it cannot follow such inputs.
  virtual Shape OutputShape(const Shapes& inputs) const = 0;
  virtual std::vector<ParameterBlock> Parameters(const Shapes& /*inputs*/) const { return {}; }
  // Some of its statistics are fitted to the inputs of the training rows before the first step, see ramp::FitInputs.
  virtual bool FitsInputs() const { return false; }
  // `inputs` are some rows' [rows, shapes[0]]; `parameters` has one span for each block.
  virtual void FitInputs(const Shapes& /*shapes*/, std::span<const float> /*inputs*/,
                         std::span<const std::span<float>> /*parameters*/) const {}
  // Inference may leave it out (dropout).
  virtual bool OnlyInTraining() const { return false; }
  // The loss of a classification, and its answers, contain it: a network need not end in it.
  virtual bool InLoss() const { return false; }
  // The activation that this layer is, if it is one: its gates are watched.
  virtual const Activation* activation() const { return nullptr; }
  virtual std::array<float, 2> activation_parameters() const { return {}; }
  // It can take the activation that follows it into its step.
  virtual bool TakesActivation() const { return false; }
  // `taken` is the activation taken in, or null.
  virtual MemoryDemand Demand(const Shapes& inputs, size_t batch, bool training, const Activation* taken) const = 0;
  virtual std::unique_ptr<Step> MakeStep(const StepContext& context) const = 0;
  // The output [batch, output_shape] straight from the definition, in double precision: the oracle that steps and their
  // gradients are checked against. A layer that inference leaves out is left out.
  virtual std::vector<double> Reference(const ReferenceContext& context) const = 0;
  // Writes its inference to ONNX: `inputs` are values' names, the result is the output's name. `parameters` has one
  // span for each block of Parameters(shapes).
  virtual std::string WriteOnnx(OnnxWriter& writer, const std::vector<std::string>& inputs, const Shapes& shapes,
                                std::span<const std::span<const float>> parameters) const = 0;
};

// A layer recognised in an ONNX graph.
struct LayerFromOnnx {
  LayerPointer layer = nullptr;                     // none: the values stay as they are, but are reshaped
  std::vector<std::vector<float>> parameters = {};  // one for each block; one value stands for all of a block
  std::string output = {};                          // the value in which it ends
  std::set<size_t> nodes = {};                      // further nodes that it covers, which write other values
  std::vector<LayerPointer> then = {};              // layers without parameters, one behind the other, behind it
  std::optional<Shape> reshaped = {};               // the shape in which the graph goes on, where it is another
  bool flattens = false;                            // it reads the values alone, whatever their shape
};

// One row of the table of layers.
struct LayerDefinition {
  std::string_view name;      // "dense"
  std::string_view notation;  // "dense [UNITS]"
  std::string summary;
  LayerPointer (*parse)(LayerWords& words) = nullptr;
  // It joins branches that begin at one value: "residual(dense 8, relu | dense 8)". A single branch is joined with that
  // value itself, which comes last.
  bool joins = false;
  // The layer that begins at a place of a graph (a join: with all inputs of the node), or nothing.
  std::optional<LayerFromOnnx> (*from_onnx)(const OnnxPlace& place) = nullptr;
};

// The layers; every activation of the family is one, too, and is listed by Activations().
std::span<const LayerDefinition> Layers();

}  // namespace ramp

#endif  // RAMP_NETWORK_LAYER_H_
