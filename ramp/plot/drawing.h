// A picture as strokes, texts and images at their places: laid out once, written as SVG and as PNG.
#ifndef RAMP_PLOT_DRAWING_H_
#define RAMP_PLOT_DRAWING_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "ramp/plot/layout.h"
#include "ramp/plot/plot.h"

namespace ramp::plot {

// Lengths are in CSS pixels, y grows downward.
struct Stroke {
  std::vector<Point> points = {};  // one point is a dot
  size_t ink = 0;                  // in kInks
  double width = 1;
  bool dashed = false;
  bool filled = false;  // a polygon instead of a line
};

enum class Align { kStart, kMiddle, kEnd };

struct Text {
  Point at;  // on the base line
  std::string text;
  Align align = Align::kStart;
  double size = 12;
  bool bold = false;
  bool upward = false;  // reads from the bottom to the top
};

// Grey levels, 0 is the paper.
struct Image {
  Point at;
  double scale = 1;  // of a pixel
  size_t height = 0, width = 0;
  std::vector<uint8_t> pixels;  // [height, width]
};

struct Drawing {
  double width = 0, height = 0;
  std::string title = {}, description = {};
  std::vector<Stroke> strokes = {};
  std::vector<Text> texts = {};
  std::vector<Image> images = {};
};

// All throw UsageError when the sizes in the request contradict each other.
Drawing Draw(const Plot& plot);
Drawing Draw(const BarChart& chart);
Drawing Draw(const PictureGrid& grid);

}  // namespace ramp::plot

#endif  // RAMP_PLOT_DRAWING_H_
