// Grey pictures in a terminal: half blocks, two pixels a cell, in 24 greys or, without colour, in shades.
#include <fmt/format.h>

#include <algorithm>

#include "ramp/plot/canvas.h"
#include "ramp/plot/layout.h"
#include "ramp/plot/text.h"

namespace ramp {
namespace plot {
namespace {

// Pictures are made smaller to stand side by side, but no smaller than that.
constexpr size_t kLeastSide = 12;
constexpr size_t kWantedInRow = 5;

// Means over squares of `shrink` x `shrink` pixels.
class Shrunk {
 public:
  Shrunk(const std::vector<uint8_t>& pixels, size_t height, size_t width, size_t shrink)
      : pixels_(pixels), height_(height), width_(width), shrink_(shrink) {}

  // 0 to 1; 0 outside.
  double At(size_t row, size_t column) const {
    double sum = 0;
    for (size_t y = row * shrink_; y < std::min(height_, (row + 1) * shrink_); ++y) {
      for (size_t x = column * shrink_; x < std::min(width_, (column + 1) * shrink_); ++x)
        sum += pixels_[y * width_ + x];
    }
    return sum / (255. * static_cast<double>(shrink_ * shrink_));
  }

 private:
  const std::vector<uint8_t>& pixels_;
  size_t height_, width_, shrink_;
};

size_t Divided(size_t length, size_t by) { return (length + by - 1) / by; }

// The number of one of the 24 greys among the 256 colours.
size_t GreyOf(double level) { return 232 + std::min<size_t>(23, static_cast<size_t>(level * 24)); }

void DrawCell(Canvas& canvas, size_t column, size_t row, double upper, double lower, bool colour) {
  if (colour) {
    constexpr char32_t kUpperHalf = 0x2580;
    canvas.Put(column, row, kUpperHalf, fmt::format("38;5;{};48;5;{}", GreyOf(upper), GreyOf(lower)));
    return;
  }
  constexpr char32_t kShades[] = {U' ', 0x2591, 0x2592, 0x2593, 0x2588};
  const double level = (upper + lower) / 2;
  canvas.Put(column, row, kShades[std::min<size_t>(4, static_cast<size_t>(level * 5))]);
}

}  // namespace
}  // namespace plot

std::string ToTerminal(const PictureGrid& grid, size_t columns, bool colour) {
  using plot::Divided;
  plot::Check(grid);
  if (grid.pictures.empty() || grid.height == 0 || grid.width == 0) return "";
  const size_t wanted = std::min({grid.pictures.size(), std::max<size_t>(grid.columns, 1), plot::kWantedInRow});
  size_t shrink = 1;
  while ((Divided(grid.width, shrink) + 1) * wanted > columns + 1 &&
         Divided(grid.width, shrink + 1) >= plot::kLeastSide) {
    ++shrink;
  }
  const size_t width = Divided(grid.width, shrink), height = Divided(Divided(grid.height, shrink), 2);
  const size_t in_row = std::clamp<size_t>((columns + 1) / (width + 1), 1, std::max<size_t>(grid.columns, 1));
  const size_t step_down = height + 1;  // a row for the label, or blank
  plot::Canvas canvas(std::max(columns, width), Divided(grid.pictures.size(), in_row) * step_down);
  for (size_t i = 0; i < grid.pictures.size(); ++i) {
    const plot::Shrunk picture(grid.pictures[i], grid.height, grid.width, shrink);
    const size_t left = i % in_row * (width + 1), top = i / in_row * step_down;
    for (size_t row = 0; row < height; ++row) {
      for (size_t column = 0; column < width; ++column) {
        plot::DrawCell(canvas, left + column, top + row, picture.At(2 * row, column), picture.At(2 * row + 1, column),
                       colour);
      }
    }
    if (grid.labels.empty()) continue;
    const std::u32string label = plot::CodePoints(grid.labels[i]).substr(0, width);
    canvas.Put(left + (width - label.size()) / 2, top + height, label);
  }
  return canvas.ToText(colour);
}

}  // namespace ramp
