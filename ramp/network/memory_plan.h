// Places buffers with known lifetimes in one arena: two buffers share memory when they are never alive at one time.
#ifndef RAMP_NETWORK_MEMORY_PLAN_H_
#define RAMP_NETWORK_MEMORY_PLAN_H_

#include <cstddef>
#include <vector>

namespace ramp {

class MemoryPlan {
 public:
  using Buffer = size_t;

  // Needed from time `first` to time `last`, both included.
  Buffer Book(size_t bytes, size_t first, size_t last);
  // Someone reads it at `time`, too.
  void KeepUntil(Buffer buffer, size_t time);

  // Finds a place for every buffer: the largest first, each at the lowest offset that is free for its whole life.
  void Place();
  // From the arena's begin, a multiple of 64.
  size_t offset(Buffer buffer) const { return bookings_[buffer].offset; }
  size_t arena_bytes() const { return arena_bytes_; }
  size_t bytes(Buffer buffer) const { return bookings_[buffer].bytes; }
  size_t first(Buffer buffer) const { return bookings_[buffer].first; }
  size_t last(Buffer buffer) const { return bookings_[buffer].last; }

 private:
  struct Booking {
    size_t bytes = 0, first = 0, last = 0, offset = 0;
  };
  std::vector<Booking> bookings_;
  size_t arena_bytes_ = 0;
};

}  // namespace ramp

#endif  // RAMP_NETWORK_MEMORY_PLAN_H_
