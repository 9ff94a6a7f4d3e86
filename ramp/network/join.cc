#include "ramp/network/join.h"

#include <algorithm>

#include "ramp/base/error.h"
#include "ramp/network/layers/layers.h"

namespace ramp {
namespace {

// The members side by side, their answers read by `joint`, whose blocks hold `statistics`.
Network Join(std::span<const Network> members, LayerPointer joint, const std::vector<std::vector<float>>& statistics) {
  if (members.empty()) throw UsageError("no networks were given to join");
  std::vector<GraphNode> graph;
  GraphNode last{.layer = std::move(joint)};
  for (const Network& member : members) {
    const size_t first = graph.size();
    for (const Node& node : member.nodes()) {
      GraphNode copy{.layer = node.layer};
      for (const size_t input : node.inputs) copy.inputs.push_back(input == kNetworkInput ? input : first + input);
      graph.push_back(std::move(copy));
    }
    last.inputs.push_back(graph.size() - 1);
  }
  graph.push_back(std::move(last));
  Network joined(std::move(graph), members[0].input_shape());
  auto place = joined.blocks().begin();
  for (const Network& member : members) {
    for (const PlacedBlock& block : member.blocks()) {
      std::ranges::copy(member.parameters(block), joined.parameters(*place++).begin());
    }
  }
  for (const std::vector<float>& values : statistics) std::ranges::copy(values, joined.parameters(*place++).begin());
  return joined;
}

std::vector<float> Copied(std::span<const float> values) { return {values.begin(), values.end()}; }

}  // namespace

Network JoinVotes(std::span<const Network> members, std::span<const float> weights, float temperature) {
  return Join(members, MakeVote(), {Copied(weights), {temperature}});
}

Network JoinAverage(std::span<const Network> members, std::span<const float> weights, float low, float high) {
  return Join(members, MakeAverage(), {Copied(weights), {low}, {high}});
}

}  // namespace ramp
