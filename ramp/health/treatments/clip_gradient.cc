#include <fmt/format.h>

#include "ramp/health/treatments/gradient_norm.h"
#include "ramp/health/treatments/list.h"

namespace ramp {
namespace {

constexpr double kTimes = 2;

std::optional<std::string> Apply(Course& course, const TreatmentContext& context) {
  const double limit = kTimes * MedianNorm(context.patient);
  double& clip = course.options.clip_norm;
  if (limit == 0 || (clip > 0 && clip <= limit)) return std::nullopt;
  clip = limit;
  return fmt::format("gradients are clipped at a norm of {:.3g}, twice the usual one", clip);
}

}  // namespace

Treatment ClipGradientTreatment() {
  return {.name = kClipGradient,
          .does = "clips gradients at twice the median of their norms; all else is kept",
          .apply = Apply};
}

}  // namespace ramp
