// Folders of pictures: bytes [height, width, channels], standardised when their batch is gathered.
//
// All pictures must have one size, or are brought to the size that the request has. They have one channel when none of
// them has colours, else three. The means and deviations of the channels are those of the training rows.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "ramp/base/error.h"
#include "ramp/data/bytes.h"
#include "ramp/data/data_kinds.h"
#include "ramp/data/file_examples.h"
#include "ramp/data/png.h"
#include "ramp/data/resize.h"
#include "ramp/data/scale.h"

namespace ramp {
namespace {

constexpr size_t kMostFileBytes = size_t{1} << 28;
// Of one picture: more are no input for a network, and a file that claims them rather lies.
constexpr size_t kMostPixels = size_t{1} << 26;
constexpr size_t kLargestSide = 8192;

// "28x28", width first as picture programs say it.
struct PictureSize {
  size_t width = 0, height = 0;
};

struct PictureSurvey : FileSurvey {
  std::optional<PictureSize> size;  // that all pictures are to have
};

PictureSize ParsePictureSize(const std::string& text) {
  const size_t middle = text.find('x');
  PictureSize size;
  const auto read = [&](size_t begin, size_t end, size_t& number) {
    const auto [stop, failure] = std::from_chars(text.data() + begin, text.data() + end, number);
    return failure == std::errc() && stop == text.data() + end && number >= 1 && number <= kLargestSide;
  };
  if (middle == std::string::npos || !read(0, middle, size.width) || !read(middle + 1, text.size(), size.height)) {
    throw UsageError(
        fmt::format("--size is '{}': give width and height, each from 1 to {}, such as 28x28", text, kLargestSide));
  }
  return size;
}

PictureHeader HeaderOf(const std::string& path) {
  ByteSource source = ByteSource::Open(path);
  const std::span<const uint8_t> start = source.Peek(kPngHeaderBytes);
  const PictureHeader header =
      ReadPngHeader(path, std::string_view(reinterpret_cast<const char*>(start.data()), start.size()));
  if (header.width > kMostPixels / header.height) {
    throw Error(fmt::format("{}: has {}x{} pixels, more than the {} that are read: make it smaller", path, header.width,
                            header.height, kMostPixels));
  }
  return header;
}

// The shape that all pictures have, or are brought to.
Shape CommonShape(const PictureSurvey& survey) {
  std::optional<PictureSize> size = survey.size;
  bool colour = false;
  std::optional<PictureHeader> first;
  for (const ExampleFile& file : survey.files) {
    const PictureHeader header = HeaderOf(file.path);
    colour = colour || header.colour;
    if (!first) first = header;
    if (!size && (header.width != first->width || header.height != first->height)) {
      throw Error(fmt::format("{}: has {}x{} pixels, but {} has {}x{}: --size {}x{} brings all to one size", file.path,
                              header.width, header.height, survey.files[0].path, first->width, first->height,
                              first->width, first->height));
    }
  }
  if (!size) size = PictureSize{.width = first->width, .height = first->height};
  return {size->height, size->width, colour ? 3u : 1u};
}

// [files, shape]
std::vector<uint8_t> ReadPixels(const FileSurvey& survey, const Encoding& encoding) {
  const Shape& shape = encoding.shape;
  const auto* how = std::get_if<PictureEncoding>(&encoding.data);
  const bool resizes = how != nullptr && how->resizes;
  const size_t count = shape.count();
  CheckFitsMemory(survey.name, static_cast<double>(survey.files.size()) * static_cast<double>(count),
                  "take fewer pictures, or smaller ones (--size)");
  std::vector<uint8_t> pixels(survey.files.size() * count);
  auto out = pixels.begin();
  for (size_t i = 0; i < survey.files.size(); ++i) {
    const std::string& path = survey.files[i].path;
    const std::string bytes = ByteSource::Open(path).ReadAll(kMostFileBytes);
    const PictureHeader header = HeaderOf(path);
    if (!resizes && (header.height != shape[0] || header.width != shape[1])) {
      throw Error(fmt::format("{}: has {}x{} pixels, but the training's have {}x{}: bring it to that size first", path,
                              header.width, header.height, shape[1], shape[0]));
    }
    const std::vector<uint8_t> decoded = DecodePng(path, bytes, shape[2]);
    const std::vector<uint8_t> sized = Resize(decoded, header.height, header.width, shape[2], shape[0], shape[1]);
    out = std::copy(sized.begin(), sized.end(), out);
    Tell(survey.progress, "pictures", i + 1, survey.files.size());
  }
  return pixels;
}

std::unique_ptr<Survey> SurveyPictures(Place& place, const Purpose& purpose) {
  auto survey = std::make_unique<PictureSurvey>();
  TakeFiles(FilesFor(place, purpose), purpose, *survey);
  if (purpose.model != nullptr) return survey;
  if (!purpose.request.size.empty()) survey->size = ParsePictureSize(purpose.request.size);
  SurveyClasses(*survey);
  return survey;
}

Encoding Fit(Survey& any, const DataRequest&, std::span<const uint32_t> training) {
  auto& survey = static_cast<PictureSurvey&>(any);
  Encoding encoding;
  FitClasses(survey, training, encoding);
  encoding.shape = CommonShape(survey);
  encoding.data = PictureEncoding{.resizes = survey.size.has_value()};
  survey.inputs = ReadPixels(survey, encoding);
  FitInputs(*survey.inputs, encoding.shape.units(), training, encoding);
  return encoding;
}

Dataset Encode(Survey& any, const Encoding& encoding, Use use) {
  auto& survey = static_cast<PictureSurvey&>(any);
  const Shape& shape = encoding.shape;
  if (encoding.scale() == nullptr || encoding.sound() != nullptr || shape.rank() != 3 ||
      (shape[2] != 1 && shape[2] != 3)) {
    throw Error(fmt::format("{}: holds pictures, but the model was trained on {}: give such data", survey.name,
                            encoding.Wanted()));
  }
  if (!survey.inputs) survey.inputs = ReadPixels(survey, encoding);
  return EncodeFiles(survey, encoding, use);
}

}  // namespace

constinit const DataKind kPictureData = {
    .name = "folders of pictures",
    .options = "--hold-out --size",
    .looks_like = [](Place& place,
                     const Purpose&) { return place.examples() && place.examples()->kind == MediaKind::kPicture; },
    .survey = SurveyPictures,
    .fit = Fit,
    .encode = Encode,
};

}  // namespace ramp
