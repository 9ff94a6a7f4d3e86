// What many runs say together.
#ifndef RAMP_WEB_STATISTICS_H_
#define RAMP_WEB_STATISTICS_H_

#include <cstddef>
#include <span>
#include <vector>

#include "ramp/web/json.h"

namespace ramp::web {

struct Interval {
  double low = 0, high = 0;
};

// Of a share: 95 % (Wilson, 1927).
Interval ShareInterval(size_t count, size_t of);
// Of a mean: 95 %, by 2,000 samples drawn from the values with returning (Efron, 1979), always the same.
Interval MeanInterval(std::span<const double> values);
// Between the values next to it, where they stand in order; share is from 0 to 1.
double Quantile(std::span<const double> ordered, double share);

// See Share and Distribution in README.md.
Json ShareJson(size_t count, size_t of);
Json DistributionJson(std::vector<double> values);

}  // namespace ramp::web

#endif  // RAMP_WEB_STATISTICS_H_
