// Draws what a network does: its answers over the plane, the regions of equal gates, the kink lines and the pictures of
// its units. A painter has its own copy of the network, so that it disturbs no training.
#ifndef RAMP_WEB_PAINTER_H_
#define RAMP_WEB_PAINTER_H_

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "ramp/network/plan.h"
#include "ramp/web/json.h"
#include "ramp/web/play_data.h"
#include "ramp/web/play_network.h"
#include "ramp/web/play_run.h"

namespace ramp::web {

// One moment of a run.
struct Moment {
  size_t epoch = 0, step = 0;
  std::vector<float> parameters = {};  // as long as Network::parameters()
  std::vector<LayerFates> fates = {};
};

class Painter {
 public:
  // `network` is a copy of the one that is drawn; its parameters are those of the moment.
  Painter(PlayDataPointer data, Network network, double label_smoothing);
  Painter(const Painter&) = delete;
  Painter& operator=(const Painter&) = delete;

  // See Picture in README.md.
  Json Paint(const Moment& moment, const Look& look);

 private:
  struct Grid;
  struct Kink;
  struct Answers;
  Grid MakeGrid(const Look& look, size_t points) const;
  // Runs the network over the rows of a grid; take(first row, rows, plan) sees each batch.
  template <class Take>
  void ForEachBatch(size_t rows, std::span<const float> inputs, const Take& take);
  std::vector<Kink> KinksWanted(const Look& look) const;
  void TakeAnswers(size_t first, size_t rows, const Plan& plan, Answers& answers) const;
  void TakeKinks(const Grid& grid, size_t first, size_t rows, const Plan& plan, std::vector<Kink>& kinks) const;
  Json DecisionJson(const Answers& answers) const;
  std::string Text(const Grid& grid, const Answers& answers, size_t regions) const;
  Json UnitsJson(const Moment& moment, const Look& look);
  Json WeightsJson() const;
  std::vector<std::vector<float>> OpenShares();
  // [layers][units]; empty where it is not known.
  std::vector<std::vector<float>> MeanGradients();

  PlayDataPointer data_;
  Network network_;
  double label_smoothing_;
  std::vector<PlayLayer> layers_;
  Plans plans_;
  std::vector<uint32_t> rows_;  // of the training set, spread over all
  bool has_statistics_ = false;
};

}  // namespace ramp::web

#endif  // RAMP_WEB_PAINTER_H_
