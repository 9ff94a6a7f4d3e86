#include <fmt/format.h>

#include "ramp/health/treatments/learning_rate.h"
#include "ramp/health/treatments/list.h"

namespace ramp {
namespace {

std::optional<std::string> Apply(Course& course, const TreatmentContext& context) {
  const double before = course.options.learning_rate;
  course.options.learning_rate = SmallerRate(course.options, context.patient);
  return fmt::format("the learning rate falls from {:.3g} to {:.3g}", before, course.options.learning_rate);
}

}  // namespace

Treatment LowerRateTreatment() {
  return {
      .name = kLowerRate,
      .does =
          "takes the learning rate that the optimizer usually has; from more than 200 times that one their geometric "
          "mean, from less than 3 times a tenth, or what brings the updates to 1 % of the weights; all else is kept",
      .apply = Apply};
}

}  // namespace ramp
