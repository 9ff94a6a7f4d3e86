// Windows that slide along an axis, as convolutions and pooling layers have them.
#ifndef RAMP_NETWORK_WINDOW_H_
#define RAMP_NETWORK_WINDOW_H_

#include <cstddef>

namespace ramp {

struct WindowAxis {
  size_t input = 1;  // length
  size_t window = 1;
  size_t stride = 1;
  size_t dilation = 1;  // the distance of the window's elements
  size_t pad_before = 0, pad_after = 0;

  // From the window's first element to its last, both included.
  size_t span() const { return (window - 1) * dilation + 1; }
  // How many windows there are; 0 when not even one fits.
  size_t output() const {
    const size_t padded = pad_before + input + pad_after;
    return padded < span() ? 0 : (padded - span()) / stride + 1;
  }
  // Pads so that there are input / stride windows, rounded up; an odd element of padding goes behind.
  void PadToSame() {
    const size_t needed = ((input + stride - 1) / stride - 1) * stride + span();
    const size_t total = needed > input ? needed - input : 0;
    pad_before = total / 2;
    pad_after = total - pad_before;
  }
};

}  // namespace ramp

#endif  // RAMP_NETWORK_WINDOW_H_
