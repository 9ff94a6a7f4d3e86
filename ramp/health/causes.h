// Joins findings that have one cause: each monitor's row says which others its findings explain.
#ifndef RAMP_HEALTH_CAUSES_H_
#define RAMP_HEALTH_CAUSES_H_

#include <span>

#include "ramp/health/monitors.h"

namespace ramp {

// Sets Finding::explained_by, and orders the findings: causes first, in the order of `monitors`, each followed by what
// it explains. What several findings explain belongs to the first of them that is no consequence itself.
Findings Join(Findings findings, std::span<const Monitor> monitors);

}  // namespace ramp

#endif  // RAMP_HEALTH_CAUSES_H_
