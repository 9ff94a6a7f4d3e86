// Writes networks as model files, each with inputs and with the outputs that ramp computes from them, for check.mjs.
//
//   onnx_runtime_cases FOLDER
//
// A case is a folder FOLDER/NAME with model.onnx, input.f32 and output.f32 (raw floats of this machine, row-major), and
// case.json, which has their shapes. Every model must also please ONNX's own checker. The seeds are fixed and all runs
// on one thread, so that the cases are the same each time.
#include <fmt/format.h>
#include <onnx/checker.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "ramp/activation/activation.h"
#include "ramp/base/error.h"
#include "ramp/base/file.h"
#include "ramp/base/parallel.h"
#include "ramp/base/random.h"
#include "ramp/data/source.h"
#include "ramp/network/initialize.h"
#include "ramp/network/plan.h"
#include "ramp/onnx/model_file.h"
#include "ramp/onnx/test_foreign_models.h"
#include "ramp/training/trainer.h"

namespace ramp {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kRows = 200;
constexpr uint64_t kParameterStream = 1, kInputStream = 2;

std::string BytesOf(std::span<const float> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

std::vector<size_t> WithRows(const Shape& shape) {
  std::vector<size_t> sizes = {kRows};
  for (const size_t size : shape.sizes()) sizes.push_back(size);
  return sizes;
}

class CaseWriter {
 public:
  explicit CaseWriter(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // `inputs` is [kRows, the network's input].
  void Write(const std::string& name, const Network& network, std::span<const float> inputs, const Metadata& metadata) {
    const std::filesystem::path folder = folder_ / name;
    if (!std::filesystem::create_directories(folder)) throw Error(name + ": two cases have this name");
    const std::string model = folder / "model.onnx";
    WriteModel(model, network, metadata);
    Check(name, model);

    Plan plan(network, kRows, PlanMode::kInference);
    std::ranges::copy(inputs, plan.input().begin());
    plan.Forward();
    if (!std::ranges::all_of(plan.output(), [](float value) { return std::isfinite(value); })) {
      throw Error(name + ": an output is not finite, which says nothing: choose milder parameters");
    }
    WriteFileWhole(folder / "input.f32", BytesOf(inputs));
    WriteFileWhole(folder / "output.f32", BytesOf(plan.output()));
    const Json description = {{"network", network.Text()},
                              {"input_shape", WithRows(network.input_shape())},
                              {"output_shape", WithRows(network.output_shape())}};
    WriteFileWhole(folder / "case.json", description.dump(2) + "\n");
  }

  // A model that ramp did not write; `inputs` are as the file has them, [kRows, sizes].
  void WriteForeign(const std::string& name, const std::string& model, const std::vector<int64_t>& sizes,
                    const std::vector<float>& inputs) {
    const std::filesystem::path folder = folder_ / name;
    if (!std::filesystem::create_directories(folder)) throw Error(name + ": two cases have this name");
    WriteFileWhole(folder / "model.onnx", model);
    const ModelFile read = ReadModelBytes(model, name);
    Plan plan(read.network, kRows, PlanMode::kInference);
    const size_t count = read.network.input_shape().count(), channels = read.network.input_shape().units();
    for (size_t i = 0; i < inputs.size(); ++i) {
      const size_t first = i / count * count, channel = i % count / (count / channels), place = i % (count / channels);
      plan.input()[read.channels_moved ? first + place * channels + channel : i] = inputs[i];
    }
    plan.Forward();
    WriteFileWhole(folder / "input.f32", BytesOf(inputs));
    WriteFileWhole(folder / "output.f32", BytesOf(plan.output()));
    std::vector<size_t> shape = {kRows};
    shape.insert(shape.end(), sizes.begin(), sizes.end());
    const Json description = {{"network", read.network.Text()},
                              {"input_shape", shape},
                              {"output_shape", WithRows(read.network.output_shape())}};
    WriteFileWhole(folder / "case.json", description.dump(2) + "\n");
  }

  // With parameters and inputs drawn by chance; the inputs reach into the tails of the activations.
  void WriteRandom(const std::string& name, const std::string& text, const Shape& input) {
    Network network(text, input, 1);
    Initialize(network, "", 1);
    Random random(1, kParameterStream);
    for (const PlacedBlock& placed : network.blocks()) {
      const bool slope = placed.block.kind == ParameterBlock::Kind::kSlope;
      if (placed.block.kind == ParameterBlock::Kind::kWeight) continue;
      for (float& value : network.parameters(placed)) {
        value = static_cast<float>(slope ? random.Uniform(-0.5, 1.5) : random.Normal());
        // One of them is a variance.
        if (placed.block.kind == ParameterBlock::Kind::kStatistic) value = 0.5f + std::abs(value);
      }
    }
    std::vector<float> inputs(kRows * input.count());
    Random input_random(1, kInputStream);
    for (float& value : inputs) value = static_cast<float>(3 * input_random.Normal());
    Write(name, network, inputs, {{"note", "a metadata entry"}});
  }

 private:
  static void Check(const std::string& name, const std::string& model) {
    try {
      onnx::checker::check_model(model);
    } catch (const onnx::checker::ValidationError& error) {
      throw Error(fmt::format("{}: ONNX's checker refuses {}: {}", name, model, error.what()));
    }
  }

  std::filesystem::path folder_;
};

// "prelu", and with every parameter well below and well above its usual value.
std::vector<std::pair<std::string, std::string>> Variants(const Activation& activation) {
  const std::string name(activation.name);
  std::vector<std::pair<std::string, std::string>> variants = {{name, name}};
  if (activation.parameters.empty()) return variants;
  std::string less = name, more = name;
  for (const ActivationParameter& parameter : activation.parameters) {
    less += fmt::format(" {}", std::clamp(0.5f * parameter.initial, parameter.low, parameter.high));
    more += fmt::format(" {}", std::clamp(1.5f * parameter.initial + 0.375f, parameter.low, parameter.high));
  }
  variants.emplace_back(name + "-less", less);
  variants.emplace_back(name + "-more", more);
  return variants;
}

void WriteGraphs(CaseWriter& cases) {
  cases.WriteRandom("residual", "dense 9, relu, residual(dense 9, relu, dense 9), residual(relu | dense 9 | ), dense 5",
                    {12});
  cases.WriteRandom("concat", "concat(dense 4, relu | dense 3, concat(tanh)), dense 5", {12});
  cases.WriteRandom("labels", "a: dense 5, b: relu, residual(a | b), c: dense 5, residual(b | c), dense 3", {12});
  cases.WriteRandom("flatten", "relu, flatten, dense 5", {5, 4, 3});
  cases.WriteRandom("crelu", "dense 8, crelu, dense 5", {12});
  cases.WriteRandom("crelu-of-picture", "crelu, dense 5", {5, 4, 3});
  cases.WriteRandom("maxout", "dense 12, maxout 3, dense 5", {12});
  cases.WriteRandom("maxout-of-picture", "maxout 2, dense 5", {5, 4, 6});
  for (const Activation& activation : Activations()) {
    for (const std::string_view gated : {activation.gated, activation.gated_twice}) {
      if (!gated.empty()) cases.WriteRandom(std::string(gated), fmt::format("dense 8, {}, dense 5", gated), {12});
    }
  }
  Network network("embedding 6 20, dense 5", {7}, 1);
  Initialize(network, "", 1);
  std::vector<float> tokens(kRows * 7);
  Random random(1, kInputStream);
  for (float& token : tokens) token = static_cast<float>(random.Below(20));
  cases.Write("embedding", network, tokens, {});
}

void WriteActivations(CaseWriter& cases) {
  for (const Activation& activation : Activations()) {
    for (const auto& [name, text] : Variants(activation)) {
      cases.WriteRandom(name, fmt::format("dense 17, {0}, dense 9, {0}, dense 5", text), {12});
    }
    // Learned slopes are those of the last axis.
    cases.WriteRandom(fmt::format("{}-of-picture", activation.name), fmt::format("{}, dense 5", activation.name),
                      {5, 4, 3});
  }
}

void WriteLayers(CaseWriter& cases) {
  cases.WriteRandom("dropout", "dropout 0.1, dense 33, relu, dropout 0.5, dense 10, dropout 0.2", {7});
  cases.WriteRandom("dropout-in-picture", "dropout 0.3, dense 16, dropout 0.3, dense 3", {5, 4, 1});
  cases.WriteRandom("dense-alone", "dense 3", {11});
  cases.WriteRandom("regression", "dense 16, tanh, dense 8, softplus, dense", {13});
  cases.WriteRandom("picture", "dense 32, relu, dense 10", {28, 28, 1});
  cases.WriteRandom("wide", "dense 512, relu, dense 300, relu, dense 10", {256});
  cases.WriteRandom("one-unit", "dense 1, relu, dense 1", {1});
  cases.WriteRandom("conv", "conv 8 3x3, relu, conv 12 3x3 stride 2, tanh, maxpool 2, dense 5", {12, 10, 3});
  cases.WriteRandom("conv-options", "conv 6 3x2 stride 2x1 pad 2x0 1 dilation 1x2 groups 3, dense 5", {12, 10, 3});
  cases.WriteRandom("conv-same-even", "conv 6 4x2 stride 3x2, relu, conv 5 2x2 pad valid, dense 5", {12, 10, 3});
  cases.WriteRandom("conv-depthwise", "conv 6 3x3 groups 3, relu, conv 6 3x3 groups 6, dense 5", {8, 8, 3});
  cases.WriteRandom("conv1d", "conv1d 8 5 stride 2, relu, conv1d 6 3 dilation 2, maxpool 2, global_average", {40, 3});
  cases.WriteRandom("pool", "maxpool 3 stride 2 pad 1, averagepool 3x2 stride 1 pad 1, dense 5", {12, 10, 3});
  cases.WriteRandom("pool-same", "averagepool 3 stride 2 pad same, maxpool 2 stride 1 pad same, dense 5", {11, 10, 3});
  cases.WriteRandom("pool-global", "conv 8 3x3, relu, global_max, dense 5", {6, 7, 3});
  cases.WriteRandom("batchnorm", "batchnorm, conv 8 3x3, batchnorm 0.01, relu, dense 9, batchnorm, dense 5", {6, 7, 3});
  cases.WriteRandom("operators",
                    "conv 8 3x3, transpose 2 1 3, slice 1 2 6 2, padding 2 1 2 0.5, affine, affine all, dense 5",
                    {6, 7, 3});
  cases.WriteRandom(
      "product", "conv 8 3x3, product( | global_average, dense 8, sigmoid), log_softmax, dense 5, softmax", {6, 7, 3});
  cases.WriteRandom("layernorm", "layernorm, conv 8 3x3, layernorm 0.1, relu, dense 9, layernorm, dense 5", {6, 7, 16});
}

// Models in the forms of other programs and opsets.
void WriteForeign(CaseWriter& cases) {
  for (const ForeignCase& example : ForeignCases()) {
    for (const int64_t opset : kForeignOpsets) {
      ForeignModel model(opset, example.input);
      const std::string output = example.build(model);
      std::string name = fmt::format("foreign {} {}", example.name, opset);
      std::ranges::replace_if(
          name, [](char c) { return c == ' ' || c == ','; }, '-');
      size_t count = kRows;
      for (const int64_t size : example.input) count *= static_cast<size_t>(size);
      std::vector<float> inputs(count);
      Random random(1, kInputStream);
      for (float& value : inputs)
        value = example.tokens ? static_cast<float>(random.Below(9)) : static_cast<float>(random.Normal());
      cases.WriteForeign(name, model.Finish(output).SerializeAsString(), example.input, inputs);
    }
  }
}

// As ramp train does it, with the names of the digits and their encoding in the file.
void WriteTrained(CaseWriter& cases) {
  const TrainingData data = ReadTrainingData({});
  const Encoding& encoding = data.examples.encoding;
  Network network("dense 64, relu, dropout 0.2, dense", encoding.shape, encoding.outputs());
  Trainer trainer(network, data, {.epochs = 1});
  trainer.Run();
  // A network that has learned nothing would be one more of random numbers.
  const double accuracy = trainer.Test().score;
  if (accuracy < 0.5) throw Error(fmt::format("trained-digits: the network is right in {} of the tests", accuracy));
  std::vector<float> inputs(kRows * encoding.shape.count());
  data.examples.Gather(std::span(data.test).first(kRows), inputs.data());
  cases.Write("trained-digits", network, inputs, {{kEncodingKey, encoding.ToJson()}});
}

void WriteCases(const std::filesystem::path& folder) {
  SetThreads(1);
  std::filesystem::remove_all(folder);
  CaseWriter cases(folder);
  WriteActivations(cases);
  WriteLayers(cases);
  WriteGraphs(cases);
  WriteForeign(cases);
  WriteTrained(cases);
}

}  // namespace
}  // namespace ramp

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: onnx_runtime_cases FOLDER\n", stderr);
    return 2;
  }
  try {
    ramp::WriteCases(argv[1]);
  } catch (const std::exception& error) {
    fmt::print(stderr, "onnx_runtime_cases: {}\n", error.what());
    return 1;
  }
}
