// Pictures of curves (to the terminal as braille dots, SVG, and PNG, from one description) and of bars.
#ifndef RAMP_PLOT_PLOT_H_
#define RAMP_PLOT_PLOT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ramp {

struct Curve {
  std::string label;
  std::vector<double> x, y;  // as many of each; the curve breaks at a value that is not finite
  bool dashed = false;       // it belongs to the solid curve before it, for example as its derivative
  // An error bar for each point, or empty: none. The points of a curve with error bars are marked.
  std::vector<double> low = {}, high = {};
};

struct Plot {
  std::string title, x_label, y_label;
  std::vector<Curve> curves;
  bool x_logarithmic = false, y_logarithmic = false;  // values that are not positive have no place on such an axis
};

// Bars that grow from the left, in panels side by side which share rows and scale.
struct BarPanel {
  std::string title;
  std::vector<std::vector<double>> values;  // [rows, series], at least 0; no bar where a value is not finite
  std::vector<std::vector<double>> low = {}, high = {};  // [rows, series], the ends of error bars, or empty: none
};
struct BarChart {
  std::string title, x_label;
  std::vector<std::string> rows;    // a label each
  std::vector<std::string> series;  // a bar each in every row
  std::vector<BarPanel> panels;
  std::optional<double> mark = {};  // a line at this value, for example at a limit
};

// Grey pictures side by side, for example a sheet of digits.
struct PictureGrid {
  size_t height = 0, width = 0;                // of one picture
  size_t columns = 0;                          // pictures in a row of the sheet
  std::vector<std::vector<uint8_t>> pictures;  // [height, width] each, 0 is the background
  std::vector<std::string> labels;             // one each, or none
};

// `columns` x `rows` character cells, at least 20 x 8; ANSI colours only with `colour`. Numbers beyond 1e300 count as
// not finite. All of these throw UsageError when x and y, or pictures and their sizes or labels, do not go together.
std::string ToTerminal(const Plot& plot, size_t columns, size_t rows, bool colour);
// Pictures may be made smaller to stand side by side.
std::string ToTerminal(const PictureGrid& grid, size_t columns, bool colour);
// A self-contained SVG document, readable on light and dark pages, with a title and a description for screen readers.
std::string ToSvg(const Plot& plot);
std::string ToSvg(const BarChart& chart);
std::string ToSvg(const PictureGrid& grid);
// The bytes of a PNG file, twice as fine as the SVG. Throws Error when it would be over 32,767 pixels long or high.
std::string ToPng(const Plot& plot);
std::string ToPng(const BarChart& chart);
std::string ToPng(const PictureGrid& grid);

}  // namespace ramp

#endif  // RAMP_PLOT_PLOT_H_
