#include "ramp/health/treatments/learning_rate.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace ramp {
namespace {

constexpr size_t kEnoughWeights = 64;
constexpr double kFar = 3;  // from the usual rate
// A trial at the usual rate would end before it has caught up with what such a rate gives.
constexpr double kVeryFar = 200;

// |change of the weights in one step| / |weights|, the median over the layers; 0 where it is not known.
double UpdateRatio(const Patient& patient) {
  std::vector<double> ratios;
  for (const LayerHealth& layer : patient.layers) {
    if (layer.weights >= kEnoughWeights && layer.update_ratio > 0) ratios.push_back(layer.update_ratio);
  }
  if (ratios.empty()) return 0;
  const auto middle = ratios.begin() + static_cast<ptrdiff_t>(ratios.size() / 2);
  std::nth_element(ratios.begin(), middle, ratios.end());
  return *middle;
}

}  // namespace

double SmallerRate(const TrainingOptions& options, const Patient& patient) {
  const double usual = FindOptimizer(options.optimizer).learning_rate;
  if (options.learning_rate > kVeryFar * usual) return std::sqrt(options.learning_rate * usual);
  if (options.learning_rate > kFar * usual) return usual;
  const double ratio = UpdateRatio(patient);
  return options.learning_rate * (ratio > 0 ? std::clamp(0.01 / ratio, 1e-3, 0.1) : 0.1);
}

double LargerRate(const TrainingOptions& options, const Patient& patient) {
  const double usual = FindOptimizer(options.optimizer).learning_rate;
  if (options.learning_rate * kFar < usual) return usual;
  const double ratio = UpdateRatio(patient);
  return options.learning_rate * (ratio > 0 ? std::clamp(0.003 / ratio, 10.0, 1e4) : 10);
}

}  // namespace ramp
