// The curves of one run: a point an epoch, thinned where they become many.
#ifndef RAMP_WEB_CURVE_H_
#define RAMP_WEB_CURVE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "ramp/web/play_run.h"

namespace ramp::web {

class Curve {
 public:
  static constexpr size_t kMostPoints = 2048;

  void Add(CurvePoint point);
  // Every stride-th epoch is kept.
  size_t stride() const { return stride_; }
  const std::vector<CurvePoint>& points() const { return points_; }
  // Changes when points went away.
  uint64_t generation() const { return generation_; }
  // A copy of all but the points.
  Curve WithoutPoints() const {
    Curve curve;
    curve.stride_ = stride_;
    curve.generation_ = generation_;
    return curve;
  }

 private:
  size_t stride_ = 1;
  std::vector<CurvePoint> points_;
  uint64_t generation_ = 0;
};

}  // namespace ramp::web

#endif  // RAMP_WEB_CURVE_H_
