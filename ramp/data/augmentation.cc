#include "ramp/data/augmentation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "ramp/base/error.h"
#include "ramp/base/parallel.h"

namespace ramp {
namespace {

constexpr std::string_view kWhat = "--augment";

// A whole number from -most to most.
ptrdiff_t DrawShift(double most, Random& random) {
  const auto limit = static_cast<uint64_t>(most);
  return static_cast<ptrdiff_t>(random.Below(2 * limit + 1)) - static_cast<ptrdiff_t>(limit);
}

// Moves [count, size] by `shift` along its first axis; what comes in repeats the edge.
void ShiftAxis(float* values, size_t count, size_t size, ptrdiff_t shift) {
  const size_t distance = std::min(count - 1, static_cast<size_t>(shift < 0 ? -shift : shift));
  const size_t kept = (count - distance) * size;
  if (distance == 0) return;
  if (shift > 0) {
    std::copy_backward(values, values + kept, values + count * size);
    for (size_t i = 1; i <= distance; ++i) {
      std::copy_n(values + distance * size, size, values + (distance - i) * size);
    }
  } else {
    std::copy(values + distance * size, values + count * size, values);
    for (size_t i = 0; i < distance; ++i) std::copy_n(values + kept - size, size, values + kept + i * size);
  }
}

// Pictures up or down and aside; sounds in time.
void Shift(std::span<float> values, const Shape& shape, double amount, Random& random) {
  const size_t height = shape[0];
  const size_t line = shape.count() / height;
  ShiftAxis(values.data(), height, line, DrawShift(amount, random));
  if (shape.rank() < 3) return;
  const ptrdiff_t aside = DrawShift(amount, random);
  for (size_t y = 0; y < height; ++y) ShiftAxis(values.data() + y * line, shape[1], shape[2], aside);
}

void Flip(std::span<float> values, const Shape& shape, double, Random& random) {
  if (random.Below(2) == 0) return;
  const size_t width = shape[1], channels = shape[2];
  for (size_t y = 0; y < shape[0]; ++y) {
    float* line = values.data() + y * width * channels;
    for (size_t left = 0, right = width - 1; left < right; ++left, --right) {
      std::swap_ranges(line + left * channels, line + (left + 1) * channels, line + right * channels);
    }
  }
}

void AddNoise(std::span<float> values, const Shape&, double amount, Random& random) {
  for (float& value : values) value += static_cast<float>(amount * random.Normal());
}

// A stretch of at most `amount` frames, and one of as many bands, becomes the mean (Park et al., SpecAugment, 2019).
void Mask(std::span<float> values, const Shape& shape, double amount, Random& random) {
  const size_t frames = shape[0], bands = shape[1];
  const auto draw = [&](size_t size) {
    const size_t length = random.Below(std::min(size, static_cast<size_t>(amount)) + 1);
    return std::pair(static_cast<size_t>(random.Below(size - length + 1)), length);
  };
  const auto [frame, frame_count] = draw(frames);
  std::fill_n(values.begin() + static_cast<ptrdiff_t>(frame * bands), frame_count * bands, 0.0f);
  const auto [band, band_count] = draw(bands);
  for (size_t f = 0; f < frames; ++f) {
    std::fill_n(values.begin() + static_cast<ptrdiff_t>(f * bands + band), band_count, 0.0f);
  }
}

constexpr AugmentationDefinition kAugmentations[] = {
    {.name = "shift",
     .setting = {"shift", 0, 1, 1000, true, "the most pixels or frames"},
     .summary = "pictures aside and up or down by at most N pixels, sounds in time by at most N frames",
     .pictures = true,
     .sounds = true,
     .apply = Shift},
    {.name = "flip",
     .setting = {"flip", 0, 0, 0, false, ""},
     .summary = "every second picture, left and right exchanged",
     .pictures = true,
     .apply = Flip},
    {.name = "mask",
     .setting = {"mask", 0, 1, 1000, true, "the most frames and bands"},
     .summary = "sounds: a stretch of at most N frames and one of N bands is wiped out",
     .sounds = true,
     .apply = Mask},
    {.name = "noise",
     .setting = {"noise", 0, 0, 100, false, "its deviation"},
     .summary = "on every value, beside values of deviation 1",
     .pictures = true,
     .sounds = true,
     .apply = AddNoise},
};

}  // namespace

std::span<const AugmentationDefinition> Augmentations() { return kAugmentations; }

Augmentation::Augmentation(std::string_view text, const Encoding& encoding) : shape_(encoding.shape) {
  const bool sound = encoding.sound() != nullptr;
  const bool picture = !sound && encoding.scale() != nullptr && encoding.shape.rank() == 3;
  std::vector<std::string> names;
  for (const AugmentationDefinition& definition : kAugmentations) names.emplace_back(definition.name);
  for (const SettingWord& word : SplitSettings(kWhat, text)) {
    const auto found = std::ranges::find(kAugmentations, word.word, &AugmentationDefinition::name);
    if (found == std::end(kAugmentations)) {
      FailSettings(kWhat, text, word.position,
                   fmt::format("there is no change '{}'{}; there are: {}", word.word, DidYouMean(word.word, names),
                               fmt::join(names, ", ")));
    }
    if (!((picture && found->pictures) || (sound && found->sounds))) {
      FailSettings(kWhat, text, word.position,
                   fmt::format("'{}' is for {}, but the data is {}", word.word,
                               found->pictures && found->sounds ? "pictures and sounds"
                               : found->pictures                ? "pictures"
                                                                : "sounds",
                               encoding.Wanted()));
    }
    const bool takes_number = found->setting.high > 0;
    if (!takes_number && word.number) {
      FailSettings(kWhat, text, word.position, fmt::format("'{}' has no number", word.word));
    }
    changes_.push_back({&*found, takes_number ? NumberOf(kWhat, text, word, found->setting) : 0});
  }
}

std::string Augmentation::Text() const {
  std::string text;
  for (const Change& change : changes_) {
    text += (text.empty() ? "" : ", ") + std::string(change.definition->name);
    if (change.definition->setting.high > 0) text += fmt::format(" {}", change.amount);
  }
  return text;
}

void Augmentation::Apply(std::span<float> values, size_t rows, uint64_t key) const {
  if (changes_.empty()) return;
  const size_t count = shape_.count();
  ParallelRanges(rows, Parts(rows, 16), 1, [&](size_t begin, size_t end, size_t) {
    for (size_t row = begin; row < end; ++row) {
      Random random(key, row);
      for (const Change& change : changes_) {
        change.definition->apply(values.subspan(row * count, count), shape_, change.amount, random);
      }
    }
  });
}

}  // namespace ramp
