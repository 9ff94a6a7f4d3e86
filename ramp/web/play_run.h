// One training on the screen: it can be led step by step, changed by hand, saved and gone on with. It belongs to one
// thread; what others may see of it are copies of its figures.
#ifndef RAMP_WEB_PLAY_RUN_H_
#define RAMP_WEB_PLAY_RUN_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ramp/health/doctor.h"
#include "ramp/health/treatments.h"
#include "ramp/training/trainer.h"
#include "ramp/web/play_data.h"
#include "ramp/web/play_network.h"
#include "ramp/web/state.h"

namespace ramp::web {

// What became of a unit.
enum class Fate : uint8_t { kAlive, kBornDead, kDied, kRevived };

// The fates of a layer's units, and what is needed to tell the next ones.
struct LayerFates {
  std::vector<Fate> fates = {};     // [units]
  std::vector<bool> was_open = {};  // at the start, or in some epoch
  std::vector<bool> was_dead = {};
  // The gates that opened in the epoch that has ended.
  void Note(const std::vector<bool>& open);
};

// A layer in the last whole epoch.
struct LayerFigures {
  LayerHealth health = {};
  size_t born_dead = 0, died = 0, revived = 0;
};

// How well the network did at one end of an epoch.
struct EpochFigures {
  size_t epoch = 0;
  Evaluation train = {}, valid = {}, test = {};
  double learning_rate = 0;
};

// A place of the curves.
struct CurvePoint {
  EpochFigures figures = {};
  std::vector<float> gradient_norm = {}, open_share = {};  // [layers]
  std::vector<uint32_t> dead = {};
};

enum class RunStatus { kWaiting, kTraining, kPaused, kFinished, kStoppedEarly, kDiverged };

struct RunFigures {
  RunStatus status = RunStatus::kWaiting;
  Task task = Task::kClassification;
  size_t step = 0, steps_per_epoch = 0, steps = 0;
  double seconds = 0;
  EpochFigures now = {};
  std::vector<LayerFigures> layers = {};
  Findings findings = {};
  std::optional<Divergence> divergence = {};
  std::string by_hand = {};  // why the command line gives other numbers; empty: it gives the same
};

// Everything that the rest of a run depends on.
struct SavedRun {
  Settings settings = {};
  std::optional<TrainingState> state = {};  // none: from the start
  std::vector<LayerFates> fates = {};
  EpochFigures now = {};
  size_t steps = 0;
  double seconds = 0;
  std::string by_hand = {};
  bool new_optimizer = false;  // the optimizer is another than the one that the state is of
  size_t Bytes() const;
};

// Throws UsageError where the network's text is wrong, or the network or the batch are too much for a page.
Network MakePlayNetwork(const PlayData& data, const Settings& settings);

// Units whose gates open for some of the rows, as the network is: [layers][units], empty where there are no gates.
std::vector<std::vector<bool>> OpenUnits(const Network& network, const std::vector<PlayLayer>& layers,
                                         const Dataset& examples, std::span<const uint32_t> rows);

class PlayRun {
 public:
  // Throws UsageError where the settings mean nothing for this data, or are too much for a page.
  PlayRun(PlayDataPointer data, uint64_t seed, const SavedRun& saved);
  ~PlayRun();
  PlayRun(const PlayRun&) = delete;
  PlayRun& operator=(const PlayRun&) = delete;

  // At most so many batches, and no further than the end of the epoch in hand. False when it is over.
  bool Advance(size_t batches);
  bool over() const { return over_; }
  size_t epoch() const { return figures_.now.epoch; }
  size_t steps() const { return figures_.steps; }
  size_t steps_per_epoch() const { return figures_.steps_per_epoch; }

  const Settings& settings() const { return settings_; }
  const Network& network() const { return network_; }
  const std::vector<LayerFates>& fates() const { return fates_; }
  // Up to date, but for the status of a run that is not over, which the caller knows.
  const RunFigures& Figures();
  // The points of the curves since the last call.
  std::vector<CurvePoint> TakePoints();

  SavedRun Save() const;
  // Throws UsageError where there is no such weight. `input` is -1 for the bias.
  void SetWeight(size_t layer, size_t unit, int input, double value);
  // What a treatment of the weights makes of the training where it stands, for the layers that findings name a remedy
  // for; nothing where there is nothing for it to do.
  std::optional<TreatedCourse> Treated(std::string_view treatment, std::string_view remedy) const;
  // Figures how well the network does as it is now, when its weights were changed by something else than a step.
  void Evaluate();

 private:
  class GateWatch;
  void NoteStart();
  void NoteEpoch();
  void NoteFates(const std::vector<std::vector<bool>>& open);
  void CountFates();
  void End();
  void AddPoint();

  PlayDataPointer data_;
  Settings settings_;
  TrainingOptions options_;
  Network network_;
  std::vector<PlayLayer> layers_;
  Trainer trainer_;
  Doctor doctor_;
  std::unique_ptr<GateWatch> gates_;
  std::vector<LayerFates> fates_;
  RunFigures figures_;
  std::vector<CurvePoint> points_;
  bool over_ = false;
};

}  // namespace ramp::web

#endif  // RAMP_WEB_PLAY_RUN_H_
