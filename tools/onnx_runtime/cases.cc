// Writes models of every activation and layer with inputs and the outputs that ramp computes, for check.mjs:
//   onnx_runtime_cases FOLDER
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "ramp/activation/activation.h"
#include "ramp/base/error.h"
#include "ramp/base/file.h"
#include "ramp/base/random.h"
#include "ramp/network/initialize.h"
#include "ramp/network/plan.h"
#include "ramp/onnx/model_file.h"

namespace {

constexpr size_t kRows = 200;

struct Case {
  std::string name, network;
  ramp::Shape input;
};

std::vector<Case> Cases() {
  std::vector<Case> cases = {{"flat", "dense 16, dense 3", {7}},
                             {"pictures", "dense 16, dropout 0.3, dense 3", {5, 4, 1}},
                             {"one", "dense 1", {1}}};
  for (const ramp::Activation& activation : ramp::Activations()) {
    std::string unusual(activation.name);
    for (const ramp::ActivationParameter& parameter : activation.parameters) {
      unusual += fmt::format(" {}", std::min(parameter.initial + 0.375f, parameter.high));
    }
    cases.push_back({std::string(activation.name), fmt::format("dense 33, {}, dense 3", activation.name), {7}});
    cases.push_back({fmt::format("{}_unusual", activation.name), unusual, {9}});
  }
  return cases;
}

void WriteFloats(const std::string& path, std::span<const float> values) {
  const std::span<const char> bytes(reinterpret_cast<const char*>(values.data()), values.size_bytes());
  ramp::WriteFileWhole(path, {bytes.data(), bytes.size()});
}

nlohmann::json WriteCase(const std::string& folder, const Case& row) {
  ramp::Network network(row.network, row.input, 3);
  ramp::Initialize(network, "", 1);
  ramp::Random random(2);
  for (const ramp::PlacedBlock& block : network.blocks()) {
    for (float& value : network.parameters(block)) value += static_cast<float>(random.Uniform(-0.1, 0.1));
  }
  ramp::Plan plan(network, kRows, ramp::PlanMode::kInference);
  for (float& value : plan.input()) value = static_cast<float>(3 * random.Normal());
  const std::string base = folder + "/" + row.name;
  WriteFloats(base + ".inputs", plan.input());
  plan.Forward();
  WriteFloats(base + ".outputs", plan.output());
  ramp::WriteModel(base + ".onnx", network, {});
  std::vector<size_t> shape = {kRows};
  shape.insert(shape.end(), row.input.sizes().begin(), row.input.sizes().end());
  return {{"name", row.name}, {"network", row.network}, {"shape", shape}};
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 2) throw ramp::UsageError("usage: onnx_runtime_cases FOLDER");
  nlohmann::json list = nlohmann::json::array();
  for (const Case& row : Cases()) list.push_back(WriteCase(argv[1], row));
  ramp::WriteFileWhole(std::string(argv[1]) + "/cases.json", list.dump(1));
  return 0;
} catch (const ramp::Error& error) {
  fmt::print(stderr, "{}\n", error.what());
  return 1;
}
