// The skeletons of the digits: a few ways to write each, as strokes in a box of 1 x 1 whose origin is its upper left
// corner. Curves run smoothly through the points; a point given twice is a corner.
#ifndef RAMP_DATA_DIGIT_STROKES_H_
#define RAMP_DATA_DIGIT_STROKES_H_

#include <cstddef>
#include <span>
#include <vector>

namespace ramp {

inline constexpr size_t kDigits = 10;
inline constexpr size_t kMostPoints = 16;

struct Point {
  double x = 0, y = 0;
};

using Stroke = std::vector<Point>;

struct Skeleton {
  double width = 1;  // of the box, beside a digit of ordinary width
  std::vector<Stroke> strokes;
};

// All ways to write `digit`, 0 to 9.
std::span<const Skeleton> DigitSkeletons(size_t digit);

}  // namespace ramp

#endif  // RAMP_DATA_DIGIT_STROKES_H_
