#include "ramp/cli/bench_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

namespace ramp {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kNano = 1e9;

std::string_view NameOf(Operation operation) {
  static constexpr std::array<std::string_view, kOperations.size()> kNames = {"forward", "forward with gates",
                                                                              "backward"};
  return kNames[static_cast<size_t>(operation)];
}

std::string_view NameOf(Limit limit) { return limit == Limit::kCopy ? "copy" : "triad"; }

std::string_view NameOf(Saves saves) {
  static constexpr std::array<std::string_view, 3> kNames = {"gates", "output", "input"};
  return kNames[static_cast<size_t>(saves)];
}

std::string BytesText(size_t bytes) {
  constexpr size_t kKi = size_t{1} << 10, kMi = size_t{1} << 20;
  if (bytes >= kMi) return fmt::format("{:.4g} MiB", static_cast<double>(bytes) / kMi);
  if (bytes >= kKi) return fmt::format("{:.4g} KiB", static_cast<double>(bytes) / kKi);
  return fmt::format("{} bytes", bytes);
}

std::string MachineText(const Machine& machine) {
  std::string text = machine.processor.empty() ? "a processor without a name" : machine.processor;
  text += fmt::format(", {} core{}, {}, {:.2f} GHz", machine.cores, machine.cores == 1 ? "" : "s",
                      machine.instruction_set, machine.gigahertz);
  for (const Cache& cache : machine.caches) {
    text += fmt::format(", L{} {}", cache.level, BytesText(cache.bytes));
    if (cache.cores > 1) text += fmt::format(" for {} cores", cache.cores);
  }
  return text;
}

std::string LimitText(std::string_view name, double ordinary, double stream) {
  if (ordinary == 0) return "";
  return fmt::format("{} {:.3f} ns ({:.3f} past the cache)", name, kNano * ordinary, kNano * stream);
}

std::string HeadOf(const LimitSpeed& limit) {
  std::string text = fmt::format("{} floats, {} an array", SizeText(limit.size), BytesText(limit.size * sizeof(float)));
  for (const std::string& one :
       {LimitText("copy", limit.copy, limit.stream_copy), LimitText("triad", limit.triad, limit.stream_triad)}) {
    if (!one.empty()) text += (one.starts_with("copy") ? "; " : ", ") + one;
  }
  return text + "\n";
}

// Three digits that count, in five places.
std::string Number(double value) {
  if (value < 9.9995) return fmt::format("{:5.3f}", value);
  if (value < 99.995) return fmt::format("{:5.2f}", value);
  return fmt::format("{:5.0f}", value);
}

std::string TableOf(const BenchReport& report, size_t size) {
  size_t width = 0;
  for (const ActivationSpeed& speed : report.speeds) width = std::max(width, speed.activation->name.size());
  std::string text = fmt::format("{:{}}", "", width), columns = text;
  for (const Operation operation : kOperations) {
    text += fmt::format("  {:>20}", NameOf(operation));
    columns += fmt::format("  {:>5} {:>5} {:>4} {:>3}", "ns", "GB/s", "%", "fma");
  }
  text += "\n" + columns + "  from\n";
  for (const ActivationSpeed& speed : report.speeds) {
    if (speed.size != size) continue;
    text += fmt::format("{:{}}", speed.activation->name, width);
    for (const OperationSpeed& of : speed.operations) {
      text += fmt::format("  {} {:5.1f} {:4.0f} {:3.0f}", Number(kNano * of.seconds), of.gigabytes_per_second(),
                          100 * of.share_of_limit(), of.multiply_adds);
    }
    text += fmt::format("  {}\n", NameOf(speed.activation->saves));
  }
  return text;
}

Json ToJson(const Machine& machine) {
  Json caches = Json::array();
  for (const Cache& cache : machine.caches) {
    caches.push_back({{"level", cache.level}, {"bytes", cache.bytes}, {"cores", cache.cores}});
  }
  return {{"processor", machine.processor},
          {"instruction_set", machine.instruction_set},
          {"cores", machine.cores},
          {"gigahertz", machine.gigahertz},
          {"caches", std::move(caches)}};
}

Json ToJson(const LimitSpeed& limit) {
  const auto time = [](double seconds) { return seconds == 0 ? Json(nullptr) : Json(kNano * seconds); };
  return {{"size", limit.size},
          {"copy", time(limit.copy)},
          {"copy_past_the_cache", time(limit.stream_copy)},
          {"triad", time(limit.triad)},
          {"triad_past_the_cache", time(limit.stream_triad)}};
}

Json ToJson(const ActivationSpeed& speed, const OperationSpeed& of) {
  Json json = {{"activation", speed.activation->name}, {"operation", NameOf(of.operation)}, {"size", speed.size}};
  if (of.operation == Operation::kBackward) json["from"] = NameOf(speed.activation->saves);
  json["ns"] = kNano * of.seconds;
  json["gigabytes_per_second"] = of.gigabytes_per_second();
  json["limit"] = NameOf(of.limit);
  json["limit_ns"] = kNano * of.limit_seconds;
  json["share_of_limit"] = of.share_of_limit();
  json["multiply_adds"] = of.multiply_adds;
  return json;
}

}  // namespace

std::string ToText(const BenchReport& report) {
  std::string text =
      fmt::format("{}\n{} thread{}, {:.0f} billion multiply-adds a second\n", MachineText(report.machine),
                  report.threads, report.threads == 1 ? "" : "s", 1e-9 * report.multiply_adds_per_second);
  for (const LimitSpeed& limit : report.limits) text += "\n" + HeadOf(limit) + TableOf(report, limit.size);
  return text +
         "\nns: per element, the median. GB/s: read and written.\n"
         "%: of the speed of a plain copy of as many floats (backward from output or input: of a triad, which\n"
         "   reads two arrays), by the faster of ordinary stores and those past the cache, in the same rounds.\n"
         "fma: multiply-adds for which that time would do. In the cache they, not the copy, bound the computed ones.\n";
}

std::string ToJson(const BenchReport& report) {
  Json limits = Json::array(), results = Json::array();
  for (const LimitSpeed& limit : report.limits) limits.push_back(ToJson(limit));
  for (const ActivationSpeed& speed : report.speeds) {
    for (const OperationSpeed& of : speed.operations) results.push_back(ToJson(speed, of));
  }
  const Json json = {{"machine", ToJson(report.machine)},
                     {"threads", report.threads},
                     {"multiply_adds_per_second", report.multiply_adds_per_second},
                     {"complete", report.complete},
                     {"notes", report.notes},
                     {"limits", std::move(limits)},
                     {"results", std::move(results)}};
  return json.dump(2) + "\n";
}

BarChart ChartOf(const BenchReport& report) {
  BarChart chart{.title = fmt::format("Activations on {} ({}), {} thread{}", report.machine.processor,
                                      report.machine.instruction_set, report.threads, report.threads == 1 ? "" : "s"),
                 .x_label = "% of the copy or triad limit",
                 .rows = {},
                 .series = {},
                 .panels = {},
                 .mark = 100};
  std::vector<const Activation*> activations;
  for (const ActivationSpeed& speed : report.speeds) {
    if (std::ranges::count(activations, speed.activation) != 0) continue;
    activations.push_back(speed.activation);
    chart.rows.emplace_back(speed.activation->name);
  }
  for (const LimitSpeed& limit : report.limits) chart.series.push_back(SizeText(limit.size) + " floats");
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  for (size_t operation = 0; operation < kOperations.size(); ++operation) {
    BarPanel panel{std::string(NameOf(kOperations[operation])),
                   std::vector(activations.size(), std::vector<double>(chart.series.size(), kNone))};
    for (const ActivationSpeed& speed : report.speeds) {
      const auto row = static_cast<size_t>(std::ranges::find(activations, speed.activation) - activations.begin());
      const auto at =
          static_cast<size_t>(std::ranges::find(report.limits, speed.size, &LimitSpeed::size) - report.limits.begin());
      panel.values[row][at] = 100 * speed.operations[operation].share_of_limit();
    }
    chart.panels.push_back(std::move(panel));
  }
  return chart;
}

}  // namespace ramp
