// For tests: pictures and recordings as bytes.
#ifndef RAMP_DATA_TEST_MEDIA_H_
#define RAMP_DATA_TEST_MEDIA_H_

#include <png.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace ramp {

// `format` is one of libpng's; pixels [height, width, its channels], 16-bit ones of two bytes.
inline std::string Png(size_t width, size_t height, const std::vector<uint8_t>& pixels,
                       png_uint_32 format = PNG_FORMAT_GRAY) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(width);
  image.height = static_cast<png_uint_32>(height);
  image.format = format;
  png_alloc_size_t size = 0;
  png_image_write_to_memory(&image, nullptr, &size, 0, pixels.data(), 0, nullptr);
  std::string bytes(size, '\0');
  png_image_write_to_memory(&image, bytes.data(), &size, 0, pixels.data(), 0, nullptr);
  bytes.resize(size);
  return bytes;
}

// A grey picture of one value.
inline std::string FlatPng(size_t width, size_t height, uint8_t value) {
  return Png(width, height, std::vector<uint8_t>(width * height, value));
}

inline std::string LittleEndian(uint64_t number, size_t bytes) {
  std::string text;
  for (size_t i = 0; i < bytes; ++i) text += static_cast<char>(number >> (8 * i) & 0xff);
  return text;
}

// 16-bit PCM.
inline std::string Wav(const std::vector<float>& samples, size_t rate = 8000, size_t channels = 1) {
  std::string data;
  for (const float sample : samples) {
    data += LittleEndian(static_cast<uint16_t>(static_cast<int16_t>(std::lround(sample * 32767))), 2);
  }
  return "RIFF" + LittleEndian(36 + data.size(), 4) + "WAVEfmt " + LittleEndian(16, 4) + LittleEndian(1, 2) +
         LittleEndian(channels, 2) + LittleEndian(rate, 4) + LittleEndian(rate * channels * 2, 4) +
         LittleEndian(channels * 2, 2) + LittleEndian(16, 2) + "data" + LittleEndian(data.size(), 4) + data;
}

inline std::vector<float> Tone(double hertz, double seconds, double loudness = 0.5, size_t rate = 8000) {
  std::vector<float> samples(static_cast<size_t>(seconds * static_cast<double>(rate)));
  for (size_t i = 0; i < samples.size(); ++i) {
    const double turns = hertz * static_cast<double>(i) / static_cast<double>(rate);
    samples[i] = static_cast<float>(loudness * std::sin(2 * 3.14159265358979 * turns));
  }
  return samples;
}

}  // namespace ramp

#endif  // RAMP_DATA_TEST_MEDIA_H_
