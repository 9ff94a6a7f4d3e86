#include "ramp/web/play_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "ramp/activation/activation.h"
#include "ramp/base/error.h"
#include "ramp/base/random.h"
#include "ramp/health/causes.h"
#include "ramp/health/probe.h"
#include "ramp/network/plan.h"

namespace ramp::web {
namespace {

// Values of all layers for one batch.
constexpr size_t kMostValues = 4'000'000;

TrainingOptions OptionsOf(const Settings& settings, uint64_t seed) {
  TrainingOptions options = settings.training;
  options.seed = seed;
  return options;
}

bool IsOpen(const std::vector<uint64_t>& words, size_t unit) {
  return (words[unit / Gates::kBitsPerWord] >> (unit % Gates::kBitsPerWord) & 1) != 0;
}

std::vector<bool> Bits(const std::vector<uint64_t>& words, size_t units) {
  std::vector<bool> bits(units);
  for (size_t unit = 0; unit < units; ++unit) bits[unit] = IsOpen(words, unit);
  return bits;
}

}  // namespace

Network MakePlayNetwork(const PlayData& data, const Settings& settings) {
  const Encoding& encoding = data.training.examples.encoding;
  Network network = MakeSmallNetwork(settings.network, encoding.shape, encoding.outputs());
  size_t values = 0;
  for (const Node& node : network.nodes()) values += node.output_shape.count();
  const size_t batch = std::min(settings.training.batch, data.training.training.size());
  if (values * batch > kMostValues) {
    throw UsageError(fmt::format("batch: {} rows of this network take too much memory: {} is the most", batch,
                                 std::max<size_t>(kMostValues / values, 1)));
  }
  return network;
}

std::vector<std::vector<bool>> OpenUnits(const Network& network, const std::vector<PlayLayer>& layers,
                                         const Dataset& examples, std::span<const uint32_t> rows) {
  std::vector<std::vector<uint64_t>> ever(layers.size());
  const size_t batch = BatchForExamining(network, std::min<size_t>(256, rows.size()));
  Plan plan(network, batch, PlanMode::kExamine);
  for (size_t begin = 0; begin < rows.size(); begin += batch) {
    const auto some = rows.subspan(begin, std::min(batch, rows.size() - begin));
    examples.Gather(some, plan.input().data());
    plan.Forward();
    for (const WatchedGates& watched : plan.gates()) {
      for (size_t i = 0; i < layers.size(); ++i) {
        if (layers[i].activation != watched.node) continue;
        const size_t words = watched.gates.words_per_row();
        ever[i].resize(words);
        std::vector<uint64_t> always(words);
        watched.gates.Accumulate(some.size() * watched.rows_per_example, ever[i], always);
      }
    }
  }
  std::vector<std::vector<bool>> open(layers.size());
  for (size_t i = 0; i < layers.size(); ++i) {
    if (!ever[i].empty()) open[i] = Bits(ever[i], layers[i].units);
  }
  return open;
}

void LayerFates::Note(const std::vector<bool>& open) {
  fates.resize(open.size(), Fate::kAlive);
  was_open.resize(open.size());
  was_dead.resize(open.size());
  for (size_t unit = 0; unit < open.size(); ++unit) {
    if (open[unit]) {
      fates[unit] = was_dead[unit] ? Fate::kRevived : Fate::kAlive;
      was_open[unit] = true;
    } else {
      fates[unit] = was_open[unit] ? Fate::kDied : Fate::kBornDead;
      was_dead[unit] = true;
    }
  }
}

size_t SavedRun::Bytes() const {
  if (!state) return sizeof(*this);
  const size_t floats = state->parameters.size() + state->best_parameters.size() + state->optimizer.first.size() +
                        state->optimizer.second.size() + state->gradient_sum.sum.size();
  return sizeof(*this) + floats * sizeof(float) + state->position.epochs.size() * sizeof(EpochRecord);
}

// Which gates opened in the epoch in hand.
class PlayRun::GateWatch : public TrainingObserver {
 public:
  explicit GateWatch(const std::vector<PlayLayer>& layers) : layers_(layers), ever_(layers.size()) {}

  void OnRestore(std::span<const EpochRecord> /*epochs*/) override { ended_ = true; }
  void OnStep(const StepView& view) override {
    rate_ = view.learning_rate;
    for (size_t i = 0; i < layers_.size(); ++i) {
      if (!layers_[i].activation) continue;
      for (const WatchedGates& watched : view.plan.gates()) {
        if (watched.node != *layers_[i].activation) continue;
        const Gates& gates = watched.gates;
        if (ended_) ever_[i].assign(gates.words_per_row(), 0);
        always_.assign(gates.words_per_row(), 0);
        gates.Accumulate(gates.rows(), ever_[i], always_);
      }
    }
    ended_ = false;
  }
  void OnEpoch(const EpochRecord& /*record*/) override { ended_ = true; }

  double rate() const { return rate_; }
  // [layers][units]
  std::vector<std::vector<bool>> Open() const {
    std::vector<std::vector<bool>> open(layers_.size());
    for (size_t i = 0; i < layers_.size(); ++i) {
      if (!ever_[i].empty()) open[i] = Bits(ever_[i], layers_[i].units);
    }
    return open;
  }

 private:
  const std::vector<PlayLayer>& layers_;
  std::vector<std::vector<uint64_t>> ever_;
  std::vector<uint64_t> always_;
  double rate_ = 0;
  bool ended_ = true;  // the next step begins an epoch
};

PlayRun::PlayRun(PlayDataPointer data, uint64_t seed, const SavedRun& saved)
    : data_(std::move(data)),
      settings_(saved.settings),
      options_(OptionsOf(saved.settings, seed)),
      network_(MakePlayNetwork(*data_, settings_)),
      layers_(PlayLayersOf(network_)),
      trainer_(network_, data_->training, options_),
      doctor_(network_, data_->training, options_),
      gates_(std::make_unique<GateWatch>(layers_)),
      fates_(saved.fates) {
  trainer_.Watch(doctor_);
  trainer_.Watch(*gates_);
  figures_.task = data_->training.examples.encoding.task;
  const size_t rows = data_->training.training.size(), batch = std::min(options_.batch, rows);
  figures_.steps_per_epoch = (rows + batch - 1) / batch;
  if (!saved.state) {
    NoteStart();
    return;
  }
  TrainingState state = *saved.state;
  if (saved.new_optimizer) state.optimizer = trainer_.Save().optimizer;
  // With another batch the place within an epoch means nothing any more.
  if (state.position.batch >= figures_.steps_per_epoch) state.position.batch = 0;
  if (state.position.batch == 0) state.position.sums = {};
  if (state.position.batch == 0) state.gradient_sum = {};
  trainer_.Restore(state);
  figures_.now = saved.now;
  figures_.steps = saved.steps;
  figures_.seconds = saved.seconds;
  figures_.by_hand = saved.by_hand;
  figures_.layers.resize(layers_.size());
  const std::vector<LayerHealth> healths = Probe(network_, data_->training.examples, data_->training.training).layers;
  for (size_t i = 0; i < layers_.size(); ++i) figures_.layers[i].health = healths[i];
  CountFates();
}

void PlayRun::Evaluate() {
  const Dataset& examples = data_->training.examples;
  figures_.now.train = trainer_.Evaluate(examples, data_->training.training);
  figures_.now.valid = trainer_.Evaluate(examples, data_->training.validation);
  figures_.now.test = trainer_.Test();
}

void PlayRun::NoteStart() {
  const Dataset& examples = data_->training.examples;
  const auto& rows = data_->training.training;
  Evaluate();
  figures_.layers.resize(layers_.size());
  const std::vector<LayerHealth> healths = Probe(network_, examples, rows).layers;
  for (size_t i = 0; i < layers_.size(); ++i) figures_.layers[i].health = healths[i];

  NoteFates(OpenUnits(network_, layers_, examples, rows));
  AddPoint();
}

PlayRun::~PlayRun() = default;

void PlayRun::NoteFates(const std::vector<std::vector<bool>>& open) {
  fates_.resize(layers_.size());
  for (size_t i = 0; i < layers_.size(); ++i) fates_[i].Note(open[i]);
  CountFates();
}

void PlayRun::CountFates() {
  for (size_t i = 0; i < std::min(fates_.size(), figures_.layers.size()); ++i) {
    const auto count = [&](Fate fate) { return static_cast<size_t>(std::ranges::count(fates_[i].fates, fate)); };
    LayerFigures& layer = figures_.layers[i];
    layer.born_dead = count(Fate::kBornDead);
    layer.died = count(Fate::kDied);
    layer.revived = count(Fate::kRevived);
  }
}

void PlayRun::AddPoint() {
  CurvePoint point{.figures = figures_.now};
  for (const LayerFigures& layer : figures_.layers) {
    point.gradient_norm.push_back(static_cast<float>(layer.health.gradient_norm));
    point.open_share.push_back(static_cast<float>(layer.health.open_share));
    point.dead.push_back(static_cast<uint32_t>(layer.health.dead));
  }
  points_.push_back(std::move(point));
}

void PlayRun::NoteEpoch() {
  const EpochRecord& record = trainer_.position().epochs.back();
  figures_.now = {.epoch = record.epoch,
                  .train = record.train,
                  .valid = record.validation,
                  .test = trainer_.Test(),
                  .learning_rate = gates_->rate()};
  const std::vector<LayerHealth>& healths = doctor_.patient().layers;
  for (size_t i = 0; i < std::min(layers_.size(), healths.size()); ++i) figures_.layers[i].health = healths[i];
  NoteFates(gates_->Open());
  AddPoint();
}

bool PlayRun::Advance(size_t batches) {
  if (over_) return false;
  const auto begin = std::chrono::steady_clock::now();
  const size_t batch = trainer_.position().batch, epochs = trainer_.position().epochs.size();
  const bool more = trainer_.Advance(batches);
  figures_.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const bool ended = trainer_.position().epochs.size() > epochs;
  figures_.steps += ended ? figures_.steps_per_epoch - batch : trainer_.position().batch - batch;
  if (ended) NoteEpoch();
  if (!more) End();
  return more;
}

// The weights stay the last ones on the screen; the report is that of `ramp train`.
void PlayRun::End() {
  over_ = true;
  const std::vector<float> last(network_.parameters().begin(), network_.parameters().end());
  const TrainingResult result = trainer_.Finish();
  figures_.findings = doctor_.Report(result).findings;
  std::ranges::copy(last, network_.parameters().begin());
  figures_.divergence = result.divergence;
  figures_.status = result.outcome == Outcome::kDiverged       ? RunStatus::kDiverged
                    : result.outcome == Outcome::kStoppedEarly ? RunStatus::kStoppedEarly
                                                               : RunStatus::kFinished;
}

const RunFigures& PlayRun::Figures() {
  figures_.step = trainer_.position().batch;
  if (!over_) figures_.findings = Join(doctor_.findings(), Monitors());
  return figures_;
}

std::vector<CurvePoint> PlayRun::TakePoints() {
  std::vector<CurvePoint> points;
  std::swap(points, points_);
  return points;
}

SavedRun PlayRun::Save() const {
  return {.settings = settings_,
          .state = trainer_.Save(),
          .fates = fates_,
          .now = figures_.now,
          .steps = figures_.steps,
          .seconds = figures_.seconds,
          .by_hand = figures_.by_hand};
}

std::optional<TreatedCourse> PlayRun::Treated(std::string_view treatment, std::string_view remedy) const {
  std::vector<size_t> layers;
  for (const Finding& finding : figures_.findings) {
    if (std::ranges::count(finding.remedies, remedy) == 0) continue;
    for (const size_t layer : finding.layers) {
      if (std::ranges::count(layers, layer) == 0) layers.push_back(layer);
    }
  }
  return Treat(treatment, trainer_, data_->training, doctor_.patient(), layers);
}

void PlayRun::SetWeight(size_t layer, size_t unit, int input, double value) {
  const auto found = std::ranges::find(layers_, layer, &PlayLayer::number);
  if (found == layers_.end()) throw UsageError(fmt::format("layer: there are layers 1 to {}", layers_.size()));
  const bool is_bias = input < 0;
  const PlacedBlock* block =
      FindBlock(network_, found->node, is_bias ? ParameterBlock::Kind::kBias : ParameterBlock::Kind::kWeight);
  if (block == nullptr || block->block.shape.rank() > 2) {
    throw UsageError(fmt::format("layer: {} has no such weight", network_.LayerName(layer)));
  }
  const size_t units = block->block.shape.units(), inputs = block->block.shape.count() / units;
  if (unit >= units) throw UsageError(fmt::format("unit: layer {} has units 0 to {}", layer, units - 1));
  const size_t row = is_bias ? 0 : static_cast<size_t>(input);
  if (row >= inputs) throw UsageError(fmt::format("input: a unit of layer {} has inputs 0 to {}", layer, inputs - 1));
  network_.parameters(*block)[row * units + unit] = static_cast<float>(value);
  Evaluate();
  figures_.by_hand = fmt::format("a weight was changed by hand after epoch {}", figures_.now.epoch);
}

}  // namespace ramp::web
