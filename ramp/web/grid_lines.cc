#include "ramp/web/grid_lines.h"

#include <algorithm>
#include <cmath>

namespace ramp::web {
namespace {

struct Place {
  double x = 0, y = 0;  // in cells from the left and from the top
};

class Lines {
 public:
  Lines(size_t height, size_t width, std::span<const uint8_t> open, std::span<const float> value)
      : height_(height), width_(width), open_(open), value_(value) {}

  std::vector<uint16_t> OfRow() {
    for (size_t x = 0; x + 1 < width_; ++x) {
      if (Differ(x, x + 1)) Put(Between(0, x, 0, x + 1).x / static_cast<double>(width_));
    }
    return std::move(pieces_);
  }

  std::vector<uint16_t> OfPlane() {
    for (size_t y = 0; y + 1 < height_; ++y) {
      for (size_t x = 0; x + 1 < width_; ++x) AddCell(y, x);
    }
    return std::move(pieces_);
  }

 private:
  size_t Index(size_t y, size_t x) const { return y * width_ + x; }
  bool Differ(size_t a, size_t b) const { return open_[a] != open_[b]; }

  // Where the line passes between two neighbours.
  Place Between(size_t y0, size_t x0, size_t y1, size_t x1) const {
    const auto a = static_cast<double>(value_[Index(y0, x0)]), b = static_cast<double>(value_[Index(y1, x1)]);
    const double share = (a < 0) != (b < 0) && std::isfinite(a - b) ? a / (a - b) : 0.5;
    const auto along = [&](size_t from, size_t to) {
      return 0.5 + static_cast<double>(from) + share * (static_cast<double>(to) - static_cast<double>(from));
    };
    return {along(x0, x1), along(y0, y1)};
  }

  // The square between four cells: one piece, or two where opposite corners are alike.
  void AddCell(size_t y, size_t x) {
    const size_t corners[4] = {Index(y, x), Index(y, x + 1), Index(y + 1, x + 1), Index(y + 1, x)};
    Place crossings[4];
    size_t count = 0;
    if (Differ(corners[0], corners[1])) crossings[count++] = Between(y, x, y, x + 1);
    if (Differ(corners[1], corners[2])) crossings[count++] = Between(y, x + 1, y + 1, x + 1);
    if (Differ(corners[2], corners[3])) crossings[count++] = Between(y + 1, x, y + 1, x + 1);
    if (Differ(corners[3], corners[0])) crossings[count++] = Between(y, x, y + 1, x);
    for (size_t i = 0; i + 1 < count; i += 2) {
      Put(crossings[i].x / static_cast<double>(width_));
      Put(1 - crossings[i].y / static_cast<double>(height_));
      Put(crossings[i + 1].x / static_cast<double>(width_));
      Put(1 - crossings[i + 1].y / static_cast<double>(height_));
    }
  }

  void Put(double share) { pieces_.push_back(static_cast<uint16_t>(std::lround(std::clamp(share, 0.0, 1.0) * 65535))); }

  size_t height_, width_;
  std::span<const uint8_t> open_;
  std::span<const float> value_;
  std::vector<uint16_t> pieces_;
};

}  // namespace

std::vector<uint16_t> GridLines(size_t height, size_t width, std::span<const uint8_t> open,
                                std::span<const float> value) {
  Lines lines(height, width, open, value);
  return height == 1 ? lines.OfRow() : lines.OfPlane();
}

}  // namespace ramp::web
