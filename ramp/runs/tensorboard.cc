#include "ramp/runs/tensorboard.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <iterator>
#include <set>

#include "ramp/base/error.h"

namespace ramp {
namespace {

constexpr size_t kMostRows = 256;

std::vector<uint32_t> RowsToExamine(const Network& network, const TrainingData& data) {
  const size_t count = BatchForExamining(network, std::min(kMostRows, data.training.size()));
  return {data.training.begin(), data.training.begin() + static_cast<std::ptrdiff_t>(count)};
}

// Of several activations in one layer the later ones are numbered.
std::string Unique(const std::string& name, std::set<std::string>& taken) {
  std::string unique = name;
  for (size_t number = 2; !taken.insert(unique).second; ++number) unique = fmt::format("{}, {}", name, number);
  return unique;
}

size_t CountDead(const Gates& gates) {
  std::vector<uint64_t> ever(gates.words_per_row()), always(ever.size(), ~uint64_t{0});
  gates.Accumulate(gates.rows(), ever, always);
  size_t alive = 0;
  for (const uint64_t word : ever) alive += static_cast<size_t>(std::popcount(word));
  return gates.units() - alive;
}

}  // namespace

TensorBoardLog::TensorBoardLog(const std::string& folder, const Network& network, const TrainingData& data,
                               std::function<void(const std::string&)> warn)
    : TensorBoardLog(
          folder, [&network]() -> const Network& { return network; }, data, std::move(warn)) {}

TensorBoardLog::TensorBoardLog(const std::string& folder, std::function<const Network&()> network,
                               const TrainingData& data, std::function<void(const std::string&)> warn)
    : network_(std::move(network)),
      data_(data),
      warn_(std::move(warn)),
      file_(folder),
      rows_(RowsToExamine(network_(), data)) {}

void TensorBoardLog::OnRestore(std::span<const EpochRecord> epochs) {
  norm_sum_ = 0;
  steps_ = 0;
  gradients_.clear();
  plan_.reset();
  Try([&] { file_.Restart(epochs.size() + 1); });
}

void TensorBoardLog::OnStep(const StepView& view) {
  if (!works_) return;
  norm_sum_ += view.norms.total();
  learning_rate_ = view.learning_rate;
  ++steps_;
  if (view.step != view.steps_per_epoch) return;
  std::set<std::string> taken;
  const Network& network = view.network;
  for (const PlacedBlock& block : network.blocks()) {
    if (block.block.kind == ParameterBlock::Kind::kStatistic) continue;
    const std::string layer = network.LayerName(network.LayerNumber(block.layer));
    const std::string tag = Unique(fmt::format("gradients/{}/{}", layer, block.block.name), taken);
    gradients_.push_back({tag, HistogramOf(network.gradients(block))});
  }
}

void TensorBoardLog::OnEpoch(const EpochRecord& record) {
  if (!works_) return;
  std::vector<EventValue> values = Scalars(record);
  ExamineLayers(values);
  std::ranges::move(gradients_, std::back_inserter(values));
  gradients_.clear();
  norm_sum_ = 0;
  steps_ = 0;
  Try([&] { file_.Add(record.epoch, values); });
}

std::vector<EventValue> TensorBoardLog::Scalars(const EpochRecord& record) const {
  const std::string score = data_.examples.encoding.task == Task::kClassification ? "accuracy" : "R2";
  std::vector<EventValue> values = {{"loss/train", record.train_loss}, {score + "/train", record.train.score}};
  if (record.validation.rows > 0) {
    values.push_back({"loss/valid", record.validation.loss});
    values.push_back({score + "/valid", record.validation.score});
  }
  if (steps_ > 0) {  // an epoch that was run in a trial is told without its steps
    values.push_back({"learning_rate", learning_rate_});
    values.push_back({"gradient_norm", norm_sum_ / static_cast<double>(steps_)});
  }
  values.push_back({"samples_per_second", record.samples_per_second});
  values.push_back({"seconds", record.seconds});
  return values;
}

void TensorBoardLog::ExamineLayers(std::vector<EventValue>& values) {
  const Network& network = network_();
  if (!plan_) plan_.emplace(network, rows_.size(), PlanMode::kExamine);
  data_.examples.Gather(rows_, plan_->input().data());
  plan_->Forward();
  std::set<std::string> taken;
  for (const WatchedGates& watched : plan_->gates()) {
    const std::string layer = Unique(network.LayerName(network.LayerNumber(watched.node)), taken);
    const Gates& gates = watched.gates;
    const auto all = static_cast<double>(gates.rows() * gates.units());
    values.push_back({"open/" + layer, static_cast<double>(gates.CountOpen()) / all});
    values.push_back({"dead/" + layer, static_cast<double>(CountDead(gates))});
    values.push_back({"activations/" + layer, HistogramOf(plan_->value(watched.node))});
  }
}

template <class Action>
void TensorBoardLog::Try(const Action& action) {
  if (!works_) return;
  try {
    action();
  } catch (const Error& error) {
    works_ = false;
    warn_(fmt::format("warning: the log for TensorBoard ends here, the training goes on:\n  {}", error.what()));
  }
}

}  // namespace ramp
