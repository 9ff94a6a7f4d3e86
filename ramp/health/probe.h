// Runs a network over some rows and reads its layers.
#ifndef RAMP_HEALTH_PROBE_H_
#define RAMP_HEALTH_PROBE_H_

#include <cstdint>
#include <span>
#include <vector>

#include "ramp/activation/gates.h"
#include "ramp/health/report.h"
#include "ramp/network/network.h"

namespace ramp {

// What the gates of one activation did over some rows.
class GateHistory {
 public:
  explicit GateHistory(size_t units);
  void Add(const Gates& gates, size_t rows);

  size_t units() const { return units_; }
  double open_share() const { return seen_ > 0 ? static_cast<double>(open_) / static_cast<double>(seen_) : 0; }
  size_t open() const { return open_; }
  size_t seen() const { return seen_; }
  // Units whose gate never opened, and whose gate never closed; none before the first row.
  size_t dead() const;
  size_t always_open() const;

 private:
  size_t units_;
  std::vector<uint64_t> ever_, always_;
  size_t open_ = 0, seen_ = 0;
};

// The layers with weights, with their texts and what can be read from the weights alone.
std::vector<LayerHealth> DescribeLayers(const Network& network);

// The node whose weights are those of each layer that DescribeLayers gives.
std::vector<size_t> LayerNodes(const Network& network);

// The activation that speaks for a layer: the one right behind its weights. Index into LayerNodes, or nothing.
std::optional<size_t> LayerOfActivation(const Network& network, size_t node);

struct ProbeResult {
  std::vector<LayerHealth> layers = {};  // but for the gradients and updates
  double loss = 0;                       // the mean
};

// Forward over these rows; nothing is changed.
ProbeResult Probe(const Network& network, const Dataset& data, std::span<const uint32_t> rows);

}  // namespace ramp

#endif  // RAMP_HEALTH_PROBE_H_
