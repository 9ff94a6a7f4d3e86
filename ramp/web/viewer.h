// What one stream of a page has seen of its play, and the next thing that it is to see. The stream's own thread asks
// and draws, so that a slow reader holds up nobody, and what is sent is always the newest.
#ifndef RAMP_WEB_VIEWER_H_
#define RAMP_WEB_VIEWER_H_

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "ramp/web/play.h"

namespace ramp::web {

class Viewer {
 public:
  // `seen` is the version that the page has; 0: nothing.
  explicit Viewer(uint64_t seen) : sent_(seen), painted_(seen) {}

  // The version that there is to be sent, or 0.
  uint64_t Waiting(const Play& play) const;

  struct Event {
    uint64_t version = 0;
    std::string data;
  };
  // The data of a `play` event.
  Event Next(const Play& play);

 private:
  struct Seen {
    uint64_t generation = 0;
    size_t points = 0;
    std::string network;
    std::unique_ptr<Painter> painter;
  };
  bool MayPaint(const SharedPlay& shared) const;
  Json RunJson(const SharedRun& run, std::span<const CurvePoint> points, size_t first, const State& state) const;

  uint64_t sent_, painted_;
  uint64_t start_ = 0;
  bool first_ = true;
  PlayDataPointer data_;
  std::array<Seen, 2> seen_;
  std::chrono::steady_clock::time_point painted_at_ = {};
};

}  // namespace ramp::web

#endif  // RAMP_WEB_VIEWER_H_
