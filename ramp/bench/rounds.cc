#include "ramp/bench/rounds.h"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <numeric>

#include "ramp/base/random.h"

namespace ramp {
namespace {

double Seconds(bool processor_time) {
  timespec time{};
  ::clock_gettime(processor_time ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

double SecondsOf(const Work& work, size_t times, const RoundsRequest& request) {
  const double start = Seconds(request.processor_time);
  work(times);
  return Seconds(request.processor_time) - start;
}

// How often to repeat the work for a turn.
size_t TimesOf(const Work& work, const RoundsRequest& request) {
  constexpr size_t kMost = size_t{1} << 24;
  size_t times = 1;
  for (double seconds = SecondsOf(work, times, request); times < kMost; seconds = SecondsOf(work, times, request)) {
    if (seconds >= request.turn_seconds / 2) {
      const double fitting = static_cast<double>(times) * request.turn_seconds / seconds;
      return std::clamp<size_t>(static_cast<size_t>(std::lround(fitting)), 1, kMost);
    }
    times *= 2;
  }
  return times;
}

double Median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

std::vector<double> MedianSeconds(std::span<const Work> works, const RoundsRequest& request) {
  const auto stopped = [&request] { return request.stop != nullptr && *request.stop; };
  const double start = Seconds(false);
  std::vector<size_t> times;
  times.reserve(works.size());
  for (const Work& work : works) {
    if (stopped()) return {};
    times.push_back(TimesOf(work, request));
  }
  std::vector<size_t> order(works.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::vector<std::vector<double>> seconds(works.size());
  Random random(1);
  for (size_t round = 0; round < request.most; ++round) {
    if (round >= request.least && Seconds(false) - start >= request.seconds) break;
    random.Shuffle(std::span(order));
    for (const size_t i : order) {
      if (stopped()) return {};
      // What fits into a cache is fetched into it first, for the work before may have driven it out.
      if (times[i] > 1) works[i](1);
      seconds[i].push_back(SecondsOf(works[i], times[i], request) / static_cast<double>(times[i]));
    }
  }
  std::vector<double> medians(works.size());
  std::ranges::transform(seconds, medians.begin(), Median);
  return medians;
}

}  // namespace ramp
