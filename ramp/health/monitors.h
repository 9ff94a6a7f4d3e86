// Monitors: each watches for one sickness. One file in ramp/health/monitors, one row in the table. A monitor of your
// own is a Monitor that you hand to the Doctor, see examples/monitor.cc.
#ifndef RAMP_HEALTH_MONITORS_H_
#define RAMP_HEALTH_MONITORS_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ramp/health/patient.h"

namespace ramp {

struct Monitor {
  std::string_view name;                        // "dead-units"
  std::string_view sees;                        // what it looks at, and when it fires
  std::string_view why;                         // why that is bad
  std::string_view cause;                       // what is behind it, unless a finding of another monitor is
  std::string_view outlook;                     // what follows if nothing is done
  std::vector<std::string_view> remedies = {};  // names of rows of Remedies(), the best first
  std::vector<std::string_view> explains = {};  // monitors whose findings follow from this one's
  unsigned moments = 0;                         // when it is asked: Moment::kStart | Moment::kEpoch
  // Adds a finding, at most one a moment. Whatever it leaves empty is taken from the row. A finding that was made
  // before is not told again, unless it has become more severe.
  void (*judge)(const Patient& patient, Findings& findings) = nullptr;
};

// The causes stand before what follows from them.
std::span<const Monitor> Monitors();
// Throws UsageError with the nearest name.
const Monitor& FindMonitor(std::string_view name);

// "before the first update; while it runs; after each epoch"
std::string MomentsText(const Monitor& monitor);

}  // namespace ramp

#endif  // RAMP_HEALTH_MONITORS_H_
