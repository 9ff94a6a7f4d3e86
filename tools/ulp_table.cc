// Sweeps the floats and measures the greatest error of each activation and its slope, on each instruction set.
//
//   ulp_table [--stride N] [--set NAME] [--check] [NAME...]
//
// Stride 1, the default, takes all 2^32 floats: docs/measurements/ulp_all_floats.md is its output. Stride N takes one
// of every N; docs/measurements/ulp.md is the output with 64, and the tests compare it with what they measure. --check
// fails if an error exceeds the limit.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "ramp/activation/test_ulp_sweep.h"

namespace ramp {
namespace {

struct Request {
  uint64_t stride = 1;
  bool check = false;
  std::vector<int64_t> targets = hwy::SupportedAndGeneratedTargets();
  std::vector<const Activation*> activations;
};

Request ReadRequest(int argc, char** argv) {
  Request request;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--stride" && i + 1 < argc) {
      request.stride = std::stoull(argv[++i]);
    } else if (word == "--set" && i + 1 < argc) {
      const std::string name = argv[++i];
      std::erase_if(request.targets, [&](int64_t target) { return hwy::TargetName(target) != name; });
    } else if (word == "--check") {
      request.check = true;
    } else {
      request.activations.push_back(&FindActivation(word));
    }
  }
  if (request.activations.empty()) {
    for (const Activation& activation : Activations()) request.activations.push_back(&activation);
  }
  return request;
}

void PrintHead(const Request& request) {
  fmt::print(
      "# How exact the activations are\n\n"
      "The greatest error of each activation and of its derivative, computed from the input, in units in the last "
      "place,\n"
      "and the input at which it is reached. 0.5 stands for results that are always the nearest float; they are\n"
      "compared with references in double precision. Made by `tools/ulp_table.cc` from {}.\n\n"
      "AVX3 is Highway's name for AVX-512.\n\n"
      "| activation | set | value | at | derivative | at |\n|---|---|---|---|---|---|\n",
      request.stride == 1
          ? "all 2^32 floats"
          : fmt::format("one of every {} of the 2^32 floats; ulp_all_floats.md is from all", request.stride));
}

int Run(const Request& request) {
  bool all_allowed = true;
  if (!request.check) PrintHead(request);
  for (const Activation* activation : request.activations) {
    const auto start = std::chrono::steady_clock::now();
    const std::vector<SweepErrors> errors =
        ErrorsOf(*activation, activation->initial_parameters(), request.targets, request.stride);
    for (size_t i = 0; i < errors.size(); ++i) {
      fmt::print("{}\n", TableRow(*activation, request.targets[i], errors[i]));
      const double allowed = AllowedUlp(*activation, request.targets[i]);
      all_allowed = all_allowed && errors[i].value.ulp <= allowed && errors[i].slope.ulp <= allowed;
    }
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    fmt::print(stderr, "{}: {:.1f} s\n", activation->name, seconds.count());
    std::fflush(stdout);
  }
  if (request.check && !all_allowed) fmt::print(stderr, "an error is greater than allowed\n");
  return request.check && !all_allowed ? 1 : 0;
}

}  // namespace
}  // namespace ramp

int main(int argc, char** argv) {
  try {
    return ramp::Run(ramp::ReadRequest(argc, argv));
  } catch (const std::exception& error) {
    fmt::print(stderr, "ulp_table: {}\n", error.what());
    return 2;
  }
}
