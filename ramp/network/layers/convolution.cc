// conv and conv1d: every unit sums what stands in its window, over pictures and over sequences.
#include "ramp/network/convolution.h"

#include <fmt/format.h>

#include <algorithm>

#include "ramp/base/error.h"
#include "ramp/network/bias_and_activation.h"
#include "ramp/network/channels_first.h"
#include "ramp/network/layers/layers.h"
#include "ramp/network/window_options.h"

namespace ramp {
namespace {

constexpr size_t kMostUnits = size_t{1} << 20;
constexpr size_t kMostWeights = size_t{1} << 31;

struct Options {
  size_t units = 0;
  size_t groups = 1;
  WindowOptions windows = {};
};

ConvolutionSizes SizesOf(const Options& options, const Shape& shape, size_t batch) {
  const auto axes = options.windows.Axes(shape);
  return {batch, shape.units(), options.units, options.groups, axes[0], axes[1]};
}

// The three products, and behind them the activation. The bias is added by the first.
class ConvolutionStep final : public Step {
 public:
  ConvolutionStep(const StepContext& c, const ConvolutionSizes& sizes) : behind_(c, 1, true) {
    float* scratch = reinterpret_cast<float*>(c.scratch);
    forward_ = Convolution::Forward(sizes, c.input(), c.parameters[0], c.parameters[1], BiasAndActivation::Products(c),
                                    scratch);
    if (!c.training) return;
    weight_gradient_ =
        Convolution::WeightGradient(sizes, c.input(), c.output_gradient, c.parameter_gradients[0], scratch);
    if (c.input_gradient() == nullptr) return;
    input_gradient_ =
        Convolution::InputGradient(sizes, c.output_gradient, c.parameters[0], c.input_gradient(), scratch);
  }

  void Forward() override {
    forward_.Run();
    behind_.Forward();
  }
  void Backward() override {
    behind_.Backward();
    weight_gradient_.Run();
    input_gradient_.Run();
  }

 private:
  BiasAndActivation behind_;
  Convolution forward_, weight_gradient_, input_gradient_;
};

// Both layers pad like this unless the text says otherwise.
constexpr WindowOptions kUsual{.same = true};

class ConvolutionLayer final : public Layer {
 public:
  explicit ConvolutionLayer(const Options& options) : options_(options) {}

  std::string Text() const override {
    const WindowOptions& windows = options_.windows;
    const LayerDefinition& definition = windows.axes == 1 ? SequenceConvolutionDefinition() : ConvolutionDefinition();
    const std::string groups = options_.groups == 1 ? "" : fmt::format(" groups {}", options_.groups);
    const std::string size = windows.axes == 1 ? fmt::format("{}", windows.window[0])
                                               : fmt::format("{}x{}", windows.window[0], windows.window[1]);
    return fmt::format("{} {} {}{}{}", definition.name, options_.units, size, windows.Text(kUsual), groups);
  }
  Shape OutputShape(const Shapes& inputs) const override {
    const Shape output = options_.windows.OutputShape(Text(), inputs[0], options_.units);
    const size_t channels = inputs[0].units();
    if (channels % options_.groups != 0 || options_.units % options_.groups != 0) {
      throw UsageError(
          fmt::format("network: '{}' cannot part {} channels into {} units by {} groups: take a number of "
                      "groups that divides both",
                      Text(), channels, options_.units, options_.groups));
    }
    const size_t elements = options_.windows.window[0] * options_.windows.window[1];
    if (channels / options_.groups > kMostWeights / elements / options_.units) {
      throw UsageError(fmt::format("network: '{}' has more than {} weights for {} channels: make it smaller", Text(),
                                   kMostWeights, channels));
    }
    return output;
  }
  std::vector<ParameterBlock> Parameters(const Shapes& shapes) const override {
    const auto& window = options_.windows.window;
    const size_t channels = shapes[0].units() / options_.groups, elements = window[0] * window[1];
    Shape shape{window[0], window[1], channels, options_.units};
    if (options_.windows.axes == 1) shape = {window[0], channels, options_.units};
    return {{"weight", ParameterBlock::Kind::kWeight, shape, elements * channels,
             elements * options_.units / options_.groups, 0},
            {"bias", ParameterBlock::Kind::kBias, {options_.units}, 0, 0, 0}};
  }
  bool TakesActivation() const override { return true; }
  MemoryDemand Demand(const Shapes& inputs, size_t batch, bool training, const Activation* taken) const override {
    const ConvolutionSizes sizes = SizesOf(options_, inputs[0], batch);
    const size_t rows = batch * sizes.height.output() * sizes.width.output();
    MemoryDemand demand = BiasAndActivation::Demand(rows, options_.units, training, taken);
    demand.backward_reads_input = true;
    demand.scratch_bytes = std::max(demand.scratch_bytes, Convolution::ScratchFloats(sizes) * sizeof(float));
    return demand;
  }
  std::unique_ptr<Step> MakeStep(const StepContext& c) const override {
    return std::make_unique<ConvolutionStep>(c, SizesOf(options_, c.input_shape(), c.batch));
  }

  std::vector<double> Reference(const ReferenceContext& c) const override {
    const ConvolutionSizes s = SizesOf(options_, c.input_shape(), c.batch);
    std::vector<double> output;
    for (size_t example = 0; example < s.batch; ++example) {
      for (size_t y = 0; y < s.height.output(); ++y) {
        for (size_t x = 0; x < s.width.output(); ++x) {
          for (size_t unit = 0; unit < s.out_channels; ++unit) {
            output.push_back(c.parameters[1][unit] + ReferenceSum(c, s, example, y, x, unit));
          }
        }
      }
    }
    return output;
  }

  std::string WriteOnnx(OnnxWriter& writer, const std::vector<std::string>& inputs, const Shapes& shapes,
                        std::span<const std::span<const float>> parameters) const override {
    const Shape& shape = shapes[0];
    OnnxAttributes attributes = options_.windows.ToOnnx(shape);
    if (options_.groups > 1) attributes["group"] = static_cast<int64_t>(options_.groups);
    const auto& window = options_.windows.window;
    const size_t channels = shape.units() / options_.groups, elements = window[0] * window[1];
    std::vector<float> weights(parameters[0].size());
    for (size_t unit = 0; unit < options_.units; ++unit) {
      for (size_t channel = 0; channel < channels; ++channel) {
        for (size_t element = 0; element < elements; ++element) {
          weights[(unit * channels + channel) * elements + element] =
              parameters[0][(element * channels + channel) * options_.units + unit];
        }
      }
    }
    Shape weight_shape{options_.units, channels, window[0], window[1]};
    if (options_.windows.axes == 1) weight_shape = {options_.units, channels, window[0]};
    return WriteChannelsFirst(writer, inputs[0], shape, [&](const std::string& input) {
      return writer.Node("Conv",
                         {input, writer.Initializer("weight", weight_shape, weights),
                          writer.Initializer("bias", {options_.units}, parameters[1])},
                         attributes);
    });
  }

 private:
  // The products of one unit at one place.
  static double ReferenceSum(const ReferenceContext& c, const ConvolutionSizes& s, size_t example, size_t y, size_t x,
                             size_t unit) {
    const size_t channels = s.in_channels / s.groups, group = unit / (s.out_channels / s.groups);
    double sum = 0;
    for (size_t ky = 0; ky < s.height.window; ++ky) {
      for (size_t kx = 0; kx < s.width.window; ++kx) {
        // Wraps around, and so lies outside, where it is negative.
        const size_t row = y * s.height.stride + ky * s.height.dilation - s.height.pad_before;
        const size_t column = x * s.width.stride + kx * s.width.dilation - s.width.pad_before;
        if (row >= s.height.input || column >= s.width.input) continue;
        const size_t pixel = (example * s.height.input + row) * s.width.input + column;
        for (size_t channel = 0; channel < channels; ++channel) {
          const size_t weight = ((ky * s.width.window + kx) * channels + channel) * s.out_channels + unit;
          sum += c.input()[pixel * s.in_channels + group * channels + channel] * c.parameters[0][weight];
        }
      }
    }
    return sum;
  }

  Options options_;
};

LayerPointer ParseWithAxes(LayerWords& words, size_t axes) {
  Options options{.windows = kUsual};
  options.windows.axes = axes;
  options.units = words.Count("the number of units", 1, kMostUnits);
  options.windows.window = ReadWindowPair(words, "the size of the window", 1, axes);
  while (true) {
    if (words.Take("groups")) {
      options.groups = words.Count("the number of groups", 1, kMostUnits);
    } else if (!ReadWindowOption(words, options.windows)) {
      return std::make_shared<ConvolutionLayer>(options);
    }
  }
}

LayerPointer ParsePicture(LayerWords& words) { return ParseWithAxes(words, 2); }
LayerPointer ParseSequence(LayerWords& words) { return ParseWithAxes(words, 1); }

std::optional<LayerFromOnnx> FromOnnx(const OnnxPlace& place, size_t axes) {
  const OnnxNode& node = place.node();
  const Shape& shape = place.shape();
  const OnnxTensor* tensor = place.Constant(1);
  if (node.op != "Conv" || node.inputs[0] != place.value() || !place.channels_first || shape.rank() != axes + 1 ||
      tensor == nullptr || tensor->shape.rank() != axes + 2) {
    return std::nullopt;
  }
  const auto windows = WindowOptions::FromOnnx(node, std::span(tensor->shape.sizes()).subspan(2), shape);
  const double groups = node.Number("group").value_or(1);
  const size_t units = tensor->shape[0], channels = tensor->shape[1];
  if (!windows || !(groups >= 1) || groups != static_cast<double>(shape.units() / channels) ||
      shape.units() % channels != 0 || units % (shape.units() / channels) != 0 || units > kMostUnits) {
    return std::nullopt;
  }
  std::vector<float> weights(tensor->values.size()), bias(units);
  const size_t elements = windows->window[0] * windows->window[1];
  for (size_t unit = 0; unit < units; ++unit) {
    for (size_t channel = 0; channel < channels; ++channel) {
      for (size_t element = 0; element < elements; ++element) {
        weights[(element * channels + channel) * units + unit] =
            tensor->values[(unit * channels + channel) * elements + element];
      }
    }
  }
  if (node.inputs.size() > 2) {
    const OnnxTensor* given = place.Constant(2);
    if (given == nullptr || given->values.size() != units) return std::nullopt;
    bias = given->values;
  }
  const Options options{.units = units, .groups = shape.units() / channels, .windows = *windows};
  return LayerFromOnnx{.layer = std::make_shared<ConvolutionLayer>(options),
                       .parameters = {std::move(weights), std::move(bias)},
                       .output = node.outputs[0]};
}

// A product with a matrix at each place is a convolution whose window is that place.
std::optional<LayerFromOnnx> FromMatrixProduct(const OnnxPlace& place, size_t axes) {
  const OnnxNode& node = place.node();
  const OnnxTensor* matrix = place.Constant(1);
  if (node.op != "MatMul" || place.channels_first || place.shape().rank() != axes + 1 || matrix == nullptr ||
      matrix->shape.rank() != 2 || matrix->shape[0] != place.shape().units() || matrix->shape[1] > kMostUnits) {
    return std::nullopt;
  }
  Options options{.units = matrix->shape[1], .windows = kUsual};
  options.windows.axes = axes;
  LayerFromOnnx found{.layer = std::make_shared<ConvolutionLayer>(options),
                      .parameters = {matrix->values, {0}},
                      .output = node.outputs[0]};
  const OnnxNode* add = found.output == place.graph.output ? nullptr : place.graph.OnlyReader(found.output);
  if (add == nullptr || add->op != "Add" || add->inputs.size() != 2) return found;
  const OnnxTensor* bias = place.graph.Constant(add->inputs[add->inputs[0] == found.output ? 1 : 0]);
  if (bias == nullptr || bias->values.size() != options.units || bias->shape.units() != options.units) return found;
  found.parameters[1] = bias->values;
  found.output = add->outputs[0];
  return found;
}

std::optional<LayerFromOnnx> PictureFromOnnx(const OnnxPlace& place) {
  auto found = FromOnnx(place, 2);
  return found ? std::move(found) : FromMatrixProduct(place, 2);
}
std::optional<LayerFromOnnx> SequenceFromOnnx(const OnnxPlace& place) {
  auto found = FromOnnx(place, 1);
  return found ? std::move(found) : FromMatrixProduct(place, 1);
}

}  // namespace

const LayerDefinition& ConvolutionDefinition() {
  static const LayerDefinition definition{
      .name = "conv",
      .notation = "conv UNITS HEIGHTxWIDTH [stride N] [pad N|same|valid] [dilation N] [groups N]",
      .summary =
          "every unit sums its window, which slides over a picture; padded to the same size unless told otherwise",
      .parse = ParsePicture,
      .from_onnx = PictureFromOnnx};
  return definition;
}

const LayerDefinition& SequenceConvolutionDefinition() {
  static const LayerDefinition definition{
      .name = "conv1d",
      .notation = "conv1d UNITS LENGTH [stride N] [pad N|same|valid] [dilation N] [groups N]",
      .summary = "every unit sums its window, which slides along a sequence",
      .parse = ParseSequence,
      .from_onnx = SequenceFromOnnx};
  return definition;
}

}  // namespace ramp
