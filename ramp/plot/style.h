// The measures that all pictures share, in CSS pixels.
#ifndef RAMP_PLOT_STYLE_H_
#define RAMP_PLOT_STYLE_H_

#include <cmath>
#include <string>

#include "ramp/plot/drawing.h"
#include "ramp/plot/text.h"

namespace ramp::plot {

inline constexpr double kMargin = 14, kTextSize = 12, kTitleSize = 15, kLineHeight = 18, kGap = 6;

// A guess from above: a page may show the picture in any font.
inline double WidthOf(const std::string& text, double size) {
  return 0.62 * size * static_cast<double>(CodePoints(text).size());
}

// A line of one pixel, sharp because it runs through the middles of pixels.
inline Stroke Rule(Point from, Point to, size_t ink) {
  const auto sharp = [](double at) { return std::floor(at) + 0.5; };
  return {.points = {{sharp(from.x), sharp(from.y)}, {sharp(to.x), sharp(to.y)}}, .ink = ink};
}

}  // namespace ramp::plot

#endif  // RAMP_PLOT_STYLE_H_
