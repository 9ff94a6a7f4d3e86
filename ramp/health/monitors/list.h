// The rows of Monitors(), each made in a file of its own.
#ifndef RAMP_HEALTH_MONITORS_LIST_H_
#define RAMP_HEALTH_MONITORS_LIST_H_

#include "ramp/health/monitors.h"

namespace ramp {

Monitor OutputFitMonitor();
Monitor InputScaleMonitor();
Monitor LeakingColumnsMonitor();
Monitor UselessColumnsMonitor();
Monitor ClassImbalanceMonitor();
Monitor BadStartMonitor();
Monitor LargeUpdatesMonitor();
Monitor SmallUpdatesMonitor();
Monitor VanishingGradientMonitor();
Monitor CorrelationCollapseMonitor();
Monitor ExplodingGradientMonitor();
Monitor OscillatingLossMonitor();
Monitor NonFiniteMonitor();
Monitor DeadUnitsMonitor();
Monitor AlwaysOpenMonitor();
Monitor TooSparseMonitor();
Monitor SaturationMonitor();
Monitor NotCentredMonitor();
Monitor ShuffledLabelsMonitor();
Monitor TrivialPredictorMonitor();
Monitor OverfittingMonitor();
Monitor PlateauMonitor();

}  // namespace ramp

#endif  // RAMP_HEALTH_MONITORS_LIST_H_
