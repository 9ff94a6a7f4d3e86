#include "ramp/data/png.h"

#include <fmt/format.h>
#include <png.h>

#include "ramp/base/error.h"

namespace ramp {
namespace {

constexpr std::string_view kSignature("\x89PNG\r\n\x1a\n", 8);
// Deflate makes at most 1032 bytes of one (zlib's technical notes).
constexpr uint64_t kMostInflation = 1032;
constexpr int kColourBit = 2;

size_t Number(std::string_view bytes, size_t at) {
  size_t number = 0;
  for (size_t i = 0; i < 4; ++i) number = number << 8 | static_cast<unsigned char>(bytes[at + i]);
  return number;
}

class PngReader {
 public:
  PngReader() { image_.version = PNG_IMAGE_VERSION; }
  ~PngReader() { png_image_free(&image_); }
  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;
  png_image* operator->() { return &image_; }
  png_image* get() { return &image_; }

 private:
  png_image image_{};
};

}  // namespace

PictureHeader ReadPngHeader(const std::string& name, std::string_view bytes) {
  if (!bytes.starts_with(kSignature)) {
    const bool jpeg = bytes.starts_with("\xff\xd8\xff");
    throw Error(fmt::format("{}: byte 0: is no PNG file{}: convert it to PNG", name, jpeg ? " but a JPEG" : ""));
  }
  if (bytes.size() < kPngHeaderBytes || bytes.substr(12, 4) != "IHDR") {
    throw Error(fmt::format("{}: byte {}: its PNG header is cut off or damaged: get it again", name,
                            std::min(bytes.size(), size_t{12})));
  }
  const PictureHeader header{
      .width = Number(bytes, 16), .height = Number(bytes, 20), .colour = (bytes[25] & kColourBit) != 0};
  if (header.width == 0 || header.height == 0) {
    throw Error(fmt::format("{}: byte 16: its header gives the size {}x{}: the file is damaged, get it again", name,
                            header.width, header.height));
  }
  return header;
}

std::vector<uint8_t> DecodePng(const std::string& name, std::string_view bytes, size_t channels) {
  const PictureHeader header = ReadPngHeader(name, bytes);
  // A pixel takes one bit at least.
  const uint64_t most = bytes.size() * kMostInflation * 8;
  if (header.width > most / header.height) {
    throw Error(
        fmt::format("{}: byte 16: its header claims {}x{} pixels, more than its {} bytes can hold: the file is "
                    "cut off or damaged, get it again",
                    name, header.width, header.height, bytes.size()));
  }
  PngReader image;
  const auto fail = [&] {
    return Error(fmt::format("{}: its PNG data is damaged or cut off ({}): get it again", name, image->message));
  };
  if (png_image_begin_read_from_memory(image.get(), bytes.data(), bytes.size()) == 0) throw fail();
  if (image->width != header.width || image->height != header.height) throw fail();
  image->format = channels == 1 ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
  // Without it libpng takes 16 bits for linear light.
  image->flags |= PNG_IMAGE_FLAG_16BIT_sRGB;
  std::vector<uint8_t> pixels(header.width * header.height * channels);
  const png_color white{255, 255, 255};
  if (png_image_finish_read(image.get(), &white, pixels.data(), 0, nullptr) == 0) throw fail();
  return pixels;
}

}  // namespace ramp
