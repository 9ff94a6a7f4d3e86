// Folders of recordings become examples: log-mel features [frames, bands], computed while reading.
#ifndef RAMP_DATA_SOUND_DATASET_H_
#define RAMP_DATA_SOUND_DATASET_H_

#include <optional>
#include <span>

#include "ramp/data/picture_dataset.h"
#include "ramp/data/sound.h"

namespace ramp {

inline constexpr size_t kSoundBands = 40;

// `seconds` is the length that all recordings are cut or filled up to; without it, what 95 of 100 training recordings
// fit into.
Dataset FitSounds(const ExampleFolder& folder, std::span<const ExampleOrigin> examples, std::optional<double> seconds,
                  const SplitLabels& draw, const Progress& progress, Split& split);

Dataset EncodeSounds(const ExampleFolder& folder, std::span<const ExampleOrigin> examples, const Encoding& encoding,
                     bool for_test, const Progress& progress);

// The features of one recording, [encoding.shape], not standardised yet: its middle when it is too long, filled up
// with silence behind when it is too short. Throws Error, which begins with `name`, when its rate is too low.
std::vector<float> SoundFeatures(const std::string& name, const Sound& sound, const Encoding& encoding);

}  // namespace ramp

#endif  // RAMP_DATA_SOUND_DATASET_H_
