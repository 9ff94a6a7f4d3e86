#include "ramp/data/log_mel.h"

#include <fmt/format.h>
#include <kissfft/kiss_fftr.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "ramp/base/error.h"

namespace ramp {
namespace {

constexpr double kFloor = 1e-6;  // kSilence is its logarithm
// Below it all is rounding of 16-bit samples: mean squares of a recording.
constexpr double kQuietest = 1e-10;

double ToMel(double hertz) { return 2595 * std::log10(1 + hertz / 700); }
double ToHertz(double mel) { return 700 * (std::pow(10, mel / 2595) - 1); }

struct FreePlan {
  void operator()(kiss_fftr_state* plan) const { kiss_fftr_free(plan); }
};

// A band's weights for the bins from `first` on.
struct Band {
  size_t first = 0;
  std::vector<float> weights;
};

}  // namespace

class LogMel::State {
 public:
  State(const SoundEncoding& encoding, size_t bands, size_t rate)
      : hop_(std::max<size_t>(1, static_cast<size_t>(std::lround(encoding.hop * static_cast<double>(rate))))),
        window_(std::max<size_t>(2, static_cast<size_t>(std::lround(encoding.window * static_cast<double>(rate))))) {
    for (size_t i = 0; i < window_.size(); ++i) {
      // Hann's window.
      const double turn = (static_cast<double>(i) + 0.5) / static_cast<double>(window_.size());
      window_[i] = static_cast<float>(0.5 - 0.5 * std::cos(2 * std::numbers::pi * turn));
    }
    const double low = ToMel(encoding.lowest);
    const double step = (ToMel(encoding.highest) - low) / static_cast<double>(bands + 1);
    // The narrowest band, the lowest, gets two bins in each half at least.
    const double narrowest = ToHertz(low + step) - encoding.lowest;
    const double bins = std::clamp(2 * static_cast<double>(rate) / narrowest, 2.0, 65536.0);
    size_ = static_cast<size_t>(kiss_fftr_next_fast_size_real(
        static_cast<int>(std::max(window_.size(), static_cast<size_t>(std::ceil(bins))))));
    plan_.reset(kiss_fftr_alloc(static_cast<int>(size_), 0, nullptr, nullptr));
    const double width = static_cast<double>(rate) / static_cast<double>(size_);
    for (size_t b = 0; b < bands; ++b) {
      const double from = ToHertz(low + step * static_cast<double>(b));
      const double peak = ToHertz(low + step * static_cast<double>(b + 1));
      const double to = ToHertz(low + step * static_cast<double>(b + 2));
      Band band{.first = static_cast<size_t>(std::ceil(from / width)), .weights = {}};
      for (size_t bin = band.first; static_cast<double>(bin) * width < to && bin <= size_ / 2; ++bin) {
        const double hertz = static_cast<double>(bin) * width;
        const double weight = hertz < peak ? (hertz - from) / (peak - from) : (to - hertz) / (to - peak);
        band.weights.push_back(static_cast<float>(weight));
      }
      bands_.push_back(std::move(band));
    }
    double squares = 0;
    for (const float weight : window_) squares += static_cast<double>(weight * weight);
    // By it the energies of all bins add up to the mean square of the samples (Parseval).
    scale_ = 2 / (static_cast<double>(size_) * squares);
  }

  size_t Frames(size_t samples) const { return samples <= window_.size() ? 1 : 1 + (samples - window_.size()) / hop_; }

  std::vector<float> Compute(std::span<const float> samples) const {
    const size_t frames = Frames(samples.size());
    std::vector<float> input(size_);
    std::vector<kiss_fft_cpx> spectrum(size_ / 2 + 1);
    std::vector<float> energies;
    energies.reserve(frames * bands_.size());
    double sum = 0;
    for (size_t frame = 0; frame < frames; ++frame) {
      const std::span<const float> part = samples.subspan(std::min(samples.size(), frame * hop_));
      std::fill(input.begin(), input.end(), 0.0f);
      for (size_t i = 0; i < std::min(window_.size(), part.size()); ++i) input[i] = part[i] * window_[i];
      kiss_fftr(plan_.get(), input.data(), spectrum.data());
      for (const Band& band : bands_) {
        double energy = 0;
        for (size_t i = 0; i < band.weights.size(); ++i) {
          const kiss_fft_cpx& bin = spectrum[band.first + i];
          energy += static_cast<double>(band.weights[i] * (bin.r * bin.r + bin.i * bin.i));
        }
        energies.push_back(static_cast<float>(energy * scale_));
        sum += energy * scale_;
      }
    }
    const double mean = std::max(kQuietest, sum / static_cast<double>(energies.size()));
    for (float& energy : energies) {
      energy = static_cast<float>(std::log(static_cast<double>(energy) / mean + kFloor));
    }
    return energies;
  }

 private:
  size_t hop_;
  std::vector<float> window_;
  size_t size_ = 0;  // of the transform
  double scale_ = 1;
  std::unique_ptr<kiss_fftr_state, FreePlan> plan_;
  std::vector<Band> bands_;
};

LogMel::LogMel(const SoundEncoding& encoding, size_t bands, size_t rate)
    : state_(std::make_unique<State>(encoding, bands, rate)) {}
LogMel::LogMel(LogMel&&) noexcept = default;
LogMel& LogMel::operator=(LogMel&&) noexcept = default;
LogMel::~LogMel() = default;
size_t LogMel::Frames(size_t samples) const { return state_->Frames(samples); }
std::vector<float> LogMel::Compute(std::span<const float> samples) const { return state_->Compute(samples); }

std::vector<float> SoundFeatures(const std::string& name, const Sound& sound, const Encoding& encoding) {
  const SoundEncoding& how = std::get<SoundEncoding>(encoding.data);
  if (static_cast<double>(sound.rate) < 2 * how.highest * 0.999) {
    throw Error(
        fmt::format("{}: has {} samples a second, but the bands reach up to {} Hz, which takes {}: give "
                    "recordings of that rate",
                    name, sound.rate, how.highest, std::ceil(2 * how.highest)));
  }
  const size_t frames = encoding.shape[0], bands = encoding.shape[1];
  const LogMel log_mel(how, bands, sound.rate);
  std::vector<float> features = log_mel.Compute(sound.samples);
  const size_t have = features.size() / bands;
  if (have > frames) {
    const auto first = features.begin() + static_cast<ptrdiff_t>((have - frames) / 2 * bands);
    return {first, first + static_cast<ptrdiff_t>(frames * bands)};
  }
  features.resize(frames * bands, kSilence);
  return features;
}

}  // namespace ramp
