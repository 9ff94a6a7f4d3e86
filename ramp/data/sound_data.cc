// Folders of recordings: log-mel features [frames, bands], computed while they are read.
//
// All recordings are cut or filled up to the length that the request has; without it, to what 95 of 100 training
// recordings fit into.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "ramp/base/error.h"
#include "ramp/data/bytes.h"
#include "ramp/data/data_kinds.h"
#include "ramp/data/file_examples.h"
#include "ramp/data/log_mel.h"
#include "ramp/data/scale.h"

namespace ramp {
namespace {

constexpr size_t kMostFileBytes = size_t{1} << 30;
// Above that there is little speech.
constexpr double kHighestBand = 8000;
constexpr double kLongest = 600;  // seconds
constexpr double kFittingShare = 0.95;

std::string ReadFile(const std::string& path) { return ByteSource::Open(path).ReadAll(kMostFileBytes); }

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
std::vector<float> ReadFeatures(const FileSurvey& survey, const Encoding& encoding) {
  const size_t count = encoding.shape.count();
  CheckFitsMemory(survey.name, 4.0 * static_cast<double>(survey.files.size()) * static_cast<double>(count),
                  "take fewer recordings, or a shorter part of each (--seconds)");
  std::vector<float> features(survey.files.size() * count);
  auto out = features.begin();
  for (size_t i = 0; i < survey.files.size(); ++i) {
    const std::string& path = survey.files[i].path;
    const std::vector<float> one = SoundFeatures(path, ReadSound(path, ReadFile(path)), encoding);
    out = std::copy(one.begin(), one.end(), out);
    Tell(survey.progress, "recordings", i + 1, survey.files.size());
  }
  return features;
}

std::unique_ptr<Survey> SurveySounds(Place& place, const Purpose& purpose) {
  auto survey = std::make_unique<FileSurvey>();
  TakeFiles(FilesFor(place, purpose), purpose, *survey);
  if (purpose.model == nullptr) SurveyClasses(*survey);
  return survey;
}

Encoding Fit(Survey& any, const DataRequest& request, std::span<const uint32_t> training) {
  auto& survey = static_cast<FileSurvey&>(any);
  Encoding encoding;
  FitClasses(survey, training, encoding);
  std::vector<SoundHeader> headers;
  std::map<size_t, size_t> rates;
  for (const ExampleFile& file : survey.files) {
    headers.push_back(ReadSoundHeader(file.path, ReadFile(file.path)));
    ++rates[headers.back().rate];
  }
  SoundEncoding sound;
  sound.highest = std::min(kHighestBand, static_cast<double>(rates.begin()->first) / 2);
  if (rates.size() > 1) {
    survey.notes.push_back(
        fmt::format("{}: the recordings have {} rates, from {} to {} samples a second: what is "
                    "above {} Hz is left out of all",
                    survey.name, rates.size(), rates.begin()->first, rates.rbegin()->first, sound.highest));
  }
  const double length = request.seconds.value_or(UsualSeconds(headers, training));
  const auto longer = std::ranges::count_if(headers, [&](const SoundHeader& h) { return h.seconds() > length; });
  if (longer > 0) {
    survey.notes.push_back(
        fmt::format("{}: {} of {} recordings are longer than {:.2f} s and cut to their middle; "
                    "--seconds sets the length",
                    survey.name, longer, headers.size(), length));
  }
  encoding.shape = {FramesIn(sound, length), kSoundBands};
  encoding.data = sound;
  survey.inputs = ReadFeatures(survey, encoding);
  FitInputs(*survey.inputs, kSoundBands, training, encoding);
  return encoding;
}

Dataset Encode(Survey& any, const Encoding& encoding, Use use) {
  auto& survey = static_cast<FileSurvey&>(any);
  if (encoding.sound() == nullptr) {
    throw Error(fmt::format("{}: holds sound, but the model was trained on {}: give such data", survey.name,
                            encoding.Wanted()));
  }
  if (!survey.inputs) survey.inputs = ReadFeatures(survey, encoding);
  Standardise(survey.name, *survey.inputs, encoding);
  return EncodeFiles(survey, encoding, use);
}

}  // namespace

constinit const DataKind kSoundData = {
    .name = "folders of sound",
    .options = "--hold-out --seconds",
    .looks_like = [](Place& place,
                     const Purpose&) { return place.examples() && place.examples()->kind == MediaKind::kSound; },
    .survey = SurveySounds,
    .fit = Fit,
    .encode = Encode,
};

}  // namespace ramp
