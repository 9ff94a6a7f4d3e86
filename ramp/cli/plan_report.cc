#include "ramp/cli/plan_report.h"

#include <fmt/format.h>
#include <sys/resource.h>

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

size_t ResidentBytes() {
  struct rusage usage {};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<size_t>(usage.ru_maxrss) * 1024;
}

std::string PlanText(const Network& network, const Plan& plan, size_t optimizer_floats, size_t taken) {
  const PlanOutline& outline = plan.outline();
  size_t apart = 0;
  for (const PlannedBuffer& buffer : outline.buffers) apart += buffer.bytes;
  const size_t parameters = network.parameters().size() * sizeof(float);
  // The best weights so far are kept beside the present ones.
  const size_t total = taken + plan.arena_bytes() + parameters * (3 + optimizer_floats);
  return StepsText(outline) + BuffersText(outline) +
         fmt::format("\nbuffers      {:>10}  ({} if each had its own place)\n", SizeText(plan.arena_bytes()),
                     SizeText(apart)) +
         fmt::format(
             "parameters   {:>10}  (and as much for the best so far)\ngradients    {:>10}\n"
             "optimizer    {:>10}\nbefore       {:>10}  (the program, its libraries and the data)\n"
             "peak         {:>10}\n",
             SizeText(parameters), SizeText(parameters), SizeText(parameters * optimizer_floats), SizeText(taken),
             SizeText(total));
}

}  // namespace ramp
