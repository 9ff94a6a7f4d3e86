#include <fmt/format.h>

#include "ramp/health/treatments/layer_walk.h"
#include "ramp/health/treatments/list.h"

namespace ramp {
namespace {

// Layers with an activation behind them that give as many values as they take from the activation before them.
std::map<size_t, size_t> Shortcuts(const Network& network) {
  std::map<size_t, size_t> shortcuts;
  for (const UnitLayer& layer : UnitLayers(network)) {
    const Node& here = network.nodes()[layer.node];
    const size_t before = here.inputs[0];
    if (before == kNetworkInput || network.nodes()[before].layer->activation() == nullptr) continue;
    if (here.output_shape != here.input_shapes[0] || !ActivationBehind(network, layer.node)) continue;
    if (network.nodes()[before].readers.size() == 1) shortcuts[layer.node] = before;
  }
  return shortcuts;
}

std::optional<std::string> Apply(Course& course, const TreatmentContext& context) {
  const std::map<size_t, size_t> shortcuts = Shortcuts(course.network);
  if (!MayRestart(course) || shortcuts.empty()) return std::nullopt;
  Change(course, {.shortcuts = shortcuts});
  Restart(course);
  StandardiseLayers(course.network, context.data.examples, context.rows, {});
  return fmt::format("begun anew with residual connections around {} layers", shortcuts.size());
}

}  // namespace

Treatment ShortcutsAndRestartTreatment() {
  return {.name = kShortcutsAndRestart,
          .does =
              "leads the input of each hidden layer around it, where it has as many values as the output (He et "
              "al., 2015), and begins anew with units scaled on the data; nothing is kept",
          .apply = Apply};
}

}  // namespace ramp
