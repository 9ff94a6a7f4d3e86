// What every picture of curves has in common, whatever it is drawn with: the axes and their ticks, where the curves lie
// between them, which curves belong together, and the lines of the legend.
#ifndef RAMP_PLOT_LAYOUT_H_
#define RAMP_PLOT_LAYOUT_H_

#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "ramp/plot/plot.h"

namespace ramp::plot {

struct Point {
  double x = 0, y = 0;
};

struct Tick {
  double value = 0;
  std::string text;
};

struct Axis {
  double low = 0, high = 1;  // low < high
  std::vector<Tick> ticks;   // ascending, within [low, high], at multiples of 1, 2 or 5 times a power of ten
  bool logarithmic = false;  // then low > 0
  // Where a value lies: 0 at the low end, 1 at the high end.
  double At(double value) const {
    if (!logarithmic) return (value - low) / (high - low);
    return (std::log(value) - std::log(low)) / (std::log(high) - std::log(low));
  }
  bool Contains(double value) const { return low <= value && value <= high; }
};

// An axis over [low, high] with at most about `most_ticks` (at least 3) ticks. A range that is empty, or too narrow to
// be told apart in double precision, is widened.
Axis AxisOver(double low, double high, size_t most_ticks);
// The same with equal room for equal ratios; low > 0.
Axis LogarithmicAxisOver(double low, double high, size_t most_ticks);

// The smallest range that holds all points of all curves, with some air above and below them.
struct Range {
  double low = 0, high = 0;
};
struct Bounds {
  Range x, y;
};
Bounds BoundsOf(const Plot& plot);

struct Axes {
  Axis x, y;
};
Axes AxesOf(const Plot& plot, size_t most_x_ticks, size_t most_y_ticks);

// The unbroken pieces of a curve, each of at least one point, in fractions of the axes. Throws UsageError when x and y
// differ in length.
using Piece = std::vector<Point>;
std::vector<Piece> PiecesOf(const Curve& curve, const Axis& x, const Axis& y);

// The error bars of a curve in fractions of the axes, cut where the axis ends. Throws UsageError when there are not as
// many as points.
struct ErrorBar {
  Point at;
  double low = 0, high = 0;
};
std::vector<ErrorBar> ErrorBarsOf(const Curve& curve, const Axis& x, const Axis& y);

// The series of each curve: a dashed curve belongs to the solid one before it and shares its mark.
std::vector<size_t> SeriesOf(const Plot& plot);
// How many series there are; with more than one, each bears marks, so that colour is not the only difference.
size_t SeriesCount(const Plot& plot);
// The number of each curve's colour: that of its series, or, in a single series, one each.
std::vector<size_t> ColoursOf(const Plot& plot);

// Places for the marks of a series on one of its curves, spread so that the marks of several series stand apart.
std::vector<Point> MarkPlaces(std::span<const Piece> pieces, size_t series, size_t series_count);
// Of the curve with this number: its points where it has error bars, else those that MarkPlaces spreads over it.
std::vector<Point> MarksOf(const Plot& plot, size_t curve, const Axis& x, const Axis& y);

// Items of these widths set in lines of at most `available`, in order; a line holds at least one item.
using Line = std::vector<size_t>;
std::vector<Line> Flow(std::span<const double> widths, double available);

// Throws UsageError when pictures or labels do not fit what the sheet says of itself.
void Check(const PictureGrid& grid);

}  // namespace ramp::plot

#endif  // RAMP_PLOT_LAYOUT_H_
