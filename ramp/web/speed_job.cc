#include "ramp/web/speed_job.h"

#include <algorithm>

#include "ramp/base/threads.h"
#include "ramp/bench/bench.h"

namespace ramp::web {
namespace {

constexpr double kSecondsEach = 0.15;

std::string_view Name(Operation operation) {
  switch (operation) {
    case Operation::kForward:
      return "forward";
    case Operation::kForwardWithGates:
      return "forward with gates";
    case Operation::kBackward:
      return "backward";
  }
  return "";
}

Json RowJson(const ActivationSpeed& speed) {
  Json operations = Json::array();
  for (const OperationSpeed& one : speed.operations) {
    operations.push_back({{"operation", Name(one.operation)},
                          {"nanoseconds", one.seconds * 1e9},
                          {"gigabytes_per_second", one.gigabytes_per_second()},
                          {"of_limit", one.share_of_limit()}});
  }
  return {{"name", speed.activation->name}, {"operations", operations}};
}

}  // namespace

JobWork SpeedJob(std::vector<const Activation*> activations, size_t size) {
  return [activations = std::move(activations), size](JobDesk& desk) -> Json {
    SetThreads(1);
    BenchRequest request{.activations = activations,
                         .sizes = {size},
                         .threads = 1,
                         .seconds = kSecondsEach,
                         .least_rounds = 3,
                         .stop = &desk.stop()};
    request.watch = [&](const BenchProgress& progress) {
      desk.Tell(progress.done, progress.of, progress.seconds_left, nullptr);
    };
    const BenchReport report = RunBench(request);
    Json rows = Json::array();
    for (const ActivationSpeed& speed : report.speeds) rows.push_back(RowJson(speed));
    return {{"size", size}, {"machine", report.machine.processor}, {"threads", 1}, {"rows", rows}};
  };
}

}  // namespace ramp::web
