#include "ramp/network/memory_plan.h"

#include <algorithm>
#include <numeric>

#include "ramp/base/memory.h"

namespace ramp {

MemoryPlan::Buffer MemoryPlan::Book(size_t bytes, size_t first, size_t last) {
  const size_t rounded = (bytes + kAlignment - 1) / kAlignment * kAlignment;
  bookings_.push_back({.bytes = rounded, .first = first, .last = last});
  return bookings_.size() - 1;
}

void MemoryPlan::KeepUntil(Buffer buffer, size_t time) {
  bookings_[buffer].last = std::max(bookings_[buffer].last, time);
}

void MemoryPlan::Place() {
  std::vector<Buffer> order(bookings_.size());
  std::iota(order.begin(), order.end(), Buffer{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](Buffer a, Buffer b) { return bookings_[a].bytes > bookings_[b].bytes; });
  std::vector<const Booking*> placed;  // by offset
  for (const Buffer buffer : order) {
    Booking& booking = bookings_[buffer];
    size_t offset = 0;
    for (const Booking* other : placed) {
      if (other->last < booking.first || booking.last < other->first) continue;
      if (offset + booking.bytes <= other->offset) break;
      offset = std::max(offset, other->offset + other->bytes);
    }
    booking.offset = offset;
    arena_bytes_ = std::max(arena_bytes_, offset + booking.bytes);
    placed.insert(std::upper_bound(placed.begin(), placed.end(), &booking,
                                   [](const Booking* a, const Booking* b) { return a->offset < b->offset; }),
                  &booking);
  }
}

}  // namespace ramp
