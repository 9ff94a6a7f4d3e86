#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "ramp/base/parallel.h"
#include "ramp/base/random.h"
#include "ramp/data/generated_sets.h"
#include "ramp/data/log_mel.h"

// Vowels by formants: pulses of the voice pass through resonators, whose frequencies make the vowel (Klatt, 1980).
namespace ramp {
namespace {

constexpr uint64_t kVoiceStream = 0x766f696365;  // "voice"
constexpr uint64_t kVowelStream = 0x766f77656c;  // "vowel"
constexpr size_t kRate = 8000;
constexpr double kSeconds = 0.3;
constexpr size_t kFormants = 4;

// The mean formants of men in Hz (Peterson, Barney, 1952); the fourth is about the same for all.
struct Vowel {
  const char* label;  // a word in which it is spoken
  std::array<double, kFormants> formants;
};
constexpr Vowel kVowels[] = {
    {"heed", {270, 2290, 3010, 3500}},  {"hid", {390, 1990, 2550, 3500}}, {"head", {530, 1840, 2480, 3500}},
    {"had", {660, 1720, 2410, 3500}},   {"hod", {730, 1090, 2440, 3500}}, {"hawed", {570, 840, 2410, 3500}},
    {"hood", {440, 1020, 2240, 3500}},  {"whod", {300, 870, 2240, 3500}}, {"hud", {640, 1190, 2390, 3500}},
    {"heard", {490, 1350, 1690, 3500}},
};
constexpr size_t kVowelCount = std::size(kVowels);

// What stays the same while one person speaks.
struct Voice {
  double pitch;                            // Hz
  std::array<double, kFormants> formants;  // factors: a shorter throat has higher ones
  double breath;                           // noise beside the pulses
  double tilt;                             // how dull the pulses are
};

Voice MakeVoice(uint64_t seed, size_t number) {
  Random random(seed, kVoiceStream + (uint64_t{number} << 32));
  Voice voice{};
  const double height = random.Uniform();  // 0: a man with a low voice; 1: a child
  voice.pitch = (95 + 190 * height) * random.Uniform(0.85, 1.15);
  const double throat = 0.95 + 0.25 * height;
  for (double& factor : voice.formants) factor = throat * random.Uniform(0.95, 1.05);
  voice.breath = random.Uniform(0, 0.1);
  voice.tilt = random.Uniform(0.6, 0.95);
  return voice;
}

// Two poles at a frequency and a bandwidth.
class Resonator {
 public:
  Resonator(double frequency, double bandwidth) {
    const double radius = std::exp(-std::numbers::pi * bandwidth / static_cast<double>(kRate));
    const double angle = 2 * std::numbers::pi * frequency / static_cast<double>(kRate);
    c_ = -radius * radius;
    b_ = 2 * radius * std::cos(angle);
    a_ = 1 - b_ - c_;
  }
  double Pass(double x) {
    const double y = a_ * x + b_ * last_ + c_ * before_;
    before_ = last_;
    last_ = y;
    return y;
  }

 private:
  double a_, b_, c_;
  double last_ = 0, before_ = 0;
};

Sound Speak(const Vowel& vowel, const Voice& voice, double noise, Random& random) {
  std::vector<Resonator> throat;
  constexpr std::array<double, kFormants> kBandwidths = {60, 90, 120, 200};
  for (size_t i = 0; i < kFormants; ++i) {
    const double frequency = vowel.formants[i] * voice.formants[i] * random.Uniform(0.96, 1.04);
    // Beyond half the rate there is nothing to hear.
    if (frequency < 0.48 * static_cast<double>(kRate)) throat.emplace_back(frequency, kBandwidths[i]);
  }
  const double pitch = voice.pitch * random.Uniform(0.9, 1.1);
  const double glide = random.Uniform(-0.2, 0.2);  // of the pitch, from beginning to end
  Sound sound{.rate = kRate, .samples = {}};
  const auto samples = static_cast<size_t>(kSeconds * random.Uniform(0.7, 1) * static_cast<double>(kRate));
  double phase = random.Uniform(), dull = 0, square = 0;
  for (size_t i = 0; i < samples; ++i) {
    const double along = static_cast<double>(i) / static_cast<double>(samples);
    phase += pitch * (1 + glide * along) / static_cast<double>(kRate);
    double pulse = voice.breath * random.Normal();
    if (phase >= 1) {
      phase -= 1;
      pulse += 1;
    }
    dull = voice.tilt * dull + pulse;
    double value = dull;
    for (Resonator& resonator : throat) value = resonator.Pass(value);
    value *= std::min({1.0, along * 10, (1 - along) * 10});
    square += value * value;
    sound.samples.push_back(static_cast<float>(value));
  }
  const double loudness = std::sqrt(square / static_cast<double>(samples));
  for (float& sample : sound.samples) {
    sample = static_cast<float>(static_cast<double>(sample) / loudness + noise * random.Normal());
  }
  return sound;
}

}  // namespace

Generated MakeVowels(std::span<const double> values, uint64_t seed) {
  const double noise = values[1];
  const auto voices = static_cast<size_t>(values[2]);
  Generated made;
  Dataset& data = made.examples;
  data.rows = static_cast<size_t>(values[0]);
  for (const Vowel& vowel : kVowels) data.encoding.labels.emplace_back(vowel.label);
  const SoundEncoding sound{.highest = static_cast<double>(kRate) / 2};
  data.encoding.data = sound;
  const auto frames = static_cast<size_t>((kSeconds - sound.window) / sound.hop) + 1;
  data.encoding.shape = {frames, kSoundBands};
  made.pairs = kSoundBands;
  const size_t count = data.encoding.shape.count();
  std::vector<float> features(data.rows * count);
  data.labels.resize(data.rows);
  ParallelRanges(data.rows, Parts(data.rows, 64), 1, [&](size_t begin, size_t end, size_t) {
    for (size_t row = begin; row < end; ++row) {
      Random random(seed, kVowelStream + (uint64_t{row} << 32));
      const size_t vowel = row % kVowelCount;
      const size_t voice = row / kVowelCount % voices;
      const Sound spoken = Speak(kVowels[vowel], MakeVoice(seed, voice), noise, random);
      const std::vector<float> one = SoundFeatures("a synthetic voice", spoken, data.encoding);
      std::copy(one.begin(), one.end(), features.begin() + static_cast<ptrdiff_t>(row * count));
      data.labels[row] = static_cast<int32_t>(vowel);
    }
  });
  // The last quarter of the voices.
  for (uint32_t row = 0; row < data.rows; ++row) {
    if (row / kVowelCount % voices >= voices - voices / 4) made.test.push_back(row);
  }
  data.inputs = std::move(features);
  return made;
}

}  // namespace ramp
