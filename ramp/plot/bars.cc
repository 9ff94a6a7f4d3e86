// Bar charts: panels side by side over the same rows.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ramp/base/error.h"
#include "ramp/plot/drawing.h"
#include "ramp/plot/palette.h"
#include "ramp/plot/style.h"

namespace ramp::plot {
namespace {

constexpr double kPanelWidth = 220, kBetweenPanels = 20;
constexpr double kBarHeight = 5, kBetweenRows = 7, kLowestRow = 15;
constexpr double kSampleSide = 10;

void Check(const BarChart& chart, const BarPanel& panel, const std::vector<std::vector<double>>& values) {
  if (values.size() != chart.rows.size()) {
    throw UsageError(fmt::format("the panel '{}' has {} rows of bars for {} rows: give as many of each", panel.title,
                                 values.size(), chart.rows.size()));
  }
  for (size_t row = 0; row < chart.rows.size(); ++row) {
    if (values[row].size() == chart.series.size()) continue;
    throw UsageError(fmt::format("row '{}' of the panel '{}' has {} bars for {} series: give as many of each",
                                 chart.rows[row], panel.title, values[row].size(), chart.series.size()));
  }
}

bool HasErrorBars(const BarPanel& panel) { return !panel.low.empty() || !panel.high.empty(); }

void Check(const BarChart& chart) {
  for (const BarPanel& panel : chart.panels) {
    Check(chart, panel, panel.values);
    if (!HasErrorBars(panel)) continue;
    Check(chart, panel, panel.low);
    Check(chart, panel, panel.high);
  }
}

bool HasBar(double value) { return value >= 0 && value <= 1e300; }

class BarDrawer {
 public:
  explicit BarDrawer(const BarChart& chart) : chart_(chart) {}

  Drawing Draw() {
    double widest = 0;
    for (const std::string& row : chart_.rows) widest = std::max(widest, WidthOf(row, kTextSize));
    left_ = kMargin + widest + kGap;
    const auto panels = static_cast<double>(std::max<size_t>(chart_.panels.size(), 1));
    // The last tick's text stands half beyond its panel.
    drawing_ = {.width = left_ + panels * (kPanelWidth + kBetweenPanels) - kBetweenPanels + kMargin + 2 * kGap,
                .title = Clean(chart_.title),
                .description = Describe()};
    double top = kMargin;
    if (!chart_.title.empty()) {
      top += kTitleSize;
      drawing_.texts.push_back({{drawing_.width / 2, top}, drawing_.title, Align::kMiddle, kTitleSize, true});
      top += kGap;
    }
    top = DrawLegend(top);
    top_ = top + kLineHeight + kGap;
    row_height_ = std::max(kBarHeight * static_cast<double>(chart_.series.size()), kLowestRow) + kBetweenRows;
    bottom_ = top_ + row_height_ * static_cast<double>(chart_.rows.size());
    const double below = kGap + kLineHeight + (chart_.x_label.empty() ? 0 : kLineHeight);
    drawing_.height = std::ceil(bottom_ + below + kMargin / 2);
    DrawRowLabels();
    const Axis axis = AxisOver(0, Greatest(), 5);
    for (size_t i = 0; i < chart_.panels.size(); ++i) DrawPanel(i, axis);
    return std::move(drawing_);
  }

 private:
  double Greatest() const {
    double greatest = std::max(chart_.mark.value_or(0), 0.0);
    for (const BarPanel& panel : chart_.panels) {
      for (const auto* values : {&panel.values, &panel.high}) {
        for (const std::vector<double>& row : *values) {
          for (const double value : row) greatest = std::max(greatest, HasBar(value) ? value : 0);
        }
      }
    }
    return greatest > 0 ? greatest : 1;
  }

  // What a person who cannot see the picture should know of it: the numbers.
  std::string Describe() const {
    std::string text;
    for (const BarPanel& panel : chart_.panels) {
      text += fmt::format("{}{} ({}):", text.empty() ? "" : " ", Clean(panel.title), Clean(chart_.x_label));
      for (size_t row = 0; row < chart_.rows.size(); ++row) {
        text += fmt::format("{} {}", row == 0 ? "" : ";", Clean(chart_.rows[row]));
        for (size_t i = 0; i < chart_.series.size(); ++i) {
          const double value = panel.values[row][i];
          if (HasBar(value)) text += fmt::format(", {} {:.3g}", Clean(chart_.series[i]), value);
        }
      }
      text += ".";
    }
    return text.empty() ? "An empty chart." : text;
  }

  // Returns where it ends.
  double DrawLegend(double top) {
    std::vector<double> widths;
    for (const std::string& series : chart_.series) {
      widths.push_back(kSampleSide + kGap + WidthOf(series, kTextSize) + 2 * kGap);
    }
    for (const Line& line : Flow(widths, drawing_.width - 2 * kMargin)) {
      double used = 0;
      for (const size_t i : line) used += widths[i];
      double left = std::max(kMargin, (drawing_.width - used) / 2 + kGap);
      const double middle = top + kLineHeight / 2;
      for (const size_t i : line) {
        AddBox({left, middle - kSampleSide / 2}, {left + kSampleSide, middle + kSampleSide / 2}, InkOfSeries(i));
        drawing_.texts.push_back({{left + kSampleSide + kGap, middle + kTextSize / 3}, Clean(chart_.series[i])});
        left += widths[i];
      }
      top += kLineHeight;
    }
    return top;
  }

  void DrawRowLabels() {
    for (size_t row = 0; row < chart_.rows.size(); ++row) {
      const double middle = top_ + row_height_ * (static_cast<double>(row) + 0.5);
      drawing_.texts.push_back({{left_ - kGap, middle + kTextSize / 3}, Clean(chart_.rows[row]), Align::kEnd});
    }
  }

  void DrawPanel(size_t i, const Axis& axis) {
    const BarPanel& panel = chart_.panels[i];
    const double left = left_ + static_cast<double>(i) * (kPanelWidth + kBetweenPanels);
    const auto at = [&](double value) { return left + axis.At(value) * kPanelWidth; };
    const double middle = left + kPanelWidth / 2, base = bottom_ + kGap + kTextSize;
    drawing_.texts.push_back({{middle, top_ - kGap}, Clean(panel.title), Align::kMiddle});
    if (!chart_.x_label.empty()) {
      drawing_.texts.push_back({{middle, base + kLineHeight}, Clean(chart_.x_label), Align::kMiddle});
    }
    for (const Tick& tick : axis.ticks) {
      drawing_.strokes.push_back(Rule({at(tick.value), top_}, {at(tick.value), bottom_}, kGrid));
      drawing_.texts.push_back({{at(tick.value), base}, tick.text, Align::kMiddle});
    }
    for (size_t row = 0; row < chart_.rows.size(); ++row) DrawRow(panel, row, left, at);
    drawing_.strokes.push_back(Rule({left, top_}, {left, bottom_}, kZeroLine));
    // Over the bars, so that it is seen which reach it.
    if (chart_.mark) drawing_.strokes.push_back(Rule({at(*chart_.mark), top_}, {at(*chart_.mark), bottom_}, kText));
  }

  template <class At>
  void DrawRow(const BarPanel& panel, size_t row, double left, const At& at) {
    const std::vector<double>& values = panel.values[row];
    const auto count = static_cast<double>(values.size());
    double top = top_ + row_height_ * (static_cast<double>(row) + 0.5) - kBarHeight * count / 2;
    for (size_t i = 0; i < values.size(); ++i, top += kBarHeight) {
      if (!HasBar(values[i])) continue;
      AddBox({left, top}, {at(values[i]), top + kBarHeight}, InkOfSeries(i));
      if (!HasErrorBars(panel)) continue;
      const double low = std::max(panel.low[row][i], 0.0), high = panel.high[row][i], middle = top + kBarHeight / 2;
      if (!HasBar(low) || !HasBar(high)) continue;
      drawing_.strokes.push_back({.points = {{at(low), middle}, {at(high), middle}}, .ink = kText, .width = 1.5});
    }
  }

  void AddBox(Point from, Point to, size_t ink) {
    drawing_.strokes.push_back({.points = {from, {to.x, from.y}, to, {from.x, to.y}}, .ink = ink, .filled = true});
  }

  const BarChart& chart_;
  Drawing drawing_;
  double left_ = 0, top_ = 0, bottom_ = 0, row_height_ = 0;
};

}  // namespace

Drawing Draw(const BarChart& chart) {
  Check(chart);
  return BarDrawer(chart).Draw();
}

}  // namespace ramp::plot
