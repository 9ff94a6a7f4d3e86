// The kernels on the shapes of a training step: rows x units, fused with the bias and the gates.
#include <benchmark/benchmark.h>

#include <string>

#include "ramp/activation/activation.h"
#include "ramp/base/memory.h"
#include "ramp/base/random.h"

namespace ramp {
namespace {

struct Arrays {
  explicit Arrays(size_t rows, size_t units)
      : input(rows * units),
        output(rows * units),
        gradient(rows * units),
        bias(units),
        bias_gradient(units),
        gates(Gates::Words(rows, units)) {
    Random random(1);
    for (float& value : input.span()) value = static_cast<float>(random.Normal());
    for (float& value : gradient.span()) value = static_cast<float>(random.Normal());
  }
  Floats input, output, gradient, bias, bias_gradient;
  AlignedArray<uint64_t> gates;
};

void Forward(benchmark::State& state, const Activation* activation) {
  const auto rows = static_cast<size_t>(state.range(0)), units = static_cast<size_t>(state.range(1));
  Arrays arrays(rows, units);
  ForwardArguments arguments{.rows = rows, .units = units, .input = arrays.input.data()};
  arguments.output = arrays.output.data();
  if (state.range(2) != 0) {
    arguments.bias = arrays.bias.data();
    arguments.gates = arrays.gates.data();
  }
  arguments.parameters = activation->initial_parameters();
  const ActivationKernels kernels = KernelsOf(*activation);
  for (auto _ : state) {
    kernels.forward(arguments);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(rows * units));
}

void Backward(benchmark::State& state, const Activation* activation) {
  const auto rows = static_cast<size_t>(state.range(0)), units = static_cast<size_t>(state.range(1));
  Arrays arrays(rows, units);
  BackwardArguments arguments{.rows = rows, .units = units, .gradient = arrays.gradient.data()};
  arguments.gates = arrays.gates.data();
  arguments.output = arrays.input.data();
  arguments.input = arrays.input.data();
  arguments.input_gradient = arrays.output.data();
  if (state.range(2) != 0) arguments.bias_gradient = arrays.bias_gradient.data();
  arguments.parameters = activation->initial_parameters();
  const ActivationKernels kernels = KernelsOf(*activation);
  for (auto _ : state) {
    kernels.backward(arguments);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(rows * units));
}

void Shapes(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgNames({"rows", "units", "fused"});
  for (const auto& [rows, units, fused] : {std::array{1, 64, 0}, std::array{64, 32, 1}, std::array{32, 10, 1},
                                           std::array{128, 512, 1}, std::array{1, 4096, 0}, std::array{1, 262144, 0}}) {
    benchmark->Args({rows, units, fused});
  }
}

}  // namespace
}  // namespace ramp

int main(int argc, char** argv) {
  for (const ramp::Activation& activation : ramp::Activations()) {
    const std::string name(activation.name);
    benchmark::RegisterBenchmark(("forward/" + name).c_str(), ramp::Forward, &activation)->Apply(ramp::Shapes);
    benchmark::RegisterBenchmark(("backward/" + name).c_str(), ramp::Backward, &activation)->Apply(ramp::Shapes);
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
