#include "ramp/data/picture_dataset.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "ramp/base/error.h"
#include "ramp/data/array_dataset.h"
#include "ramp/data/bytes.h"
#include "ramp/data/png.h"
#include "ramp/data/resize.h"
#include "ramp/data/targets.h"

namespace ramp {
namespace {

constexpr size_t kMostFileBytes = size_t{1} << 28;
// Of one picture: more are no input for a network, and a file that claims them rather lies.
constexpr size_t kMostPixels = size_t{1} << 26;
constexpr size_t kLargestSide = 8192;

std::string ReadFile(const std::string& path) { return ByteSource::Open(path).ReadAll(kMostFileBytes); }

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
Shape CommonShape(const ExampleFolder& folder, std::optional<PictureSize> size) {
  bool colour = false;
  std::optional<PictureHeader> first;
  for (const ExampleFile& file : folder.files) {
    const PictureHeader header = HeaderOf(file.path);
    colour = colour || header.colour;
    if (!first) first = header;
    if (!size && (header.width != first->width || header.height != first->height)) {
      throw Error(fmt::format("{}: has {}x{} pixels, but {} has {}x{}: --size {}x{} brings all to one size", file.path,
                              header.width, header.height, folder.files[0].path, first->width, first->height,
                              first->width, first->height));
    }
  }
  if (!size) size = PictureSize{.width = first->width, .height = first->height};
  return {size->height, size->width, colour ? 3u : 1u};
}

// [files, shape]
std::vector<uint8_t> ReadPixels(const ExampleFolder& folder, const Shape& shape, bool resizes,
                                const Progress& progress) {
  const size_t count = shape.count();
  CheckFitsMemory(folder.path, static_cast<double>(folder.files.size()) * static_cast<double>(count),
                  "take fewer pictures, or smaller ones (--size)");
  std::vector<uint8_t> pixels(folder.files.size() * count);
  auto out = pixels.begin();
  for (size_t i = 0; i < folder.files.size(); ++i) {
    const std::string& path = folder.files[i].path;
    const std::string bytes = ReadFile(path);
    const PictureHeader header = HeaderOf(path);
    if (!resizes && (header.height != shape[0] || header.width != shape[1])) {
      throw Error(fmt::format("{}: has {}x{} pixels, but the training's have {}x{}: bring it to that size first", path,
                              header.width, header.height, shape[1], shape[0]));
    }
    const std::vector<uint8_t> decoded = DecodePng(path, bytes, shape[2]);
    const std::vector<uint8_t> sized = Resize(decoded, header.height, header.width, shape[2], shape[0], shape[1]);
    out = std::copy(sized.begin(), sized.end(), out);
    Tell(progress, "pictures", i + 1, folder.files.size());
  }
  return pixels;
}

std::vector<std::string> PathsOf(const ExampleFolder& folder) {
  std::vector<std::string> paths;
  for (const ExampleFile& file : folder.files) paths.push_back(file.path);
  return paths;
}

}  // namespace

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

Dataset FitPictures(const ExampleFolder& folder, std::span<const ExampleOrigin> examples,
                    std::optional<PictureSize> size, const SplitLabels& draw, const Progress& progress, Split& split) {
  Dataset dataset;
  dataset.rows = folder.files.size();
  dataset.notes = folder.notes;
  dataset.names = PathsOf(folder);
  Encoding& encoding = dataset.encoding;
  dataset.labels = FitLabels(folder.path, examples, encoding);
  split = draw(examples, dataset.labels);
  CheckTrainingClasses(folder.path, dataset.labels, encoding.labels, split.training, dataset.notes);
  encoding.shape = CommonShape(folder, size);
  encoding.resizes = size.has_value();
  dataset.inputs = ReadPixels(folder, encoding.shape, encoding.resizes, progress);
  FitInputs(dataset.inputs, encoding.shape.count(), encoding.shape.units(), split.training, encoding);
  return dataset;
}

Dataset EncodePictures(const ExampleFolder& folder, std::span<const ExampleOrigin> examples, const Encoding& encoding,
                       bool for_test, const Progress& progress) {
  const Shape& shape = encoding.shape;
  if (encoding.mean.empty() || encoding.sound || shape.rank() != 3 || (shape[2] != 1 && shape[2] != 3)) {
    throw Error(fmt::format("{}: holds pictures, but the model was trained on {}: give such data", folder.path,
                            encoding.Wanted()));
  }
  Dataset dataset;
  dataset.encoding = encoding;
  dataset.rows = folder.files.size();
  dataset.notes = folder.notes;
  dataset.names = PathsOf(folder);
  dataset.inputs = ReadPixels(folder, shape, encoding.resizes, progress);
  EncodeLabels(examples, for_test, dataset);
  return dataset;
}

}  // namespace ramp
