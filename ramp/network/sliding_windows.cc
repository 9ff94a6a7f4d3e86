#include "ramp/network/sliding_windows.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "ramp/base/error.h"

namespace ramp {
namespace {

// What a band's source may take of the second cache: 160 KiB.
constexpr size_t kBandFloats = 40 * 1024;

size_t Positive(ptrdiff_t value) { return value > 0 ? static_cast<size_t>(value) : 0; }

uint32_t Index(size_t value) {
  if (value > std::numeric_limits<uint32_t>::max()) {
    throw UsageError(fmt::format("rows of {} values are too long for a convolution: make the input smaller", value));
  }
  return static_cast<uint32_t>(value);
}

// Joins runs that follow each other without a gap, where all of them do so in groups of the same size.
size_t JoinRuns(std::vector<uint32_t>& offsets, size_t run) {
  const auto follows = [&](size_t i) { return offsets[i] == offsets[i - 1] + run; };
  size_t group = 1;
  while (group < offsets.size() && follows(group)) ++group;
  if (offsets.empty() || offsets.size() % group != 0) return run;
  for (size_t i = 1; i < offsets.size(); ++i) {
    if (i % group != 0 && !follows(i)) return run;
  }
  std::vector<uint32_t> joined;
  for (size_t i = 0; i < offsets.size(); i += group) joined.push_back(offsets[i]);
  offsets = std::move(joined);
  return run * group;
}

}  // namespace

SlidingAxis ForwardAxis(const WindowAxis& axis) {
  SlidingAxis result{.source = axis.input, .count = axis.output(), .step = axis.stride, .target = axis.output()};
  for (size_t k = 0; k < axis.window; ++k) {
    result.taps.push_back(static_cast<ptrdiff_t>(k * axis.dilation) - static_cast<ptrdiff_t>(axis.pad_before));
    result.kernel_index.push_back(k);
  }
  return result;
}

std::vector<SlidingAxis> GradientAxes(const WindowAxis& axis) {
  std::vector<SlidingAxis> classes;
  const ptrdiff_t stride = static_cast<ptrdiff_t>(axis.stride);
  for (size_t first = 0; first < std::min(axis.stride, axis.input); ++first) {
    SlidingAxis result{.source = axis.output(),
                       .count = (axis.input - first + axis.stride - 1) / axis.stride,
                       .first_place = first,
                       .place_step = axis.stride,
                       .target = axis.input};
    for (size_t k = axis.window; k-- > 0;) {
      const ptrdiff_t distance =
          static_cast<ptrdiff_t>(first + axis.pad_before) - static_cast<ptrdiff_t>(k * axis.dilation);
      if (distance % stride != 0) continue;
      result.taps.push_back(distance / stride);
      result.kernel_index.push_back(k);
    }
    classes.push_back(result);
  }
  return classes;
}

SlidingWindows::SlidingWindows(const SlidingAxis& height, const SlidingAxis& width, const Channels& channels,
                               size_t batch, size_t parts)
    : height_(height), width_(width), channels_(channels), batch_(batch) {
  for (const size_t y : height_.kernel_index) {
    for (const size_t x : width_.kernel_index) taps_.push_back({y, x});
  }
  // Without taps nothing of the source is seen, and the results are where the sums start.
  if (!taps_.empty()) {
    left_ = Positive(-width_.taps.front());
    right_ = Positive(static_cast<ptrdiff_t>((width_.count - 1) * width_.step) + width_.taps.back() + 1 -
                      static_cast<ptrdiff_t>(width_.source));
  }
  padded_width_ = left_ + width_.source + right_;
  CutInBands(parts);
  ListPlaces();
}

// The rows of the source under so many rows of windows.
size_t SlidingWindows::WindowRows(size_t rows) const {
  if (taps_.empty()) return 0;
  return (rows - 1) * height_.step + static_cast<size_t>(height_.taps.back() - height_.taps.front()) + 1;
}

void SlidingWindows::CutInBands(size_t parts) {
  const size_t row_floats = padded_width_ * channels_.source;
  const size_t span_floats = WindowRows(1) * row_floats;
  const size_t more = kBandFloats > span_floats ? (kBandFloats - span_floats) / (height_.step * row_floats) : 0;
  const size_t by_cache = (height_.count + more) / (1 + more);
  const size_t by_threads = (parts + batch_ - 1) / batch_;
  const size_t wanted = std::clamp<size_t>(std::max(by_cache, by_threads), 1, height_.count);
  rows_ = (height_.count + wanted - 1) / wanted;
  bands_ = (height_.count + rows_ - 1) / rows_;
}

void SlidingWindows::ListPlaces() {
  const size_t in = channels_.source, out = channels_.target;
  for (size_t row = 0; row < rows_; ++row) {
    for (size_t column = 0; column < width_.count; ++column) {
      bases_.push_back(Index((row * height_.step * padded_width_ + column * width_.step) * in));
      places_.push_back(Index((row * height_.place_step * width_.target + column * width_.place_step) * out));
    }
  }
  for (const ptrdiff_t y : height_.taps) {
    for (const ptrdiff_t x : width_.taps) {
      const size_t row = static_cast<size_t>(y - height_.taps.front());
      offsets_.push_back(Index((row * padded_width_ + static_cast<size_t>(x + static_cast<ptrdiff_t>(left_))) * in));
    }
  }
  run_ = ByChannel() ? 1 : JoinRuns(offsets_, channels_.source / channels_.groups);
}

size_t SlidingWindows::CopyFloats() const { return WindowRows(rows_) * padded_width_ * channels_.source; }

Windows SlidingWindows::Prepare(size_t item, const float* source, float* copy) const {
  const size_t picture = item / bands_, first = item % bands_ * rows_;
  const size_t rows = std::min(rows_, height_.count - first);
  Windows windows{.bases = bases_.data(),
                  .offsets = offsets_.data(),
                  .places = places_.data(),
                  .positions = rows * width_.count,
                  .runs = offsets_.size(),
                  .run = run_,
                  .columns = columns()};
  windows.source = copy;
  if (offsets_.empty()) return windows;
  const size_t in = channels_.source, row_floats = width_.source * in;
  const float* whole = source + picture * height_.source * row_floats;
  const ptrdiff_t begin = static_cast<ptrdiff_t>(first * height_.step) + height_.taps.front();
  const ptrdiff_t end = begin + static_cast<ptrdiff_t>(WindowRows(rows));
  const ptrdiff_t limit = static_cast<ptrdiff_t>(height_.source);
  if (left_ == 0 && right_ == 0 && begin >= 0 && end <= limit) {
    windows.source = whole + static_cast<size_t>(begin) * row_floats;
    return windows;
  }
  for (ptrdiff_t row = begin; row < end; ++row) {
    if (row < 0 || row >= limit) {
      copy = std::fill_n(copy, padded_width_ * in, 0.0f);
    } else {
      copy = std::fill_n(copy, left_ * in, 0.0f);
      copy = std::copy_n(whole + static_cast<size_t>(row) * row_floats, row_floats, copy);
      copy = std::fill_n(copy, right_ * in, 0.0f);
    }
  }
  return windows;
}

size_t SlidingWindows::TargetOffset(size_t item) const {
  const size_t picture = item / bands_, first = item % bands_ * rows_;
  const size_t row = picture * height_.target + height_.first_place + first * height_.place_step;
  return (row * width_.target + width_.first_place) * channels_.target;
}

}  // namespace ramp
