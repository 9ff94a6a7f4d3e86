// Edges between which a number is coded piecewise, from the values that it takes.
#ifndef RAMP_NETWORK_FIT_BINS_H_
#define RAMP_NETWORK_FIT_BINS_H_

#include <cstddef>
#include <vector>

namespace ramp {

// At most bins + 1 edges, ascending and different; none where there are fewer than three different values, for which a
// code says nothing that the number itself does not. All different values, where they are few enough. Else a value that
// alone fills more than a bin (the zeros of a capital gain; at most four such) is an edge of its own, and the others
// are cut at equal shares. Values that are not finite are skipped.
std::vector<float> FitBins(std::vector<float> values, size_t bins);

}  // namespace ramp

#endif  // RAMP_NETWORK_FIT_BINS_H_
