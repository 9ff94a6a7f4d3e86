// PNG files through cairo, whose only home this is.
#ifndef RAMP_PLOT_PNG_H_
#define RAMP_PLOT_PNG_H_

#include <string>

#include "ramp/plot/drawing.h"

namespace ramp::plot {

// The drawing in its light colours, kPngScale pixels for each of its own, so that it is sharp on fine screens.
inline constexpr double kPngScale = 2;
std::string EncodePng(const Drawing& drawing);

// The image alone, pixel by pixel, dark on white.
std::string EncodePng(const Image& image);

}  // namespace ramp::plot

#endif  // RAMP_PLOT_PNG_H_
