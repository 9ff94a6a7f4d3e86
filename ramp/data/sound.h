// Recordings: WAV, and what else libsndfile reads (FLAC, Ogg, AIFF, AU).
#ifndef RAMP_DATA_SOUND_H_
#define RAMP_DATA_SOUND_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ramp {

struct SoundHeader {
  size_t rate = 0;     // samples a second
  size_t samples = 0;  // of one channel, as the file claims
  double seconds() const { return static_cast<double>(samples) / static_cast<double>(rate); }
};

struct Sound {
  size_t rate = 0;
  std::vector<float> samples;  // in [-1, 1]; the mean of the channels
};

// Throw Error, which begins with `name`, for what is no recording, is damaged, holds no sample, or more than an hour's
// worth of them. Memory that a header claims is never allocated before its samples were read.
SoundHeader ReadSoundHeader(const std::string& name, std::string_view bytes);
Sound ReadSound(const std::string& name, std::string_view bytes);

}  // namespace ramp

#endif  // RAMP_DATA_SOUND_H_
