// The rows of Monitors(), each made in a file of its own.
#ifndef RAMP_HEALTH_MONITORS_LIST_H_
#define RAMP_HEALTH_MONITORS_LIST_H_

#include "ramp/health/monitors.h"

namespace ramp {

// The names, each once: a monitor says by them which others its findings explain.
inline constexpr std::string_view kOutputFit = "output-fit";
inline constexpr std::string_view kInputScale = "input-scale";
inline constexpr std::string_view kLeakingColumns = "leaking-columns";
inline constexpr std::string_view kUselessColumns = "useless-columns";
inline constexpr std::string_view kClassImbalance = "class-imbalance";
inline constexpr std::string_view kBadStart = "bad-start";
inline constexpr std::string_view kLargeUpdates = "large-updates";
inline constexpr std::string_view kSmallUpdates = "small-updates";
inline constexpr std::string_view kVanishingGradient = "vanishing-gradient";
inline constexpr std::string_view kCorrelationCollapse = "correlation-collapse";
inline constexpr std::string_view kExplodingGradient = "exploding-gradient";
inline constexpr std::string_view kOscillatingLoss = "oscillating-loss";
inline constexpr std::string_view kNonFinite = "non-finite";
inline constexpr std::string_view kDeadUnits = "dead-units";
inline constexpr std::string_view kAlwaysOpen = "always-open";
inline constexpr std::string_view kTooSparse = "too-sparse";
inline constexpr std::string_view kSaturation = "saturation";
inline constexpr std::string_view kNotCentred = "not-centred";
inline constexpr std::string_view kShuffledLabels = "shuffled-labels";
inline constexpr std::string_view kTrivialPredictor = "trivial-predictor";
inline constexpr std::string_view kOverfitting = "overfitting";
inline constexpr std::string_view kPlateau = "plateau";

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
