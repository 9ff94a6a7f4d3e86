#include <fmt/format.h>

#include <algorithm>

#include "ramp/health/treatments/list.h"

namespace ramp {
namespace {

constexpr double kFirst = 1e-3, kTimes = 10;

std::optional<std::string> Apply(Course& course, const TreatmentContext& /*context*/) {
  double& decay = course.options.weight_decay;
  decay = std::max(kFirst, kTimes * decay);
  return fmt::format("weight decay is {:.3g}", decay);
}

}  // namespace

Treatment AddWeightDecayTreatment() {
  return {.name = kAddWeightDecay,
          .does = "pulls the weights towards 0 by 1/1000, or ten times as strongly as before; all else is kept",
          .apply = Apply};
}

}  // namespace ramp
