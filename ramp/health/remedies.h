// What helps against a sickness: one row each, named by findings in the order in which they should be tried.
#ifndef RAMP_HEALTH_REMEDIES_H_
#define RAMP_HEALTH_REMEDIES_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ramp {

struct Remedy {
  std::string_view name;  // "lower-rate"
  std::string_view text;  // "a smaller learning rate"
  // The name of a row of Treatments() that does it within the training; empty: only a person can.
  std::string_view treatment = {};
};

std::span<const Remedy> Remedies();
// Throws UsageError with the nearest name and all there are.
const Remedy& FindRemedy(std::string_view name);

// "a smaller learning rate; or gradients clipped ..."
std::string RemedyText(std::span<const std::string_view> names);

}  // namespace ramp

#endif  // RAMP_HEALTH_REMEDIES_H_
