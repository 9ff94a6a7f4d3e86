#include "ramp/cli/plan_report.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace ramp {
namespace {

std::string SizeText(size_t bytes) {
  constexpr double kKi = 1024;
  const double size = static_cast<double>(bytes);
  if (size < kKi) return fmt::format("{} B", bytes);
  return size < kKi * kKi ? fmt::format("{:.1f} KiB", size / kKi) : fmt::format("{:.1f} MiB", size / (kKi * kKi));
}

std::string StepsText(const PlanOutline& outline) {
  std::string text = "steps\n";
  for (size_t i = 0; i < outline.steps.size(); ++i) text += fmt::format("{:>6}  {}\n", i + 1, outline.steps[i]);
  return text;
}

std::string BuffersText(const PlanOutline& outline) {
  size_t width = 0;
  for (const PlannedBuffer& buffer : outline.buffers) width = std::max(width, buffer.purpose.size());
  std::string text =
      fmt::format("\n{:<{}}  {:>10}  {:>10}  {:<11}  kept for\n", "buffer", width, "size", "at", "steps");
  for (const PlannedBuffer& buffer : outline.buffers) {
    std::string line =
        fmt::format("{:<{}}  {:>10}  {:>10}  {:<11}  {}", buffer.purpose, width, SizeText(buffer.bytes),
                    SizeText(buffer.offset), fmt::format("{} to {}", buffer.first, buffer.last), buffer.kept);
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

}  // namespace

size_t ResidentBytes() {
  struct rusage usage {};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<size_t>(usage.ru_maxrss) * 1024;
}

PlannedMemory MemoryOf(const Network& network, const Plan& plan, size_t optimizer_floats, size_t taken) {
  const size_t parameters = network.parameters().size() * sizeof(float);
  PlannedMemory memory{.buffers = plan.arena_bytes(),
                       .buffers_apart = 0,
                       .parameters = parameters,
                       .gradients = parameters,
                       .optimizer = parameters * optimizer_floats,
                       .before = taken,
                       .peak = 0};
  for (const PlannedBuffer& buffer : plan.outline().buffers) memory.buffers_apart += buffer.bytes;
  // The best weights so far are kept beside the present ones.
  memory.peak = taken + memory.buffers + 2 * memory.parameters + memory.gradients + memory.optimizer;
  return memory;
}

std::string PlanText(const Plan& plan, const PlannedMemory& memory) {
  return StepsText(plan.outline()) + BuffersText(plan.outline()) +
         fmt::format("\nbuffers      {:>10}  ({} if each had its own place)\n", SizeText(memory.buffers),
                     SizeText(memory.buffers_apart)) +
         fmt::format(
             "parameters   {:>10}  (and as much for the best so far)\ngradients    {:>10}\n"
             "optimizer    {:>10}\nbefore       {:>10}  (the program, its libraries and the data)\n"
             "peak         {:>10}\n",
             SizeText(memory.parameters), SizeText(memory.gradients), SizeText(memory.optimizer),
             SizeText(memory.before), SizeText(memory.peak));
}

std::string PlanJson(const Plan& plan, const PlannedMemory& memory) {
  nlohmann::ordered_json buffers = nlohmann::ordered_json::array();
  for (const PlannedBuffer& buffer : plan.outline().buffers) {
    buffers.push_back({{"purpose", buffer.purpose},
                       {"bytes", buffer.bytes},
                       {"offset", buffer.offset},
                       {"first_step", buffer.first},
                       {"last_step", buffer.last},
                       {"kept", buffer.kept}});
  }
  const nlohmann::ordered_json json = {{"steps", plan.outline().steps},
                                       {"buffers", std::move(buffers)},
                                       {"bytes",
                                        {{"buffers", memory.buffers},
                                         {"buffers_apart", memory.buffers_apart},
                                         {"parameters", memory.parameters},
                                         {"gradients", memory.gradients},
                                         {"optimizer", memory.optimizer},
                                         {"before", memory.before},
                                         {"peak", memory.peak}}}};
  return json.dump(2) + "\n";
}

}  // namespace ramp
