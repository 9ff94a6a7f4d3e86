#include "ramp/training/checkpoint.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "ramp/base/error.h"
#include "ramp/base/file.h"
#include "ramp/base/threads.h"
#include "ramp/training/test_data.h"

namespace ramp {
namespace {

namespace fs = std::filesystem;

class Folder {
 public:
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "ramp_checkpoint_XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string path() const { return path_.string(); }
  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(path_)) names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
  }

 private:
  fs::path path_;
};

void Ignore(const std::string& /*note*/) {}

// Everything that a training has made, for comparisons to the bit; times apart.
struct Made {
  std::vector<float> parameters;
  std::vector<double> epochs;
  Outcome outcome = Outcome::kFinished;
  size_t best_epoch = 0;
  bool operator==(const Made&) const = default;
};

Made Gather(const Network& network, const TrainingResult& result) {
  Made made{.parameters = {network.parameters().begin(), network.parameters().end()},
            .epochs = {},
            .outcome = result.outcome,
            .best_epoch = result.best_epoch};
  for (const EpochRecord& record : result.epochs) {
    for (const double value :
         {record.train_loss, record.train.score, record.validation.loss, record.validation.score}) {
      made.epochs.push_back(value);
    }
  }
  return made;
}

// A training that can be made again and again.
class Subject {
 public:
  explicit Subject(const TrainingOptions& options, const std::string& text = "dense 12, prelu, dropout 0.2, dense")
      : text_(text), options_(options) {}
  const TrainingData& data() const { return data_; }
  const TrainingOptions& options() const { return options_; }
  Network MakeNetwork() const { return {text_, data_.examples.encoding.shape, data_.examples.encoding.outputs()}; }
  TrainingSettings Settings() const { return SettingsOf(options_, MakeNetwork(), data_); }

  Made Alone() const {
    Network network = MakeNetwork();
    Trainer trainer(network, data_, options_);
    const TrainingResult result = trainer.Run();
    return Gather(network, result);
  }

 private:
  TrainingData data_ = MakeRings(200, 3, Task::kClassification, 1);
  std::string text_;
  TrainingOptions options_;
};

// 120 rows to train on: 8 batches.
const TrainingOptions kCases[] = {
    {.epochs = 5, .batch = 16, .optimizer = "sgd", .schedule = "constant"},
    {.epochs = 5, .batch = 16, .optimizer = "momentum", .schedule = "warm-up 1, step 2 0.5", .weight_decay = 0.01},
    {.epochs = 5, .batch = 16, .optimizer = "nesterov", .schedule = "one-cycle", .clip_value = 0.01},
    {.epochs = 5, .batch = 16, .optimizer = "rmsprop", .schedule = "reduce-on-plateau 1 0.1", .learning_rate = 0.1},
    {.epochs = 5, .batch = 16, .optimizer = "adam", .accumulate = 3, .balanced = true},
    {.epochs = 5, .batch = 13, .optimizer = "adamw", .weight_decay = 0.1, .label_smoothing = 0.1},
    {.epochs = 40, .batch = 16, .schedule = "constant", .learning_rate = 0.1, .patience = 2},
};

TEST(Trainer, GoesOnFromAnyStateToTheSameBits) {
  for (const TrainingOptions& options : kCases) {
    // Running statistics are part of the state as well.
    const Subject subject(options, "dense 12, batchnorm, prelu, dropout 0.2, dense");
    const Made alone = subject.Alone();
    EXPECT_EQ(alone.outcome, options.patience > 0 ? Outcome::kStoppedEarly : Outcome::kFinished);
    for (const size_t length : {1u, 7u}) {
      TrainingState state;
      {
        Network network = subject.MakeNetwork();
        state = Trainer(network, subject.data(), options).Save();
      }
      // Each piece by a trainer of its own, whose weights start elsewhere.
      for (bool more = true; more;) {
        Network network = subject.MakeNetwork();
        TrainingOptions others = options;
        others.initialization = "xavier";
        Trainer trainer(network, subject.data(), others);
        trainer.Restore(state);
        more = trainer.Advance(length);
        state = trainer.Save();
        if (more) continue;
        EXPECT_EQ(Gather(network, trainer.Finish()), alone) << options.optimizer << ", pieces of " << length;
      }
    }
  }
}

TEST(Trainer, ReturnsToAStateThatItLeft) {
  const Subject subject({.epochs = 4, .batch = 16});
  Network network = subject.MakeNetwork();
  Trainer trainer(network, subject.data(), subject.options());
  trainer.Advance(3);
  const TrainingState state = trainer.Save();
  while (trainer.Advance(100)) {
  }
  trainer.Finish();
  trainer.Restore(state);
  const TrainingResult result = trainer.Run();
  EXPECT_EQ(Gather(network, result), subject.Alone());
}

TEST(Trainer, HasTwinsThatDifferByTheirOptionsAlone) {
  const Subject subject({.epochs = 3, .batch = 16, .schedule = "constant"});
  Network first = subject.MakeNetwork(), second = subject.MakeNetwork(), third = subject.MakeNetwork();
  TrainingOptions faster = subject.options();
  faster.learning_rate = 0.05;
  Trainer one(first, subject.data(), subject.options()), same(second, subject.data(), subject.options()),
      other(third, subject.data(), faster);
  one.Advance(5);
  same.Restore(one.Save());
  other.Restore(one.Save());
  for (int step = 0; step < 6; ++step) {
    EXPECT_EQ(one.Advance(1), same.Advance(1));
    other.Advance(1);
    ASSERT_TRUE(std::ranges::equal(first.parameters(), second.parameters())) << step;
    ASSERT_FALSE(std::ranges::equal(first.parameters(), third.parameters())) << step;
  }
}

// Has nothing learned from the batches that it is told to skip, and counts what it sees.
class Skipper : public TrainingObserver {
 public:
  explicit Skipper(bool (*skips)(const StepView& view)) : skips_(skips) {}
  bool Skips(const StepView& view) override { return skips_(view); }
  void OnStep(const StepView& view) override { skipped_ += view.skipped ? 1u : 0u; }
  size_t skipped() const { return skipped_; }

 private:
  bool (*skips_)(const StepView& view);
  size_t skipped_ = 0;
};

TEST(Observer, CanHaveBatchesSkipped) {
  const Subject subject({.epochs = 2, .batch = 16});
  Network network = subject.MakeNetwork();
  Trainer trainer(network, subject.data(), subject.options());
  const std::vector<float> before(network.parameters().begin(), network.parameters().end());
  Skipper skipper([](const StepView& view) { return view.epoch == 1; });
  trainer.Watch(skipper);
  trainer.Advance(8);
  EXPECT_EQ(skipper.skipped(), 8u);
  EXPECT_TRUE(std::ranges::equal(network.parameters(), before));
  trainer.Advance(1);
  EXPECT_FALSE(std::ranges::equal(network.parameters(), before));
}

TEST(Observer, CanHaveATrainingGoOnBehindABatchThatIsNotFinite) {
  TrainingData data = MakeRings(200, 3, Task::kClassification, 1);
  std::get<std::vector<float>>(data.examples.inputs)[data.training[5] * 3] = std::numeric_limits<float>::infinity();
  for (const bool skips : {false, true}) {
    for (const size_t accumulate : {1u, 3u}) {
      Network network("dense 12, relu, dense", {3}, 3);
      Trainer trainer(network, data, {.epochs = 2, .batch = 16, .accumulate = accumulate});
      Skipper skipper([](const StepView& view) { return !std::isfinite(view.norms.total()); });
      if (skips) trainer.Watch(skipper);
      const TrainingResult result = trainer.Run();
      EXPECT_EQ(result.outcome, skips ? Outcome::kFinished : Outcome::kDiverged) << accumulate;
      for (const float value : network.parameters()) ASSERT_TRUE(std::isfinite(value));
    }
  }
}

TEST(Trainer, RefusesAStateThatDoesNotFit) {
  const Subject subject({.epochs = 3, .batch = 16});
  Network network = subject.MakeNetwork();
  Trainer trainer(network, subject.data(), subject.options());
  trainer.Advance(3);
  const TrainingState good = trainer.Save();
  TrainingState state = good;
  state.parameters.pop_back();
  EXPECT_THROW(trainer.Restore(state), Error);
  state = good;
  state.position.batch = 8;
  EXPECT_THROW(trainer.Restore(state), Error);
  state = good;
  state.optimizer.second.clear();
  EXPECT_THROW(trainer.Restore(state), Error);
  state = good;
  state.position.epoch = 5;
  EXPECT_THROW(trainer.Restore(state), UsageError);
  trainer.Restore(good);
}

TEST(Checkpoint, HoldsAllThatATrainingNeedsToGoOnToTheSameBits) {
  for (const TrainingOptions& options : kCases) {
    const Subject subject(options);
    const Made alone = subject.Alone();
    for (const size_t batches : {0u, 5u, 8u, 19u}) {
      const Folder folder;
      Network network = subject.MakeNetwork();
      Trainer trainer(network, subject.data(), options);
      size_t done = 0;
      while (done < batches && trainer.Advance(1)) ++done;
      CheckpointFolder(folder.path(), subject.Settings(), {{"--epochs", "5"}}).Write(network, trainer.Save());

      const Checkpoint checkpoint = CheckpointFolder::ReadNewest(folder.path(), Ignore);
      EXPECT_EQ(checkpoint.notes().at("--epochs"), "5");
      checkpoint.CheckSettings(subject.Settings());
      Network other = subject.MakeNetwork();
      Trainer second(other, subject.data(), options);
      second.Restore(checkpoint.State(other));
      const TrainingResult result = second.Run();
      EXPECT_EQ(Gather(other, result), alone) << options.optimizer << " behind " << batches;
    }
  }
}

// A small training behind its first epoch, with its checkpoint.
struct Written {
  Folder folder;
  Subject subject{{.epochs = 3, .batch = 60}, "dense"};
  std::string path, bytes;

  Written() {
    Network network = subject.MakeNetwork();
    Trainer trainer(network, subject.data(), subject.options());
    CheckpointFolder checkpoints(folder.path(), subject.Settings(), {});
    for (int i = 0; i < 2; ++i) {
      trainer.Advance(2);
      checkpoints.Write(network, trainer.Save());
    }
    path = folder.path() + "/" + folder.Names().back();
    bytes = ReadFileWhole(path);
  }
};

TEST(Checkpoint, IsRefusedWhenItIsCutAnywhere) {
  const Written written;
  for (size_t size = 0; size < written.bytes.size(); ++size) {
    ASSERT_THROW(Checkpoint("x", written.bytes.substr(0, size)), Error) << size;
  }
  EXPECT_NO_THROW(Checkpoint("x", written.bytes));
  EXPECT_THROW(Checkpoint("x", written.bytes + " "), Error);
}

TEST(Checkpoint, IsRefusedWhenAnyByteIsChanged) {
  const Written written;
  std::string bytes = written.bytes;
  for (size_t i = 0; i < bytes.size(); ++i) {
    for (const char change : {'\x01', '\x20', '\x80'}) {
      bytes[i] = static_cast<char>(bytes[i] ^ change);
      ASSERT_THROW(Checkpoint("x", bytes), Error) << i;
      bytes[i] = written.bytes[i];
    }
  }
}

TEST(Checkpoint, GivesWayToTheOneBeforeWhenItIsDamaged) {
  const Written written;
  const std::vector<std::string> names = written.folder.Names();
  ASSERT_EQ(names.size(), 2u);
  WriteFileWhole(written.path, written.bytes.substr(0, written.bytes.size() - 100));
  std::string notes;
  const auto note = [&](const std::string& text) { notes += text; };
  Checkpoint checkpoint = CheckpointFolder::ReadNewest(written.folder.path(), note);
  EXPECT_EQ(fs::path(checkpoint.path()).filename(), names[0]);
  EXPECT_NE(notes.find("damaged"), std::string::npos) << notes;
  EXPECT_NE(notes.find("going on from the one before, " + names[0]), std::string::npos) << notes;

  // The training that goes on writes the same position again, and the damaged file is gone.
  Network network = written.subject.MakeNetwork();
  Trainer trainer(network, written.subject.data(), written.subject.options());
  trainer.Restore(checkpoint.State(network));
  CheckpointFolder folder(written.folder.path(), written.subject.Settings(), {}, &checkpoint);
  trainer.Advance(1);
  folder.Write(network, trainer.Save());
  EXPECT_EQ(written.folder.Names().size(), 2u);
  EXPECT_EQ(written.folder.Names()[0], names[0]);
  CheckpointFolder::ReadNewest(written.folder.path(), [](const std::string& text) { ADD_FAILURE() << text; });

  for (const std::string& name : written.folder.Names()) WriteFileWhole(written.folder.path() + "/" + name, "{}");
  EXPECT_THROW(CheckpointFolder::ReadNewest(written.folder.path(), Ignore), Error);
}

TEST(CheckpointFolder, KeepsTheLastTwoAndNoHalves) {
  const Folder folder;
  const Subject subject({.epochs = 3, .batch = 16});
  Network network = subject.MakeNetwork();
  Trainer trainer(network, subject.data(), subject.options());
  WriteFileWhole(folder.path() + "/checkpoint-0000001-000000000.safetensors.part77", "half");
  WriteFileWhole(folder.path() + "/notes.txt", "mine");
  CheckpointFolder checkpoints(folder.path(), subject.Settings(), {});
  for (int i = 0; i < 5; ++i) {
    checkpoints.Write(network, trainer.Save());
    trainer.Advance(3);
  }
  const std::vector<std::string> expected = {"checkpoint-0000002-000000000.safetensors",
                                             "checkpoint-0000002-000000003.safetensors", "notes.txt"};
  EXPECT_EQ(folder.Names(), expected);
}

TEST(CheckpointFolder, RefusesTheFolderOfAnotherTraining) {
  const Written written;
  try {
    CheckpointFolder(written.folder.path(), written.subject.Settings(), {});
    ADD_FAILURE() << "taken";
  } catch (const UsageError& error) {
    EXPECT_NE(std::string(error.what()).find("--resume"), std::string::npos) << error.what();
  }
  EXPECT_THROW(CheckpointFolder::ReadNewest(written.folder.path() + "/absent", Ignore), Error);
  EXPECT_THROW(CheckpointFolder("/dev/null/folder", {}, {}), Error);
}

TEST(Checkpoint, IsRefusedWithTheDifferenceByATrainingWithOtherSettings) {
  const Written written;
  const Checkpoint checkpoint = CheckpointFolder::ReadNewest(written.folder.path(), Ignore);
  const TrainingOptions base = written.subject.options();
  const auto with = [&](const auto& change) {
    TrainingOptions options = base;
    change(options);
    return SettingsOf(options, written.subject.MakeNetwork(), written.subject.data());
  };
  TrainingData other = MakeRings(200, 3, Task::kClassification, 1);
  std::get<std::vector<float>>(other.examples.inputs)[7] += 1;
  TrainingData pictures = MakeRings(200, 3, Task::kClassification, 1);
  Encoding flat;
  flat.shape = {1, 3, 1};
  flat.SetScale({.mean = {0}, .deviation = {1}});
  pictures.augmentation = Augmentation("shift 1, flip", flat);
  struct Case {
    TrainingSettings settings;
    std::string expected;
  };
  const Case cases[] = {
      {with([](TrainingOptions& o) { o.batch = 61; }), "has --batch 60, this one has 61"},
      {with([](TrainingOptions& o) { o.seed = 2; }), "--seed 1, this one has 2"},
      {with([](TrainingOptions& o) { o.learning_rate = 1; }), "--lr 0.001, this one has 1"},
      {with([](TrainingOptions& o) { o.optimizer = "sgd"; }), "--optimizer adam, this one has sgd"},
      {with([](TrainingOptions& o) { o.schedule = "step"; }), "--schedule cosine 0, this one has step 10 0.5"},
      {with([](TrainingOptions& o) { o.epochs = 4; }), "--epochs 3, this one has 4"},
      {SettingsOf(base, Network("dense 4, relu, dense", {3}, 3), written.subject.data()),
       "--network dense 3, this one has dense 4, relu, dense 3"},
      {SettingsOf(base, written.subject.MakeNetwork(), pictures), "has --augment none, this one has shift 1, flip"},
      {SettingsOf(base, written.subject.MakeNetwork(), other), "has data rings (120 rows to train on"},
  };
  for (const Case& c : cases) {
    try {
      checkpoint.CheckSettings(c.settings);
      ADD_FAILURE() << c.expected;
    } catch (const UsageError& error) {
      EXPECT_NE(std::string(error.what()).find(c.expected), std::string::npos) << error.what();
    }
  }
  EXPECT_THROW(checkpoint.State(Network("dense 4", {3}, 3)), Error);
}

TEST(Checkpoint, LetsATrainingGoOnForLongerWhereItsScheduleDoesNotAskForTheEnd) {
  const Folder folder;
  const Subject shorter({.epochs = 2, .batch = 16, .schedule = "step 1 0.5"});
  const Subject longer({.epochs = 4, .batch = 16, .schedule = "step 1 0.5"});
  Network network = shorter.MakeNetwork();
  Trainer trainer(network, shorter.data(), shorter.options());
  CheckpointFolder checkpoints(folder.path(), shorter.Settings(), {});
  RunWithCheckpoints(trainer, checkpoints, 1000, Ignore);

  const Checkpoint checkpoint = CheckpointFolder::ReadNewest(folder.path(), Ignore);
  checkpoint.CheckSettings(longer.Settings());
  Network other = longer.MakeNetwork();
  Trainer second(other, longer.data(), longer.options());
  second.Restore(checkpoint.State(other));
  const TrainingResult result = second.Run();
  EXPECT_EQ(Gather(other, result), longer.Alone());
}

// Takes the folder away while the training runs.
class Vandal : public TrainingObserver {
 public:
  explicit Vandal(std::string folder) : folder_(std::move(folder)) {}
  void OnStep(const StepView& view) override {
    if (view.epoch == 2 && view.step == 1) fs::remove_all(folder_);
  }

 private:
  std::string folder_;
};

TEST(RunWithCheckpoints, GoesOnWithoutACheckpointThatCannotBeWritten) {
  const Folder folder;
  const std::string inner = folder.path() + "/inner";
  const Subject subject({.epochs = 3, .batch = 16});
  Network network = subject.MakeNetwork();
  Trainer trainer(network, subject.data(), subject.options());
  Vandal vandal(inner);
  trainer.Watch(vandal);
  CheckpointFolder checkpoints(inner, subject.Settings(), {});
  std::string notes;
  const TrainingResult result =
      RunWithCheckpoints(trainer, checkpoints, 1000, [&](const std::string& note) { notes += note; });
  EXPECT_EQ(Gather(network, result), subject.Alone());
  EXPECT_NE(notes.find("the training goes on without this checkpoint"), std::string::npos) << notes;
}

}  // namespace
}  // namespace ramp
