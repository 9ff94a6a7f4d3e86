// peers: ramp's activations beside those of other libraries, in one process, in the same rounds.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "accuracy.h"
#include "peers.h"
#include "ramp/base/parallel.h"
#include "ramp/base/random.h"
#include "ramp/base/threads.h"
#include "ramp/bench/bench.h"
#include "ramp/bench/limits.h"
#include "ramp/bench/machine.h"
#include "ramp/bench/rounds.h"
#include "tasks.h"

namespace peers {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kPeerCount = std::size(kPeers);

struct Options {
  std::vector<size_t> sizes = {size_t{1} << 12, size_t{1} << 18, size_t{1} << 26};
  std::vector<size_t> threads = {1};
  double seconds = 2;
  size_t rounds = 31;
  bool json = false;
};

struct TaskSpeed {
  std::array<std::optional<double>, kPeerCount> nanoseconds;  // an element
  std::optional<double> limit;

  // The fastest but ramp; there always is one.
  size_t best() const {
    size_t best = 1;
    for (size_t i = 1; i < kPeerCount; ++i) {
      if (nanoseconds[i].value_or(INFINITY) < nanoseconds[best].value_or(INFINITY)) best = i;
    }
    return best;
  }
  double ratio() const { return *nanoseconds[best()] / *nanoseconds[0]; }
};

// One work of calls, each for a part of the arrays and a thread of its own. The threads wait for each other at the end
// alone.
ramp::Work WorkOf(std::vector<Call> calls) {
  return [calls = std::move(calls)](size_t times) {
    ramp::ParallelRanges(calls.size(), calls.size(), 1, [&](size_t begin, size_t, size_t) {
      for (size_t i = 0; i < times; ++i) calls[begin]();
    });
  };
}

// The arrays' part for each thread.
std::vector<Arrays> PartsOf(const Arrays& arrays, size_t threads) {
  std::vector<Arrays> parts(threads);
  ramp::ParallelRanges(arrays.size, threads, ramp::Gates::kBitsPerWord,
                       [&](size_t begin, size_t end, size_t part) { parts[part] = PartOf(arrays, begin, end); });
  std::erase_if(parts, [](const Arrays& part) { return part.size == 0; });
  return parts;
}

std::optional<ramp::Work> WorkOf(const Peer& peer, const Task& task, const Arrays& arrays, size_t threads) {
  std::vector<Call> calls;
  for (const Arrays& part : PartsOf(arrays, threads)) {
    calls.push_back(peer.prepare(task, part));
    if (!calls.back()) return std::nullopt;
  }
  return WorkOf(std::move(calls));
}

// Copies or triads, with ordinary stores and past the cache; none for what is done in place.
std::vector<ramp::Work> LimitsOf(const Task& task, const Arrays& arrays, size_t threads) {
  if (task.in_place) return {};
  const ramp::LimitLoops loops = ramp::BestLimitLoops();
  const bool by_gate = ActivationOf(task.function).saves == ramp::Saves::kGate;
  std::vector<ramp::Work> works;
  for (const bool stream : {false, true}) {
    std::vector<Call> calls;
    for (const Arrays& part : PartsOf(arrays, threads)) {
      if (task.direction == Direction::kForward || by_gate) {
        const auto copy = stream ? loops.stream_copy : loops.copy;
        calls.emplace_back([=] { copy(part.input, part.result, part.size); });
      } else {
        const auto triad = stream ? loops.stream_triad : loops.triad;
        calls.emplace_back([=] { triad(part.gradient, part.input, part.result, part.size); });
      }
    }
    works.push_back(WorkOf(std::move(calls)));
  }
  return works;
}

TaskSpeed Measure(const Task& task, Workspace& workspace, size_t threads, const Options& options) {
  std::vector<ramp::Work> works;
  std::array<size_t, kPeerCount> places{};
  TaskSpeed speed;
  Arrays arrays;
  for (size_t i = 0; i < kPeerCount; ++i) {
    arrays = workspace.For(task);
    std::optional<ramp::Work> work = WorkOf(kPeers[i], task, arrays, threads);
    if (!work) continue;
    (*work)(1);
    CheckRoughly(kPeers[i].name, task, arrays);
    places[i] = works.size();
    works.push_back(std::move(*work));
    speed.nanoseconds[i] = 0;
  }
  const size_t limits = works.size();
  for (ramp::Work& work : LimitsOf(task, arrays, threads)) works.push_back(std::move(work));
  const std::vector<double> medians = ramp::MedianSeconds(works, {.turn_seconds = ramp::TurnSeconds(threads),
                                                                  .seconds = options.seconds,
                                                                  .most = options.rounds,
                                                                  .processor_time = threads == 1});
  const auto nanoseconds = [&](size_t i) { return 1e9 * medians[i] / static_cast<double>(arrays.size); };
  for (size_t i = 0; i < kPeerCount; ++i) {
    if (speed.nanoseconds[i]) speed.nanoseconds[i] = nanoseconds(places[i]);
  }
  if (limits < works.size()) speed.limit = std::min(nanoseconds(limits), nanoseconds(limits + 1));
  return speed;
}

class Output {
 public:
  explicit Output(bool json) : json_(json) {}

  void Head(const ramp::Machine& machine) {
    document_["machine"] = {{"processor", machine.processor},
                            {"instruction_set", machine.instruction_set},
                            {"cores", machine.cores},
                            {"gigahertz", machine.gigahertz}};
    Print(fmt::format("{}, {} cores, {}, {:.2f} GHz\n", machine.processor, machine.cores, machine.instruction_set,
                      machine.gigahertz));
    Print("\nGreatest error in units in the last place, over inputs in [-4, 4] | over inputs of all sizes\n");
    Columns({});
  }

  void Add(const Task& task, const std::array<std::optional<Accuracy>, kPeerCount>& accuracies) {
    std::string line = fmt::format("{:<24}", NameOf(task));
    for (size_t i = 0; i < kPeerCount; ++i) {
      const auto& accuracy = accuracies[i];
      const std::string text = accuracy ? fmt::format("{:.2g} | {:.2g}", accuracy->near, accuracy->far) : "-";
      line += fmt::format(" {:>17}", text);
      if (!accuracy) continue;
      // JSON has no infinity.
      const auto number = [](double ulp) { return std::isfinite(ulp) ? Json(ulp) : Json(nullptr); };
      document_["accuracy"].push_back({{"task", NameOf(task)},
                                       {"peer", kPeers[i].name},
                                       {"ulp_near", number(accuracy->near)},
                                       {"ulp_all", number(accuracy->far)}});
    }
    Print(line + "\n");
  }

  void Size(size_t size, size_t threads) {
    Print(fmt::format("\n{} floats, {} thread{}: nanoseconds an element\n", ramp::SizeText(size), threads,
                      threads == 1 ? "" : "s"));
    wide_ = 10;
    Columns({"limit", "best peer", "ramp is"});
  }

  void Add(const Task& task, size_t size, size_t threads, const TaskSpeed& speed) {
    const auto cell = [](const std::optional<double>& time) { return time ? fmt::format("{:.3f}", *time) : "-"; };
    std::string line = fmt::format("{:<24}", NameOf(task));
    Json times;
    for (size_t i = 0; i < kPeerCount; ++i) {
      line += fmt::format(" {:>9}", cell(speed.nanoseconds[i]));
      if (speed.nanoseconds[i]) times[std::string(kPeers[i].name)] = *speed.nanoseconds[i];
    }
    const std::string_view best = kPeers[speed.best()].name;
    Print(line + fmt::format(" {:>9} {:>9} {:>8.2f} x\n", cell(speed.limit), best, speed.ratio()));
    document_["results"].push_back({{"task", NameOf(task)},
                                    {"size", size},
                                    {"threads", threads},
                                    {"ns", std::move(times)},
                                    {"limit_ns", speed.limit ? Json(*speed.limit) : Json(nullptr)},
                                    {"best_peer", best},
                                    {"times_as_fast", speed.ratio()}});
  }

  void End() {
    if (json_) std::puts(document_.dump(2).c_str());
  }

 private:
  void Columns(std::vector<std::string> more) {
    std::string line = fmt::format("{:<24}", "");
    for (const Peer& peer : kPeers) line += fmt::format(" {:>{}}", peer.name, wide_ - 1);
    for (const std::string& column : more) line += fmt::format(" {:>{}}", column, wide_ - 1);
    Print(line + "\n");
  }
  void Print(const std::string& text) const {
    if (json_) return;
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
  }

  bool json_;
  int wide_ = 18;
  Json document_;
};

void Run(const Options& options) {
  Output output(options.json);
  output.Head(ramp::ThisMachine());
  ramp::SetThreads(1);
  for (const Task& task : Tasks()) {
    if (task.in_place) continue;
    std::array<std::optional<Accuracy>, kPeerCount> accuracies;
    for (size_t i = 0; i < kPeerCount; ++i) accuracies[i] = AccuracyOf(kPeers[i], task);
    output.Add(task, accuracies);
  }
  ramp::Random random(1);
  const auto normal = [&random](size_t) { return static_cast<float>(2 * random.Normal()); };
  for (const size_t size : options.sizes) {
    Workspace workspace(size, normal, normal);
    for (const size_t threads : options.threads) {
      ramp::SetThreads(static_cast<int>(threads));
      output.Size(size, threads);
      for (const Task& task : Tasks()) output.Add(task, size, threads, Measure(task, workspace, threads, options));
    }
  }
  output.End();
}

// Waiting threads that spin for long would take the cores from those that work; OpenMP reads this as it is loaded.
void SpinBriefly(char** argv) {
  if (std::getenv("GOMP_SPINCOUNT") != nullptr || std::getenv("OMP_WAIT_POLICY") != nullptr) return;
  ::setenv("GOMP_SPINCOUNT", "3000", 1);
  ::execv("/proc/self/exe", argv);
}

}  // namespace
}  // namespace peers

int main(int argc, char** argv) {
  peers::SpinBriefly(argv);
  peers::Options options;
  CLI::App app("Times ramp's activations beside those of other libraries, after comparing their results.", "peers");
  const std::map<std::string, size_t> units = {{"Ki", size_t{1} << 10}, {"Mi", size_t{1} << 20}};
  app.add_option("--sizes", options.sizes, "Floats in an array, for example 4Ki,64Mi (default: 4Ki,256Ki,64Mi)")
      ->delimiter(',')
      ->transform(CLI::AsNumberWithUnit(units))
      ->check(CLI::Range(size_t{1}, size_t{1} << 32));
  app.add_option("--threads", options.threads, "Numbers of threads, for example 1,2 (default: 1)")
      ->delimiter(',')
      ->check(CLI::Range(1, 1024));
  app.add_option("--seconds", options.seconds, "For a task at a size, unless five rounds take longer")
      ->capture_default_str();
  app.add_flag("--json", options.json, "Print one JSON document");
  CLI11_PARSE(app, argc, argv);
  try {
    peers::Run(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "peers: %s\n", error.what());
    return 1;
  }
  return 0;
}
