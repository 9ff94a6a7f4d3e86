#include "ramp/training/checkpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <utility>
#include <variant>

#include "ramp/base/checksum.h"
#include "ramp/base/error.h"
#include "ramp/base/file.h"
#include "ramp/base/threads.h"
#include "ramp/network/initialize.h"
#include "ramp/training/options.h"

namespace ramp {
namespace {

namespace fs = std::filesystem;
using Texts = std::map<std::string, std::string>;

constexpr std::string_view kBeforeNumber = "checkpoint-", kBehindNumber = ".safetensors";
// The digits of the checksum in the header, which count as zeros in it.
constexpr std::string_view kChecksumKey = "\"checksum\":\"", kZeros = "0000000000000000";
constexpr std::string_view kFormat = "ramp checkpoint 1";
constexpr std::string_view kSetting = "setting:", kNote = "option:", kState = "state:";

// Everything that is one number in the state, and its name.
template <class State, class Visit>
void ForEachNumber(State& state, const Visit& visit) {
  auto& position = state.position;
  visit("epoch", position.epoch);
  visit("batch", position.batch);
  visit("loss_sum", position.sums.loss);
  visit("weight_sum", position.sums.weight);
  visit("correct", position.sums.correct);
  visit("rows", position.sums.rows);
  visit("seconds", position.seconds);
  visit("schedule_best_loss", position.schedule.best_loss);
  visit("schedule_waited", position.schedule.waited);
  visit("schedule_reductions", position.schedule.reductions);
  visit("best_epoch", position.best_epoch);
  visit("optimizer_steps", state.optimizer.steps);
  visit("sum_batches", state.gradient_sum.batches);
  visit("sum_weight", state.gradient_sum.weight);
}

// The columns of the tensor of epochs; counts are exact in it up to 2^53.
template <class Record, class Visit>
void ForEachColumn(Record& record, const Visit& visit) {
  visit(record.train_loss);
  visit(record.train.rows);
  visit(record.train.loss);
  visit(record.train.score);
  visit(record.validation.rows);
  visit(record.validation.loss);
  visit(record.validation.score);
  visit(record.seconds);
  visit(record.samples_per_second);
}
constexpr size_t kColumns = 9;
constexpr std::string_view kEpochs = "epochs";

// The arrays of a state and what their tensors' names begin with.
template <class State, class Visit>
void ForEachArray(State& state, const Visit& visit) {
  visit("parameter", state.parameters);
  visit("best", state.best_parameters);
  visit("first", state.optimizer.first);
  visit("second", state.optimizer.second);
  visit("sum", state.gradient_sum.sum);
}

std::string TensorName(std::string_view array, size_t block, const Network& network) {
  return fmt::format("{}.{}.{}", array, block, network.blocks()[block].block.name);
}

template <class T>
std::span<const uint8_t> BytesOf(const T* values, size_t count) {
  return {reinterpret_cast<const uint8_t*>(values), count * sizeof(T)};
}

Safetensors ToTensors(const Network& network, const TrainingState& state, const std::vector<double>& epochs) {
  Safetensors content;
  ForEachArray(state, [&](std::string_view name, const std::vector<float>& values) {
    if (values.empty()) return;
    for (size_t b = 0; b < network.blocks().size(); ++b) {
      const PlacedBlock& placed = network.blocks()[b];
      content.tensors.push_back({.name = TensorName(name, b, network),
                                 .type = "F32",
                                 .shape = placed.block.shape.sizes(),
                                 .bytes = BytesOf(values.data() + placed.offset, placed.block.shape.count())});
    }
  });
  content.tensors.push_back({.name = std::string(kEpochs),
                             .type = "F64",
                             .shape = {state.position.epochs.size(), kColumns},
                             .bytes = BytesOf(epochs.data(), epochs.size())});
  ForEachNumber(state, [&](std::string_view name, auto number) {
    content.metadata[fmt::format("{}{}", kState, name)] = fmt::format("{}", number);
  });
  return content;
}

// Where the sixteen digits begin; npos where there are none.
size_t ChecksumPlace(std::string_view bytes) {
  const size_t key = bytes.find(kChecksumKey);
  const size_t place = key + kChecksumKey.size();
  return key == std::string_view::npos || place + kZeros.size() > bytes.size() ? std::string_view::npos : place;
}

std::string ChecksumOf(std::string_view bytes, size_t place) {
  Checksum sum;
  sum.Add(bytes.substr(0, place));
  sum.Add(bytes.substr(place + kZeros.size()));
  return fmt::format("{:016x}", sum.sum());
}

// The order of the names is that of the positions.
std::string FileName(const TrainingPosition& position) {
  return fmt::format("{}{:07}-{:09}{}", kBeforeNumber, position.epoch, position.batch, kBehindNumber);
}

// Those of the folder, the newest first; what an interrupted writing left is none.
std::vector<std::string> FilesIn(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(folder, failure)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(kBeforeNumber) && name.ends_with(kBehindNumber)) names.push_back(name);
  }
  std::sort(names.rbegin(), names.rend());
  return names;
}

// The options with the usual values written out, so that a setting that is left out equals the same one given.
TrainingOptions Resolved(TrainingOptions options) {
  if (!(options.learning_rate > 0)) options.learning_rate = FindOptimizer(options.optimizer).learning_rate;
  if (options.initialization.empty()) options.initialization = Initializations()[0].name;
  options.schedule = Schedule::Parse(options.schedule).Text();
  return options;
}

std::string PathIn(const std::string& folder, const std::string& name) { return (fs::path(folder) / name).string(); }

}  // namespace

std::string Fingerprint(const TrainingData& data) {
  Checksum sum;
  sum.Add(data.examples.encoding.ToJson());
  std::visit([&](const auto& values) { sum.AddAll(std::span(values)); }, data.examples.inputs);
  sum.AddAll(std::span(data.examples.labels));
  sum.AddAll(std::span(data.examples.values));
  sum.AddAll(std::span(data.training));
  sum.AddAll(std::span(data.validation));
  return fmt::format("{:016x}", sum.sum());
}

TrainingSettings SettingsOf(const TrainingOptions& options, const Network& network, const TrainingData& data) {
  const auto text = [](auto value) { return fmt::format("{}", value); };
  const Schedule schedule = Schedule::Parse(options.schedule);
  TrainingSettings settings = {
      {"data",
       fmt::format("{} ({} rows to train on, checksum {})", data.name, data.training.size(), Fingerprint(data))},
      {"--augment", data.augmentation.Text()},
      {"--network", network.Text()},
  };
  const TrainingOptions resolved = Resolved(options);
  ForEachOption(resolved, [&](const OptionRow& row, const auto& value) {
    if (row.in_checkpoint) settings.emplace_back(row.name, text(value));
  });
  settings.emplace_back("--seed", text(options.seed));
  settings.emplace_back("--threads", text(Threads()));
  // Other schedules can go on for longer than was planned.
  if (schedule.depends_on_end()) settings.emplace_back("--epochs", text(options.epochs));
  return settings;
}

Checkpoint::Checkpoint(std::string path, std::string bytes) : path_(std::move(path)), bytes_(std::move(bytes)) {
  const std::span<const uint8_t> all = BytesOf(bytes_.data(), bytes_.size());
  content_ = ReadSafetensors(path_, all);
  const auto format = content_.metadata.find("format");
  if (format == content_.metadata.end() || format->second != kFormat) {
    throw Error(fmt::format("{}: is no checkpoint of this program", path_));
  }
  const size_t place = ChecksumPlace(bytes_);
  if (place == std::string::npos || ChecksumOf(bytes_, place) != bytes_.substr(place, kZeros.size())) {
    throw Error(fmt::format("{}: is damaged: its checksum does not fit", path_));
  }
}

std::map<std::string, std::string> Checkpoint::notes() const {
  Texts notes;
  for (const auto& [key, value] : content_.metadata) {
    if (key.starts_with(kNote)) notes[key.substr(kNote.size())] = value;
  }
  return notes;
}

void Checkpoint::CheckSettings(const TrainingSettings& settings) const {
  for (const auto& [name, value] : settings) {
    const auto stored = content_.metadata.find(std::string(kSetting) + name);
    const std::string before = stored == content_.metadata.end() ? "" : stored->second;
    if (before == value) continue;
    throw UsageError(fmt::format("{}: its training has {} {}, this one has {}: take the same to go on, or begin anew",
                                 path_, name, before.empty() ? "none" : before, value.empty() ? "none" : value));
  }
}

TrainingState Checkpoint::State(const Network& network) const {
  const auto fail = [&](const std::string& what) {
    throw Error(fmt::format("{}: does not belong to the network '{}': {}", path_, network.Text(), what));
  };
  TrainingState state;
  ForEachNumber(state, [&](std::string_view name, auto& number) {
    const auto found = content_.metadata.find(fmt::format("{}{}", kState, name));
    if (found == content_.metadata.end()) return fail(fmt::format("there is no number '{}'", name));
    const std::string& text = found->second;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) fail(fmt::format("'{}' is no '{}'", text, name));
  });
  ForEachArray(state, [&](std::string_view name, std::vector<float>& values) {
    if (network.blocks().empty() || content_.Find(TensorName(name, 0, network)) == nullptr) return;
    values.resize(network.parameters().size());
    for (size_t b = 0; b < network.blocks().size(); ++b) {
      const PlacedBlock& placed = network.blocks()[b];
      const StoredTensor* tensor = content_.Find(TensorName(name, b, network));
      if (tensor == nullptr || tensor->type != "F32" || tensor->shape != placed.block.shape.sizes()) {
        fail(fmt::format("'{}' is missing or has another shape", TensorName(name, b, network)));
      }
      std::memcpy(values.data() + placed.offset, tensor->bytes.data(), tensor->bytes.size());
    }
  });
  const StoredTensor* epochs = content_.Find(kEpochs);
  if (epochs == nullptr || epochs->type != "F64" || epochs->shape.size() != 2 || epochs->shape[1] != kColumns ||
      epochs->shape[0] + 1 != state.position.epoch || state.position.best_epoch > epochs->shape[0]) {
    fail("its table of epochs does not fit its position");
  }
  const uint8_t* next = epochs->bytes.data();
  for (size_t epoch = 1; epoch < state.position.epoch; ++epoch) {
    EpochRecord& record = state.position.epochs.emplace_back();
    record.epoch = epoch;
    ForEachColumn(record, [&]<class T>(T& value) {
      double stored = 0;
      std::memcpy(&stored, next, sizeof(stored));
      value = static_cast<T>(stored);
      next += sizeof(stored);
    });
  }
  return state;
}

CheckpointFolder::CheckpointFolder(std::string folder, TrainingSettings settings,
                                   std::map<std::string, std::string> notes, const Checkpoint* resumed)
    : folder_(std::move(folder)), settings_(std::move(settings)), notes_(std::move(notes)) {
  std::error_code failure;
  fs::create_directories(folder_, failure);
  if (failure) throw Error(fmt::format("{}: cannot be made ({}): choose another folder", folder_, failure.message()));
  const fs::path from = resumed != nullptr ? fs::path(resumed->path()) : fs::path();
  if (resumed != nullptr && fs::equivalent(from.parent_path(), folder_, failure)) {
    newest_ = from.filename().string();
  } else if (!FilesIn(folder_).empty()) {
    throw UsageError(fmt::format(
        "{0}: holds the checkpoints of a training: go on with it by --resume {0}, or name another folder", folder_));
  }
}

void CheckpointFolder::Write(const Network& network, const TrainingState& state) {
  const std::string name = FileName(state.position);
  if (name == newest_) return;
  std::vector<double> epochs;
  for (const EpochRecord& record : state.position.epochs) {
    ForEachColumn(record, [&](auto value) { epochs.push_back(static_cast<double>(value)); });
  }
  Safetensors content = ToTensors(network, state, epochs);
  content.metadata["format"] = kFormat;
  content.metadata["checksum"] = kZeros;
  for (const auto& [key, value] : settings_) content.metadata[std::string(kSetting) + key] = value;
  for (const auto& [key, value] : notes_) content.metadata[std::string(kNote) + key] = value;
  std::string bytes = WriteSafetensors(content);
  const size_t place = ChecksumPlace(bytes);
  bytes.replace(place, kZeros.size(), ChecksumOf(bytes, place));
  WriteFileWhole(PathIn(folder_, name), bytes);
  second_ = std::exchange(newest_, name);
  // Also what was damaged, what comes from a future that is not this training's any more, and halves of files.
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder_, ignored)) {
    const std::string other = entry.path().filename().string();
    if (other.starts_with(kBeforeNumber) && other != newest_ && other != second_) fs::remove(entry.path(), ignored);
  }
}

Checkpoint CheckpointFolder::ReadNewest(const std::string& folder,
                                        const std::function<void(const std::string&)>& note) {
  const std::vector<std::string> names = FilesIn(folder);
  if (names.empty()) throw Error(fmt::format("{}: there is no checkpoint in it: check the path", folder));
  std::string last_failure;
  for (const std::string& name : names) {
    try {
      Checkpoint checkpoint(PathIn(folder, name), ReadFileWhole(PathIn(folder, name), size_t{1} << 36));
      if (!last_failure.empty()) note(fmt::format("{}\n  going on from the one before, {}", last_failure, name));
      return checkpoint;
    } catch (const Error& error) {
      last_failure += (last_failure.empty() ? "" : "\n") + std::string(error.what());
    }
  }
  throw Error(fmt::format("{}\n  no other checkpoint is in the folder: begin anew in another one", last_failure));
}

TrainingResult RunWithCheckpoints(Trainer& trainer, CheckpointFolder& folder, double seconds,
                                  const std::function<void(const std::string&)>& note) {
  using Clock = std::chrono::steady_clock;
  Clock::time_point written = Clock::now();
  folder.Write(trainer.network(), trainer.Save());
  const auto write = [&] {
    try {
      folder.Write(trainer.network(), trainer.Save());
    } catch (const Error& error) {
      note(fmt::format("{}\n  the training goes on without this checkpoint", error.what()));
    }
    written = Clock::now();
  };
  while (trainer.Advance(1)) {
    const bool epoch_ended = trainer.position().batch == 0;
    if (epoch_ended || std::chrono::duration<double>(Clock::now() - written).count() >= seconds) write();
  }
  if (!trainer.diverged()) write();
  return trainer.Finish();
}

}  // namespace ramp
