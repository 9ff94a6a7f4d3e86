#include "ramp/data/sound_dataset.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "ramp/base/error.h"
#include "ramp/data/array_dataset.h"
#include "ramp/data/bytes.h"
#include "ramp/data/log_mel.h"
#include "ramp/data/targets.h"

namespace ramp {
namespace {

constexpr size_t kMostFileBytes = size_t{1} << 30;
// Above that there is little speech.
constexpr double kHighestBand = 8000;
constexpr double kLongest = 600;  // seconds
constexpr double kFittingShare = 0.95;

std::string ReadFile(const std::string& path) { return ByteSource::Open(path).ReadAll(kMostFileBytes); }

std::vector<std::string> PathsOf(const ExampleFolder& folder) {
  std::vector<std::string> paths;
  for (const ExampleFile& file : folder.files) paths.push_back(file.path);
  return paths;
}

size_t FramesIn(const SoundEncoding& sound, double seconds) {
  const double frames = std::ceil((seconds - sound.window) / sound.hop);
  return 1 + static_cast<size_t>(std::max(0.0, frames));
}

// The length into which most of the training recordings fit.
double UsualSeconds(std::span<const SoundHeader> headers, std::span<const uint32_t> training) {
  std::vector<double> seconds;
  for (const uint32_t row : training) seconds.push_back(headers[row].seconds());
  std::sort(seconds.begin(), seconds.end());
  const double place = kFittingShare * static_cast<double>(seconds.size() - 1);
  return std::min(kLongest, seconds[static_cast<size_t>(std::ceil(place))]);
}

// [files, shape], not standardised.
std::vector<float> ReadFeatures(const ExampleFolder& folder, const Encoding& encoding, const Progress& progress) {
  const size_t count = encoding.shape.count();
  CheckFitsMemory(folder.path, 4.0 * static_cast<double>(folder.files.size()) * static_cast<double>(count),
                  "take fewer recordings, or a shorter part of each (--seconds)");
  std::vector<float> features(folder.files.size() * count);
  auto out = features.begin();
  for (size_t i = 0; i < folder.files.size(); ++i) {
    const std::string& path = folder.files[i].path;
    const std::vector<float> one = SoundFeatures(path, ReadSound(path, ReadFile(path)), encoding);
    out = std::copy(one.begin(), one.end(), out);
    Tell(progress, "recordings", i + 1, folder.files.size());
  }
  return features;
}

}  // namespace

std::vector<float> SoundFeatures(const std::string& name, const Sound& sound, const Encoding& encoding) {
  const SoundEncoding& how = encoding.sound.value();
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

Dataset FitSounds(const ExampleFolder& folder, std::span<const ExampleOrigin> examples, std::optional<double> seconds,
                  const SplitLabels& draw, const Progress& progress, Split& split) {
  Dataset dataset;
  dataset.rows = folder.files.size();
  dataset.notes = folder.notes;
  dataset.names = PathsOf(folder);
  Encoding& encoding = dataset.encoding;
  dataset.labels = FitLabels(folder.path, examples, encoding);
  split = draw(examples, dataset.labels);
  CheckTrainingClasses(folder.path, dataset.labels, encoding.labels, split.training, dataset.notes);

  std::vector<SoundHeader> headers;
  std::map<size_t, size_t> rates;
  for (const ExampleFile& file : folder.files) {
    headers.push_back(ReadSoundHeader(file.path, ReadFile(file.path)));
    ++rates[headers.back().rate];
  }
  SoundEncoding sound;
  sound.highest = std::min(kHighestBand, static_cast<double>(rates.begin()->first) / 2);
  if (rates.size() > 1) {
    dataset.notes.push_back(
        fmt::format("{}: the recordings have {} rates, from {} to {} samples a second: what is "
                    "above {} Hz is left out of all",
                    folder.path, rates.size(), rates.begin()->first, rates.rbegin()->first, sound.highest));
  }
  const double length = seconds.value_or(UsualSeconds(headers, split.training));
  const auto longer = std::ranges::count_if(headers, [&](const SoundHeader& h) { return h.seconds() > length; });
  if (longer > 0) {
    dataset.notes.push_back(
        fmt::format("{}: {} of {} recordings are longer than {:.2f} s and cut to their middle; "
                    "--seconds sets the length",
                    folder.path, longer, headers.size(), length));
  }
  encoding.shape = {FramesIn(sound, length), kSoundBands};
  encoding.sound = sound;
  std::vector<float> features = ReadFeatures(folder, encoding, progress);
  dataset.inputs = std::move(features);
  FitInputs(dataset.inputs, encoding.shape.count(), kSoundBands, split.training, encoding);
  Standardise(folder.path, dataset.inputs, encoding);
  return dataset;
}

Dataset EncodeSounds(const ExampleFolder& folder, std::span<const ExampleOrigin> examples, const Encoding& encoding,
                     bool for_test, const Progress& progress) {
  if (!encoding.sound) {
    throw Error(fmt::format("{}: holds sound, but the model was trained on {}: give such data", folder.path,
                            encoding.Wanted()));
  }
  Dataset dataset;
  dataset.encoding = encoding;
  dataset.rows = folder.files.size();
  dataset.notes = folder.notes;
  dataset.names = PathsOf(folder);
  dataset.inputs = ReadFeatures(folder, encoding, progress);
  Standardise(folder.path, dataset.inputs, encoding);
  EncodeLabels(examples, for_test, dataset);
  return dataset;
}

}  // namespace ramp
