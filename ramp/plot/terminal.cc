// Curves in a terminal: braille dots in a frame of box-drawing characters.
#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "ramp/plot/canvas.h"
#include "ramp/plot/layout.h"
#include "ramp/plot/text.h"

namespace ramp {
namespace plot {
namespace {

constexpr size_t kLeastColumns = 20, kLeastRows = 8, kLeastPlotRows = 4;

constexpr char32_t kRule = 0x2500, kUpright = 0x2502, kCorner = 0x2514, kTickAtLeft = 0x2524, kTickBelow = 0x252C;
constexpr char32_t kZeroRule = 0x2508, kZeroUpright = 0x250A, kDash = 0x254C, kEllipsis = 0x2026;

const Rendition kFaint = "2", kStrong = "1";

// Terminals choose their sixteen colours to suit their background.
Rendition RenditionOf(size_t series) {
  static const std::array<Rendition, 6> kRenditions = {"36", "33", "35", "32", "31", "34"};
  return kRenditions[series % kRenditions.size()];
}

// The letter of a series, for terminals and eyes without colour.
char32_t LetterOf(size_t series) { return U'A' + static_cast<char32_t>(series % 26); }

struct LegendItem {
  std::u32string text;
  size_t colour;
};

std::vector<LegendItem> LegendOf(const Plot& plot) {
  const std::vector<size_t> series = SeriesOf(plot), colours = ColoursOf(plot);
  const bool marked = SeriesCount(plot) > 1;
  std::vector<LegendItem> items;
  for (size_t i = 0; i < plot.curves.size(); ++i) {
    const std::u32string sample(2, plot.curves[i].dashed ? kDash : kRule);
    const std::u32string mark = marked ? std::u32string(1, LetterOf(series[i])) : std::u32string(1, sample[0]);
    items.push_back({sample + mark + sample + U' ' + CodePoints(plot.curves[i].label), colours[i]});
  }
  return items;
}

class TerminalPlot {
 public:
  TerminalPlot(const Plot& plot, size_t columns, size_t rows)
      : plot_(plot),
        series_(SeriesOf(plot)),
        colours_(ColoursOf(plot)),
        columns_(std::max(columns, kLeastColumns)),
        rows_(std::max(rows, kLeastRows)),
        canvas_(columns_, rows_) {}

  std::string Draw(bool colour) {
    const size_t legend_rows = DrawLegend();
    top_ = (plot_.title.empty() ? 0 : 1) + (plot_.y_label.empty() ? 0 : 1);
    const size_t below = 2 + (plot_.x_label.empty() ? 0 : 1) + legend_rows;
    plot_rows_ = rows_ - std::min(rows_ - 1, top_ + below);
    y_ = AxesOf(plot_, 3, plot_rows_ / 3).y;
    size_t widest = 0;
    for (const Tick& tick : y_.ticks) widest = std::max(widest, tick.text.size());
    left_ = std::min(widest + 1, columns_ / 2);
    x_ = AxesOf(plot_, (columns_ - left_) / 7, 3).x;
    DrawLabels();
    DrawFrame();
    for (size_t i = 0; i < plot_.curves.size(); ++i) DrawCurve(i);
    // After all curves, so that a curve under another is still seen.
    for (size_t i = 0; i < plot_.curves.size(); ++i) DrawErrorBars(i);
    for (size_t i = 0; i < plot_.curves.size(); ++i) DrawMarks(i);
    return canvas_.ToText(colour);
  }

 private:
  size_t DotsAcross() const { return Canvas::kDotsAcross * (columns_ - left_ - 1); }
  size_t DotsDown() const { return Canvas::kDotsDown * plot_rows_; }
  // From the left end and from the top of the plot.
  size_t AcrossOf(double fraction) const {
    return static_cast<size_t>(std::lround(std::clamp(fraction, 0., 1.) * static_cast<double>(DotsAcross() - 1)));
  }
  size_t DownOf(double fraction) const {
    return static_cast<size_t>(std::lround((1 - std::clamp(fraction, 0., 1.)) * static_cast<double>(DotsDown() - 1)));
  }
  size_t ColumnOf(double fraction) const { return left_ + 1 + AcrossOf(fraction) / Canvas::kDotsAcross; }
  size_t RowOf(double fraction) const { return top_ + DownOf(fraction) / Canvas::kDotsDown; }

  // In the last rows; returns how many.
  size_t DrawLegend() {
    const std::vector<LegendItem> items = LegendOf(plot_);
    constexpr size_t kBetween = 2;
    std::vector<double> widths;
    for (const LegendItem& item : items) widths.push_back(static_cast<double>(item.text.size() + kBetween));
    const std::vector<Line> lines = Flow(widths, static_cast<double>(columns_ + kBetween));
    // The curves come first: a long legend is cut.
    const size_t most = rows_ - std::min(rows_, kLeastPlotRows + 5) + 1;
    const size_t shown = std::min(lines.size(), most);
    for (size_t k = 0; k < shown; ++k) {
      const size_t row = rows_ - shown + k;
      size_t column = 0;
      for (const size_t i : lines[k]) {
        canvas_.Put(column, row, items[i].text, RenditionOf(items[i].colour));
        column += items[i].text.size() + kBetween;
      }
    }
    if (shown < lines.size()) canvas_.Put(columns_ - 1, rows_ - 1, kEllipsis);
    return shown;
  }

  void DrawLabels() {
    if (!plot_.title.empty()) canvas_.PutCentred(0, CodePoints(plot_.title), kStrong);
    if (!plot_.y_label.empty()) canvas_.Put(left_, top_ - 1, CodePoints(plot_.y_label));
    if (!plot_.x_label.empty()) canvas_.PutCentred(top_ + plot_rows_ + 2, CodePoints(plot_.x_label));
  }

  void DrawFrame() {
    const size_t bottom = top_ + plot_rows_;
    for (size_t row = top_; row < bottom; ++row) {
      if (x_.Contains(0)) canvas_.Put(ColumnOf(x_.At(0)), row, kZeroUpright, kFaint);
      canvas_.Put(left_, row, kUpright, kFaint);
    }
    for (size_t column = left_ + 1; column < columns_; ++column) {
      if (y_.Contains(0)) canvas_.Put(column, RowOf(y_.At(0)), kZeroRule, kFaint);
      canvas_.Put(column, bottom, kRule, kFaint);
    }
    canvas_.Put(left_, bottom, kCorner, kFaint);
    for (const Tick& tick : y_.ticks) {
      const size_t row = RowOf(y_.At(tick.value));
      canvas_.Put(left_, row, kTickAtLeft, kFaint);
      canvas_.Put(left_ - std::min(left_, tick.text.size()), row, CodePoints(tick.text));
    }
    size_t free = 0;  // from this column on
    for (const Tick& tick : x_.ticks) {
      const size_t column = ColumnOf(x_.At(tick.value));
      canvas_.Put(column, bottom, kTickBelow, kFaint);
      const size_t half = tick.text.size() / 2;
      const size_t start = std::min(column - std::min(column, half), columns_ - std::min(columns_, tick.text.size()));
      if (start < free) continue;
      canvas_.Put(start, bottom + 1, CodePoints(tick.text));
      free = start + tick.text.size() + 1;
    }
  }

  void DrawCurve(size_t i) {
    size_t drawn = 0;  // dots, for the dashes
    for (const Piece& piece : PiecesOf(plot_.curves[i], x_, y_)) {
      for (size_t k = 0; k < piece.size(); ++k) {
        DrawLine(piece[k == 0 ? 0 : k - 1], piece[k], RenditionOf(colours_[i]), plot_.curves[i].dashed, drawn);
      }
    }
  }

  void DrawErrorBars(size_t i) {
    for (const ErrorBar& bar : ErrorBarsOf(plot_.curves[i], x_, y_)) {
      size_t drawn = 0;
      DrawLine({bar.at.x, bar.low}, {bar.at.x, bar.high}, RenditionOf(colours_[i]), false, drawn);
    }
  }

  void DrawMarks(size_t i) {
    for (const Point& place : MarksOf(plot_, i, x_, y_)) {
      canvas_.Put(ColumnOf(place.x), RowOf(place.y), LetterOf(series_[i]), RenditionOf(colours_[i]));
    }
  }

  void DrawLine(Point from, Point to, const Rendition& rendition, bool dashed, size_t& drawn) {
    constexpr size_t kDashDots = 3;
    const auto across = static_cast<double>(AcrossOf(from.x)), down = static_cast<double>(DownOf(from.y));
    const double wide = static_cast<double>(AcrossOf(to.x)) - across, high = static_cast<double>(DownOf(to.y)) - down;
    const double steps = std::max({std::abs(wide), std::abs(high), 1.0});
    for (double step = 0; step <= steps; ++step) {
      const auto x = static_cast<size_t>(std::lround(across + wide * step / steps));
      const auto y = static_cast<size_t>(std::lround(down + high * step / steps));
      const bool between = dashed && drawn / kDashDots % 2 == 1;
      if (!between) canvas_.Dot(x + Canvas::kDotsAcross * (left_ + 1), y + Canvas::kDotsDown * top_, rendition);
      if (step < steps && (wide != 0 || high != 0)) ++drawn;
    }
  }

  const Plot& plot_;
  const std::vector<size_t> series_, colours_;
  const size_t columns_, rows_;
  Canvas canvas_;
  size_t left_ = 0, top_ = 0, plot_rows_ = 0;
  Axis x_, y_;
};

}  // namespace
}  // namespace plot

std::string ToTerminal(const Plot& plot, size_t columns, size_t rows, bool colour) {
  return plot::TerminalPlot(plot, columns, rows).Draw(colour);
}

}  // namespace ramp
