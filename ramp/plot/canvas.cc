#include "ramp/plot/canvas.h"

#include "ramp/plot/text.h"

namespace ramp::plot {
namespace {

constexpr char32_t kBraille = 0x2800;

}  // namespace

Canvas::Cell* Canvas::At(size_t column, size_t row) {
  const bool inside = column < columns_ && row < cells_.size() / columns_;
  return inside ? &cells_[row * columns_ + column] : nullptr;
}

void Canvas::Put(size_t column, size_t row, char32_t symbol, const Rendition& rendition) {
  if (Cell* cell = At(column, row)) *cell = {symbol, 0, rendition};
}

void Canvas::Put(size_t column, size_t row, std::u32string_view text, const Rendition& rendition) {
  for (const char32_t symbol : text) Put(column++, row, symbol, rendition);
}

void Canvas::PutCentred(size_t row, std::u32string_view text, const Rendition& rendition) {
  Put(text.size() < columns_ ? (columns_ - text.size()) / 2 : 0, row, text, rendition);
}

void Canvas::Dot(size_t across, size_t down, const Rendition& rendition) {
  // The bits of a braille pattern, [down][across]: the lowest two dots joined the older six.
  constexpr uint8_t kBits[kDotsDown][kDotsAcross] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
  Cell* cell = At(across / kDotsAcross, down / kDotsDown);
  if (cell == nullptr) return;
  cell->dots = static_cast<uint8_t>(cell->dots | kBits[down % kDotsDown][across % kDotsAcross]);
  cell->rendition = rendition;
}

std::string Canvas::ToText(bool colour) const {
  std::string text;
  for (size_t begin = 0; begin < cells_.size(); begin += columns_) {
    size_t end = begin + columns_;
    while (end > begin && cells_[end - 1].symbol == U' ' && cells_[end - 1].dots == 0) --end;
    Rendition current;
    for (size_t i = begin; i < end; ++i) {
      const Cell& cell = cells_[i];
      if (colour && cell.rendition != current) {
        current = cell.rendition;
        text += "\x1b[0" + (current.empty() ? "" : ";" + current) + "m";
      }
      const char32_t symbol = cell.dots != 0 ? kBraille + cell.dots : cell.symbol;
      text += Utf8({&symbol, 1});
    }
    if (!current.empty()) text += "\x1b[0m";
    text += '\n';
  }
  return text;
}

}  // namespace ramp::plot
