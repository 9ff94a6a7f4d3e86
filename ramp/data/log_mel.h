// Log-mel features of sound: how loud each of some bands is, as wide as the ear hears them, in one short frame after
// another (Davis, Mermelstein, 1980, without their cosine transform).
#ifndef RAMP_DATA_LOG_MEL_H_
#define RAMP_DATA_LOG_MEL_H_

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "ramp/data/encoding.h"
#include "ramp/data/sound.h"

namespace ramp {

// The logarithm of silence, where the mean band is 0: what fills up a recording that is too short.
inline constexpr float kSilence = -13.815511f;  // log(1e-6)

class LogMel {
 public:
  // `bands` are triangles between encoding.lowest and encoding.highest, equally wide in mel = 2595 log10(1 + f / 700)
  // (O'Shaughnessy, 1987). Bands are in Hz, so that recordings of any rate give the same features; the rate must be at
  // least twice the highest.
  LogMel(const SoundEncoding& encoding, size_t bands, size_t rate);
  LogMel(LogMel&&) noexcept;
  LogMel& operator=(LogMel&&) noexcept;
  ~LogMel();

  // 1 at least: what is shorter than a frame is filled up with zeros.
  size_t Frames(size_t samples) const;
  // [Frames(samples.size()), bands]: log(energy / mean energy of the recording + 1e-6), which does not depend on how
  // loud the whole is.
  std::vector<float> Compute(std::span<const float> samples) const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

inline constexpr size_t kSoundBands = 40;

// The features of one recording, [encoding.shape], not standardised yet: its middle when it is too long, filled up
// with silence at its end when it is too short. Throws Error, which begins with `name`, when its rate is too low.
std::vector<float> SoundFeatures(const std::string& name, const Sound& sound, const Encoding& encoding);

}  // namespace ramp

#endif  // RAMP_DATA_LOG_MEL_H_
