#include "ramp/plot/drawing.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "ramp/plot/palette.h"
#include "ramp/plot/style.h"
#include "ramp/plot/text.h"

namespace ramp::plot {
namespace {

constexpr double kWidth = 640, kPlainHeight = 400;
constexpr double kSample = 28;  // the piece of line in the legend
constexpr double kMarkRadius = 4.5;

double WidestTick(const Axis& axis) {
  double widest = 0;
  for (const Tick& tick : axis.ticks) widest = std::max(widest, WidthOf(tick.text, kTextSize));
  return widest;
}

// Where the curves are drawn.
struct Frame {
  double left, top, right, bottom;
  Point At(Point fraction) const { return {left + fraction.x * (right - left), bottom - fraction.y * (bottom - top)}; }
};

// Points on a straight line between their neighbours say nothing.
std::vector<Point> Simplified(const std::vector<Point>& points) {
  constexpr double kSlight = 1e-3;
  std::vector<Point> kept;
  for (size_t i = 0; i < points.size(); ++i) {
    if (!kept.empty() && i + 1 < points.size()) {
      const Point along = {points[i + 1].x - kept.back().x, points[i + 1].y - kept.back().y};
      const Point here = {points[i].x - kept.back().x, points[i].y - kept.back().y};
      const double area = std::abs(along.x * here.y - along.y * here.x);
      const bool forward =
          along.x * here.x + along.y * here.y >= 0 && std::hypot(here.x, here.y) <= std::hypot(along.x, along.y);
      if (forward && area <= kSlight * std::hypot(along.x, along.y)) continue;
    }
    kept.push_back(points[i]);
  }
  return kept;
}

// A disc, a square, triangles, a diamond: told apart without colour.
Stroke Mark(Point centre, size_t series) {
  struct Shape {
    int corners;
    double turn;  // of the first corner from straight up, in parts of a whole turn
  };
  constexpr Shape kShapes[] = {{24, 0}, {4, 0.125}, {3, 0}, {4, 0}, {3, 0.5}};
  const Shape shape = kShapes[series % std::size(kShapes)];
  Stroke mark{.ink = InkOfSeries(series), .filled = true};
  for (int k = 0; k < shape.corners; ++k) {
    const double angle = 2 * std::numbers::pi * (shape.turn + static_cast<double>(k) / shape.corners);
    mark.points.push_back({centre.x + kMarkRadius * std::sin(angle), centre.y - kMarkRadius * std::cos(angle)});
  }
  return mark;
}

class PlotDrawer {
 public:
  explicit PlotDrawer(const Plot& plot)
      : plot_(plot), series_(SeriesOf(plot)), colours_(ColoursOf(plot)), series_count_(SeriesCount(plot)) {}

  Drawing Draw() {
    const auto [x, y] = AxesOf(plot_, 10, 8);
    drawing_ = {.width = kWidth, .title = Clean(plot_.title), .description = Describe()};
    double top = kMargin;
    if (!plot_.title.empty()) {
      top += kTitleSize;
      drawing_.texts.push_back({{kWidth / 2, top}, drawing_.title, Align::kMiddle, kTitleSize, true});
      top += kGap;
    }
    top = DrawLegend(top) + kGap;
    const double left = kMargin + (plot_.y_label.empty() ? 0 : kLineHeight) + WidestTick(y) + kGap;
    const double below = kGap + kLineHeight + (plot_.x_label.empty() ? 0 : kLineHeight);
    // Many curves make a longer legend, not a smaller picture.
    const double height = kPlainHeight - 3 * kLineHeight - below - kMargin;
    frame_ = {left, top, kWidth - kMargin - kGap, top + height};
    drawing_.height = std::ceil(frame_.bottom + below + kMargin / 2);
    DrawAxes(x, y);
    for (size_t i = 0; i < plot_.curves.size(); ++i) DrawCurve(i, x, y);
    // After all curves, so that a curve under another is still seen.
    for (size_t i = 0; i < plot_.curves.size(); ++i) DrawErrorBars(i, x, y);
    for (size_t i = 0; i < plot_.curves.size(); ++i) DrawMarks(i, x, y);
    return std::move(drawing_);
  }

 private:
  // What a person who cannot see the picture should know of it.
  std::string Describe() const {
    std::string text;
    for (const Curve& curve : plot_.curves) {
      const auto finite = [&](size_t i) { return std::isfinite(curve.x[i]) && std::isfinite(curve.y[i]); };
      const size_t size = std::min(curve.x.size(), curve.y.size());
      size_t first = 0, last = size;
      while (first < size && !finite(first)) ++first;
      while (last > first && !finite(last - 1)) --last;
      if (first >= last) continue;
      text += fmt::format("{}{} goes from {:.4g} at {:.4g} to {:.4g} at {:.4g}.", text.empty() ? "" : " ",
                          Clean(curve.label), curve.y[first], curve.x[first], curve.y[last - 1], curve.x[last - 1]);
    }
    return text.empty() ? "An empty plot." : text;
  }

  // Returns where it ends.
  double DrawLegend(double top) {
    std::vector<double> widths;
    for (const Curve& curve : plot_.curves) {
      widths.push_back(kSample + kGap + WidthOf(curve.label, kTextSize) + 2 * kGap);
    }
    for (const Line& line : Flow(widths, kWidth - 2 * kMargin)) {
      double used = 0;
      for (const size_t i : line) used += widths[i];
      double left = std::max(kMargin, (kWidth - used) / 2 + kGap);
      const double middle = top + kLineHeight / 2;
      for (const size_t i : line) {
        DrawSample(i, {left, middle});
        drawing_.texts.push_back({{left + kSample + kGap, middle + kTextSize / 3}, Clean(plot_.curves[i].label)});
        left += widths[i];
      }
      top += kLineHeight;
    }
    return top;
  }

  void DrawSample(size_t i, Point start) {
    drawing_.strokes.push_back(CurveStroke(i, {start, {start.x + kSample, start.y}}));
    if (series_count_ > 1) drawing_.strokes.push_back(Mark({start.x + kSample / 2, start.y}, series_[i]));
  }

  Stroke CurveStroke(size_t i, std::vector<Point> points) const {
    return {.points = std::move(points), .ink = InkOfSeries(colours_[i]), .width = 2, .dashed = plot_.curves[i].dashed};
  }

  void DrawAxes(const Axis& x, const Axis& y) {
    const double base = frame_.bottom + kGap + kTextSize;
    for (const Tick& tick : x.ticks) {
      const double at = frame_.At({x.At(tick.value), 0}).x;
      AddRule({at, frame_.top}, {at, frame_.bottom}, kGrid);
      drawing_.texts.push_back({{at, base}, tick.text, Align::kMiddle});
    }
    for (const Tick& tick : y.ticks) {
      const double at = frame_.At({0, y.At(tick.value)}).y;
      AddRule({frame_.left, at}, {frame_.right, at}, kGrid);
      drawing_.texts.push_back({{frame_.left - kGap, at + kTextSize / 3}, tick.text, Align::kEnd});
    }
    if (x.Contains(0)) AddRule(frame_.At({x.At(0), 0}), frame_.At({x.At(0), 1}), kZeroLine);
    if (y.Contains(0)) AddRule(frame_.At({0, y.At(0)}), frame_.At({1, y.At(0)}), kZeroLine);
    const Point middle = frame_.At({0.5, 0.5});
    if (!plot_.x_label.empty()) {
      drawing_.texts.push_back({{middle.x, base + kLineHeight}, Clean(plot_.x_label), Align::kMiddle});
    }
    if (!plot_.y_label.empty()) {
      drawing_.texts.push_back({.at = {kMargin + kTextSize / 2, middle.y},
                                .text = Clean(plot_.y_label),
                                .align = Align::kMiddle,
                                .upward = true});
    }
  }

  void AddRule(Point from, Point to, size_t ink) { drawing_.strokes.push_back(Rule(from, to, ink)); }

  void DrawCurve(size_t i, const Axis& x, const Axis& y) {
    for (const Piece& piece : PiecesOf(plot_.curves[i], x, y)) {
      std::vector<Point> points;
      for (const Point& point : piece) points.push_back(frame_.At(point));
      drawing_.strokes.push_back(CurveStroke(i, Simplified(points)));
    }
  }

  void DrawErrorBars(size_t i, const Axis& x, const Axis& y) {
    constexpr double kCap = 3;
    for (const ErrorBar& bar : ErrorBarsOf(plot_.curves[i], x, y)) {
      const Point low = frame_.At({bar.at.x, bar.low}), high = frame_.At({bar.at.x, bar.high});
      drawing_.strokes.push_back({.points = {low, high}, .ink = InkOfSeries(colours_[i])});
      for (const Point& end : {low, high}) {
        const double left = std::max(end.x - kCap, 0.0), right = std::min(end.x + kCap, kWidth);
        drawing_.strokes.push_back({.points = {{left, end.y}, {right, end.y}}, .ink = InkOfSeries(colours_[i])});
      }
    }
  }

  void DrawMarks(size_t i, const Axis& x, const Axis& y) {
    for (const Point& place : MarksOf(plot_, i, x, y)) {
      drawing_.strokes.push_back(Mark(frame_.At(place), series_[i]));
    }
  }

  const Plot& plot_;
  const std::vector<size_t> series_, colours_;
  const size_t series_count_;
  Drawing drawing_;
  Frame frame_{};
};

}  // namespace

Drawing Draw(const Plot& plot) { return PlotDrawer(plot).Draw(); }

Drawing Draw(const PictureGrid& grid) {
  Check(grid);
  constexpr double kUsualSide = 56;
  const size_t columns = std::clamp<size_t>(grid.pictures.size(), 1, std::max<size_t>(grid.columns, 1));
  const size_t longest = std::max<size_t>({grid.height, grid.width, 1});
  const double scale = std::max(1.0, std::floor(kUsualSide / static_cast<double>(longest)));
  const double label_height = grid.labels.empty() ? 0 : kLineHeight;
  const double step_x = static_cast<double>(grid.width) * scale + kGap;
  const double step_y = static_cast<double>(grid.height) * scale + kGap + label_height;
  const size_t rows = (grid.pictures.size() + columns - 1) / columns;
  Drawing drawing{.width = 2 * kMargin - kGap + step_x * static_cast<double>(columns),
                  .height = 2 * kMargin - kGap + step_y * static_cast<double>(rows),
                  .title = fmt::format("{} pictures", grid.pictures.size()),
                  .description = fmt::format("{} pictures of {}x{} pixels, {} in a row.", grid.pictures.size(),
                                             grid.height, grid.width, columns)};
  for (size_t i = 0; i < grid.pictures.size(); ++i) {
    const Point at = {kMargin + step_x * static_cast<double>(i % columns),
                      kMargin + step_y * static_cast<double>(i / columns)};
    drawing.images.push_back({at, scale, grid.height, grid.width, grid.pictures[i]});
    if (grid.labels.empty()) continue;
    drawing.texts.push_back(
        {{at.x + (step_x - kGap) / 2, at.y + step_y - kGap - kLineHeight / 4}, Clean(grid.labels[i]), Align::kMiddle});
  }
  if (!grid.labels.empty()) {
    drawing.description += " Labels:";
    for (const std::string& label : grid.labels) drawing.description += " " + Clean(label);
    drawing.description += ".";
  }
  return drawing;
}

}  // namespace ramp::plot
