#include "ramp/data/resize.h"

#include <algorithm>
#include <cmath>

namespace ramp {
namespace {

// Which old pixels make a new one.
struct Contribution {
  size_t first = 0;
  std::vector<float> weights;  // their sum is 1
};

std::vector<Contribution> Contributions(size_t from, size_t to) {
  const double scale = static_cast<double>(from) / static_cast<double>(to);
  const double radius = std::max(1.0, scale);
  std::vector<Contribution> contributions(to);
  for (size_t i = 0; i < to; ++i) {
    const double middle = (static_cast<double>(i) + 0.5) * scale - 0.5;
    const auto first = static_cast<size_t>(std::max(0.0, std::ceil(middle - radius)));
    const auto last = static_cast<size_t>(std::min(static_cast<double>(from - 1), std::floor(middle + radius)));
    Contribution& contribution = contributions[i];
    contribution.first = first;
    double sum = 0;
    for (size_t j = first; j <= last; ++j) {
      const double weight = std::max(0.0, 1 - std::abs(static_cast<double>(j) - middle) / radius);
      contribution.weights.push_back(static_cast<float>(weight));
      sum += weight;
    }
    for (float& weight : contribution.weights) weight /= static_cast<float>(sum);
  }
  return contributions;
}

// The middle axis of [outer, from, inner] becomes [outer, to, inner].
std::vector<float> ResizeAxis(const std::vector<float>& values, size_t outer, size_t from, size_t inner, size_t to) {
  const std::vector<Contribution> contributions = Contributions(from, to);
  std::vector<float> resized(outer * to * inner, 0.0f);
  for (size_t o = 0; o < outer; ++o) {
    for (size_t i = 0; i < to; ++i) {
      float* out = resized.data() + (o * to + i) * inner;
      const Contribution& contribution = contributions[i];
      for (size_t j = 0; j < contribution.weights.size(); ++j) {
        const float* in = values.data() + (o * from + contribution.first + j) * inner;
        for (size_t k = 0; k < inner; ++k) out[k] += contribution.weights[j] * in[k];
      }
    }
  }
  return resized;
}

}  // namespace

std::vector<uint8_t> Resize(std::span<const uint8_t> pixels, size_t height, size_t width, size_t channels,
                            size_t new_height, size_t new_width) {
  if (height == new_height && width == new_width) return {pixels.begin(), pixels.end()};
  std::vector<float> values(pixels.begin(), pixels.end());
  values = ResizeAxis(values, 1, height, width * channels, new_height);
  values = ResizeAxis(values, new_height, width, channels, new_width);
  std::vector<uint8_t> resized(values.size());
  std::transform(values.begin(), values.end(), resized.begin(),
                 [](float value) { return static_cast<uint8_t>(std::clamp(std::lround(value), 0L, 255L)); });
  return resized;
}

}  // namespace ramp
