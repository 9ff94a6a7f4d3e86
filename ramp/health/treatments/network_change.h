// Networks that are changed while they are trained: layers inserted, replaced or left out, with the parameters, the
// best ones so far and what the optimizer remembers taken along.
#ifndef RAMP_HEALTH_TREATMENTS_NETWORK_CHANGE_H_
#define RAMP_HEALTH_TREATMENTS_NETWORK_CHANGE_H_

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include "ramp/health/treatments.h"
#include "ramp/network/network.h"

namespace ramp {

// The same layers and parameters.
Network CopyOf(const Network& network);

// A layer from its text, such as that of a row of Layers().
LayerPointer LayerFromText(std::string_view text);

// What is to be changed, by the indices of the network's nodes.
struct NetworkChange {
  std::map<size_t, LayerPointer> behind = {};   // what read the node (kNetworkInput: the input) reads this layer then
  std::map<size_t, LayerPointer> instead = {};  // has no parameters, like what it replaces
  std::set<size_t> without = {};                // what read it reads its input; it has no parameters
  std::map<size_t, size_t> shortcuts = {};      // to the node's output that of the other, before it, is added
};

// Where the layers of the changed network are.
struct ChangedPlaces {
  std::map<size_t, size_t> kept;    // old node: the same layer
  std::map<size_t, size_t> behind;  // old node: the layer inserted behind it
};

// New parameters have their usual start, in the parameters of the moment and in the best ones alike.
ChangedPlaces Change(Course& course, const NetworkChange& change);

// The parameters of a block, in any array of numbers that is as long as Network::parameters().
std::span<float> BlockIn(std::span<float> all, const PlacedBlock& block);

// A layer whose units sum weighed inputs: every unit has a column of weights and a bias.
struct UnitLayer {
  size_t node = 0;
  const PlacedBlock* weight = nullptr;  // [inputs of a unit, units]
  const PlacedBlock* bias = nullptr;    // [units]
  size_t units() const { return bias->block.shape.count(); }
};
// All of a network, in order.
std::vector<UnitLayer> UnitLayers(const Network& network);

// The activation that alone reads the node; nothing where there is none.
std::optional<size_t> ActivationBehind(const Network& network, size_t node);
// Where a closed gate still lets a gradient through, a unit can come back.
bool CanDie(const Activation& activation);

// Begins the training anew, with the usual start of the weights; what is remembered of the steps so far is gone. Makes
// no sense for weights that were brought along: see MayRestart.
void Restart(Course& course);
bool MayRestart(const Course& course);
// No step was made yet.
bool IsFresh(const Course& course);

// What the optimizer remembers of these parameters.
void ForgetMoments(Course& course, size_t offset, size_t stride, size_t count);

}  // namespace ramp

#endif  // RAMP_HEALTH_TREATMENTS_NETWORK_CHANGE_H_
