#include "ramp/plot/layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
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

bool Plottable(double value, bool logarithmic) {
  return std::abs(value) <= kLargest && (!logarithmic || value >= 1 / kLargest);
}

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

// A range of powers of ten.
constexpr double kNarrowestDecades = 0.25;
Range WidenedDecades(Range range) {
  if (!(range.low <= range.high)) return {0, 1};
  if (range.high - range.low >= kNarrowestDecades) return range;
  return {range.low - kNarrowestDecades, range.high + kNarrowestDecades};
}

// A range that grows value by value.
class Growing {
 public:
  explicit Growing(bool logarithmic) : logarithmic_(logarithmic) {}
  void Add(double value) {
    const double place = logarithmic_ ? std::log10(value) : value;
    range_ = {std::min(range_.low, place), std::max(range_.high, place)};
  }
  // With air around it, as a share of its length.
  Range Whole(double air) const {
    Range range = logarithmic_ ? WidenedDecades(range_) : Widened(range_);
    const double added = air * (range.high - range.low);
    range = {range.low - added, range.high + added};
    if (!logarithmic_) return range;
    const double most = std::log10(kLargest);
    return {std::pow(10, std::max(range.low, -most)), std::pow(10, std::min(range.high, most))};
  }

 private:
  static constexpr double kInfinity = std::numeric_limits<double>::infinity();
  bool logarithmic_;
  Range range_ = {kInfinity, -kInfinity};
};

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

Axis LogarithmicAxisOver(double low, double high, size_t most_ticks) {
  Axis axis{low, high, {}, true};
  const double decades = std::log10(high) - std::log10(low);
  // Powers of ten where there are enough of them, else the multiples between them as well.
  constexpr double kManyDecades = 2.5;
  if (decades < kManyDecades) {
    const int first = static_cast<int>(std::floor(std::log10(low)));
    for (int power = first; power <= first + 4; ++power) {
      for (const double factor : {1., 2., 5.}) {
        const double value = factor * std::pow(10, power);
        if (axis.Contains(value)) axis.ticks.push_back({value, fmt::format("{:g}", value)});
      }
    }
    if (axis.ticks.size() < 2) axis.ticks = AxisOver(low, high, most_ticks).ticks;
    return axis;
  }
  const double step = std::ceil(decades / static_cast<double>(std::max<size_t>(most_ticks, 3)));
  for (double k = std::ceil(std::log10(low) / step); k * step <= std::log10(high); ++k) {
    const double value = std::pow(10, k * step);
    if (axis.Contains(value)) axis.ticks.push_back({value, fmt::format("{:g}", value)});
  }
  return axis;
}

Bounds BoundsOf(const Plot& plot) {
  constexpr double kAir = 0.05;
  Growing x(plot.x_logarithmic), y(plot.y_logarithmic);
  for (const Curve& curve : plot.curves) {
    for (size_t i = 0; i < std::min(curve.x.size(), curve.y.size()); ++i) {
      if (!Plottable(curve.x[i], plot.x_logarithmic) || !Plottable(curve.y[i], plot.y_logarithmic)) continue;
      x.Add(curve.x[i]);
      y.Add(curve.y[i]);
      for (const std::vector<double>* ends : {&curve.low, &curve.high}) {
        if (i < ends->size() && Plottable((*ends)[i], plot.y_logarithmic)) y.Add((*ends)[i]);
      }
    }
  }
  return {x.Whole(0), y.Whole(kAir)};
}

Axes AxesOf(const Plot& plot, size_t most_x_ticks, size_t most_y_ticks) {
  const Bounds bounds = BoundsOf(plot);
  const auto over = [](bool logarithmic) { return logarithmic ? LogarithmicAxisOver : AxisOver; };
  return {over(plot.x_logarithmic)(bounds.x.low, bounds.x.high, most_x_ticks),
          over(plot.y_logarithmic)(bounds.y.low, bounds.y.high, most_y_ticks)};
}

std::vector<Piece> PiecesOf(const Curve& curve, const Axis& x, const Axis& y) {
  if (curve.x.size() != curve.y.size()) {
    throw UsageError(fmt::format("the curve '{}' has {} values of x and {} of y: give as many of each", curve.label,
                                 curve.x.size(), curve.y.size()));
  }
  std::vector<Piece> pieces;
  bool broken = true;
  for (size_t i = 0; i < curve.x.size(); ++i) {
    if (!Plottable(curve.x[i], x.logarithmic) || !Plottable(curve.y[i], y.logarithmic)) {
      broken = true;
      continue;
    }
    if (broken) pieces.emplace_back();
    broken = false;
    pieces.back().push_back({x.At(curve.x[i]), y.At(curve.y[i])});
  }
  return pieces;
}

std::vector<ErrorBar> ErrorBarsOf(const Curve& curve, const Axis& x, const Axis& y) {
  if (curve.low.empty() && curve.high.empty()) return {};
  if (curve.low.size() != curve.y.size() || curve.high.size() != curve.y.size()) {
    throw UsageError(fmt::format("the curve '{}' has {} points, {} low and {} high ends of error bars: give as many",
                                 curve.label, curve.y.size(), curve.low.size(), curve.high.size()));
  }
  // What has no place on the axis lies beyond its end.
  const auto place = [&y](double value, double beyond) {
    return Plottable(value, y.logarithmic) ? std::clamp(y.At(value), 0., 1.) : beyond;
  };
  std::vector<ErrorBar> bars;
  for (size_t i = 0; i < curve.y.size(); ++i) {
    if (!Plottable(curve.x[i], x.logarithmic) || !Plottable(curve.y[i], y.logarithmic)) continue;
    bars.push_back({{x.At(curve.x[i]), y.At(curve.y[i])}, place(curve.low[i], 0), place(curve.high[i], 1)});
  }
  return bars;
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

std::vector<Point> MarksOf(const Plot& plot, size_t curve, const Axis& x, const Axis& y) {
  std::vector<Point> places;
  for (const ErrorBar& bar : ErrorBarsOf(plot.curves[curve], x, y)) places.push_back(bar.at);
  const size_t series_count = SeriesCount(plot);
  if (!places.empty() || series_count < 2) return places;
  return MarkPlaces(PiecesOf(plot.curves[curve], x, y), SeriesOf(plot)[curve], series_count);
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
