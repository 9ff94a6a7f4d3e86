#include <fmt/format.h>

#include "ramp/health/treatments/learning_rate.h"
#include "ramp/health/treatments/list.h"

namespace ramp {
namespace {

constexpr double kLearned = 0.8;  // of the trivial loss

// At a rate so small nothing was learned: the steps so far need not count.
std::optional<std::string> Apply(Course& course, const TreatmentContext& context) {
  const double before = course.options.learning_rate;
  course.options.learning_rate = LargerRate(course.options, context.patient);
  const bool stuck = !context.patient.epochs.empty() &&
                     context.patient.epochs.back().record.train_loss > kLearned * context.patient.trivial_loss;
  if (stuck) {
    course.state.position = {};
    course.state.gradient_sum = {};
  }
  return fmt::format("the learning rate rises from {:.3g} to {:.3g}{}", before, course.options.learning_rate,
                     stuck ? ", and the steps so far do not count" : "");
}

}  // namespace

Treatment HigherRateTreatment() {
  return {.name = kHigherRate,
          .does =
              "takes the learning rate that the optimizer usually has, or where that is not far off ten times, or what "
              "brings the updates to 0.3 % of the weights; all else is kept, but epochs are counted anew where nothing "
              "was learned",
          .apply = Apply};
}

}  // namespace ramp
