// ramp bench: the activations on this machine, against its limits.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <memory>
#include <sstream>
#include <thread>

#include "ramp/base/error.h"
#include "ramp/base/file.h"
#include "ramp/bench/bench.h"
#include "ramp/cli/bench_report.h"
#include "ramp/cli/commands.h"
#include "ramp/cli/interrupt.h"
#include "ramp/cli/output.h"
#include "ramp/cli/status.h"
#include "ramp/cli/terminal.h"
#include "ramp/cli/time_text.h"

namespace ramp {
namespace {

constexpr const char* kUsualSizes = "4Ki,256Ki,64Mi";
constexpr const char* kQuickSizes = "4Ki,256Ki,8Mi";
constexpr size_t kLargestSize = size_t{1} << 34;

struct BenchCommand {
  std::vector<std::string> names;
  std::string sizes;
  size_t threads = 1;
  std::string svg, png;
  bool quick = false, json = false, quiet = false;
};

// "4096", "4Ki", "64Mi".
size_t SizeFrom(std::string_view text) {
  size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit = text.substr(static_cast<size_t>(end - text.data()));
  const size_t factor = unit.empty()   ? 1
                        : unit == "Ki" ? size_t{1} << 10
                        : unit == "Mi" ? size_t{1} << 20
                        : unit == "Gi" ? size_t{1} << 30
                                       : 0;
  if (error != std::errc() || factor == 0 || number == 0 || number > kLargestSize / factor) {
    throw UsageError(fmt::format("'{}' in --sizes is no size: give numbers of floats from 1 to {}, for example {}",
                                 text, SizeText(kLargestSize), kUsualSizes));
  }
  return number * factor;
}

template <class Value>
void AddOnce(std::vector<Value>& values, Value value) {
  if (std::ranges::count(values, value) == 0) values.push_back(value);
}

std::vector<size_t> SizesFrom(const std::string& list) {
  std::vector<size_t> sizes;
  // getline would not see that nothing stands behind a last comma.
  std::istringstream parts(list + ",");
  for (std::string part; std::getline(parts, part, ',');) AddOnce(sizes, SizeFrom(part));
  return sizes;
}

std::vector<const Activation*> ActivationsFrom(const std::vector<std::string>& names) {
  std::vector<const Activation*> activations;
  for (const std::string& name : names) AddOnce(activations, &FindActivation(name));
  if (names.empty()) {
    for (const Activation& row : Activations()) activations.push_back(&row);
  }
  return activations;
}

// On a terminal a line that changes; elsewhere a line for each size.
class BenchDisplay {
 public:
  void Show(const BenchProgress& progress) {
    const std::string left = fmt::format("about {} left", TimeText(progress.seconds_left));
    if (live_) {
      PrintProgress(fmt::format("\r{}/{}  {} floats, {}, {}\x1b[K", progress.done + 1, progress.of,
                                SizeText(progress.size), progress.activation->name, left));
    } else if (progress.size != size_) {
      PrintNote(fmt::format("{} floats, {}", SizeText(progress.size), left));
    }
    size_ = progress.size;
  }
  void Clear() const {
    if (live_) PrintProgress("\r\x1b[K");
  }

 private:
  bool live_ = HasColour(Channel::kError);
  size_t size_ = 0;
};

void WriteChart(const std::string& path, const std::string& bytes, bool quiet) {
  WriteFileWhole(path, bytes);
  if (!quiet) PrintNote(fmt::format("wrote {} ({} bytes)", path, bytes.size()));
}

void RunBenchCommand(const BenchCommand& command) {
  const size_t cores = std::max(1u, std::thread::hardware_concurrency());
  if (command.threads > cores) {
    throw UsageError(
        fmt::format("--threads {} are more than this machine has cores, which is {}: they would wait for "
                    "each other",
                    command.threads, cores));
  }
  BenchRequest request{.activations = ActivationsFrom(command.names), .threads = command.threads};
  request.sizes = SizesFrom(!command.sizes.empty() ? command.sizes : command.quick ? kQuickSizes : kUsualSizes);
  if (command.quick) {
    request.seconds = 0.1;
    request.least_rounds = 5;
    request.most_rounds = 9;
  }
  for (const std::string& path : {command.svg, command.png}) {
    if (!path.empty()) CheckWritable(path);
  }
  const InterruptWatch watch;
  request.stop = &watch.interrupted();
  BenchDisplay display;
  if (!command.quiet) request.watch = [&display](const BenchProgress& progress) { display.Show(progress); };

  const BenchReport report = RunBench(request);
  if (!command.quiet) {
    display.Clear();
    for (const std::string& note : report.notes) PrintNote("note: " + note);
    if (!report.complete) PrintNote("interrupted: this is what was measured so far");
  }
  PrintResult(command.json ? ToJson(report) : ToText(report));
  if (!command.svg.empty()) WriteChart(command.svg, ToSvg(ChartOf(report)), command.quiet);
  if (!command.png.empty()) WriteChart(command.png, ToPng(ChartOf(report)), command.quiet);
  if (!report.complete) throw ExitStatus{kInterruptedStatus};
}

}  // namespace

void AddBenchCommand(CLI::App& app) {
  auto command = std::make_shared<BenchCommand>();
  CLI::App* bench =
      app.add_subcommand("bench", "Measure how fast the activations are here, and how near to the machine's limits");
  bench->add_option("NAME", command->names, "Activations (default: all, which takes some minutes)");
  bench->add_option(
      "--sizes", command->sizes,
      fmt::format("Floats in an array, with commas between (default: {}, with --quick {})", kUsualSizes, kQuickSizes));
  bench->add_option("--threads", command->threads, "Threads that share an array")
      ->capture_default_str()
      ->check(CLI::Range(1, 1024));
  bench->add_flag("--quick", command->quick, "Fewer rounds: some seconds, and more noise");
  bench->add_option("--svg", command->svg, "Write a bar chart as an SVG file, too");
  bench->add_option("--png", command->png, "Write it as a PNG file, too");
  bench->add_flag("--json", command->json, "Print one JSON document on the standard output");
  bench->add_flag("--quiet", command->quiet, "No progress and no notes");
  bench->footer("Measure on an idle machine: what else runs is seen in the figures.");
  bench->callback([command] { RunBenchCommand(*command); });
}

}  // namespace ramp
