#include "ramp/health/treatments/list.h"

namespace ramp {
namespace {

std::optional<std::string> Apply(Course& course, const TreatmentContext& context) {
  if (course.options.balanced || context.patient.task != Task::kClassification) return std::nullopt;
  course.options.balanced = true;
  return "the classes are weighed so that each counts the same";
}

}  // namespace

Treatment BalanceClassesTreatment() {
  return {.name = kBalanceClasses,
          .does = "weighs the examples so that each class counts the same in sum; all else is kept",
          .apply = Apply};
}

}  // namespace ramp
