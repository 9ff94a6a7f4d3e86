// A rectangle of character cells, each with 2x4 braille dots over its symbol.
#ifndef RAMP_PLOT_CANVAS_H_
#define RAMP_PLOT_CANVAS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ramp::plot {

// How a cell looks, as the parameters of an ANSI "select graphic rendition" sequence; empty: as the terminal's text.
using Rendition = std::string;

class Canvas {
 public:
  Canvas(size_t columns, size_t rows) : columns_(columns), cells_(columns * rows) {}

  static constexpr size_t kDotsAcross = 2, kDotsDown = 4;

  // What falls outside is left out.
  void Put(size_t column, size_t row, char32_t symbol, const Rendition& rendition = {});
  void Put(size_t column, size_t row, std::u32string_view text, const Rendition& rendition = {});
  void PutCentred(size_t row, std::u32string_view text, const Rendition& rendition = {});
  // In dots from the left and from the top.
  void Dot(size_t across, size_t down, const Rendition& rendition);

  // The rows, each ended by a line feed and without the blanks at its end.
  std::string ToText(bool colour) const;

 private:
  struct Cell {
    char32_t symbol = U' ';
    uint8_t dots = 0;
    Rendition rendition;
  };
  Cell* At(size_t column, size_t row);

  size_t columns_;
  std::vector<Cell> cells_;  // [rows, columns]
};

}  // namespace ramp::plot

#endif  // RAMP_PLOT_CANVAS_H_
