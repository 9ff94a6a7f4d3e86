#include <fmt/format.h>

#include "ramp/activation/activation.h"
#include "ramp/health/treatments/list.h"
#include "ramp/health/treatments/network_change.h"

namespace ramp {
namespace {

constexpr float kShrunk = 0.1f;

std::optional<std::string> Apply(Course& course, const TreatmentContext& /*context*/) {
  const size_t last = course.network.nodes().size() - 1;
  const Node& node = course.network.nodes()[last];
  if (last == 0 || node.block_count > 0 || node.inputs.size() != 1) return std::nullopt;
  if (node.layer->activation() == nullptr && !node.layer->InLoss()) return std::nullopt;
  const std::string text = node.layer->Text();
  const bool fresh = IsFresh(course);
  Change(course, {.without = {last}});
  // The first answers are nearly those that ignore the input, and no worse.
  const std::vector<UnitLayer> layers = UnitLayers(course.network);
  const bool shrinks = fresh && !layers.empty() && layers.back().node + 1 == last;
  if (shrinks) {
    for (float& weight : course.network.parameters(*layers.back().weight)) weight *= kShrunk;
  }
  return fmt::format("the last layer '{}' is left out{}", text,
                     shrinks ? ", and the weights before it begin at a tenth" : "");
}

}  // namespace

Treatment PlainOutputTreatment() {
  return {.name = kPlainOutput,
          .does =
              "leaves out an activation at the end of the network; all weights are kept, but before the first step "
              "those of the last layer begin at a tenth",
          .apply = Apply};
}

}  // namespace ramp
