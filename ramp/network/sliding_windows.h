// All the windows of one product over a batch of pictures, cut in bands of rows that fit in the cache. Internal to
// convolution.cc.
#ifndef RAMP_NETWORK_SLIDING_WINDOWS_H_
#define RAMP_NETWORK_SLIDING_WINDOWS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "ramp/kernel/window_product.h"
#include "ramp/network/window.h"

namespace ramp {

// Windows along one axis: window i begins at i * step, and its elements are at that + taps[...] in the source (outside
// of it there are zeros). Its result is for place first_place + i * place_step of the target.
struct SlidingAxis {
  size_t source = 0;
  size_t count = 0;
  size_t step = 1;
  std::vector<ptrdiff_t> taps = {};       // ascending
  std::vector<size_t> kernel_index = {};  // which element of the kernel stands on each tap
  size_t first_place = 0, place_step = 1;
  size_t target = 0;
};

// From the input to the output.
SlidingAxis ForwardAxis(const WindowAxis& axis);
// From the output's gradient to the input's. With a stride the input's places fall in as many classes: those of a class
// see the same elements of the kernel, so each class is a product of its own, over windows with step 1.
std::vector<SlidingAxis> GradientAxes(const WindowAxis& axis);

class SlidingWindows {
 public:
  // All groups together.
  struct Channels {
    size_t source = 1, target = 1, groups = 1;
  };
  // Bands are small enough for `parts` threads to share the work.
  SlidingWindows(const SlidingAxis& height, const SlidingAxis& width, const Channels& channels, size_t batch,
                 size_t parts);

  size_t items() const { return batch_ * bands_; }  // pictures x bands
  size_t groups() const { return channels_.groups; }
  size_t depth() const { return taps_.size() * GroupChannels(); }
  size_t columns() const { return channels_.target / channels_.groups; }
  // A group for each channel of the source and of the target: columns() is 1.
  bool ByChannel() const { return channels_.groups == channels_.source && channels_.groups == channels_.target; }
  // The source's channels in one group.
  size_t GroupChannels() const { return channels_.source / channels_.groups; }
  // What the depth counts before the channels: the kernel's elements, as [height, width], that the windows see.
  struct Tap {
    size_t height = 0, width = 0;
  };
  const std::vector<Tap>& taps() const { return taps_; }

  // How many floats an item needs for a copy with zeros around it.
  size_t CopyFloats() const;
  // The windows of one item; `copy` holds CopyFloats() floats.
  Windows Prepare(size_t item, const float* source, float* copy) const;
  // Where the item's part of the target begins.
  size_t TargetOffset(size_t item) const;

 private:
  size_t WindowRows(size_t rows) const;
  void CutInBands(size_t parts);
  void ListPlaces();

  SlidingAxis height_, width_;
  Channels channels_;
  size_t batch_ = 0;
  std::vector<Tap> taps_;
  size_t left_ = 0, right_ = 0, padded_width_ = 0;  // of a row's copy
  size_t rows_ = 0, bands_ = 0;                     // a band has so many rows of windows, the last perhaps fewer
  std::vector<uint32_t> bases_, places_, offsets_;
  size_t run_ = 0;
};

}  // namespace ramp

#endif  // RAMP_NETWORK_SLIDING_WINDOWS_H_
