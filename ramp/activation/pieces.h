// Functions of s, mostly |x|, as 32 polynomials of low degree, one for each piece of the range, and the exponential
// function.
#ifndef RAMP_ACTIVATION_PIECES_H_
#define RAMP_ACTIVATION_PIECES_H_

#include <cstddef>
#include <cstdint>

namespace ramp::family {

inline constexpr size_t kPieces = 32;
using OfEachPiece = float[kPieces];

// linear s + start is rounded to a float, down or to the nearest, whose last five bits are the number of the piece of
// s. r = s - centre, and the function is
//   value + r (c[0] + c[1] r + ...)            in an ordinary piece,
//   exact(s) + s (c[0] + c[1] s + ...)         in a near one, that of 0: the centre is 0, and what the user of
//   the
//                                              table adds is exact
//   value r + (c[0] + r (c[1] + c[2] r + ...)) in the piece of a root, where the former would cancel.
template <size_t kCount>
struct Pieces {
  float start = 0, linear = 0;
  bool nearest = false;
  float begin = 0, end = 0;  // of the range
  bool vanishes = false;     // from there on, beside s
  float near = 0, root = 0;  // the rounded float in the near piece and in that of a root, if there is one
  alignas(64) OfEachPiece centre = {};
  alignas(64) OfEachPiece value = {};
  alignas(64) OfEachPiece coefficients[kCount] = {};
};

// e^x - 1 for end <= x <= 0. x is in the step of centre -n / per_unit, about, for the nearest n, and r = x - centre.
// There it is less_one + scale (r + r^2 (power[0] + power[1] r + ...)).
template <size_t kCount>
struct ExponentialSteps {
  float per_unit = 0;
  float end = 0;
  alignas(64) OfEachPiece centre = {};
  alignas(64) OfEachPiece scale = {};
  alignas(64) OfEachPiece less_one = {};
  float power[kCount] = {};
};

}  // namespace ramp::family

#endif  // RAMP_ACTIVATION_PIECES_H_
