// Products of windows that slide over a source, the arithmetic of convolutions: c [positions, columns] = a b, where the
// matrix `a` [positions, depth] is not stored. Row p of it is the window that stands at bases[p]: `runs` stretches of
// `run` values each, which begin at source[bases[p] + offsets[0]], source[bases[p] + offsets[1]] ...
//
// Any stride, dilation and number of axes is a choice of the three lists. Windows that hang over an edge stand in a
// copy of the source with zeros around it.
//
// The limit is that of SmallProductKernel: tiles of 6 positions x 16 columns (with 8 lanes) do 12 multiply-adds for 8
// loads.
#ifndef RAMP_KERNEL_WINDOW_PRODUCT_H_
#define RAMP_KERNEL_WINDOW_PRODUCT_H_

#include <cstddef>
#include <cstdint>

namespace ramp {

// Matrices with `columns` are stored as panels of so many columns, the last filled up.
inline constexpr size_t kPanelColumns = 16;
inline constexpr size_t Panels(size_t columns) { return (columns + kPanelColumns - 1) / kPanelColumns; }

struct Windows {
  const float* source = nullptr;
  const uint32_t* bases = nullptr;    // [positions]
  const uint32_t* offsets = nullptr;  // [runs]
  const uint32_t* places = nullptr;   // [positions]: where in c, in floats, the row of that position begins
  size_t positions = 0;
  size_t runs = 0, run = 0;  // depth = runs x run
  size_t columns = 0;
};

// c = start + a b. `panels` is [Panels(columns), 1 + depth, kPanelColumns]: the first row of each panel is `start` (the
// bias, or zeros), the others are b.
using WindowProductKernel = void (*)(const Windows& windows, const float* panels, float* c);

// sums [Panels(columns), depth, kPanelColumns] += a transposed c: the gradient of b when c is that of the result.
using WindowSumsKernel = void (*)(const Windows& windows, const float* c, float* sums);

// The same where each channel is summed for itself: column j of b is for channel j of the source alone, run = 1, and
// the windows are of channel 0. `rows` is [1 + runs, columns], its first row `start`; sums [runs, columns] is added to.
using ChannelProductKernel = void (*)(const Windows& windows, const float* rows, float* c);
using ChannelSumsKernel = void (*)(const Windows& windows, const float* c, float* sums);

// For this machine's instruction set; they run on the calling thread.
WindowProductKernel GetWindowProductKernel();
WindowSumsKernel GetWindowSumsKernel();
ChannelProductKernel GetChannelProductKernel();
ChannelSumsKernel GetChannelSumsKernel();

}  // namespace ramp

#endif  // RAMP_KERNEL_WINDOW_PRODUCT_H_
