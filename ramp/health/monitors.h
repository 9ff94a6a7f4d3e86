// Monitors: each watches for one sickness. One file in ramp/health/monitors, one row in the table.
#ifndef RAMP_HEALTH_MONITORS_H_
#define RAMP_HEALTH_MONITORS_H_

#include <span>
#include <string_view>
#include <vector>

#include "ramp/health/report.h"

namespace ramp {

struct Monitor {
  std::string_view name;    // "dead-units"
  std::string_view sees;    // what it looks at, and when it fires
  std::string_view why;     // why that is bad
  std::string_view remedy;  // what to do
  void (*judge)(const HealthReport& report, std::vector<Finding>& findings) = nullptr;
};

std::span<const Monitor> Monitors();

const Monitor& DeadUnitsMonitor();
const Monitor& AlwaysOpenMonitor();
const Monitor& SparsityMonitor();
const Monitor& SaturationMonitor();
const Monitor& CentringMonitor();
const Monitor& GradientProfileMonitor();
const Monitor& TrivialPredictorMonitor();
const Monitor& OverfittingMonitor();

}  // namespace ramp

#endif  // RAMP_HEALTH_MONITORS_H_
