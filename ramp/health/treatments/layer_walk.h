// Computes the values behind the layers of a network one by one, so that the weights of a layer can be changed by what
// it gives, and the layers behind it see the change.
#ifndef RAMP_HEALTH_TREATMENTS_LAYER_WALK_H_
#define RAMP_HEALTH_TREATMENTS_LAYER_WALK_H_

#include <cstdint>
#include <span>
#include <vector>

#include "ramp/data/dataset.h"
#include "ramp/health/treatments/network_change.h"

namespace ramp {

class LayerWalk {
 public:
  // The network must outlive the walk.
  LayerWalk(const Network& network, const Dataset& data, std::span<const uint32_t> rows);

  // Forward through a node, as in inference, with the parameters as they are now; every node before it must have been
  // computed. A node may be computed again. [rows, output_shape]
  std::span<const float> Compute(size_t node);

 private:
  const Network& network_;
  size_t rows_;
  std::vector<float> inputs_;
  std::vector<std::vector<float>> values_;  // behind each node
};

// Of the values of each unit.
struct UnitMoments {
  std::vector<double> means, deviations;
};
UnitMoments MomentsOfUnits(std::span<const float> values, size_t units);

// Scales the weights of some units and moves their biases so that what they give, of which these are the moments, gets
// mean 0 and deviation 1. Units that give nearly the same for all rows are moved alone. `units` has one value a unit.
void Standardise(Network& network, const UnitLayer& layer, const UnitMoments& moments, const std::vector<bool>& units);

// The same for all units of the hidden layers (of those in `only`, as people count them; empty: all), from the first to
// the last, so that each layer sees what those before it give then. The last layer is scaled down alone. False when
// there was no such layer.
bool StandardiseLayers(Network& network, const Dataset& data, std::span<const uint32_t> rows,
                       std::span<const size_t> only);

}  // namespace ramp

#endif  // RAMP_HEALTH_TREATMENTS_LAYER_WALK_H_
