#include "ramp/health/treatments/gradient_norm.h"

#include <algorithm>
#include <vector>

namespace ramp {

double MedianNorm(const Patient& patient) {
  std::vector<double> norms = patient.norms;
  if (norms.empty()) return 0;
  const auto middle = norms.begin() + static_cast<ptrdiff_t>(norms.size() / 2);
  std::nth_element(norms.begin(), middle, norms.end());
  return *middle;
}

}  // namespace ramp
