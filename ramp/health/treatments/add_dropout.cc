#include <fmt/format.h>

#include <algorithm>

#include "ramp/health/treatments/list.h"
#include "ramp/health/treatments/network_change.h"
#include "ramp/network/layers/layers.h"

namespace ramp {
namespace {

constexpr double kRate = 0.3;

std::optional<std::string> Apply(Course& course, const TreatmentContext& /*context*/) {
  const std::span<const Node> nodes = course.network.nodes();
  if (std::ranges::any_of(nodes, [](const Node& node) { return node.layer->OnlyInTraining(); })) return std::nullopt;
  const std::string text = fmt::format("{} {}", DropoutDefinition().name, kRate);
  NetworkChange change;
  for (size_t node = 0; node + 1 < nodes.size(); ++node) {
    if (nodes[node].layer->activation() != nullptr && nodes[node].readers.size() == 1) {
      change.behind[node] = LayerFromText(text);
    }
  }
  if (change.behind.empty()) return std::nullopt;
  Change(course, change);
  return fmt::format("'{}' stands behind {} activations", text, change.behind.size());
}

}  // namespace

Treatment AddDropoutTreatment() {
  return {.name = kAddDropout,
          .does =
              "inserts a dropout of 0.3 behind each hidden activation; all weights are kept, and without training "
              "the network gives what it gave",
          .apply = Apply};
}

}  // namespace ramp
