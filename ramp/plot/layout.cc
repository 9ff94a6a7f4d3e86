#include "ramp/plot/layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "ramp/base/error.h"

namespace ramp::plot {
namespace {

// Differences of larger numbers could overflow.
constexpr double kLargest = 1e300;
// Narrower ranges have no power of ten for their ticks.
constexpr double kNarrowest = 1e-280;
// Ranges that are narrower, relative to their place, have tick labels that nobody can read.
constexpr double kRelativelyNarrowest = 1e-9;

bool Plottable(double value) { return std::abs(value) <= kLargest; }

Range Widened(Range range) {
  if (!(range.low <= range.high)) return {0, 1};
  const double largest = std::max(std::abs(range.low), std::abs(range.high));
  if (range.high - range.low > std::max(kNarrowest, kRelativelyNarrowest * largest)) return range;
  const double air = largest > kNarrowest ? largest / 2 : 1;
  return {range.low - air, range.high + air};
}

int Exponent(double value) { return static_cast<int>(std::floor(std::log10(value))); }

// The smallest of 1, 2, 5 times a power of ten that is not below `least`.
double NiceStep(double least) {
  const double power = std::pow(10, Exponent(least));
  for (const double factor : {1., 2., 5.}) {
    if (factor * power >= least * (1 - 1e-9)) return factor * power;
  }
  return 10 * power;
}

// As many digits as tell neighbouring ticks apart.
std::string TickText(double value, double step, double largest) {
  if (value == 0) return "0";
  constexpr double kLargestWritten = 1e6, kSmallestWritten = 1e-5;
  if (largest >= kLargestWritten || step < kSmallestWritten) {
    return fmt::format("{:.{}g}", value, std::max(1, Exponent(largest) - Exponent(step) + 1));
  }
  return fmt::format("{:.{}f}", value, std::max(0, -Exponent(step * (1 + 1e-9))));
}

void Include(Range& range, double value) {
  range.low = std::min(range.low, value);
  range.high = std::max(range.high, value);
}

// Where the curve first passes this fraction of the x axis.
std::optional<Point> Crossing(std::span<const Piece> pieces, double x) {
  for (const Piece& piece : pieces) {
    for (size_t i = 1; i < piece.size(); ++i) {
      const Point &from = piece[i - 1], &to = piece[i];
      if ((from.x <= x) == (to.x <= x)) continue;
      return Point{x, from.y + (x - from.x) / (to.x - from.x) * (to.y - from.y)};
    }
  }
  return std::nullopt;
}

}  // namespace

Axis AxisOver(double low, double high, size_t most_ticks) {
  const Range range = Widened({low, high});
  Axis axis{range.low, range.high, {}};
  const double step = NiceStep((range.high - range.low) / static_cast<double>(std::max<size_t>(most_ticks, 3)));
  const double largest = std::max(std::abs(range.low), std::abs(range.high));
  // An end that is a multiple of the step may miss it by a rounding error.
  constexpr double kTolerance = 1e-9;
  const double last = std::floor(range.high / step + kTolerance);
  for (double k = std::ceil(range.low / step - kTolerance); k <= last; ++k) {
    const double value = k == 0 ? 0 : std::clamp(k * step, range.low, range.high);
    axis.ticks.push_back({value, TickText(value, step, largest)});
  }
  return axis;
}

Bounds BoundsOf(const Plot& plot) {
  constexpr Range kNone = {1, -1};
  constexpr double kAir = 0.05;
  Bounds bounds = {kNone, kNone};
  bool empty = true;
  for (const Curve& curve : plot.curves) {
    for (size_t i = 0; i < std::min(curve.x.size(), curve.y.size()); ++i) {
      if (!Plottable(curve.x[i]) || !Plottable(curve.y[i])) continue;
      if (empty) bounds = {{curve.x[i], curve.x[i]}, {curve.y[i], curve.y[i]}};
      empty = false;
      Include(bounds.x, curve.x[i]);
      Include(bounds.y, curve.y[i]);
    }
  }
  bounds = {Widened(bounds.x), Widened(bounds.y)};
  const double air = kAir * (bounds.y.high - bounds.y.low);
  bounds.y = {bounds.y.low - air, bounds.y.high + air};
  return bounds;
}

std::vector<Piece> PiecesOf(const Curve& curve, const Axis& x, const Axis& y) {
  if (curve.x.size() != curve.y.size()) {
    throw UsageError(fmt::format("the curve '{}' has {} values of x and {} of y: give as many of each", curve.label,
                                 curve.x.size(), curve.y.size()));
  }
  std::vector<Piece> pieces;
  bool broken = true;
  for (size_t i = 0; i < curve.x.size(); ++i) {
    if (!Plottable(curve.x[i]) || !Plottable(curve.y[i])) {
      broken = true;
      continue;
    }
    if (broken) pieces.emplace_back();
    broken = false;
    pieces.back().push_back({x.At(curve.x[i]), y.At(curve.y[i])});
  }
  return pieces;
}

std::vector<size_t> SeriesOf(const Plot& plot) {
  std::vector<size_t> series;
  size_t solid = 0;
  for (const Curve& curve : plot.curves) {
    if (!curve.dashed) ++solid;
    series.push_back(solid == 0 ? 0 : solid - 1);
  }
  return series;
}

size_t SeriesCount(const Plot& plot) {
  const std::vector<size_t> series = SeriesOf(plot);
  return series.empty() ? 0 : series.back() + 1;
}

std::vector<size_t> ColoursOf(const Plot& plot) {
  std::vector<size_t> colours = SeriesOf(plot);
  if (SeriesCount(plot) == 1) std::iota(colours.begin(), colours.end(), size_t{0});
  return colours;
}

std::vector<Point> MarkPlaces(std::span<const Piece> pieces, size_t series, size_t series_count) {
  constexpr size_t kMarks = 4;
  std::vector<Point> places;
  for (size_t k = 0; k < kMarks; ++k) {
    const double share = (static_cast<double>(series) + 0.5) / static_cast<double>(series_count);
    if (const auto place = Crossing(pieces, (static_cast<double>(k) + share) / kMarks)) places.push_back(*place);
  }
  return places;
}

std::vector<Line> Flow(std::span<const double> widths, double available) {
  std::vector<Line> lines;
  double used = 0;
  for (size_t i = 0; i < widths.size(); ++i) {
    if (lines.empty() || used + widths[i] > available) {
      lines.emplace_back();
      used = 0;
    }
    lines.back().push_back(i);
    used += widths[i];
  }
  return lines;
}

void Check(const PictureGrid& grid) {
  for (size_t i = 0; i < grid.pictures.size(); ++i) {
    if (grid.pictures[i].size() == grid.height * grid.width) continue;
    throw UsageError(fmt::format("picture {} of the sheet has {} pixels, not {}x{}: give all pictures one size", i + 1,
                                 grid.pictures[i].size(), grid.height, grid.width));
  }
  if (!grid.labels.empty() && grid.labels.size() != grid.pictures.size()) {
    throw UsageError(fmt::format("the sheet has {} pictures and {} labels: give a label each, or none",
                                 grid.pictures.size(), grid.labels.size()));
  }
}

}  // namespace ramp::plot
