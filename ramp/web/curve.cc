#include "ramp/web/curve.h"

namespace ramp::web {

void Curve::Add(CurvePoint point) {
  if (point.figures.epoch % stride_ != 0) return;
  points_.push_back(std::move(point));
  if (points_.size() <= kMostPoints) return;
  stride_ *= 2;
  ++generation_;
  std::erase_if(points_, [&](const CurvePoint& old) { return old.figures.epoch % stride_ != 0; });
}

}  // namespace ramp::web
