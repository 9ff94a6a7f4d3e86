#include <fmt/format.h>

#include "ramp/health/treatments/gradient_norm.h"
#include "ramp/health/treatments/list.h"

namespace ramp {
namespace {

constexpr double kTimes = 10;
constexpr double kWithoutMedian = 1e6;  // where the very first step was not finite

std::optional<std::string> Apply(Course& course, const TreatmentContext& context) {
  if (course.options.skip_norm > 0) return std::nullopt;
  const double median = MedianNorm(context.patient);
  course.options.skip_norm = median > 0 ? kTimes * median : kWithoutMedian;
  return fmt::format("batches whose gradient is not finite, or has a norm above {:.3g}, are left out",
                     course.options.skip_norm);
}

}  // namespace

Treatment SkipBatchesTreatment() {
  return {.name = kSkipBatches,
          .does =
              "leaves out batches whose gradient is not finite or has ten times the median of the norms; all else "
              "is kept",
          .apply = Apply};
}

}  // namespace ramp
