#include "ramp/cli/plan_report.h"

#include <fmt/format.h>

#include <algorithm>

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

std::string PlanText(const Network& network, const Plan& plan, size_t optimizer_floats) {
  const PlanOutline& outline = plan.outline();
  size_t apart = 0;
  for (const PlannedBuffer& buffer : outline.buffers) apart += buffer.bytes;
  const size_t parameters = network.parameters().size() * sizeof(float);
  const size_t total = plan.arena_bytes() + parameters * (2 + optimizer_floats);
  return StepsText(outline) + BuffersText(outline) +
         fmt::format("\nbuffers      {:>10}  ({} if each had its own place)\n", SizeText(plan.arena_bytes()),
                     SizeText(apart)) +
         fmt::format("parameters   {:>10}\ngradients    {:>10}\noptimizer    {:>10}\npeak         {:>10}\n",
                     SizeText(parameters), SizeText(parameters), SizeText(parameters * optimizer_floats),
                     SizeText(total));
}

}  // namespace ramp
