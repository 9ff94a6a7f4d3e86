// Checkpoints: a training on disk, from which it goes on to the same bits as if it had never been left.
//
// A checkpoint is a safetensors file "checkpoint-EPOCH-BATCH.safetensors", named by the epoch in hand and how many of
// its batches are done:
//   parameter.B.NAME, best.B.NAME   the weights now and the best so far, B counting Network::blocks()
//   first.B.NAME, second.B.NAME     what the optimizer remembers
//   sum.B.NAME                      gradients that wait for their update
//   epochs                          F64 [epochs, 9], the records of the epochs behind it
// In its metadata stand the position, the settings that a training must share to go on from it, the options that it was
// started with, and a checksum of the whole file. Random numbers depend on the seed and the position alone.
#ifndef RAMP_TRAINING_CHECKPOINT_H_
#define RAMP_TRAINING_CHECKPOINT_H_

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "ramp/data/safetensors.h"
#include "ramp/training/trainer.h"

namespace ramp {

// What two trainings must have in common so that one can go on from the other's checkpoint, as the program's options
// call it: {"--batch", "128"}.
using TrainingSettings = std::vector<std::pair<std::string, std::string>>;
TrainingSettings SettingsOf(const TrainingOptions& options, const Network& network, const TrainingData& data);

// Of the examples as they were read, encoded and split, but for those that test: 16 hexadecimal digits.
std::string Fingerprint(const TrainingData& data);

// A checkpoint that was read. Its checksum fits.
class Checkpoint {
 public:
  // Throws Error when the bytes are damaged.
  Checkpoint(std::string path, std::string bytes);
  // A copy's tensors would be views of the original's bytes.
  Checkpoint(Checkpoint&&) = default;
  Checkpoint& operator=(Checkpoint&&) = default;

  const std::string& path() const { return path_; }
  // What the writer noted about how the training was started, see CheckpointFolder.
  std::map<std::string, std::string> notes() const;
  // Throws UsageError that names the first setting that differs and says what to do.
  void CheckSettings(const TrainingSettings& settings) const;
  // Throws Error when it is another network's.
  TrainingState State(const Network& network) const;

 private:
  std::string path_, bytes_;
  Safetensors content_;  // views of bytes_
};

// The folder that the checkpoints of one training are in: the last two of them.
class CheckpointFolder {
 public:
  // `settings` and `notes` go into each checkpoint. Makes the folder. Throws UsageError when it holds checkpoints of
  // another training: only the one that went on from `resumed` may write to the folder that this stands in.
  CheckpointFolder(std::string folder, TrainingSettings settings, std::map<std::string, std::string> notes,
                   const Checkpoint* resumed = nullptr);

  // Writes whole or not at all, and removes all but the last two. Throws Error when it cannot.
  void Write(const Network& network, const TrainingState& state);
  const std::string& folder() const { return folder_; }

  // The newest checkpoint that is not damaged. What is wrong with the others is told to `note`, in sentences. Throws
  // Error when there is none.
  static Checkpoint ReadNewest(const std::string& folder, const std::function<void(const std::string&)>& note);

 private:
  std::string folder_;
  TrainingSettings settings_;
  std::map<std::string, std::string> notes_;
  std::string newest_, second_;  // file names
};

// Trainer::Run with a checkpoint at the start, behind each epoch, after so many seconds, and at the end, also where the
// training is asked to stop; but not after a divergence, so that one from before it stays. A disk that is full later on
// does not end the training: `note` is told.
TrainingResult RunWithCheckpoints(Trainer& trainer, CheckpointFolder& folder, double seconds,
                                  const std::function<void(const std::string&)>& note);

}  // namespace ramp

#endif  // RAMP_TRAINING_CHECKPOINT_H_
