#include "ramp/health/treatments/list.h"
#include "ramp/health/treatments/network_change.h"

namespace ramp {
namespace {

std::optional<std::string> Apply(Course& course, const TreatmentContext& /*context*/) {
  if (!MayRestart(course)) return std::nullopt;
  const bool fresh = IsFresh(course);
  Restart(course);
  return fresh ? "the first weights are drawn in the usual way" : "begun anew with the usual start of the weights";
}

}  // namespace

Treatment UsualStartTreatment() {
  return {.name = kUsualStart,
          .does = "draws all weights in the usual way and begins anew; nothing is kept",
          .apply = Apply};
}

}  // namespace ramp
